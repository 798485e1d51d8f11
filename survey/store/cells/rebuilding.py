"""The cells' shelf: counts per PSU, their moments per stratum and month, and tallies per outcome.

Every sealing folds its batch in; all of it can be rebuilt from the responses (`process.rebuild`).
The same statements run against temporary tables of the same names, which is how a rebuild is
compared with what is kept without stopping the service.

A cell's `sums` are the seven fields of `counts.Cell` for each measure of its instrument, in the
order of `counts.measures_of`: little-endian 64-bit floats.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, String, Table, bindparam, func, select, text
from sqlalchemy.schema import CreateTable

from survey.counts import Fold, MomentKey, Moments, Profile, PsuKey, Stratum, moment_changes
from survey.store import schema
from survey.store.bulk import add_to, chunks, insert

MOMENTS = ("psus", "people", "answers", "w", "w2", "y", "s", "q", "ww", "wy", "yy", "ws", "ss")
KEPT = (schema.cell, schema.moment, schema.tally)

#: rows that a comparison holds at a time
WALKED = 5_000

Array = NDArray[np.float64]


def fold_in(connection: Connection, fold: Fold, instrument: str) -> None:
    """Add a batch's counts to the kept ones, keeping the moments true to the cells."""
    ids = _Ids(connection)
    psus = ids.of_psus({psu for psu, _ in fold.cells})
    kept = _kept_cells(connection, instrument, psus, len(fold.measures))
    changes = dict(fold.singles)
    for key, change in moment_changes(kept, fold.cells).items():
        changes[key] = changes[key] + change if key in changes else change
    names = {key.domain for key in changes} | {key.domain for key in fold.tallies}
    domains = ids.of(schema.domain, names)
    items = {f"item:{key.item}" for key in fold.tallies}
    measures = ids.of(schema.measure, {*fold.measures, *items})
    _put_cells(connection, instrument, psus, kept, fold.cells)
    rows = _moment_rows(changes, fold.measures, domains, measures)
    add_to(connection, schema.moment, MOMENTS, rows)
    tallies = [
        (key.wave, domains[key.domain], measures[f"item:{key.item}"], key.month, key.outcome, *counted)
        for key, counted in fold.tallies.items()
    ]
    add_to(connection, schema.tally, ("answers", "w"), tallies)


def _put_cells(
    connection: Connection,
    instrument: str,
    psus: Mapping[PsuKey, int],
    kept: Mapping[tuple[PsuKey, Profile], Array],
    added: Mapping[tuple[PsuKey, Profile], Array],
) -> None:
    rows = []
    for (psu, profile), sums in added.items():
        whole = sums + kept[psu, profile] if (psu, profile) in kept else sums
        rows.append((psus[psu], instrument, *profile, whole.astype("<f8").tobytes()))
    insert(connection, schema.cell, rows, replacing=("sums",))


def _kept_cells(
    connection: Connection, instrument: str, psus: Mapping[PsuKey, int], measures: int
) -> dict[tuple[PsuKey, Profile], Array]:
    """The kept cells of these PSUs. By name, so that a temporary table of the name is the one read."""
    query = text(
        'SELECT psu, agency, mode, "group", sums FROM cell WHERE instrument = :instrument AND psu IN :psus'
    ).bindparams(bindparam("psus", expanding=True))
    by_id = {number: psu for psu, number in psus.items()}
    kept = {}
    for some in chunks(sorted(by_id)):
        for row in connection.execute(query, {"instrument": instrument, "psus": some}):
            kept[by_id[row[0]], Profile(*row[1:4])] = _unpacked(row[4], measures)
    return kept


def _unpacked(stored: bytes, measures: int) -> Array:
    return np.frombuffer(stored, dtype="<f8").reshape(measures, -1)


def _moment_rows(
    changes: Mapping[MomentKey, Array],
    names: Sequence[str],
    domains: Mapping[str, int],
    measures: Mapping[str, int],
) -> list[tuple[Any, ...]]:
    """Rows of the moment table; a measure that nobody answered has none."""
    rows = []
    for key, change in changes.items():
        for name, sums in zip(names, change.tolist(), strict=True):
            if any(sums):
                whole = (int(sums[0]), int(sums[1]), int(sums[2]))
                rows.append(
                    (key.wave, domains[key.domain], measures[name], key.month, key.stratum, *whole, *sums[3:])
                )
    return rows


