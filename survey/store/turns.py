"""Turns: from which day on a wave asks which version of its questionnaire."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, select

from survey.frame import Turn, Wave
from survey.store import schema


def every(connection: Connection) -> tuple[Turn, ...]:
    """All turns, in the order of their days."""
    table = schema.wave_turn
    found = connection.execute(select(table).order_by(table.c.wave, table.c.since))
    return tuple(Turn(**row._mapping) for row in found)


def put(connection: Connection, turn: Turn) -> None:
    """Keep a turn, in place of the one of that wave and day."""
    drop(connection, turn.wave, turn.since)
    connection.execute(schema.wave_turn.insert().values(**turn.__dict__))


def drop(connection: Connection, wave: str, since: date) -> bool:
    """Forget a turn; whether there was one."""
    table = schema.wave_turn
    done = connection.execute(table.delete().where(table.c.wave == wave, table.c.since == since))
    return done.rowcount > 0


def as_set(connection: Connection, waves: Iterable[Wave], on: date) -> list[Wave]:
    """The waves with the version that each asks on a day: the one that was set last, or its own."""
    asked = {turn.wave: turn.instrument for turn in every(connection) if turn.since <= on}
    return [replace(wave, instrument=asked.get(wave.code, wave.instrument)) for wave in waves]
