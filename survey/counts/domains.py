"""Which domains a response belongs to, and which measures its answers are pooled into.

Domains come in families: the domains of one family are parts of one whole, told apart by one attribute.
`agency:03646/mode:kiosk` is of the family `agency:03646/mode`, `field:land` of the family `field`. A
family carries every measure, or the headline ones alone (the index, and the responses).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from survey.agency import PLAN_GROUPS
from survey.instrument import Instrument, Item, Missing
from survey.response import Mode

Codes = NDArray[np.intp]

#: the measure that counts responses themselves, so that a stratum knows all of its PSUs
RESPONSES = "responses"

#: the domain of everybody
ALL = "all"

#: the field of a response whose procedure, or whose procedure's field, is not known
NO_FIELD = "-"

#: the invitation of a response that names none, and who helped where nobody did
NONE = "none"

#: the procedure of a response that names none
NO_PROCEDURE = "-"

#: the domain that the reform plan's targets are about
PLAN = "group:" + ";".join(PLAN_GROUPS)

#: how many headline measures there are
HEADLINES = 2

#: how many of a profile's attributes decide the domains that carry every measure; they come first
BARELY = 4

#: families whose outcomes are counted one by one
TALLIED = (ALL, "agency", "mode", "kind", "group", "plan")

#: families that carry every measure; the others carry the headline measures
WHOLE = (*TALLIED, "within/mode", "within/kind")


class Profile(NamedTuple):
    """What decides a response's domains. Cells are kept per PSU and profile.

    kind: "citizen", "business" or "unstated" · group, field: of the procedure; group "" where it has
    none, field and procedure "-" · invitation, assisted: as of a response, "none" where it has none
    """

    agency: str
    mode: str
    group: str
    kind: str
    field: str
    invitation: str = NONE
    assisted: str = NONE
    procedure: str = NO_PROCEDURE

    def bare(self) -> Profile:
        """What of it decides the domains that carry every measure."""
        return bare(self[:BARELY])


def bare(first: tuple[str, ...]) -> Profile:
    """A profile of nothing but its first attributes, which decide the domains that carry every measure."""
    return Profile._make((*first, *[""] * (len(Profile._fields) - BARELY)))


class Slot(NamedTuple):
    """A family, or (named "within/mode") the families of one attribute within every agency.

    by: attributes of a profile that decide · of: the family and the domain, None for none
    """

    by: tuple[str, ...]
    of: Callable[[Profile], tuple[str, str] | None]


#: every response belongs to one domain, or to none, of each
SLOTS = {
    ALL: Slot((), lambda p: (ALL, ALL)),
    "agency": Slot(("agency",), lambda p: ("agency", f"agency:{p.agency}")),
    "mode": Slot(("mode",), lambda p: ("mode", f"mode:{p.mode}")),
    "invitation": Slot(
        ("mode", "invitation"),
        lambda p: ("invitation", f"invitation:{p.invitation}") if p.mode == Mode.ONLINE else None,
    ),
    "assisted": Slot(("assisted",), lambda p: ("assisted", f"assisted:{p.assisted}")),
    "kind": Slot(("kind",), lambda p: ("kind", f"kind:{p.kind}")),
    "group": Slot(("group",), lambda p: ("group", f"group:{p.group}") if p.group else None),
    "plan": Slot(("group",), lambda p: ("plan", PLAN) if p.group in PLAN_GROUPS else None),
    "field": Slot(("field",), lambda p: ("field", f"field:{p.field}")),
    "within/field": Slot(
        ("agency", "field"), lambda p: (f"agency:{p.agency}/field", f"agency:{p.agency}/field:{p.field}")
    ),
    "within/mode": Slot(
        ("agency", "mode"), lambda p: (f"agency:{p.agency}/mode", f"agency:{p.agency}/mode:{p.mode}")
    ),
    "within/kind": Slot(
        ("agency", "kind"), lambda p: (f"agency:{p.agency}/kind", f"agency:{p.agency}/kind:{p.kind}")
    ),
}


class Slotted(NamedTuple):
    """A slot's D domains among P profiles, and the families that they are of.

    family: (D,) number of each domain's family · of: (P,) number of each profile's domain, -1 for none
    """

    families: tuple[str, ...]
    family: Codes
    domains: tuple[str, ...]
    of: Codes


def slotted(profiles: Sequence[Profile], slot: Slot) -> Slotted:
    """The domains of a slot that profiles belong to. Each is named once, however many profiles it has."""
    code = np.zeros(len(profiles), dtype=np.intp)
    for attribute in slot.by:
        values, number = numbered(list(map(attrgetter(attribute), profiles)))
        code = code * len(values) + number
    _, first, which = np.unique(code, return_index=True, return_inverse=True)
    named = [slot.of(profiles[place]) for place in first.tolist()]
    found, number_of = numbered(named)
    places = np.cumsum([name is not None for name in found]) - 1
    places[[name is None for name in found]] = -1
    names = [name for name in found if name is not None]
    families, family = numbered([family for family, _ in names])
    return Slotted(families, family, tuple(domain for _, domain in names), places[number_of][which])


def numbered(labels: Sequence[Any]) -> tuple[tuple[Any, ...], Codes]:
    """The distinct labels in the order they come, and the number of each."""
    numbers = {label: number for number, label in enumerate(dict.fromkeys(labels))}
    return tuple(numbers), np.fromiter(map(numbers.__getitem__, labels), np.intp, len(labels))


def families_of(profile: Profile) -> dict[str, str]:
    """Family -> the domain of it that a response with this profile belongs to."""
    return dict(found for slot in SLOTS.values() if (found := slot.of(profile)))


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
    """Whether cross moments of the domains of a family, or of a slot, are kept; see `counts.parts`.

    Fields are too many.
    """
    return family in ("agency", "mode", "invitation", "assisted") or family.endswith("/mode")


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
