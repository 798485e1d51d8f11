"""The differencing guard: two editions side by side tell no more of a few people than each by itself.

Where the same figure stands in an earlier edition with 1 to 9 people more or fewer, subtracting the two would
tell what those people said. Such a figure is withheld, and with it others, until none follows by subtraction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from survey import disclosure, errors
from survey.analyse.drivers import parts_of
from survey.analyse.splits import AFTER, BEFORE
from survey.counts import ALL, BlockSums
from survey.dispute import Disputed
from survey.publish.released import Block, Group, Key, Released, Replicates, Told

#: the sums of each group of a split
Groups = Mapping[Group, tuple[float, ...]]

DIFFERENCING = "differencing"


def guard(released: Released, earlier: Sequence[Released], headline: str, *, items: int) -> list[str]:
    """Withhold what an earlier edition would give away; the domains of which something is withheld.

    headline: the measure by which domains are compared · items: its questions. Raises TooFewChanged where the whole itself differs
    by too few people: then the revision has to wait for more answers. A part that no other one can protect
    is the only one that changed, so that what it is a part of differs by as few and is withheld too.
    """
    period = released.parameters["period"]
    changed = _changed(released, earlier)
    whole = next((n for key, n in changed.items() if key[1:] == (ALL, period, headline)), 0)
    if 0 < whole < disclosure.SMALLEST:
        raise errors.TooFewChanged(people=f"1-{disclosure.SMALLEST - 1}")
    held: set[Key] = {key for key, n in changed.items() if 0 < n < disclosure.SMALLEST}
    for family in _families(changed, headline):
        people = [changed[key] for key in family]
        codes = disclosure.also_held([0 < n < disclosure.SMALLEST for n in people], people)
        held |= {key for key, code in zip(family, codes, strict=True) if code}
    for key in held:
        released.sums[key] = Told(DIFFERENCING)
    _guard_blocks(released, [before for before in earlier if before.parameters["period"] == period])
    domains = {key.domain for key in held if (key.period, key.measure) == (period, headline)}
    _guard_disputes(released, [one for one in earlier if one.parameters["period"] == period], domains)
    _guard_halves(released, earlier, domains, items)
    _drop(released, domains, {(key.domain, key.measure) for key in held})
    return sorted({key.domain for key in held})


def _changed(released: Released, earlier: Sequence[Released]) -> dict[Key, int]:
    """How many people lie between a figure and the same one in earlier editions: the fewest, but 0."""
    found: dict[Key, int] = {}
    for before in earlier:
        for key, told in released.sums.items():
            known = before.sums.get(key)
            if known is None or known.held or told.held:
                continue
            n = abs(told.sums.moments.people - known.sums.moments.people)
            found[key] = min(n, found[key]) if found.get(key) and n else n or found.get(key, 0)
    return found


def _families(changed: Iterable[Key], headline: str) -> Iterable[list[Key]]:
    """Figures that add up to another one: the parts of a family in a period, and of a domain over time."""
    families: defaultdict[tuple[str, ...], list[Key]] = defaultdict(list)
    for key in sorted(changed):
        if key.measure != headline:
            continue
        if key.domain != ALL:
            families["of", key.domain.partition(":")[0], key.period].append(key)
        if "-" in key.period:
            whole = key.period[:4] if "Q" in key.period else _quarter(key.period)
            families["in", key.domain, whole].append(key)
    return families.values()


def _quarter(month: str) -> str:
    return f"{month[:4]}-Q{(int(month[5:7]) + 2) // 3}"


def _guard_blocks(released: Released, earlier: Sequence[Released]) -> None:
    """Withhold products of answers that few more people, or fewer, gave who answered everything.

    Sums of twentieths are not told where any of them changed by few: the errors of drivers are then given.
    """
    for before in earlier:
        for key, block in released.blocks.items():
            known = before.blocks.get(key)
            if known and known.sums and block.sums and 0 < abs(block.n - known.n) < disclosure.SMALLEST:
                released.blocks[key] = Block(block.columns, 0, 0, (), DIFFERENCING)
        for domain, own in released.replicates.items():
            told = before.replicates.get(domain, Replicates()).sums
            if own.sums and told and _few_between(own.sums, told):
                released.replicates[domain] = Replicates(figures=without_each(released, domain))
    for domain, name in [key for key, block in released.blocks.items() if block.held == DIFFERENCING]:
        if name == "persons":
            released.replicates.pop(domain, None)


def without_each(released: Released, domain: str) -> tuple[tuple[float | None, ...], ...]:
    """The figures of the drivers without each twentieth, from the sums of all."""
    columns = released.blocks[domain, "persons"].columns
    persons = BlockSums(columns, np.array(released.replicates[domain].sums))
    return tuple(map(tuple, persons.without(parts_of(persons))))


def _few_between(one: Sequence[Sequence[float]], other: Sequence[Sequence[float]]) -> bool:
    if len(one) != len(other):
        return True
    return any(0 < abs(a[0] - b[0]) < disclosure.SMALLEST for a, b in zip(one, other, strict=True))


def _guard_disputes(released: Released, earlier: Sequence[Released], domains: set[str]) -> None:
    """Withhold what was disputed, or decided, where 1 to 9 ratings lie between two editions; the whole's where those follow."""
    told, agencies = released.parameters["disputes"], released.parameters["agencies"]
    nothing = Disputed(held=DIFFERENCING, undecided=DIFFERENCING).__dict__
    told |= {code: nothing for code in agencies if f"agency:{code}" in domains}
    for before in (one.parameters["disputes"] for one in earlier):
        for name, why in (
            ("most", nothing),
            ("decided", {"undecided": DIFFERENCING, "decided": 0, "upheld": 0}),
        ):
            apart = {code: _between(told[code], before.get(code), name) for code in told}
            few = {code: n for code, n in apart.items() if 0 < n < disclosure.SMALLEST}
            if disclosure.follows([n for code, n in few.items() if code in agencies]):
                few |= {code: 0 for code in told if code not in agencies}
            for code in few:
                told[code] = told[code] | why


