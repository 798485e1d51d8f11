"""The figures as JSON or CSV, and the report as a PDF document."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click

from survey import analyse, config, create_app
from survey.cli.opening import demo_option, opened_store, told
from survey.formats import figures


@click.command(name="report")
@demo_option
@click.option("--wave", help="The wave; the headline wave without it.")
@click.option("--agency", help="The agency; the whole wave without it.")
@click.option("--year", type=int, help="The calendar year; the latest without it.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV instead of JSON.")
@click.option(
    "--pdf", type=click.Path(dir_okay=False, path_type=Path), help="Write the report as PDF there instead."
)
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Of the PDF.")
@told
def report_(
    demo: bool,
    wave: str | None,
    agency: str | None,
    year: int | None,
    as_csv: bool,
    pdf: Path | None,
    lang: str,
) -> None:
    """Print the figures of a wave or of one agency, as the pages show them; or write its report as PDF."""
    if pdf:
        write_pdf(demo, wave, year, lang, pdf)
        return
    with opened_store(demo) as db:
        made = analyse.report(db, wave=wave, agency=agency, year=year)
    click.echo(
        figures.as_csv(made) if as_csv else json.dumps(figures.as_json(made), ensure_ascii=False, indent=1)
    )


def write_pdf(demo: bool, wave: str | None, year: int | None, language: str, file: Path) -> None:
    """Make the report of a wave and write it, telling each step. Raises PdfPartsMissing."""
    from survey.web.report import document, making  # noqa: PLC0415 - slow to import, and figures need none of it

    app = create_app(replace(config.read(simulated=demo), seal_here=False))
    db = app.extensions["store"]
    try:
        matter = making.matter_of(db, wave, year)
        with app.test_request_context(f"/?lang={language}"):
            content = document.as_pdf(matter, _tell)
    finally:
        db.dispose()
    file.write_bytes(content)
    click.echo(f"{file}: {len(content) / 1e6:.1f} MB")


def _tell(step: str, done: int, steps: int) -> None:
    click.echo(f"{done + 1}/{steps} {step}", err=True)
