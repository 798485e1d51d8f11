"""Deciding on what came as programs send it, from the command line."""

from __future__ import annotations

from datetime import date, datetime

import click

from survey import process
from survey.cli.opening import demo_option, opened_store, stop, told
from survey.clock import now
from survey.quarantine import Doubt, Group, Review
from survey.store import database

doubt_option = click.option(
    "--doubt", type=click.Choice([doubt.value for doubt in Doubt]), help="Those in this doubt alone."
)


@click.group()
def quarantine() -> None:
    """Responses that came as programs send them: sealed, and counted once they are released."""


@quarantine.command(name="list")
@demo_option
@told
def list_(demo: bool) -> None:
    """Show what was ever in doubt, by place, day and doubt. No answer is shown."""
    with opened_store(demo) as db:
        found = process.in_quarantine(db)
    click.echo(f"{'place':32} {'day':10} {'doubt':7} {'review':10} {'responses':>9} {'alike':>6}")
    for group in found:
        click.echo(
            f"{group.place:32} {group.received} {group.doubt:7} {group.review:10} "
            f"{group.responses:9} {group.alike:6}"
        )


@quarantine.command()
@demo_option
@click.argument("place")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@doubt_option
@told
def release(demo: bool, place: str, day: datetime, doubt: str | None) -> None:
    """Let the responses of a PLACE and DAY count, also ones that were set aside."""
    with opened_store(demo) as db:
        groups = _groups(db, place, day.date(), doubt, {Review.WAITING, Review.SET_ASIDE})
        released = sum(process.release(db, group, on=now().date()) for group in groups)
    click.echo(f"{released} responses released")


@quarantine.command(name="set-aside")
@demo_option
@click.argument("place")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@doubt_option
@told
def set_aside(demo: bool, place: str, day: datetime, doubt: str | None) -> None:
    """Leave the responses of a PLACE and DAY that wait in the ledger, without counting them."""
    with opened_store(demo) as db:
        groups = _groups(db, place, day.date(), doubt, {Review.WAITING})
        left = sum(process.set_aside(db, group, on=now().date()) for group in groups)
    click.echo(f"{left} responses set aside")


def _groups(
    db: database.Database, place: str, day: date, doubt: str | None, reviews: set[Review]
) -> list[Group]:
    found = [
        group
        for group in process.in_quarantine(db)
        if (group.place, group.received) == (place, day)
        and doubt in (None, group.doubt)
        and group.review in reviews
    ]
    if not found:
        stop(f"Nothing of {place} on {day} waits for this. `survey quarantine list` shows what does.")
    return found
