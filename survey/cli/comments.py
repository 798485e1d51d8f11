"""Comments from the command line."""

from __future__ import annotations

import random

import click

from survey import reply
from survey.cli.opening import demo_option, opened_store, told
from survey.clock import now


@click.group()
def comments() -> None:
    """What people wrote: masked, told by kind and topic, and released to its readers in batches."""


@comments.command()
@demo_option
@told
def release(demo: bool) -> None:
    """Let staff read what may be read by now; the service does so every five minutes."""
    with opened_store(demo) as db:
        released = reply.release(db, rng=random.SystemRandom(), today=now().date())
    click.echo(f"{released} comments released")
