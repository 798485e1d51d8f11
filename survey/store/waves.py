"""The shelf of household waves: what is planned, the frame, the sample, and who visits whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update
from sqlalchemy.exc import IntegrityError

from survey import errors
from survey.household import (
    Cluster,
    Drawn,
    FrameUnit,
    HouseholdWave,
    Part,
    Progress,
    SampleUnit,
    Substitution,
)
from survey.store import bulk, schema

#: columns of a wave's row that its parameters do not hold
_COLUMNS = ("code", "root", "instrument", "starts", "ends")


# Waves.


def put(connection: Connection, wave: HouseholdWave) -> None:
    """Add a wave, or change one that is planned."""
    row = {name: getattr(wave, name) for name in _COLUMNS}
    row |= {"parameters": wave.parameters(), "progress": wave.progress.value}
    table = schema.household_wave
    known = update(table).where(table.c.code == wave.code).values(**row)
    if connection.execute(known).rowcount == 0:
        connection.execute(table.insert().values(**row))


def move(connection: Connection, code: str, before: Progress, after: Progress) -> bool:
    """Bring a wave from one progress to the next; False where it was not there any more."""
    table = schema.household_wave
    moved = update(table).where(table.c.code == code, table.c.progress == before.value)
    return connection.execute(moved.values(progress=after.value)).rowcount == 1


def wave(connection: Connection, code: str, *, lock: bool = False) -> HouseholdWave:
    """A wave by its code. lock: no other transaction changes it before this one ends. Raises UnknownWave."""
    rows = select(schema.household_wave).where(schema.household_wave.c.code == code)
    found = connection.execute(rows.with_for_update() if lock else rows).first()
    if found is None:
        raise errors.UnknownWave(wave=code)
    return _wave(found)


def waves(connection: Connection) -> tuple[HouseholdWave, ...]:
    """Every wave, the newest first."""
    table = schema.household_wave
    rows = select(table).order_by(table.c.starts.desc(), table.c.code)
    return tuple(_wave(row) for row in connection.execute(rows))


def _wave(row: Row[Any]) -> HouseholdWave:
    columns = {name: getattr(row, name) for name in _COLUMNS}
    return HouseholdWave.of(row.parameters, **columns, progress=Progress(row.progress))


# Frames and samples.


def put_frame(connection: Connection, code: str, units: Iterable[FrameUnit]) -> None:
    """Put a frame in the place of the one there was, and of what was drawn from it."""
    _forget_sample(connection, code)
    connection.execute(delete(schema.frame_unit).where(schema.frame_unit.c.wave == code))
    bulk.insert(connection, schema.frame_unit, [(code, *astuple(unit)) for unit in units])


def frame(connection: Connection, code: str) -> list[FrameUnit]:
    """The frame in the order of its file; labels are empty once they were taken out."""
    rows = (
        "SELECT number, stratum, commune, village, label, size FROM frame_unit WHERE wave = ? ORDER BY number"
    )
    return [
        FrameUnit(number, stratum, commune, village, label or "", size)
        for number, stratum, commune, village, label, size in bulk.fetch(connection, rows, (code,))
    ]


def put_sample(connection: Connection, code: str, drawn: Drawn) -> None:
    """Put a sample in the place of the one there was."""
    _forget_sample(connection, code)
    clusters = [
        (
            code,
            each.commune,
            each.village,
            each.stratum,
            each.units,
            each.size,
            each.probability,
            each.certain,
        )
        for each in drawn.clusters
    ]
    bulk.insert(connection, schema.sample_cluster, clusters)
    bulk.insert(connection, schema.sample_unit, [_row(unit) for unit in drawn.units])


def _row(unit: SampleUnit) -> tuple[Any, ...]:
    return tuple(value.value if isinstance(value, Part) else value for value in astuple(unit))


def _forget_sample(connection: Connection, code: str) -> None:
    for table in (schema.sample_unit, schema.sample_cluster):
        connection.execute(delete(table).where(table.c.wave == code))


def clusters(connection: Connection, code: str) -> tuple[Cluster, ...]:
    """The drawn communes, each before its drawn villages."""
    table = schema.sample_cluster
    rows = select(table).where(table.c.wave == code).order_by(table.c.commune, table.c.village)
    return tuple(
        Cluster(row.commune, row.village, row.stratum, row.units, row.size, row.probability, row.certain)
        for row in connection.execute(rows)
    )


def units(connection: Connection, code: str, *, account: int | None = None) -> tuple[SampleUnit, ...]:
    """The drawn units by village and place; of one interviewer's, those that are assigned to the account."""
    table = schema.sample_unit
    rows = select(table).where(table.c.wave == code)
    if account is not None:
        given = schema.assignment.c
        rows = rows.join(schema.assignment, given.unit == table.c.code).where(given.account == account)
    ordered = rows.order_by(table.c.commune, table.c.village, table.c.place)
    return tuple(_unit(row) for row in connection.execute(ordered))


