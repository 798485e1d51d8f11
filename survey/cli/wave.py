"""Household waves from the command line: the desk's pages as commands."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from survey import analyse, design, fieldwork
from survey.cli.opening import demo_option, opened_store, told
from survey.clock import now
from survey.disposition import Rates
from survey.fieldwork import Precision
from survey.formats import figures, frames
from survey.household import FrameKind, HouseholdWave, Stages, Wanted
from survey.planning import WAYS
from survey.store.database import Database
from survey.wave_weights import How

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def wave() -> None:
    """Household waves: plan, frame, draw, open, assign, progress, close, weight, report."""


@wave.command()
@demo_option
@click.argument("code")
@click.option("--vi", required=True, help="Title in Vietnamese.")
@click.option("--en", required=True, help="Title in English.")
@click.option("--root", default="son-la", show_default=True, help="The agency whose people are asked.")
@click.option("--instrument", default="sipas-household@2024", show_default=True)
@click.option("--starts", type=_DAY, required=True)
@click.option("--ends", type=_DAY, required=True)
@click.option("--frame", type=click.Choice([kind.value for kind in FrameKind]), default="households")
@click.option("--margin", type=click.FloatRange(0.1, 49), default=4, show_default=True, help="In points.")
@click.option("--share", type=click.FloatRange(1, 99), default=80, show_default=True, help="In percent.")
@click.option("--response-rate", type=click.FloatRange(1, 100), default=85, show_default=True)
@click.option("--icc-village", type=click.FloatRange(0, 1), default=0.05, show_default=True)
@click.option("--icc-commune", type=click.FloatRange(0, 1), default=0.02, show_default=True)
@click.option("--way", type=click.Choice(WAYS), default="neyman", show_default=True)
@click.option("--villages", type=int, default=2, show_default=True, help="Of each commune.")
@click.option("--people", type=int, default=15, show_default=True, help="Of each village.")
@click.option("--substitutes", type=int, default=5, show_default=True, help="Of each village.")
@click.option("--seed", required=True, help="Any text; the sample follows from it.")
@click.option("--change", is_flag=True, help="Change a wave that is planned already.")
@told
def plan(demo: bool, code: str, change: bool, **options: Any) -> None:
    """Plan the wave CODE."""
    made = _planned(code, options)
    with opened_store(demo) as db:
        (fieldwork.change if change else fieldwork.plan)(db, made)
    click.echo(f"{code} is planned; load its frame with `survey wave frame {code} FILE`")


def _planned(code: str, told: dict[str, Any]) -> HouseholdWave:
    """The wave that the options say: points and percent as parts of 1."""
    parts = {name: told[name] / 100 for name in ("margin", "share", "response_rate")}
    return HouseholdWave(
        code=code,
        title={"vi": told["vi"], "en": told["en"]},
        root=told["root"],
        instrument=told["instrument"],
        starts=told["starts"].date(),
        ends=told["ends"].date(),
        frame=FrameKind(told["frame"]),
        wanted=Wanted(
            **parts, way=told["way"], icc_village=told["icc_village"], icc_commune=told["icc_commune"]
        ),
        stages=Stages(told["villages"], told["people"], told["substitutes"]),
        seed=told["seed"],
    )


@wave.command()
@demo_option
@click.argument("code")
@click.argument("file", type=_FILE)
@told
def frame(demo: bool, code: str, file: Path) -> None:
    """Load the frame of a planned wave from FILE (CSV or XLSX): stratum, commune, village, unit, size."""
    with file.open("rb") as opened, opened_store(demo) as db:
        units = fieldwork.read_frame(db, code, opened, file.name, on=now().date())
        fieldwork.load_frame(db, code, units)
        _tell(fieldwork.precision(db, code))


@wave.command()
@demo_option
@click.argument("code")
@told
def draw(demo: bool, code: str) -> None:
    """Draw the sample of a planned wave; the same seed and frame draw the same one."""
    with opened_store(demo) as db:
        _tell(fieldwork.draw(db, code))


def _tell(found: Precision) -> None:
    for stratum, people in found.people.items():
        click.echo(f"{stratum}\t{people} people\t{found.communes[stratum]} communes")
    margin = "–" if found.margin is None else f"±{100 * found.margin:.1f} points"
    click.echo(f"{found.invited} people asked, {found.answers} answers expected: {margin}")


@wave.command(name="open")
@demo_option
@click.argument("code")
@told
def open_(demo: bool, code: str) -> None:
    """Send interviewers into the field; from now on plan, frame and sample stay as they are."""
    at = now()
    with opened_store(demo) as db:
        fieldwork.open_wave(db, code, by=None, at=int(at.timestamp()), on=at.date())
    click.echo(f"{code} is open")


@wave.command()
@demo_option
@click.argument("code")
@click.argument("interviewers", nargs=-1, required=True)
@click.option("--commune", "communes", multiple=True, help="Of these communes alone.")
@told
def assign(demo: bool, code: str, interviewers: tuple[str, ...], communes: tuple[str, ...]) -> None:
    """Share the units of the wave among INTERVIEWERS, each commune to one of them."""
    with opened_store(demo) as db:
        for name, units in sorted(fieldwork.assign(db, code, interviewers, communes=communes).items()):
            click.echo(f"{name}\t{units} units")


@wave.command()
@demo_option
@click.argument("code")
@click.argument("reason")
@told
def substitute(demo: bool, code: str, reason: str) -> None:
    """Let the next substitute of its village stand in for the unit CODE, for a REASON."""
    with opened_store(demo) as db:
        made = fieldwork.substitute(db, code, reason, by=None, on=now().date())
    click.echo(f"{made.substitute} stands in for {made.unit}")


@wave.command()
@demo_option
@click.argument("code")
@click.option("--json", "as_json", is_flag=True)
@told
def progress(demo: bool, code: str, as_json: bool) -> None:
    """Print how far a wave is, by stratum, with AAPOR's rates of the units that were drawn first."""
    with opened_store(demo) as db:
        found = fieldwork.field_progress(db, code)
    if as_json:
        click.echo(json.dumps(list(frames.progress_rows(found)), indent=1))
        return
    for one in (*found.strata, found.whole):
        click.echo(
            f"{one.name or 'all'}\t{one.units} units\t{one.answered} answered\t{one.unfinished} unfinished\t"
            f"{one.substitutes} substitutes\t" + " ".join(_rates(one.rates))
        )


