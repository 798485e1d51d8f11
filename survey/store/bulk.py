"""Many rows at a time, handed to the driver as tuples: sealing passes every response through here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Table

#: values in one IN list
CHUNK = 400


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The values in pieces that fit into one statement."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def fetch(connection: Connection, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows as the driver gives them, of a statement where `?` stands for a value on either engine."""
    result = connection.exec_driver_sql(statement.replace("?", _mark(connection)), tuple(values))
    found: list[tuple[Any, ...]] = list(result.cursor.fetchall())
    result.close()
    return found


def marks(values: Sequence[Any]) -> str:
    """A `?` for each of the values, for an IN list."""
    return ", ".join("?" * len(values))


def insert(
    connection: Connection,
    table: Table,
    rows: Sequence[tuple[Any, ...]],
    *,
    replacing: Sequence[str] = (),
) -> None:
    """Insert whole rows, in the order of the table's columns, which begins with the primary key.

    replacing: columns that take the new value where the primary key is known.
    """
    _run(connection, table, rows, [f"{_quoted(name)} = excluded.{_quoted(name)}" for name in replacing])


def add_to(
    connection: Connection, table: Table, sums: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Add rows to the sums that are kept under their primary keys, or start them."""
    _run(connection, table, rows, [f"{name} = {table.name}.{name} + excluded.{name}" for name in sums])


def delete(connection: Connection, table: Table, keys: Sequence[tuple[Any, ...]]) -> None:
    """Delete rows by primary key: neighbours that differ in the last column alone, in one statement."""
    mark, names = _mark(connection), [_quoted(column.name) for column in table.primary_key.columns]
    same = "".join(f"{name} = {mark} AND " for name in names[:-1])
    for shared, neighbours in groupby(keys, key=lambda key: key[:-1]):
        for some in chunks([key[-1] for key in neighbours]):
            among = f"{names[-1]} IN ({', '.join([mark] * len(some))})"
            connection.exec_driver_sql(f"DELETE FROM {table.name} WHERE {same}{among}", (*shared, *some))


def _run(
    connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]], changes: Sequence[str]
) -> None:
    if not rows:
        return
    names = [_quoted(column.name) for column in table.columns]
    key = [_quoted(column.name) for column in table.primary_key.columns]
    marks = ", ".join([_mark(connection)] * len(names))
    statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"
    if changes:
        statement += f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {', '.join(changes)}"
    connection.exec_driver_sql(statement, sorted(rows))


def _mark(connection: Connection) -> str:
    return "?" if connection.dialect.paramstyle == "qmark" else "%s"


def _quoted(name: str) -> str:
    return '"group"' if name == "group" else name
