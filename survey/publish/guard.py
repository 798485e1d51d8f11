"""The differencing guard: two editions side by side tell no more of a few people than each by itself.

Where the same figure stands in an earlier edition with 1 to 9 people more or fewer, subtracting the two would
tell what those people said. Such a figure is withheld, and with it others, until none follows by subtraction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from survey import disclosure, errors
from survey.counts import ALL
from survey.publish.released import Key, Released, Told

DIFFERENCING = "differencing"


def guard(released: Released, earlier: Sequence[Released], headline: str) -> list[str]:
    """Withhold what an earlier edition would give away; the domains of which something is withheld.

    headline: the measure by which domains are compared. Raises TooFewChanged where the whole itself differs
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
    domains = {key.domain for key in held if (key.period, key.measure) == (period, headline)}
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
