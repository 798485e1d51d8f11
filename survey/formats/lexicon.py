"""Lexicons as CSV: which words speak for which label, and desks that kinds of comments go to."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from survey.agency import Status
from survey.comment import GAP, Kind, Lexicon, Term
from survey.formats.faults import Faults, untidy

#: the desk that overdue cases are brought to
OVERDUE = "overdue"


@dataclass(frozen=True)
class Route:
    """Where a kind goes. agency: "" for the one that the comment is about · days: working days to answer in"""

    kind: str
    agency: str
    days: int


@dataclass(frozen=True)
class Lexicons:
    """All that is known of words: topics by criterion, kinds, and where kinds go."""

    topics: Lexicon
    kinds: Lexicon
    routes: Mapping[str, Route]
    #: criterion -> its factor
    factor_of: Mapping[str, str]


_COLUMNS = {
    "topics.csv": ("factor", "criterion", "term", "weight", "source", "status"),
    "kinds.csv": ("kind", "term", "weight", "source", "status"),
    "short_forms.csv": ("word", "means", "source", "status"),
    "desks.csv": ("kind", "agency", "days", "source", "status"),
}


def parse(files: Mapping[str, str]) -> Lexicons:
    """Read the four files (name -> text). Raises `BadData` with every fault."""
    faults = Faults()
    rows = {name: list(_rows(name, files[name], faults)) for name in _COLUMNS}
    short = {row["word"]: row["means"] for _, row in rows["short_forms.csv"]}
    kinds = {kind.value for kind in Kind}
    topics = [_term("topics.csv", line, row, row["criterion"], faults) for line, row in rows["topics.csv"]]
    signs = [_term("kinds.csv", line, row, row["kind"], faults) for line, row in rows["kinds.csv"]]
    for line, row in rows["kinds.csv"]:
        if row["kind"] not in kinds - {Kind.FEEDBACK.value}:
            faults.add("kinds.csv", line, f"kind {row['kind']!r} is none that words decide")
    routes = {row["kind"]: _route(line, row, faults) for line, row in rows["desks.csv"]}
    for kind in sorted((kinds | {OVERDUE}) - set(routes)):
        faults.add("desks.csv", 1, f"no desk for {kind!r}")
    faults.refuse()
    return Lexicons(
        Lexicon(tuple(topics), short),
        Lexicon(tuple(signs), short, negated=True),
        routes,
        {row["criterion"]: row["factor"] for _, row in rows["topics.csv"]},
    )


def _rows(name: str, text: str, faults: Faults) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text))
    if tuple(reader.fieldnames or ()) != _COLUMNS[name]:
        faults.add(name, 1, f"columns are not {', '.join(_COLUMNS[name])}")
        return
    for row in reader:
        if None in row or None in row.values():
            faults.add(name, reader.line_num, "has another number of columns than the heading")
            continue
        for column, value in row.items():
            if value and (fault := untidy(value)):
                faults.add(name, reader.line_num, f"{column} {fault}")
        if not row["source"] or row["status"] not in tuple(Status):
            faults.add(name, reader.line_num, "has no source, or no known status")
        yield reader.line_num, row


def _term(name: str, line: int, row: Mapping[str, str], label: str, faults: Faults) -> Term:
    words = tuple(row["term"].split())
    if not words or row["term"] != row["term"].casefold():
        faults.add(name, line, "term is empty or not in small letters")
    if words and GAP in (words[0], words[-1]):
        faults.add(name, line, "term begins or ends with a gap")
    return Term(label, words or ("",), _number(name, line, "weight", row["weight"], faults))


def _route(line: int, row: Mapping[str, str], faults: Faults) -> Route:
    return Route(row["kind"], row["agency"], int(_number("desks.csv", line, "days", row["days"], faults)))


def _number(name: str, line: int, column: str, text: str, faults: Faults) -> float:
    try:
        return float(text)
    except ValueError:
        faults.add(name, line, f"{column} {text!r} is no number")
        return 0.0