def _between(now: Mapping[str, Any], before: Mapping[str, Any] | None, name: str) -> int:
    """How many ratings lie between two numbers that are told; 0 where one of them is not."""
    if before is None or any(one["held"] or one["least"] != one["most"] for one in (now, before)):
        return 0
    if name == "decided" and (now["undecided"] or before["undecided"]):
        return 0
    return abs(int(now[name]) - int(before[name]))


def _guard_halves(released: Released, earlier: Sequence[Released], domains: set[str], items: int) -> None:
    """Forget the split of a change where one of its groups would tell of few people, or of what is withheld.

    Weights of answers are compared: people give at most as many as the index has questions.
    """
    known = [(key, groups) for before in earlier for key, groups, _ in _by_period(before)]
    for key, groups, name in list(_by_period(released)):
        others = [told for of, told in known if of == key]
        few = any(_few_apart(groups, told, disclosure.SMALLEST * items) for told in others)
        if few or not domains.isdisjoint(groups):
            released.halves.pop(name, None)


def _by_period(
    released: Released,
) -> Iterator[tuple[tuple[str, str, str], Groups, tuple[str, str, str]]]:
    """(domain, over, period), its groups, and the name of the split that tells of them."""
    named = {
        c["against"]: {BEFORE: c["before"], AFTER: c["after"]} for c in released.parameters["comparisons"]
    }
    for (domain, against, over), halves in released.halves.items():
        for when, groups in halves.periods.items():
            yield (domain, over, named[against][when]), groups, (domain, against, over)


def _few_apart(one: Groups, other: Groups, most: int) -> bool:
    """Whether groups were told apart otherwise, or one of them differs by the answers of few people."""
    if one.keys() != other.keys():
        return True
    pairs = ((one[group], other[group]) for group in one)
    return any(a[:2] != b[:2] and abs(a[0] - b[0]) < most for a, b in pairs)


def _drop(released: Released, domains: set[str], measures: set[tuple[str, str]]) -> None:
    """Forget what else is told of domains and items that are withheld."""
    for (domain, item), tally in list(released.tallies.items()):
        if domain in domains:
            del released.tallies[domain, item]
        elif (domain, f"item:{item}") in measures:
            released.tallies[domain, item] = tally._replace(steps=None, held=DIFFERENCING)
    for block in [key for key in released.blocks if key[0] in domains]:
        del released.blocks[block]
    for half in [key for key in released.halves if key[0] in domains]:
        del released.halves[half]
    for domain in domains & released.replicates.keys():
        del released.replicates[domain]
    for pairs in released.shared.values():
        for pair in [pair for pair in pairs if not domains.isdisjoint(pair)]:
            del pairs[pair]
