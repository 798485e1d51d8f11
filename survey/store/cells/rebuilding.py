"""Counting anew beside what is kept: the same statements on temporary tables of the same names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from sqlalchemy import Connection, String, Table, delete, select, text
from sqlalchemy.schema import CreateTable

from survey.store import about, responses, schema

KEPT = (schema.cell, schema.moment, schema.tally, schema.product)

#: which domains, measures, cross moments and products are kept. Raise it when any of that changes: then
#: `survey setup` counts anew (`process.renew`), and no service starts on the older counts.
EDITION = "4"

#: rows that a comparison holds at a time
WALKED = 2_000


def edition(connection: Connection) -> str:
    """Which edition the kept counts are of; with no response sealed they are of any."""
    if responses.count(connection) == 0:
        return EDITION
    return about.read(connection, about.COUNTS) or "1"


def state(connection: Connection) -> None:
    """Say that the kept counts are of this edition."""
    about.write(connection, about.COUNTS, EDITION)


def forget(connection: Connection, wave: str) -> None:
    """Take a wave's counts out: they are about to be made anew with other weights."""
    psu = schema.psu.c
    units = select(psu.id).where(psu.wave == wave)
    connection.execute(delete(schema.cell).where(schema.cell.c.psu.in_(units)))
    for table in (schema.moment, schema.tally, schema.product):
        connection.execute(delete(table).where(table.c.wave == wave))


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
            found += a[1] != b[1] and not all(map(_close, a[1], b[1]))
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


def _close(kept: bytes, anew: bytes) -> bool:
    if len(kept) != len(anew):
        return False
    return np.allclose(np.frombuffer(kept, "<f8"), np.frombuffer(anew, "<f8"), rtol=1e-9, atol=1e-9)


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
