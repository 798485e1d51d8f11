"""The audit from the command line."""

from __future__ import annotations

import click

from survey import admit
from survey.cli.opening import demo_option, opened_store, told


@click.group()
def audit() -> None:
    """What was done by whom, entry by entry, each chained to the one before it."""


@audit.command()
@demo_option
@click.option("--known", help="NUMBER:HASH of an entry, as an earlier run printed it.")
@told
def verify(demo: bool, known: str | None) -> None:
    """Follow the chain from its first entry; leave with 1 where it does not follow."""
    with opened_store(demo) as db:
        number = admit.verify(db, known=_read(known) if known else None)
        head = admit.head(db)
    click.echo(f"{number} entries, each follows from the one before it")
    if head:
        click.echo(f"the newest is {head.number}:{head.hash.hex()} (write it down outside the service)")


def _read(known: str) -> tuple[int, str]:
    number, _, hash_ = known.partition(":")
    if not number.isdecimal() or len(hash_) != 64:
        raise click.BadParameter(
            "is not NUMBER:HASH as `survey audit verify` prints it", param_hint="--known"
        )
    return int(number), hash_.lower()
