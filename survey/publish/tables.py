"""The released counts as the tables of a bundle, and back."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from survey import disclosure
from survey.analyse.splits import AFTER, BEFORE
from survey.case import Counters
from survey.counts import Moments, Pair, Stratum
from survey.errors import BadBundle
from survey.formats import archive, counts
from survey.instrument import Missing
from survey.publish.released import Block, Halves, Key, Released, Replicates, Said, Tally, Told

Row = Mapping[str, str]

#: the rules of disclosure control that these tables went through
DISCLOSURE = {"smallest": disclosure.SMALLEST, "few": disclosure.FEW}

#: the fields of `Moments` that a figure needs
_SUMS = tuple(name for name in Moments.__dataclass_fields__ if name != "w2")
_WHOLE = ("psus", "people", "answers")


class Table(NamedTuple):
    """One table: its columns, its rows of released counts, and reading a row back into them."""

    name: str
    columns: tuple[str, ...]
    rows: Callable[[Released], Iterable[Sequence[Any]]]
    read: Callable[[Released, Row], None]


# Sums.


def _sums(released: Released) -> Iterator[Sequence[Any]]:
    for key, told in sorted(released.sums.items()):
        row = [*key, told.held, told.share, told.mean]
        if told.held:
            yield [*row, *[None] * (1 + len(_SUMS))]
            continue
        hidden = {*(_OF_SHARE if told.share else ()), *(_OF_MEAN if told.mean else ())}
        if told.share and told.mean:
            hidden |= {"ww"} if told.share != UNUSED else {"answers", "w", "ww"}
        values = [None if name in hidden else getattr(told.sums.moments, name) for name in _SUMS]
        yield [*row, told.sums.strata, *values]


#: that no figure needs sums
UNUSED = "-"
#: sums that a share needs, and those that a mean does
_OF_SHARE, _OF_MEAN = ("y", "wy", "yy"), ("s", "q", "ws", "ss")


def _read_sums(released: Released, row: Row) -> None:
    key = Key(*(row[name] for name in Key._fields))
    if row["held"]:
        released.sums[key] = Told(row["held"])
        return
    values = {name: _number(row[name], whole=name in _WHOLE) for name in _SUMS}
    sums = Stratum(Moments(**values), sampled=1, strata=int(row["strata"]))
    released.sums[key] = Told("", row["share"], row["mean"], sums)


# What domains share.


def _shared(released: Released) -> Iterator[Sequence[Any]]:
    for (family, period), pairs in sorted(released.shared.items()):
        for (first, second), pair in sorted(pairs.items()):
            yield [family, period, first, second, pair.ww, pair.wy, pair.yw, pair.yy, pair.df or None]


def _read_shared(released: Released, row: Row) -> None:
    pairs = released.shared.setdefault((row["family"], row["period"]), {})
    ww, wy, yw, yy = (_number(row[name]) for name in ("ww", "wy", "yw", "yy"))
    pairs[row["first"], row["second"]] = Pair(ww, wy, yw, yy, int(row["df"] or 0))


# Tallies.


_REASONS = tuple(reason.value for reason in Missing)


def _tallies(released: Released) -> Iterator[Sequence[Any]]:
    for (domain, item), tally in sorted(released.tallies.items()):
        steps = None if tally.steps is None else " ".join(map(str, tally.steps))
        yield [domain, item, tally.held, steps, *(tally.missing.get(reason, 0) for reason in _REASONS)]


def _read_tally(released: Released, row: Row) -> None:
    steps = tuple(map(int, row["steps"].split())) if row["steps"] else None
    missing = {reason: n for reason in _REASONS if (n := int(row[reason]))}
    released.tallies[row["domain"], row["item"]] = Tally(steps, row["held"], missing)


# Products.


def _blocks(released: Released) -> Iterator[Sequence[Any]]:
    for (domain, name), block in sorted(released.blocks.items()):
        yield [
            domain,
            name,
            block.held,
            " ".join(block.columns),
            None if block.held else block.n,
            block.groups,
            " ".join(map(float.__repr__, block.sums)),
        ]


def _read_block(released: Released, row: Row) -> None:
    sums = tuple(float(value) for value in row["sums"].split())
    n, columns = int(row["n"] or 0), tuple(row["columns"].split())
    released.blocks[row["domain"], row["block"]] = Block(columns, n, int(row["groups"]), sums, row["held"])


#: what a row of replicates holds: sums that errors follow from, or figures that are taken as they are
SUMS, GIVEN = "sums", "given"


def _replicates(released: Released) -> Iterator[Sequence[Any]]:
    for domain, found in sorted(released.replicates.items()):
        for kind, rows in ((SUMS, found.sums), (GIVEN, found.figures)):
            for values in rows:
                told = ("-" if value is None else float.__repr__(value) for value in values)
                yield [domain, kind, " ".join(told)]


def _read_replicate(released: Released, row: Row) -> None:
    values = tuple(None if value == "-" else float(value) for value in row["values"].split())
    known = released.replicates.get(row["domain"], Replicates())
    if row["kind"] == GIVEN:
        known = known._replace(figures=(*known.figures, values))
    elif row["kind"] == SUMS and len(values) == len(known.sums[0] if known.sums else values):
        known = known._replace(sums=(*known.sums, tuple(value or 0.0 for value in values)))
    else:
        raise ValueError("neither sums nor figures")
    if known.sums and known.figures:
        raise ValueError("sums and figures of one domain")
    released.replicates[row["domain"]] = known


# Splits of changes.


def _halves(released: Released) -> Iterator[Sequence[Any]]:
    for key, halves in sorted(released.halves.items()):
        for when, groups in sorted(halves.periods.items()):
            for group, sums in sorted(groups.items()):
                yield [*key, when, group, *sums]


def _half(released: Released, row: Row) -> Halves:
    key = (row["domain"], row["against"], row["over"])
    return released.halves.setdefault(key, Halves({BEFORE: {}, AFTER: {}}, {BEFORE: {}, AFTER: {}}))


def _read_half(released: Released, row: Row) -> None:
    _half(released, row).periods[row["when"]][row["group"]] = tuple(float(row[name]) for name in _OF_GROUP)


def _halves_shared(released: Released) -> Iterator[Sequence[Any]]:
    for key, halves in sorted(released.halves.items()):
        for when, pairs in sorted(halves.shared.items()):
            for pair, sums in sorted(pairs.items()):
                yield [*key, when, *pair, *sums]


def _read_half_shared(released: Released, row: Row) -> None:
    halves, pair = _half(released, row), (row["first"], row["second"])
    if not {*pair} <= halves.periods[row["when"]].keys():
        raise ValueError("no such group")
    halves.shared[row["when"]][pair] = tuple(float(row[name]) for name in _OF_PAIR)


_OF_GROUP, _OF_PAIR = ("w", "y", "ww", "wy", "yy"), ("ww", "wy", "yw", "yy")


# Comments and cases.


_OUTCOMES = tuple(Counters.__dataclass_fields__)[1:]


def _said(released: Released) -> Iterator[Sequence[Any]]:
    for (part, code), said in released.said.items():
        labels = (said.label.get("vi"), said.label.get("en"))
        yield [part, code, *labels, said.n, *(said.outcomes or (None for _ in _OUTCOMES))]


def _read_said(released: Released, row: Row) -> None:
    n = int(row["n"]) if row["n"] else None
    label = {language: row[f"label_{language}"] for language in ("vi", "en") if row[f"label_{language}"]}
    outcomes = tuple(int(row[name]) for name in _OUTCOMES if row[name])
    if len(outcomes) not in (0, len(_OUTCOMES)):
        raise ValueError("outcomes")
    released.said[row["part"], row["code"]] = Said(n, label, outcomes)


def _number(text: str, *, whole: bool = False) -> Any:
    return (int(text) if whole else float(text)) if text else 0


TABLES = (
    Table("sums", (*Key._fields, "held", "share", "mean", "strata", *_SUMS), _sums, _read_sums),
    Table(
        "shared",
        ("family", "period", "first", "second", "ww", "wy", "yw", "yy", "df"),
        _shared,
        _read_shared,
    ),
    Table("tallies", ("domain", "item", "held", "steps", *_REASONS), _tallies, _read_tally),
    Table(
        "products",
        ("domain", "block", "held", "columns", "n", "groups", "sums"),
        _blocks,
        _read_block,
    ),
    Table("replicates", ("domain", "kind", "values"), _replicates, _read_replicate),
    Table("groups", ("domain", "against", "over", "when", "group", *_OF_GROUP), _halves, _read_half),
    Table(
        "groups-shared",
        ("domain", "against", "over", "when", "first", "second", *_OF_PAIR),
        _halves_shared,
        _read_half_shared,
    ),
    Table("voice", ("part", "code", "label_vi", "label_en", "n", *_OUTCOMES), _said, _read_said),
)


def write(writer: archive.Writer, released: Released) -> None:
    """Every table as a file of the bundle."""
    for table in TABLES:
        with writer.member(path(table), "text/csv") as file:
            for some in counts.encoded(table.columns, table.rows(released)):
                file.write(some)


def read(reader: archive.Reader, parameters: dict[str, Any]) -> Released:
    """The released counts of a bundle. Raises BadBundle with file and line."""
    released = Released(parameters)
    for table in TABLES:
        with reader.stream(path(table)) as file:
            for number, row in enumerate(counts.rows(path(table), file, table.columns), 2):
                try:
                    table.read(released, row)
                except (ValueError, TypeError, KeyError, OverflowError) as fault:
                    raise BadBundle(file=path(table), line=number, fault=str(fault)[:120]) from fault
    return released


def reread(released: Released) -> Released:
    """The released counts as somebody reads them who has the tables alone."""
    anew = Released(json.loads(json.dumps(released.parameters)))
    for table in TABLES:
        text = io.BytesIO(b"".join(counts.encoded(table.columns, table.rows(released))))
        for row in counts.rows(path(table), text, table.columns):
            table.read(anew, row)
    return anew


def path(table: Table) -> str:
    return f"counts/{table.name}.csv"