class _Ids:
    """Numbers for names: domains, measures and PSUs get one the first time they are met."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, table: Table, codes: Iterable[str]) -> dict[str, int]:
        wanted = sorted(codes)
        known = self._known(table, wanted)
        new = [{"code": code} for code in wanted if code not in known]
        if new:
            self._connection.execute(table.insert(), new)
            known |= self._known(table, [row["code"] for row in new])
        return known

    def _known(self, table: Table, codes: Sequence[str]) -> dict[str, int]:
        known: dict[str, int] = {}
        for some in chunks(codes):
            found = select(table.c.code, table.c.id).where(table.c.code.in_(some))
            known |= dict(self._connection.execute(found).all())
        return known

    def of_psus(self, units: set[PsuKey]) -> dict[PsuKey, int]:
        wanted = sorted(units)
        known = self._known_psus(wanted)
        new = [_psu_row(unit) for unit in wanted if unit not in known]
        if new:
            self._connection.execute(schema.psu.insert(), new)
            known |= self._known_psus([unit for unit in wanted if unit not in known])
        return known

    def _known_psus(self, units: Sequence[PsuKey]) -> dict[PsuKey, int]:
        psu = schema.psu.c
        wanted = set(units)
        by_wave: defaultdict[str, set[str]] = defaultdict(set)
        for unit in units:
            by_wave[unit.wave].add(unit.psu)
        known = {}
        for wave, labels in by_wave.items():
            for some in chunks(sorted(labels)):
                found = select(psu.id, psu.month, psu.stratum, psu.label).where(
                    psu.wave == wave, psu.label.in_(some)
                )
                for row in self._connection.execute(found):
                    unit = PsuKey(wave, row.month, row.stratum, row.label)
                    if unit in wanted:
                        known[unit] = row.id
        return known


def _psu_row(unit: PsuKey) -> dict[str, str]:
    return {"wave": unit.wave, "month": unit.month, "stratum": unit.stratum, "label": unit.psu}


# Reading.


def strata(
    connection: Connection,
    wave: str,
    *,
    domains: Sequence[str],
    months: tuple[str, str],
    measures: Sequence[str] | None = None,
) -> dict[tuple[str, str], dict[str, Moments]]:
    """Moments of a period: (domain, measure) -> stratum -> moments.

    months: first and last month, both included · measures: None for all of them.
    """
    found: defaultdict[tuple[str, str], dict[str, Moments]] = defaultdict(dict)
    for some in chunks(domains):
        for row in connection.execute(_sums(wave, some, months, measures, by_month=False)):
            found[row[0], row[1]][row[2]] = Moments(*row[3:])
    return dict(found)


def monthly(
    connection: Connection, wave: str, *, domain: str, measure: str, months: tuple[str, str]
) -> dict[str, dict[str, Moments]]:
    """Moments of one measure by month: month -> stratum -> moments."""
    found: defaultdict[str, dict[str, Moments]] = defaultdict(dict)
    for row in connection.execute(_sums(wave, [domain], months, [measure], by_month=True)):
        found[row[3]][row[2]] = Moments(*row[4:])
    return dict(found)


def _sums(
    wave: str,
    domains: Sequence[str],
    months: tuple[str, str],
    measures: Sequence[str] | None,
    *,
    by_month: bool,
) -> Any:
    moment, domain, measure = schema.moment.c, schema.domain.c, schema.measure.c
    keys = [domain.code, measure.code, moment.stratum, *([moment.month] if by_month else [])]
    query = (
        select(*keys, *(func.sum(moment[name]) for name in MOMENTS))
        .join(schema.domain, domain.id == moment.domain)
        .join(schema.measure, measure.id == moment.measure)
        .where(moment.wave == wave, domain.code.in_(domains), moment.month.between(*months))
        .group_by(*keys)
        .order_by(*keys)
    )
    return query if measures is None else query.where(measure.code.in_(measures))


def sampled(connection: Connection, wave: str, measure: str, months: tuple[str, str]) -> dict[str, int]:
    """All PSUs of each stratum in a period, from the measure that counts responses: stratum -> n_h."""
    every = strata(connection, wave, domains=["all"], months=months, measures=[measure])
    return {stratum: m.psus for by in every.values() for stratum, m in by.items()}


def with_sampled(moments: Mapping[str, Moments], all_psus: Mapping[str, int]) -> tuple[Stratum, ...]:
    """Strata for the formulas: a domain's moments beside all PSUs of the strata it was looked for in."""
    return tuple(Stratum(m, all_psus[stratum]) for stratum, m in sorted(moments.items()))


