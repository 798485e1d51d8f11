"""How many people to ask, from the command line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import click

from survey import design
from survey.cli.opening import demo_option, opened_store, stop, told
from survey.clock import now
from survey.formats import plans
from survey.planning import Question


@click.command()
@demo_option
@click.option(
    "--margin", type=click.FloatRange(0.1, 49), default=5, show_default=True, help="Wanted ±, in points."
)
@click.option(
    "--level", type=click.FloatRange(50, 99.9), default=95, show_default=True, help="Confidence, in percent."
)
@click.option(
    "--share", type=click.FloatRange(1, 99), default=50, show_default=True, help="Expected share, in percent."
)
@click.option(
    "--response-rate",
    type=click.FloatRange(1, 100),
    default=70,
    show_default=True,
    help="Of those invited, in percent.",
)
@click.option(
    "--population", type=click.FloatRange(1, 1e10), help="People in the population; large without it."
)
@click.option(
    "--deff", type=click.FloatRange(0.1, 100), default=1.8, show_default=True, help="Design effect."
)
@click.option(
    "--per-unit",
    type=click.FloatRange(1, 10_000),
    help="People from each village or counter day, with --icc.",
)
@click.option("--icc", type=click.FloatRange(0, 1), help="How alike they are; both replace --deff.")
@click.option(
    "--change",
    type=click.FloatRange(0.1, 99),
    default=5,
    show_default=True,
    help="Change to be seen between two surveys, in points.",
)
@click.option(
    "--strata",
    type=click.File(encoding="utf-8-sig"),
    help="CSV of name, people and perhaps share in percent; the agencies without it.",
)
@click.option("--table", "as_table", is_flag=True, help="A line for each stratum too.")
@click.option("--json", "as_json", is_flag=True, help="JSON, as /plan.json gives it.")
@told
def plan(demo: bool, strata: Iterable[str] | None, as_table: bool, as_json: bool, **numbers: Any) -> None:
    """Say how many people to ask, and where: the page /plan as a command."""
    if (numbers["per_unit"] is None) != (numbers["icc"] is None):
        stop("--per-unit and --icc belong together.")
    parts = plans.read_strata(strata) if strata else ()
    with opened_store(demo) as db:
        made = design.plan(db, _question(**numbers), parts, on=now().date())
    if as_json:
        click.echo(json.dumps(plans.as_json(made), ensure_ascii=False, indent=1))
    else:
        click.echo(plans.as_text(made, strata=as_table))


def _question(
    *, per_unit: float | None, icc: float | None, population: float | None, deff: float, **percent: float
) -> Question:
    """What the options ask: percent and points as parts of 1."""
    parts = {name: value / 100 for name, value in percent.items()}
    return Question(deff=deff, people_per_unit=per_unit, icc=icc, population=population, **parts)
