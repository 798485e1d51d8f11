"""Whom and what the answers are about: fields of procedures, groups of fields, kinds of respondents.

The fields of a group add up to the group, groups add up to what the reform plan pools, and all of it to
the whole: each is protected among its siblings, so that none follows from the others by subtraction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey import disclosure
from survey.agency import PLAN_GROUPS, Field
from survey.analyse.wave import ByDomain, WaveCounts
from survey.counts import NO_FIELD
from survey.figure import Figure
from survey.instrument import Text

GROUPS: dict[str, Text] = {
    "land": {"vi": "Đất đai", "en": "Land"},
    "construction": {"vi": "Xây dựng", "en": "Construction"},
    "investment": {"vi": "Đầu tư", "en": "Investment"},
}

KINDS: dict[str, Text] = {
    "citizen": {"vi": "Người dân", "en": "Citizens"},
    "business": {"vi": "Doanh nghiệp, tổ chức", "en": "Businesses and organisations"},
    "unstated": {"vi": "Không nêu", "en": "Not stated"},
}

UNKNOWN_FIELD: Text = {"vi": "Không nêu thủ tục", "en": "No procedure named"}


@dataclass(frozen=True)
class Groups:
    """The index of each group of fields, field and kind of respondents; the factors of each group."""

    groups: tuple[Figure, ...]
    group_factors: tuple[Figure, ...]
    fields: tuple[Figure, ...]
    kinds: tuple[Figure, ...]


def domains(fields: Mapping[str, Field]) -> list[str]:
    """The domains that `read` needs the moments of."""
    return [
        *(f"group:{group}" for group in PLAN_GROUPS),
        *(f"kind:{kind}" for kind in KINDS),
        *(f"field:{code}" for code in (*fields, NO_FIELD)),
    ]


def read(counts: WaveCounts, moments: ByDomain, fields: Mapping[str, Field]) -> Groups:
    """The figures of a wave's groups, as they may be shown; what nobody answered about is left out."""
    groups = _indices(counts, moments, {f"group:{group}": GROUPS[group] for group in PLAN_GROUPS})
    return Groups(
        groups,
        _factors(counts, moments, groups),
        _fields(counts, moments, fields, groups),
        _indices(counts, moments, {f"kind:{kind}": label for kind, label in KINDS.items()}),
    )


def _indices(counts: WaveCounts, moments: ByDomain, labels: Mapping[str, Text]) -> tuple[Figure, ...]:
    """The index of sibling domains, those with answers alone."""
    code = counts.index_code
    there = [(domain, label) for domain, label in labels.items() if (domain, code) in moments]
    return disclosure.release_siblings(
        [counts.index(domain, moments[domain, code], label) for domain, label in there]
    )


def _fields(
    counts: WaveCounts, moments: ByDomain, fields: Mapping[str, Field], groups: Sequence[Figure]
) -> tuple[Figure, ...]:
    """The index of each field. Those of a group that is withheld are withheld with it: they are its parts."""
    hidden = {figure.domain for figure in groups if figure.withheld}
    labels = {code: field.name for code, field in fields.items()} | {NO_FIELD: UNKNOWN_FIELD}
    found: list[Figure] = []
    for group in (*PLAN_GROUPS, None):
        own = {
            f"field:{code}": label for code, label in labels.items() if _group_of(fields.get(code)) == group
        }
        figures = _indices(counts, moments, own)
        if f"group:{group}" in hidden:
            figures = tuple(disclosure.withhold(figure, disclosure.SECONDARY) for figure in figures)
        found += figures
    order = {f"field:{code}": place for place, code in enumerate(labels)}
    return tuple(sorted(found, key=lambda figure: order[figure.domain]))


def _group_of(field: Field | None) -> str | None:
    return field.group if field and field.group in PLAN_GROUPS else None


def _factors(counts: WaveCounts, moments: ByDomain, groups: Sequence[Figure]) -> tuple[Figure, ...]:
    """Each factor in each group that is shown."""
    return tuple(
        disclosure.gate(
            counts.figure(
                code, "share", factor.label, group.domain, counts.share(code, moments[group.domain, code])
            )
        )
        for group in groups
        if not group.withheld
        for factor in counts.instrument.factors
        if (group.domain, code := f"factor:{factor.code}") in moments
    )
