"""Which domains a response belongs to, and which measures its answers are pooled into."""

from __future__ import annotations

from typing import NamedTuple

from survey.agency import PLAN_GROUPS
from survey.instrument import Instrument

#: the measure that counts responses themselves, so that a stratum knows all of its PSUs
RESPONSES = "responses"

#: the domain of everybody
ALL = "all"


class Profile(NamedTuple):
    """What decides a response's domains. Cells are kept per PSU and profile."""

    agency: str
    mode: str
    group: str


def domains_of(profile: Profile) -> tuple[str, ...]:
    """The domains of a response with this profile; figures are given for these."""
    domains = [ALL, f"agency:{profile.agency}", f"mode:{profile.mode}"]
    if profile.group:
        domains.append(f"group:{profile.group}")
    if profile.group in PLAN_GROUPS:
        domains.append("group:" + ";".join(PLAN_GROUPS))
    return tuple(domains)


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
