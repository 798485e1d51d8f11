"""Editions from the command line: listing and handing out; checking a bundle needs nothing but the bundle."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from survey import config, create_app, publish
from survey.admit import people
from survey.cli.opening import demo_option, opened_store, told
from survey.clock import now
from survey.edition import Stage
from survey.publish import checking
from survey.store.database import Database


@click.group(name="publish")
def publish_() -> None:
    """Editions: figures of closed periods, frozen and signed."""


@publish_.command(name="list")
@demo_option
@click.option("--all", "every", is_flag=True, help="Proposals and rejected ones too.")
@told
def list_(demo: bool, every: bool) -> None:
    """Print every edition: its name, stage, checkpoint and the SHA-256 of its bundle."""
    with opened_store(demo) as db:
        found = publish.editions(db, *(Stage if every else ()))
    for one in found:
        click.echo("\t".join((one.name, one.stage.value, str(one.size), one.sealed, one.digest)))


@publish_.command()
@demo_option
@click.argument("wave")
@click.option("--year", type=int, help="Of a continuous wave; the latest without it.")
@click.option("--account", required=True, help="Name of the account that proposes; another one publishes.")
@click.option("--reason", default="", help="Why there is another revision.")
@click.option("--address", default="", help="The service's public address, for the links in the bundle.")
@told
def propose(demo: bool, wave: str, year: int | None, account: str, reason: str, address: str) -> None:
    """Freeze the last closed period of WAVE at the newest checkpoint, for somebody else to publish."""
    from survey.web.report import making as reports  # noqa: PLC0415 - slow to import, and for this command alone

    at = now()
    app = create_app(replace(config.read(simulated=demo), seal_here=False))
    db: Database = app.extensions["store"]
    try:
        proposal = publish.Proposal(
            wave, year, people.named(db, account), reason=reason, address=address.rstrip("/")
        )
        documents = reports.parts(app)
        made = publish.propose(
            db,
            proposal,
            at=int(at.timestamp()),
            today=at.date(),
            documents=documents,
            progress=_shown,
        )
    finally:
        db.dispose()
    if not documents:
        click.echo("without the report as PDF: the libraries that lay it out are missing", err=True)
    click.echo(f"{made.name} is proposed: {made.length} bytes, SHA-256 {made.digest}")


def _shown(what: str, number: int, of: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{what}: {number} of {of}   ", nl=number >= of, err=True)


@publish_.command()
@demo_option
@click.argument("edition")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option("--revision", type=int, help="The newest without it.")
@told
def export(demo: bool, edition: str, file: Path | None, revision: int | None) -> None:
    """Write the bundle of a published EDITION, as `list` names it, to FILE (its own name without one)."""
    code, _, number = edition.partition("/r")
    edition, revision = (
        (code, int(number)) if number.isascii() and number.isdecimal() else (edition, revision)
    )
    with opened_store(demo) as db:
        found = publish.edition(db, edition, revision) if revision else publish.latest(db, edition)
        to = file or Path(found.file_name)
        with to.open("xb") as opened:
            for piece in publish.stream(db, found):
                opened.write(piece)
    click.echo(f"{to}: {found.length} bytes, SHA-256 {found.digest}")


@click.command()
@click.argument("bundle", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", default="", help="The service's public key (hexadecimal), as /ledger shows it.")
@told
def verify(bundle: Path, key: str) -> None:
    """Compute every figure of BUNDLE anew from what is in it; leave with 1 where anything does not hold.

    Needs no network and no database.
    """
    with bundle.open("rb") as file:
        found = checking.verify(file, key=key.strip())
    name = f"{found.manifest.get('edition')}/r{found.manifest.get('revision')}"
    click.echo(f"{name}: {found.files} files, {found.figures} figures, {found.rows} rows of microdata")
    for finding in found.findings:
        click.echo(f"  {finding}", err=True)
    if not found.holds:
        click.echo(f"{len(found.findings)} findings: this bundle does NOT hold", err=True)
        sys.exit(1)
    click.echo("every file is the one that was listed, and every figure follows from the counts")
    if found.rounding:
        click.echo(f"{found.rounding} figures differ in their last digits, as between processors")
    if found.given:
        click.echo(
            f"of {found.given} domains the errors of drivers are taken as given: few people are behind each"
        )
    click.echo(f"signed with {found.key}" if found.signed else "not published yet: there is no signature")
    if not key:
        click.echo("compare this key with the one that the service shows at /ledger, or give it with --key")
