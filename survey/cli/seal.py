"""The ledger: sealing what waits, and counting anew what is sealed."""

from __future__ import annotations

import random
import sys

import click

from survey import process
from survey.cli.opening import demo_option, opened_store, told
from survey.clock import now


@click.command()
@demo_option
@told
def seal(demo: bool) -> None:
    """Seal every response that waits, whatever the day."""
    with opened_store(demo) as db:
        sealed = process.seal_all(db, rng=random.SystemRandom(), today=now().date())
        click.echo(f"{sealed} responses sealed")


@click.command()
@demo_option
@click.option("--replace", is_flag=True, help="Put the new counts in the place of the kept ones.")
@told
def rebuild(demo: bool, replace: bool) -> None:
    """Count every response anew and compare with what is kept; leave with 1 where they differ."""
    with opened_store(demo) as db:
        found = process.rebuild(db, replace=replace)
    for name, rows in found.differing.items():
        click.echo(f"{name}: {rows} rows differ")
    click.echo(f"{found.responses} responses, {found.broken_commitments} broken commitments")
    click.echo("the ledger's root follows" if found.root_matches else "the ledger's root does NOT follow")
    if not found.equal and not replace:
        sys.exit(1)
