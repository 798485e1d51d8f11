"""Which domains a response belongs to, and which measures its answers are pooled into.

Domains come in families: the domains of one family are parts of one whole, told apart by one attribute.
`agency:03646/mode:kiosk` is of the family `agency:03646/mode`, `field:land` of the family `field`. A
family carries every measure, or the headline ones alone (the index, and the responses).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from survey.agency import PLAN_GROUPS
from survey.instrument import Instrument, Item, Missing

#: the measure that counts responses themselves, so that a stratum knows all of its PSUs
RESPONSES = "responses"

#: the domain of everybody
ALL = "all"

#: the field of a response whose procedure, or whose procedure's field, is not known
NO_FIELD = "-"

#: the domain that the reform plan's targets are about
PLAN = "group:" + ";".join(PLAN_GROUPS)

#: how many headline measures there are
HEADLINES = 2

#: families that carry every measure; the others carry the headline measures
WHOLE = (ALL, "agency", "mode", "kind", "group", "plan")


class Profile(NamedTuple):
    """What decides a response's domains. Cells are kept per PSU and profile.

    kind: "citizen", "business" or "unstated" · group, field: of the procedure; group "" where it has
    none, field "-"
    """

    agency: str
    mode: str
    group: str
    kind: str
    field: str


def families_of(profile: Profile) -> dict[str, str]:
    """Family -> the domain of it that a response with this profile belongs to."""
    agency, mode, group, kind, field = profile
    families = {ALL: ALL, "agency": f"agency:{agency}", "mode": f"mode:{mode}", "kind": f"kind:{kind}"}
    if group:
        families["group"] = f"group:{group}"
    if group in PLAN_GROUPS:
        families["plan"] = PLAN
    return families | {
        "field": f"field:{field}",
        f"agency:{agency}/field": f"agency:{agency}/field:{field}",
        f"agency:{agency}/mode": f"agency:{agency}/mode:{mode}",
    }


def domains_of(profile: Profile) -> tuple[str, ...]:
    """The domains of a response with this profile; figures are given for these."""
    return tuple(families_of(profile).values())


def family_of(domain: str) -> str:
    """The family of a domain: `agency:03646/mode` of `agency:03646/mode:kiosk`."""
    if domain in (ALL, PLAN):
        return ALL if domain == ALL else "plan"
    within, slash, own = domain.partition("/")
    return within + slash + own.partition(":")[0] if slash else within.partition(":")[0]


def crossed(family: str) -> bool:
    """Whether cross moments of the family's domains are kept: fields are too many, see `counts.parts`."""
    return family in ("agency", "mode") or family.endswith("/mode")


def measures_of(instrument: Instrument) -> dict[str, tuple[str, ...]]:
    """Measure -> the rated items that are pooled into it, in a fixed order; responses come first."""
    pooled: dict[str, list[str]] = {}
    for item in instrument.ratings:
        pooled[f"item:{item.code}"] = [item.code]
        if item.factor:
            pooled.setdefault(f"factor:{item.factor}", []).append(item.code)
        if item.in_index and instrument.index:
            pooled.setdefault(f"index:{instrument.index.code}", []).append(item.code)
    return {RESPONSES: (), **{measure: tuple(items) for measure, items in pooled.items()}}


def headline_of(measures: Sequence[str]) -> tuple[int, int]:
    """Places of the headline measures: responses, and the index, or responses again where there is none."""
    index = (place for place, name in enumerate(measures) if name.startswith("index:"))
    return measures.index(RESPONSES), next(index, measures.index(RESPONSES))


def outcomes_of(instrument: Instrument) -> dict[tuple[str, str], int]:
    """(item, outcome) -> its place among all that can be answered: steps ("4"), then missing reasons."""
    found = [
        (item.code, outcome)
        for item in instrument.items
        for outcome in (*(str(step.value) for step in instrument.scale_of(item).steps), *Missing)
    ]
    return {pair: place for place, pair in enumerate(found)}


def overall_of(instrument: Instrument) -> Item | None:
    """The question about the whole: the first rated item that is no criterion of a factor."""
    return next((item for item in instrument.ratings if not item.factor and not item.in_index), None)
