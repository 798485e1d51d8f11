"""Reports beside reports: whether figures follow, and which ones a revision changed."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from survey import errors
from survey.formats.records import Record, records
from survey.report import Report

#: the part of a number by which two ways of adding up may differ
ROUNDING = 1e-9
#: below this a difference is none, whatever the number
_LEAST = 1e-12

_NAMED = ("part", "code", "domain", "period")
_SAID = ("value", "low", "high", "n", "withheld", "verdict")


#: parts of a report that look at other agencies
_AMONG_OTHERS = ("beside", "agency", "combined", "change", "change-part")


def check(shown: Iterable[Report], rebuilt: Iterable[Report], *, guarded: bool) -> None:
    """Raise FiguresDiffer where a figure does not follow from the released counts.

    shown: as pages have them · guarded: whether the guard withholds more, which changes what is compared
    with many others at once
    """
    for whole, anew in zip(shown, rebuilt, strict=True):
        page = replace(whole, coverage=())  # of dossiers, and in the statement on quality
        follows: defaultdict[tuple[str, ...], list[Record]] = defaultdict(list)
        for name, record in _named(anew):
            follows[name].append(record)
        for name, record in _named(page):
            other = follows[name].pop(0) if follows[name] else None
            if other is None and anew.index.withheld:
                continue
            if guarded and (other is None or record["part"] in _AMONG_OTHERS):
                continue
            at = "missing" if other is None else "" if other["withheld"] else difference(record, other)
            if at:
                raise errors.FiguresDiffer(figure="/".join(name), field=at)


def difference(one: Any, other: Any, at: str = "") -> str:
    """Where two records differ by more than rounding, "" where they do not."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        if one.keys() != other.keys():
            return at or "fields"
        found = (difference(one[key], other[key], f"{at}.{key}".lstrip(".")) for key in one)
        return next(filter(None, found), "")
    if isinstance(one, float) or isinstance(other, float):
        close = None not in (one, other) and math.isclose(one, other, rel_tol=ROUNDING, abs_tol=_LEAST)
        return "" if close else at
    return "" if one == other else at


def differences(before: Sequence[Report], after: Sequence[Report]) -> Iterator[dict[str, Any]]:
    """Every figure that another revision gives otherwise, with what it was and what it is."""
    earlier = {name: record for report in before for name, record in _named(report)}
    seen: set[tuple[str, ...]] = set()
    for report in after:
        for name, record in _named(report):
            if name in seen:  # an agency's line stands in the whole's report and in its own
                continue
            seen.add(name)
            known = earlier.pop(name, None)
            was = None if known is None else {key: known[key] for key in _SAID}
            now = {key: record[key] for key in _SAID}
            if was is None or difference(was, now):
                yield dict(zip(("agency", *_NAMED), name, strict=True)) | {"was": was, "is": now}
    for name, known in earlier.items():
        was = {key: known[key] for key in _SAID}
        yield dict(zip(("agency", *_NAMED), name, strict=True)) | {"was": was, "is": None}


def _named(report: Report) -> Iterator[tuple[tuple[str, ...], Record]]:
    for record in records(report):
        against = (record["change"] or {}).get("against") or ""
        of = record["agency"]["code"]
        aim = (record["target"] or {}).get("code") or "" if record["part"] == "goal" else ""
        part = ":".join(filter(None, (record["part"], against, aim)))
        yield (of, part, record["code"], record["domain"], record["period"]), record
