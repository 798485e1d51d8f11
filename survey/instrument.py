"""A questionnaire as a value: wording in every language is part of the method.

An instrument is immutable; a changed word is a new version. Items carry their lineage: what they
continue, and whether the two may be compared (`equated`) or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

Text = Mapping[str, str]


class Missing(StrEnum):
    """Why an item has no answer. Kept apart: none of them is a rating, and none is zero."""

    NOT_ASKED = "not_asked"
    REFUSED = "refused"
    DONT_KNOW = "dont_know"
    NOT_APPLICABLE = "not_applicable"


class Kind(StrEnum):
    """What an item asks for: a step of satisfaction, one choice, or any number of choices."""

    RATING = "rating"
    CHOICE = "choice"
    CHOICES = "choices"


@dataclass(frozen=True)
class Step:
    """One answer of a scale: its value, and its words. `face` is 1 (saddest) to 5, or None."""

    value: int
    label: Text
    face: int | None = None


@dataclass(frozen=True)
class Scale:
    """An ordered set of steps; from `satisfied_from` on an answer counts as satisfied.

    `satisfied_from` is None for scales that are not of satisfaction.
    """

    code: str
    steps: tuple[Step, ...]
    satisfied_from: int | None = None

    @cached_property
    def values(self) -> frozenset[int]:
        return frozenset(step.value for step in self.steps)

    @property
    def low(self) -> int:
        return min(self.values)

    @property
    def high(self) -> int:
        return max(self.values)


@dataclass(frozen=True)
class Lineage:
    """The earlier item this one continues, and whether figures may be compared across."""

    item: str
    equated: bool
    note: str = ""


@dataclass(frozen=True)
class Item:
    """A question. Ratings with a `factor` are its criteria; `in_index` ones make the index.

    missing: the reasons a respondent may give instead of an answer.
    group: a heading for items that are asked as one block.
    """

    code: str
    text: Text
    scale: str
    kind: Kind = Kind.RATING
    factor: str | None = None
    in_index: bool = False
    missing: tuple[Missing, ...] = (Missing.REFUSED,)
    group: Text | None = None
    lineage: tuple[Lineage, ...] = ()
    source: str = ""
    status: str = "found"


@dataclass(frozen=True)
class Factor:
    """A group of criteria (yếu tố); `reforms` are the plan's contents that it informs."""

    code: str
    label: Text
    reforms: tuple[str, ...] = ()
    component: str = "service"


@dataclass(frozen=True)
class Index:
    """The instrument's named, versioned index: the pooled share over its `in_index` items."""

    code: str
    label: Text


@dataclass(frozen=True)
class Band:
    """A class of a scored index: from `low` (included) to `high` (excluded; None is open)."""

    code: str
    label: Text
    low: float
    high: float | None


@dataclass(frozen=True)
class Instrument:
    """An immutable questionnaire version: `code@version`.

    form: "rating" (a person rates a transaction), "household" (a sampled person is interviewed) or
    "process" (an officer scores facts of a case; no satisfaction in it).
    """

    code: str
    version: str
    form: str
    title: Text
    intro: Text
    languages: tuple[str, ...]
    scales: Mapping[str, Scale]
    factors: tuple[Factor, ...]
    items: tuple[Item, ...]
    index: Index | None = None
    bands: tuple[Band, ...] = ()
    minutes: int = 1
    source: str = ""
    status: str = "found"
    digest: str = field(default="", compare=False)

    @property
    def ref(self) -> str:
        """The name that responses and figures carry: `code@version`."""
        return f"{self.code}@{self.version}"

    @cached_property
    def by_code(self) -> Mapping[str, Item]:
        return {item.code: item for item in self.items}

    def scale_of(self, item: Item) -> Scale:
        return self.scales[item.scale]

    @cached_property
    def ratings(self) -> tuple[Item, ...]:
        """Items that are rated on a scale of satisfaction, in the order they are asked."""
        return tuple(
            item
            for item in self.items
            if item.kind is Kind.RATING and self.scales[item.scale].satisfied_from is not None
        )

    def criteria(self, factor: str) -> tuple[Item, ...]:
        """The rated items of one factor."""
        return tuple(item for item in self.ratings if item.factor == factor)

    def text_in(self, text: Text, language: str) -> str:
        """A wording in `language`, or in the instrument's first language where it has none."""
        return text.get(language) or text[self.languages[0]]

    def parts_from(self, earlier: Instrument) -> tuple[str, ...]:
        """What bears one name here and in an earlier version and may not be counted together.

        Answers to both are added up under the names of items, factors and the index where one wave goes
        on from the one to the other: nothing is spliced that is not the same, or said to be (`lineage`).
        """
        shared = [item for item in self.items if item.code in earlier.by_code]
        found = [f"item {item.code}" for item in shared if not self._continues(item, earlier)]
        factors = {factor.code for factor in self.factors} & {factor.code for factor in earlier.factors}
        found += [
            f"factor {code}"
            for code in sorted(factors)
            if {item.code for item in self.criteria(code)} != {item.code for item in earlier.criteria(code)}
        ]
        if self.index and earlier.index and self.index.code == earlier.index.code:
            pooled = ({item.code for item in each.items if item.in_index} for each in (self, earlier))
            found += [f"index {self.index.code}"] if next(pooled) != next(pooled) else []
        return tuple(found)

    def _continues(self, item: Item, earlier: Instrument) -> bool:
        before = earlier.by_code[item.code]
        scale, old = self.scale_of(item), earlier.scale_of(before)
        if item.kind is not before.kind or (scale.values, scale.satisfied_from) != (
            old.values,
            old.satisfied_from,
        ):
            return False
        names = (before.code, f"{earlier.ref}.{before.code}")
        return item.text == before.text or any(one.equated and one.item in names for one in item.lineage)
