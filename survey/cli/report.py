"""The report as a PDF document, from the command line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from survey import config, create_app
from survey.web.report import document, making


def write_pdf(demo: bool, wave: str | None, year: int | None, language: str, file: Path) -> None:
    """Make the report of a wave and write it, telling each step. Raises PdfPartsMissing."""
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