def _rates(rates: Rates) -> Iterator[str]:
    for name, values in (("RR", rates.response), ("COOP", rates.cooperation), ("REF", rates.refusal)):
        for number, value in enumerate(values, 1):
            yield f"{name}{number} " + ("–" if value is None else f"{100 * value:.1f}%")
    for number, value in enumerate(rates.contact, 1):
        yield f"CON{number} " + ("–" if value is None else f"{100 * value:.1f}%")


@wave.command()
@demo_option
@click.argument("code")
@click.option("--rest-unknown", is_flag=True, help="Count unfinished units as they stand.")
@told
def close(demo: bool, code: str, rest_unknown: bool) -> None:
    """Close a wave after its last day."""
    at = now()
    with opened_store(demo) as db:
        fieldwork.close(db, code, rest_unknown=rest_unknown, by=None, at=int(at.timestamp()), on=at.date())
    click.echo(f"{code} is closed; weight it with `survey wave weight {code}`")


@wave.command()
@demo_option
@click.argument("code")
@click.option("--margins", type=_FILE, help="CSV or XLSX: margin, category, people.")
@click.option(
    "--calibration", type=click.Choice(["rake", "logit", "none"]), default="rake", show_default=True
)
@click.option("--classes", type=click.Choice(["stratum", "psu"]), default="stratum", show_default=True)
@click.option("--low", type=float, default=0.3, show_default=True, help="Least factor of calibration.")
@click.option("--high", type=float, default=3.0, show_default=True, help="Largest factor.")
@told
def weight(demo: bool, code: str, margins: Path | None, **how: Any) -> None:
    """Weight the answers of a closed wave, and count them; again as a new version."""
    at = now()
    with opened_store(demo) as db:
        known = _margins(db, code, margins)
        made = fieldwork.weight(db, code, known, How(**how), by=None, at=int(at.timestamp()), on=at.date())
    click.echo(f"version {made.version} of the weights of {code}")
    click.echo(frames.weighting_as_text(made.record))


def _margins(db: Database, code: str, file: Path | None) -> frames.Margins:
    if file is None:
        return {}
    with file.open("rb") as opened:
        return fieldwork.read_margins(db, code, opened, file.name)


@wave.command()
@demo_option
@click.argument("code")
@click.option("--csv", "as_csv", is_flag=True, help="CSV instead of JSON.")
@told
def report(demo: bool, code: str, as_csv: bool) -> None:
    """Print the figures of a weighted wave, as its page shows them."""
    with opened_store(demo) as db:
        design.reference(db).wave(code)
        made = analyse.report(db, wave=code)
    sys.stdout.write(
        figures.as_csv(made)
        if as_csv
        else json.dumps(figures.as_json(made), ensure_ascii=False, indent=1) + "\n"
    )


@wave.command(name="list")
@demo_option
@told
def list_(demo: bool) -> None:
    """Print every household wave and how far it is."""
    with opened_store(demo) as db:
        for one in fieldwork.every_wave(db, "son-la"):
            click.echo(f"{one.code}\t{one.progress.value}\t{one.starts}\t{one.ends}\t{one.title['vi']}")


@wave.command(name="sample")
@demo_option
@click.argument("code")
@told
def sample(demo: bool, code: str) -> None:
    """Print the sample of a wave as CSV, as the desk gives it out."""
    with opened_store(demo) as db:
        sys.stdout.write(fieldwork.sample_as_csv(db, code))
