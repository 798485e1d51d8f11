"""A plan of whom to ask as data and as text: the same numbers as its page."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from survey.errors import BadData
from survey.planning import Part, PartPlan, Plan

#: changes whenever a name or a meaning in these files changes
FORMAT = "hai-long/plan@1"


def as_json(plan: Plan) -> dict[str, Any]:
    """The plan as one JSON object. Shares and margins are parts of 1; null: not known, or not possible."""
    whole = asdict(plan)
    del whole["parts"]
    return {"format": FORMAT, **whole, "strata": [_stratum(part) for part in plan.parts]}


def _stratum(plan: PartPlan) -> dict[str, Any]:
    name = plan.part.name
    return {
        "name": name if isinstance(name, str) else dict(name),
        "people": plan.part.people,
        "share": plan.part.share,
        "alone": asdict(plan.alone),
        **{way: asdict(given) for way, given in plan.by.items()},
    }


def read_strata(lines: Iterable[str]) -> tuple[Part, ...]:
    """Strata from CSV: name, people and perhaps the expected share in percent. A heading may stand first.

    Raises BadData with the number of each line that is none.
    """
    found, faults = [], []
    for number, row in enumerate(csv.reader(lines), 1):
        if not any(field.strip() for field in row):
            continue
        part = _part([field.strip() for field in row])
        if part is not None:
            found.append(part)
        elif number > 1:
            faults.append(f"line {number}: name, people and perhaps a share from 1 to 99 are needed")
    if faults or not found:
        raise BadData(faults or ["no stratum in the file"])
    return tuple(found)


def _part(row: list[str]) -> Part | None:
    name, people, share = (*row, "", "")[:3]
    try:
        size, percent = float(people), float(share) if share else None
    except ValueError:
        return None
    fits = name and 0 < size < math.inf and (percent is None or 1 <= percent <= 99)
    return Part(name, size, None if percent is None else percent / 100) if fits else None


def as_text(plan: Plan, *, strata: bool = False) -> str:
    """The plan in lines for a terminal; with its strata as a table."""
    return "\n".join([*_lines(plan), *(_table(plan) if strata else ())])


def _lines(plan: Plan) -> Iterator[str]:
    size, rule, seen = plan.size, plan.yamane, plan.seen
    yield f"Invite {size.invitations:,} people, so that {size.answers:,} answer."
    yield f"  margin ±{_points(plan.margin)} at {_percent(plan.question.level)}, design effect {plan.deff:.4g}"
    if not size.attainable:
        yield f"  the population has only {plan.population:,.0f} people: fewer answers, a wider margin"
    if plan.units is not None:
        yield f"  from {plan.units:,} villages or counter days of {plan.question.people_per_unit:g} people"
    yield f"  drawn one by one from everybody, {plan.simple.answers:,} answers would do"
    yield (
        f"Yamane's rule says {rule.size.answers:,} answers: it promises ±{_points(rule.promised)}, "
        f"and has ±{_points(rule.margin)}."
    )
    if seen.power is not None and seen.size is not None:
        yield (
            f"A change of {_points(seen.change)} between two such surveys is seen with a chance of "
            f"{_percent(seen.power)}; {seen.size.answers:,} answers in each see it with 80%."
        )
    if seen.smallest is not None:
        yield f"The smallest change that is seen with 80%: {_points(seen.smallest)}."
    for way in plan.ways:
        yield (
            f"{way.code:>8}: {way.invitations:,} invitations, ±{_points(way.margin)} for the whole, "
            f"at most ±{_points(way.widest)} in a stratum"
        )
    if plan.apart is not None:
        yield f"A figure of its own for each of {len(plan.parts)} strata: {plan.apart.invitations:,} invitations."
    if plan.assumed_equal and plan.parts:
        yield "The strata are the agencies, each taken to serve as many people: give your own with --strata."


def _table(plan: Plan) -> Iterator[str]:
    """A row for each stratum: invitations and margin in each way, and invitations for itself."""
    yield "\t".join(["stratum", "people", *plan.parts[0].by, "alone"]) if plan.parts else "no strata"
    for row in plan.parts:
        people = "" if row.part.people is None else f"{row.part.people:.0f}"
        name = row.part.name if isinstance(row.part.name, str) else row.part.name["vi"]
        ways = (f"{given.invitations} (±{_points(given.margin)})" for given in row.by.values())
        yield "\t".join([name, people, *ways, str(row.alone.invitations)])


def _points(part: float | None) -> str:
    return "–" if part is None else f"{100 * part:.1f} points"


def _percent(part: float) -> str:
    return f"{round(100 * part, 1):g}%"
