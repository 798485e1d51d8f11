"""A unit of the sample as its interviewer sees it, and what of it a response keeps."""

from __future__ import annotations

from dataclasses import dataclass, replace

from survey import errors
from survey.household import HouseholdWave, Progress, SampleUnit, read_unit_code
from survey.response import Response
from survey.store import waves
from survey.store.database import Database


@dataclass(frozen=True)
class Visited:
    """A unit with its open wave."""

    wave: HouseholdWave
    unit: SampleUnit


def visited(db: Database, typed: str, account: int) -> Visited:
    """The unit of a code, for the interviewer who visits it.

    Raises UnknownUnit, ForeignUnit (somebody else visits it, or nobody does), WaveNotOpen.
    """
    code = read_unit_code(typed)
    with db.read() as connection:
        found = None if code is None else waves.unit(connection, code)
        if found is None:
            raise errors.UnknownUnit
        unit, visitor = found
        if visitor != account:
            raise errors.ForeignUnit
        wave = waves.wave(connection, unit.wave)
    if wave.progress is not Progress.OPEN:
        raise errors.WaveNotOpen(wave=wave.code)
    return Visited(wave, unit)


def placed(at: Visited, response: Response) -> Response:
    """The response as it is kept: with the unit's stratum, sampling unit and design weight, without its code.

    What is kept is the same for all people of a village that was drawn alike.
    """
    return replace(
        response,
        wave=at.wave.code,
        instrument=at.wave.instrument,
        agency=at.wave.root,
        stratum=at.unit.layer,
        psu=at.unit.psu,
        weight=at.unit.weight,
    )
