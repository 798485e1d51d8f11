"""Operator commands, a group of options for each verb. `survey --help` lists them."""

from __future__ import annotations

import json
import random
import secrets
import socket
import sys
from datetime import timedelta
from pathlib import Path

import click

from survey import analyse, collect, config, design, process, simulate
from survey.cli.account import account
from survey.cli.audit import audit
from survey.cli.comments import comments
from survey.cli.opening import demo_option, opened_store, stop, told
from survey.cli.plan import plan
from survey.cli.posters import posters
from survey.cli.publish import publish_, verify
from survey.cli.quarantine import quarantine
from survey.cli.report import write_pdf
from survey.device import slot_of
from survey.formats import figures, importmap, table
from survey.store import database
from survey.web.context import now

#: simulated responses, and the seed that makes them the same for everybody
SIMULATED, SEED = 24_000, 2026


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hai-long")
def main() -> None:
    """Hài lòng: citizen satisfaction with administrative procedures."""


@main.command()
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
    at = now()
    ends = at.date() - timedelta(days=0)
    made = simulate.fill(db, ends=ends, responses=responses, rng=random.Random(seed), at=at)  # noqa: S311
    click.echo(f"{made} simulated responses are in the ledger.")


@main.command()
@demo_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option(
    "--threads",
    type=click.IntRange(1, 256),
    default=8,
    show_default=True,
    help="Requests that are worked on at once.",
)
@told
def serve(demo: bool, host: str, port: int, threads: int) -> None:
    """Serve over HTTP: one process with threads, as the group commit on SQLite needs."""
    from granian.constants import Interfaces  # noqa: PLC0415 - slow to import, and only needed here
    from granian.log import LogLevels  # noqa: PLC0415
    from granian.server import Server  # noqa: PLC0415

    with opened_store(demo):  # a database that can't be served is told here, in one sentence
        address = _address(host, port)
    Server(
        "survey:served_demo" if demo else "survey:served",
        factory=True,
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=threads,
        log_access=False,
        log_level=LogLevels.error,
        process_name="hai-long",
    ).serve()


def _address(host: str, port: int) -> str:
    """The address of a host, if nobody listens there: the server itself would share the port with them."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        socket.create_server(address, family=family).close()
    except OSError as fault:
        stop(f"Port {port} of {host} can't be used: {fault.strerror}.")
    return str(address[0])


@main.command(name="import")
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


@main.command()
@demo_option
@told
def seal(demo: bool) -> None:
    """Seal every response that waits, whatever the day."""
    with opened_store(demo) as db:
        sealed = process.seal_all(db, rng=random.SystemRandom(), today=now().date())
        click.echo(f"{sealed} responses sealed")


@main.command()
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


@main.command(name="report")
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


@main.group()
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


for group in (account, audit, comments, plan, posters, publish_, quarantine, verify):
    main.add_command(group)
