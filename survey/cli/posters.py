"""Posters for every counter, from the command line."""

from __future__ import annotations

from pathlib import Path

import click

from survey import config, design
from survey.cli.opening import demo_option, opened_store, stop, told
from survey.clock import now
from survey.formats import poster


@click.command()
@demo_option
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="The folder.")
@click.option("--paper", type=click.Choice(sorted(poster.PAPERS)), default="a4", show_default=True)
@click.option("--agency", help="The counters of this agency alone.")
@told
def posters(demo: bool, out: Path, paper: str, agency: str | None) -> None:
    """Write a poster for each counter, and all of them as one file to print."""
    base = config.read(simulated=demo).public_url
    if base is None:
        stop("A poster needs the service's address: set SURVEY_PUBLIC_URL, as in https://hai-long.example")
    today = now().date()
    with opened_store(demo) as db:
        desks = [desk for desk in design.desks(db, on=today) if agency in (None, desk.agency.code)]
    if not desks:
        stop(f"No counter of {agency or 'any agency'} can be rated today.")
    sheets = {desk.counter.code: poster.of(desk.agency, desk.counter, base) for desk in desks}
    out.mkdir(parents=True, exist_ok=True)
    for code, sheet in sheets.items():
        (out / f"{code}-{paper}.pdf").write_bytes(poster.as_pdf([sheet], paper=paper, on=today))
    whole = out / f"all-{paper}.pdf"
    whole.write_bytes(poster.as_pdf(list(sheets.values()), paper=paper, on=today))
    click.echo(f"{len(sheets)} posters in {out}; {whole.name} holds all of them")
