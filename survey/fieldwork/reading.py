"""Household waves as pages and files show them, and the files that come in for them."""

from __future__ import annotations

from datetime import date
from typing import IO

from survey import design
from survey.disposition import Disposition
from survey.fieldwork.planning import communes_of
from survey.formats import frames
from survey.household import Drawn, FrameUnit, HouseholdWave
from survey.store import accounts, visits, waves
from survey.store.database import Database


def every_wave(db: Database, root: str) -> tuple[HouseholdWave, ...]:
    """The household waves of an agency and of those below it, the newest first."""
    known = design.reference(db)
    with db.read() as connection:
        return tuple(wave for wave in waves.waves(connection) if known.under(root, wave.root))


def wave(db: Database, code: str) -> HouseholdWave:
    """A wave by its code. Raises UnknownWave."""
    with db.read() as connection:
        return waves.wave(connection, code)


def read_frame(db: Database, code: str, stream: IO[bytes], name: str, *, on: date) -> tuple[FrameUnit, ...]:
    """The units of a frame as a file says them. Raises UnknownWave, BadData and BadFrame with every fault."""
    planned = wave(db, code)
    return frames.read_frame(stream, name, planned.frame, communes_of(db, planned.root, on=on))


def read_margins(db: Database, code: str, stream: IO[bytes], name: str) -> frames.Margins:
    """Margins as a file says them. Raises UnknownWave, BadData and BadMargins with every fault."""
    planned = wave(db, code)
    instrument = design.reference(db).instruments[planned.instrument]
    return frames.read_margins(stream, name, instrument, planned.communes)


def sample(db: Database, code: str) -> Drawn:
    """What was drawn, empty before that. Raises UnknownWave."""
    with db.read() as connection:
        waves.wave(connection, code)
        return Drawn(waves.clusters(connection, code), waves.units(connection, code))


def sample_as_csv(db: Database, code: str) -> str:
    """The drawn units with who visits them and how they stand. Raises UnknownWave."""
    known = design.reference(db)
    with db.read() as connection:
        waves.wave(connection, code)
        units = waves.units(connection, code)
        names = {account.id: account.name for account in accounts.listed(connection)}
        given = waves.assignments(connection, code)
        stands = visits.dispositions(connection, code)
    return frames.sample_as_csv(
        units,
        {unit.commune: known.agency(unit.commune).name["vi"] for unit in units},
        {unit: names[account] for unit, account in given.items()},
        {unit.code: stands.get(unit.code, Disposition.NOT_ATTEMPTED).value for unit in units},
    )