def unit(connection: Connection, code: str) -> tuple[SampleUnit, int | None] | None:
    """A drawn unit by its code, and the account of whoever visits it; None if there is none."""
    table, given = schema.sample_unit, schema.assignment
    rows = select(table, given.c.account.label("account")).outerjoin(given, given.c.unit == table.c.code)
    row = connection.execute(rows.where(table.c.code == code)).first()
    return None if row is None else (_unit(row), row.account)


def forget_labels(connection: Connection, code: str) -> None:
    """Take out how households are found: nothing of the wave points at one any more."""
    for table in (schema.frame_unit, schema.sample_unit):
        connection.execute(update(table).where(table.c.wave == code).values(label=None))


def _unit(row: Row[Any]) -> SampleUnit:
    values = {name: getattr(row, name) for name in SampleUnit.__dataclass_fields__}
    return SampleUnit(**values | {"part": Part(row.part)})


# Field work.


def assign(connection: Connection, accounts: Mapping[str, int]) -> None:
    """Say who visits which unit, in the place of whoever did."""
    rows = [(code, account) for code, account in accounts.items()]
    bulk.insert(connection, schema.assignment, rows, replacing=("account",))


def assignments(connection: Connection, code: str) -> dict[str, int]:
    """Unit -> account of a wave."""
    given, unit_ = schema.assignment.c, schema.sample_unit.c
    rows = select(given.unit, given.account).join(schema.sample_unit, unit_.code == given.unit)
    return {row.unit: row.account for row in connection.execute(rows.where(unit_.wave == code))}


def substitute(connection: Connection, made: Substitution) -> None:
    """Record that one unit stands in for another. Raises SubstituteRefused where either did so before."""
    try:
        connection.execute(schema.substitution.insert().values(**made.__dict__))
    except IntegrityError:
        raise errors.SubstituteRefused(why="used") from None


def substitutions(connection: Connection, code: str) -> tuple[Substitution, ...]:
    """The substitutions of a wave, by day and unit."""
    made, unit_ = schema.substitution, schema.sample_unit.c
    rows = select(made).join(schema.sample_unit, unit_.code == made.c.unit).where(unit_.wave == code)
    ordered = rows.order_by(made.c.day, made.c.unit)
    return tuple(Substitution(**row._mapping) for row in connection.execute(ordered))


# Weights.


def add_weighting(
    connection: Connection,
    code: str,
    *,
    at: int,
    account: int | None,
    record: str,
    weights: Mapping[bytes, float],
) -> int:
    """Keep a version of a wave's weights with the record of how they were made; its number."""
    table = schema.wave_weighting
    version = len(weightings(connection, code)) + 1
    row = {"wave": code, "version": version, "at": at, "account": account, "record": record}
    connection.execute(table.insert().values(**row))
    rows = [(commitment, version, code, weight) for commitment, weight in weights.items()]
    bulk.insert(connection, schema.wave_weight, rows)
    return version


def weightings(connection: Connection, code: str) -> tuple[tuple[int, int, str], ...]:
    """(version, time, record) of every weighting of a wave, the first one first."""
    table = schema.wave_weighting.c
    rows = select(table.version, table.at, table.record).where(table.wave == code).order_by(table.version)
    return tuple((row.version, row.at, row.record) for row in connection.execute(rows))


def weights(connection: Connection, code: str) -> dict[bytes, float]:
    """Commitment -> weight in the newest version of a wave; empty while it is not weighted."""
    version = len(weightings(connection, code))
    rows = "SELECT commitment, weight FROM wave_weight WHERE wave = ? AND version = ?"
    return {bytes(commitment): weight for commitment, weight in bulk.fetch(connection, rows, (code, version))}


def known_weights(connection: Connection, commitments: Sequence[bytes]) -> dict[bytes, float]:
    """Those of the commitments that have a weight, each with its newest."""
    found: dict[bytes, float] = {}
    for some in bulk.chunks(commitments):
        rows = f"SELECT commitment, weight FROM wave_weight WHERE commitment IN ({bulk.marks(some)}) ORDER BY version"
        found |= {bytes(each): weight for each, weight in bulk.fetch(connection, rows, tuple(some))}
    return found
