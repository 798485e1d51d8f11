"""The cells' shelf: counts per PSU, their moments per stratum and month, and tallies per outcome.

Every sealing folds its batch in; all of it can be rebuilt from the responses (`process.rebuild`).
The same statements run against temporary tables of the same names, which is how a rebuild is
compared with what is kept without stopping the service.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, select, text
from sqlalchemy.schema import CreateTable

from survey.counts import Cell, Fold, MomentKey, Moments, PsuKey, Stratum
from survey.store import schema

#: values in one IN list
CHUNK = 400

CELL = ("people", "answers", "w", "w2", "y", "s", "q")
MOMENTS = ("psus", *CELL, "ww", "wy", "yy", "ws", "ss")
KEPT = (schema.cell, schema.moment, schema.tally)


def fold_in(connection: Connection, fold: Fold) -> None:
    """Add a batch's counts to the kept ones, keeping the moments true to the cells."""
    ids = _Ids(connection)
    domains = ids.of(schema.domain, _names(fold, "domain"))
    measures = ids.of(schema.measure, _names(fold, "measure"))
    psus = ids.of_psus({unit for unit, _, _ in fold.cells})
    moments: dict[MomentKey, Moments] = dict(fold.singles)
    rows = []
    known = _known_cells(connection, list(psus.values()))
    for (unit, domain, measure), cell in fold.cells.items():
        at = (psus[unit], domains[domain], measures[measure])
        rows.append(dict(zip(_CELL_COLUMNS, (*at, *_values(cell, CELL)), strict=True)))
        old = known.get(at)
        change = cell.moments() if old is None else (old + cell).moments() - old.moments()
        key = MomentKey(unit.wave, unit.month, unit.stratum, domain, measure)
        moments[key] = moments[key] + change if key in moments else change
    _add(connection, schema.cell, CELL, rows)
    _add(connection, schema.moment, MOMENTS, list(_moment_rows(moments, domains, measures)))
    tallies = [
        {
            "wave": key.wave,
            "domain": domains[key.domain],
            "measure": measures[key.measure],
            "month": key.month,
            "outcome": key.outcome,
            "answers": answers,
            "w": weight,
        }
        for key, (answers, weight) in fold.tallies.items()
    ]
    _add(connection, schema.tally, ("answers", "w"), tallies)


_CELL_COLUMNS = ("psu", "domain", "measure", *CELL)


def _values(sums: Cell | Moments, names: Sequence[str]) -> tuple[float, ...]:
    return tuple(getattr(sums, name) for name in names)


def _names(fold: Fold, which: str) -> set[str]:
    at = 1 if which == "domain" else 2
    names = {str(key[at]) for key in fold.cells}
    names |= {getattr(key, which) for key in fold.singles}
    return names | {getattr(key, which) for key in fold.tallies}


def _moment_rows(
    moments: Mapping[MomentKey, Moments], domains: Mapping[str, int], measures: Mapping[str, int]
) -> Iterator[dict[str, Any]]:
    for key, sums in moments.items():
        yield {
            "wave": key.wave,
            "domain": domains[key.domain],
            "measure": measures[key.measure],
            "month": key.month,
            "stratum": key.stratum,
        } | dict(zip(MOMENTS, _values(sums, MOMENTS), strict=True))


def _add(connection: Connection, table: Table, sums: Sequence[str], rows: list[dict[str, Any]]) -> None:
    """Add `rows` to the sums that are kept under their primary keys, or start them."""
    if not rows:
        return
    key = [column.name for column in table.primary_key.columns]
    names = [*key, *sums]
    statement = text(
        f"INSERT INTO {table.name} ({', '.join(names)}) "
        f"VALUES ({', '.join(':' + name for name in names)}) "
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET "
        + ", ".join(f"{name} = {table.name}.{name} + excluded.{name}" for name in sums)
    )
    rows.sort(key=lambda row: [row[name] for name in key])
    connection.execute(statement, rows)


def _known_cells(connection: Connection, psus: Sequence[int]) -> dict[tuple[int, int, int], Cell]:
    """The kept cells of these PSUs. By name, so that a temporary table of the name is the one read."""
    query = text(f"SELECT {', '.join(_CELL_COLUMNS)} FROM cell WHERE psu IN :psus").bindparams(
        bindparam("psus", expanding=True)
    )
    known = {}
    for some in _chunks(psus):
        for row in connection.execute(query, {"psus": some}):
            known[row[0], row[1], row[2]] = Cell(*row[3:])
    return known


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


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
        for some in _chunks(codes):
            found = select(table.c.code, table.c.id).where(table.c.code.in_(some))
            known |= dict(self._connection.execute(found).tuples().all())
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
            for some in _chunks(sorted(labels)):
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
    for some in _chunks(domains):
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
    kept, anew = _schemas(connection)
    found = {}
    for table in KEPT:
        key = [column.name for column in table.primary_key.columns]
        sums = [column.name for column in table.columns if not column.primary_key]
        same = " AND ".join(f"a.{k} = b.{k}" for k in key)
        apart = " OR ".join(f"abs(a.{n} - b.{n}) > 1e-9 * (1 + abs(a.{n}))" for n in sums)
        lost = f"SELECT count(*) FROM {{}}.{table.name} a LEFT JOIN {{}}.{table.name} b ON {same} WHERE b.{key[0]} IS NULL"
        other = (
            f"SELECT count(*) FROM {kept}.{table.name} a JOIN {anew}.{table.name} b ON {same} WHERE {apart}"
        )
        queries = (lost.format(kept, anew), lost.format(anew, kept), other)
        found[table.name] = sum(connection.scalar(text(query)) or 0 for query in queries)
    return found


def replace(connection: Connection) -> None:
    """Put the shadows' counts in the place of the kept ones."""
    kept, anew = _schemas(connection)
    for table in KEPT:
        names = ", ".join(column.name for column in table.columns)
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
