"""Kiosks at counters, from the command line."""

from __future__ import annotations

import secrets
import sys

import click

from survey import collect
from survey.cli.opening import demo_option, opened_store, stop, told
from survey.clock import now
from survey.device import slot_of


@click.group()
def kiosk() -> None:
    """Kiosks at counters: issue and revoke them, and see what they hold."""


def _chosen_pin(asked: bool) -> str | None:
    if not asked:
        return None
    digits: str = click.prompt(
        "PIN of the hidden exit (4 to 8 digits)", hide_input=True, confirmation_prompt=True
    )
    if not (digits.isascii() and digits.isdecimal() and 4 <= len(digits) <= 8):
        stop("A PIN has 4 to 8 digits.")
    return digits


@kiosk.command(name="issue")
@demo_option
@click.argument("counter", required=False)
@click.option("--device", help="Another code for this device instead: it keeps its id and its queue.")
@click.option("--pin", is_flag=True, help="Ask for the PIN of the kiosk's hidden exit.")
@told
def kiosk_issue(demo: bool, counter: str | None, device: str | None, pin: bool) -> None:
    """Make a kiosk for COUNTER and print the code that activates it, once, within 24 hours."""
    if (counter is None) == (device is None):
        stop("Name either a counter, for a new kiosk, or --device, for one there is.")
    digits = _chosen_pin(pin)
    with opened_store(demo) as db:
        issue, name = (collect.issue, counter) if device is None else (collect.reissue, device)
        made = issue(db, str(name), at=now(), chance=secrets.token_bytes, pin=digits)
    click.echo(f"device {made.device}\nactivation code {made.code}")


@kiosk.command(name="revoke")
@demo_option
@click.argument("device")
@told
def kiosk_revoke(demo: bool, device: str) -> None:
    """Let the key of DEVICE open nothing from now on; what waits in it stays there."""
    with opened_store(demo) as db:
        collect.revoke(db, device, at=now())
    click.echo(f"{device} is revoked; `survey kiosk issue --device {device}` gives it a new code")


@kiosk.command(name="list")
@demo_option
@told
def kiosk_list(demo: bool) -> None:
    """Print every kiosk: when it was last heard, what waits in it, and what should be looked at."""
    at = now()
    with opened_store(demo) as db:
        for one in collect.kiosks(db):
            click.echo("\t".join((one.id, one.counter, *one.told(slot_of(at), at.tzinfo))))


@kiosk.command(name="gaps")
@demo_option
@told
def kiosk_gaps(demo: bool) -> None:
    """Print the sequence numbers of each kiosk that never arrived; leave with 1 where there are any."""
    with opened_store(demo) as db:
        found = collect.missing(db)
    for each in found:
        ranges = ", ".join(
            f"{first}" if first == last else f"{first}-{last}" for first, last in each.ranges[:20]
        )
        more = ", ..." if len(each.ranges) > 20 else ""
        waiting = "?" if each.device.waiting is None else each.device.waiting
        click.echo(f"{each.device.id}\t{each.answers} missing: {ranges}{more}\twaiting in it: {waiting}")
    if found:
        sys.exit(1)


@kiosk.command(name="dead")
@demo_option
@click.argument("device", required=False)
@told
def kiosk_dead(demo: bool, device: str | None) -> None:
    """Print what kiosks sent and the service refused for good, with its code and day."""
    with opened_store(demo) as db:
        for letter in collect.dead_letters(db, device):
            click.echo("\t".join((letter.device, letter.received.isoformat(), letter.code, letter.content)))
