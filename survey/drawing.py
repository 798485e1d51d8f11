"""Drawing a sample in stages: communes, villages of them, households of those, with known probabilities.

    frame = listed(units)
    sample = drawn("sipas-2026", "2026", frame, {"A": 6, "B": 4}, Stages(villages=2, people=15))

Every stage is systematic, with probability proportional to size: a random start, then each n-th part of
the sizes laid end to end. What is larger than such a part is certain to be drawn, and stands by itself.
All chance comes from SHA-256 of the seed and of what is drawn from, in whole numbers: the same frame and
seed give the same sample on any machine, and somebody else can draw it again.
Source: Madow 1949; Särndal, Swensson & Wretman 1992, sections 3.6 and 4.4.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from survey.household import (
    ALPHABET,
    CODE_LETTERS,
    Cluster,
    Drawn,
    FrameUnit,
    Part,
    SampleUnit,
    Stages,
    unit_code,
)

#: village -> its units; commune -> its villages; stratum -> its communes
Villages = Mapping[str, Sequence[FrameUnit]]
Listing = Mapping[str, Mapping[str, Villages]]

#: how many codes of units there are
_CODES = len(ALPHABET) ** (CODE_LETTERS - 1)


def listed(units: Iterable[FrameUnit]) -> Listing:
    """The frame by stratum, commune and village, each in the order of codes."""
    found: dict[str, dict[str, dict[str, list[FrameUnit]]]] = {}
    for unit in units:
        found.setdefault(unit.stratum, {}).setdefault(unit.commune, {}).setdefault(unit.village, []).append(
            unit
        )
    return {
        stratum: {
            commune: dict(sorted(found[stratum][commune].items())) for commune in sorted(found[stratum])
        }
        for stratum in sorted(found)
    }


def people(villages: Villages) -> int:
    """The people of a commune."""
    return sum(unit.size for units in villages.values() for unit in units)


def communes_for(people_by_stratum: Mapping[str, int], frame: Listing, stages: Stages) -> dict[str, int]:
    """How many communes of each stratum are needed to ask so many people: two at least, where there are two."""
    each = stages.villages * stages.people
    return {
        stratum: min(len(frame[stratum]), max(2, math.ceil(wanted / each)))
        for stratum, wanted in people_by_stratum.items()
    }


# One stage.


@dataclass(frozen=True, slots=True)
class Picked:
    """What was drawn of a list: places in their order · of all: probabilities, and whether it is certain."""

    places: tuple[int, ...]
    probabilities: tuple[float, ...]
    certain: tuple[bool, ...]


def chance(*names: object) -> int:
    """A whole number below 2^256 that follows from names alone."""
    return int.from_bytes(hashlib.sha256("\x1f".join(map(str, names)).encode()).digest())


def picked(sizes: Sequence[int], wanted: int, start: int) -> Picked:
    """`wanted` of a list with these sizes (whole, above 0), systematically and proportional to size.

    start: a large random number. Probability n s / S of those that are not certain; as many as there are
    if that is fewer. The points start, start + S, start + 2 S, ... lie on a line on which each takes n s.
    """
    certain = _certain(sizes, wanted)
    left = wanted - sum(certain)
    rest = [0 if sure else size for size, sure in zip(sizes, certain, strict=True)]
    total = sum(rest)
    chances = [1.0 if sure else left * size / total for size, sure in zip(rest, certain, strict=True)]
    places = [place for place, sure in enumerate(certain) if sure]
    if left > 0 and total:
        point, end = start % total, 0
        for place, upto in enumerate(accumulate(rest)):
            end = upto * left
            if point < end and rest[place]:
                places.append(place)
                point += total
    return Picked(tuple(sorted(places)), tuple(chances), tuple(certain))


def _certain(sizes: Sequence[int], wanted: int) -> list[bool]:
    """What takes a whole part of the line, or more, again and again until nothing does."""
    certain = [wanted >= len(sizes)] * len(sizes)
    while not all(certain):
        left = wanted - sum(certain)
        total = sum(size for size, sure in zip(sizes, certain, strict=True) if not sure)
        new = [sure or left * size >= total for size, sure in zip(sizes, certain, strict=True)]
        if new == certain:
            break
        certain = new
    return certain


# All stages.


@dataclass(frozen=True, slots=True)
class _Draw:
    """What all stages of one drawing share."""

    wave: str
    seed: str
    stages: Stages

    def start(self, *names: object) -> int:
        return chance(self.seed, self.wave, *names)


def drawn(wave: str, seed: str, frame: Listing, communes: Mapping[str, int], stages: Stages) -> Drawn:
    """The sample of a wave: `communes` of each stratum, and villages and people as `stages` says."""
    draw = _Draw(wave, seed, stages)
    clusters: list[Cluster] = []
    units: list[SampleUnit] = []
    for stratum, listing in frame.items():
        names = list(listing)
        sizes = [people(listing[name]) for name in names]
        found = picked(sizes, communes.get(stratum, 0), draw.start(stratum))
        for place in found.places:
            count = sum(map(len, listing[names[place]].values()))
            commune = Cluster(
                names[place],
                "",
                stratum,
                count,
                sizes[place],
                found.probabilities[place],
                found.certain[place],
            )
            clusters.append(commune)
            _villages(draw, commune, listing[names[place]], clusters, units)
    return Drawn(tuple(clusters), tuple(_coded(draw, units)))


def _villages(
    draw: _Draw, commune: Cluster, listing: Villages, clusters: list[Cluster], units: list[SampleUnit]
) -> None:
    names = list(listing)
    sizes = [sum(unit.size for unit in listing[name]) for name in names]
    found = picked(sizes, draw.stages.villages, draw.start(commune.stratum, commune.commune))
    for place in found.places:
        village = Cluster(
            commune.commune,
            names[place],
            commune.stratum,
            len(listing[names[place]]),
            sizes[place],
            found.probabilities[place],
            found.certain[place],
        )
        clusters.append(village)
        units += _people(draw, commune, village, listing[names[place]])


def _people(
    draw: _Draw, commune: Cluster, village: Cluster, listing: Sequence[FrameUnit]
) -> list[SampleUnit]:
    """The units of a village in random order: first those to be asked, then those that may stand in."""
    names = (commune.stratum, commune.commune, village.village)
    shuffled = sorted(listing, key=lambda unit: (draw.start(*names, unit.label), unit.label))
    sizes = [unit.size for unit in shuffled]
    found = picked(sizes, draw.stages.people, draw.start(*names, "people"))
    main = [(shuffled[place], found.probabilities[place]) for place in found.places]
    rest = [place for place in range(len(shuffled)) if place not in set(found.places)]
    others = picked([sizes[place] for place in rest], draw.stages.substitutes, draw.start(*names, "others"))
    usual = min((found.probabilities[place] / sizes[place] for place in rest), default=0.0)
    spare = [(shuffled[rest[place]], usual * sizes[rest[place]]) for place in others.places]
    asked = [(unit, own, Part.MAIN) for unit, own in main]
    asked += [(unit, own, Part.SUBSTITUTE) for unit, own in spare]
    before = commune.probability * village.probability
    return [
        _unit(draw.wave, commune, village, unit, part, place, before * own / unit.size)
        for place, (unit, own, part) in enumerate(asked, 1)
    ]


def _unit(
    wave: str, commune: Cluster, village: Cluster, unit: FrameUnit, part: Part, place: int, probability: float
) -> SampleUnit:
    """A unit with its stratum and sampling unit of the variance: below what is certain, the next stage."""
    layer, psu, population = commune.stratum, str(commune.commune), None
    if commune.certain:
        layer, psu = f"{layer}/{commune.commune}", f"{commune.commune}/{village.village}"
    alone = commune.certain and village.certain
    if alone:
        layer, population = f"{layer}/{village.village}", float(village.size)
    return SampleUnit(
        code="",
        wave=wave,
        stratum=commune.stratum,
        commune=commune.commune,
        village=village.village,
        label=unit.label,
        size=unit.size,
        part=part,
        place=place,
        probability=probability,
        weight=1 / probability,
        layer=layer,
        psu=None if alone else psu,
        population=population,
    )


def _coded(draw: _Draw, units: Sequence[SampleUnit]) -> Iterable[SampleUnit]:
    """The units with codes of their own: where two would have the same, the second has the next free one."""
    taken: set[int] = set()
    for unit in units:
        number = draw.start("code", unit.stratum, unit.commune, unit.village, unit.place) % _CODES
        while number in taken:
            number = (number + 1) % _CODES
        taken.add(number)
        yield replace(unit, code=unit_code(number))
