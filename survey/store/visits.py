"""The shelf of visits: how each one to a unit of a sample ended, and how units stand after them."""

from __future__ import annotations

from sqlalchemy import Connection, select

from survey.disposition import Disposition, standing
from survey.household import Visit
from survey.store import schema


def add(connection: Connection, visit: Visit) -> None:
    """Keep a visit. The constraints decide whether its id, or its number at the unit, is known already."""
    connection.execute(schema.visit.insert().values(**visit.__dict__))


def of_unit(connection: Connection, unit: str) -> tuple[Visit, ...]:
    """The visits to a unit, the first one first."""
    table = schema.visit
    rows = select(table).where(table.c.unit == unit).order_by(table.c.number)
    return tuple(Visit(**row._mapping) for row in connection.execute(rows))


def standings(connection: Connection, wave: str) -> dict[str, Disposition]:
    """Unit -> how it stands after all visits, of every drawn unit of a wave."""
    unit, visit = schema.sample_unit.c, schema.visit.c
    rows = select(unit.code, visit.disposition).outerjoin(schema.visit, visit.unit == unit.code)
    ended: dict[str, list[Disposition]] = {}
    for code, name in connection.execute(rows.where(unit.wave == wave).order_by(unit.code, visit.number)):
        ended.setdefault(code, []).extend([] if name is None else [Disposition(name)])
    return {code: standing(some) for code, some in ended.items()}