def tallies(
    connection: Connection, wave: str, *, domain: str, months: tuple[str, str]
) -> dict[str, dict[str, int]]:
    """Answers per outcome: measure -> outcome (step or missing reason) -> answers."""
    tally = schema.tally.c
    query = (
        select(schema.measure.c.code, tally.outcome, func.sum(tally.answers))
        .join(schema.domain, schema.domain.c.id == tally.domain)
        .join(schema.measure, schema.measure.c.id == tally.measure)
        .where(tally.wave == wave, schema.domain.c.code == domain, tally.month.between(*months))
        .group_by(schema.measure.c.code, tally.outcome)
    )
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(query):
        found[row[0]][row[1]] = int(row[2])
    return dict(found)


def months(connection: Connection, wave: str) -> list[str]:
    """The months in which a wave has sealed responses, in order."""
    moment = schema.moment.c
    return list(
        connection.scalars(select(moment.month).where(moment.wave == wave).distinct().order_by(moment.month))
    )


# Rebuilding.


def shadow(connection: Connection) -> None:
    """Begin to count anew: empty temporary tables stand before the kept ones, on this connection."""
    for table in KEPT:
        made = str(CreateTable(table).compile(connection)).replace("CREATE TABLE", "CREATE TEMPORARY TABLE")
        connection.execute(text(_without_references(made)))


def unshadow(connection: Connection) -> None:
    """Drop the temporary tables."""
    for table in KEPT:
        connection.execute(text(f"DROP TABLE {_schemas(connection)[1]}.{table.name}"))


def differences(connection: Connection) -> dict[str, int]:
    """Rows that differ between the kept tables and their shadows: table -> how many.

    Counts must be equal; sums of weights may differ by rounding in their order (1e-9 of the value).
    """
    return {table.name: _differing(connection, table) for table in KEPT}


def _differing(connection: Connection, table: Table) -> int:
    """Walk both tables in the order of their keys, which come in pairs where nothing is wrong."""
    kept, anew = (_walk(connection, table, schema_name) for schema_name in _schemas(connection))
    found = 0
    a, b = next(kept, None), next(anew, None)
    while a is not None or b is not None:
        if a is not None and b is not None and a[0] == b[0]:
            found += a[1] != b[1] and not _close(_sums_of(a[1]), _sums_of(b[1]))
            a, b = next(kept, None), next(anew, None)
        elif b is None or (a is not None and a[0] < b[0]):
            found, a = found + 1, next(kept, None)
        else:
            found, b = found + 1, next(anew, None)
    return found


def _walk(connection: Connection, table: Table, schema_name: str) -> Iterator[tuple[Any, Any]]:
    """(key, sums as they are stored) of every row, in the order of the keys by bytes."""
    key = [column.name for column in table.primary_key.columns]
    sums = [column.name for column in table.columns if not column.primary_key]
    bytewise = ' COLLATE "C"' if connection.dialect.name == "postgresql" else ""
    texts = {c.name for c in table.columns if isinstance(c.type, String)}
    order = ", ".join(f'"{name}"{bytewise if name in texts else ""}' for name in key)
    names = ", ".join(f'"{name}"' for name in (*key, *sums))
    query = text(f"SELECT {names} FROM {schema_name}.{table.name} ORDER BY {order}")
    rows = connection.execute(query, execution_options={"yield_per": WALKED})
    for row in rows:
        yield row[: len(key)], row[len(key) :]


def _close(kept: Array, anew: Array) -> bool:
    return kept.shape == anew.shape and np.allclose(kept, anew, rtol=1e-9, atol=1e-9)


def _sums_of(values: tuple[Any, ...]) -> Array:
    """The numbers of a row: packed in one column, or one in each."""
    packed = isinstance(values[0], (bytes, memoryview))
    return np.frombuffer(values[0], "<f8") if packed else np.array(values, float)


def replace(connection: Connection) -> None:
    """Put the shadows' counts in the place of the kept ones."""
    kept, anew = _schemas(connection)
    for table in KEPT:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        connection.execute(text(f"DELETE FROM {kept}.{table.name}"))
        connection.execute(
            text(f"INSERT INTO {kept}.{table.name} ({names}) SELECT {names} FROM {anew}.{table.name}")
        )


def _schemas(connection: Connection) -> tuple[str, str]:
    if connection.dialect.name == "sqlite":
        return "main", "temp"
    return connection.scalar(text("SELECT current_schema()")) or "public", "pg_temp"


def _without_references(statement: str) -> str:
    """Temporary tables can't refer to permanent ones; their rows come from checked ones anyway."""
    lines = [line for line in statement.splitlines() if "FOREIGN KEY" not in line]
    return "\n".join(lines).replace(", \n)", "\n)")
