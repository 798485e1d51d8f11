"""Setting up: secrets, the newest schema, catalogue and questionnaires, and a simulated year."""

from __future__ import annotations

import random

import click

from survey import config, design, fieldwork, process, simulate
from survey.cli.opening import demo_option, opened_store, told
from survey.clock import now
from survey.store import database

#: simulated responses, and the seed that makes them the same for everybody
SIMULATED, SEED = 24_000, 2026


@click.command()
@demo_option
@told
def setup(demo: bool) -> None:
    """Make secrets, bring the database to the newest schema, load catalogue and questionnaires."""
    made = config.make_secrets()
    if made:
        click.echo(f"Made the secrets in {made}: keep a copy in a safe place.")
    settings = config.read(simulated=demo)
    database.migrate(settings.database_url)
    db = database.connect(settings.database_url, settings.keys)
    try:
        design.dedicate(db, settings.purpose)
        renewed = process.renew(db)
        if renewed:
            click.echo(f"Counted {renewed} responses anew, as this version keeps its counts.")
    finally:
        db.dispose()
    with opened_store(demo) as db:
        loaded = design.load_shipped(db, on=now().date())
        if loaded.rows or loaded.instruments or loaded.waves:
            click.echo(
                f"Loaded {loaded.rows} rows of the catalogue, {loaded.instruments} questionnaires, "
                f"{loaded.waves} waves."
            )
        if demo and process.checkpoint(db) is None:
            click.echo(
                "Simulating the answers since the wave began; they are marked as simulated on every page."
            )
            _simulate(db, SIMULATED, SEED)


def _simulate(db: database.Database, responses: int, seed: int) -> None:
    at, rng = now(), random.Random(seed)  # noqa: S311
    staff = simulate.employ(db, at=int(at.timestamp()))
    filled = simulate.fill(db, ends=at.date(), responses=responses, rng=rng, at=at)
    simulate.follow(db, staff.account, filled, ends=at.date(), rng=rng, at=at)
    made = process.counted(db, at.date()).ever
    asked = fieldwork.rehearse(db, rng=random.Random(seed), at=at)  # noqa: S311
    click.echo(f"{made} simulated responses are in the ledger, and {asked} of two household waves.")
    click.echo(
        f"To look at desks, sign in at /sign-in as {staff.account.name}; first password: {staff.password}"
    )
