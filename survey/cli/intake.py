"""Answers from files: taken in through the one door."""

from __future__ import annotations

import random
from pathlib import Path

import click

from survey import collect, process
from survey.cli.opening import demo_option, opened_store, told
from survey.clock import now
from survey.formats import importmap, table


@click.command(name="import")
@demo_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--map", "map_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True
)
@click.option("--seal/--no-seal", default=True, show_default=True, help="Seal at once.")
@told
def import_(demo: bool, file: Path, map_file: Path, seal: bool) -> None:
    """Take in the responses of FILE (CSV, XLSX or SPSS .sav) by a map; the same file twice adds nothing."""
    plan = importmap.parse(map_file.name, map_file.read_text(encoding="utf-8"))
    own = {}
    if plan.instrument_is_file:
        instrument = map_file.parent / plan.wave.instrument
        own[instrument.name] = instrument.read_text(encoding="utf-8")
    with file.open("rb") as opened, opened_store(demo) as db:
        taken = collect.import_table(db, table.read(opened, file.name, plan.options), plan, own, at=now())
        for line in taken.tally.report():
            click.echo(line)
        click.echo(f"{taken.new} new responses, {taken.known} known already")
        for code, often in taken.refused.items():
            click.echo(f"  refused: {code} {often}")
        if seal:
            process.seal_all(db, rng=random.SystemRandom(), today=now().date())
        click.echo(f"Look at /waves/{plan.wave.code}")
