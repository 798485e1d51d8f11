"""Weights of a closed wave, and its answers counted with them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from survey import design, errors, process, wave_weights
from survey.account import Deed
from survey.disposition import Disposition
from survey.formats.frames import STRATUM, Margins
from survey.household import Part, Progress
from survey.process import Row
from survey.response import Sealed
from survey.store import agencies, audit, ledger, quarantine, responses, waves
from survey.store import visits as visited
from survey.store.database import Connection, Database, take_sealing_lock
from survey.wave_weights import Answered, Asked, How


@dataclass(frozen=True)
class Weighting:
    """A version of a wave's weights. record: how they were made, with figures before and after each step."""

    version: int
    at: int
    record: Mapping[str, Any]


def weight(
    db: Database, code: str, margins: Margins, how: How, *, by: int | None, at: int, on: date
) -> Weighting:
    """Weight the sealed answers of a closed wave and count them, as a new version in place of the last one.

    From now on nothing kept says how a household is found. Raises UnknownWave, WaveNotClosed,
    NobodyAnswered, BadMargins, WeightsDoNotConverge; then nothing was changed.
    """
    known = design.reference(db)
    with db.write() as connection:
        take_sealing_lock(connection)
        wave = waves.wave(connection, code, lock=True)
        if wave.progress not in (Progress.CLOSED, Progress.WEIGHTED):
            raise errors.WaveNotClosed(wave=code)
        rows = list(_rows(connection, code))
        answers = [_answered(Sealed.parse(content), margins) for _, _, content in rows]
        made = wave_weights.weighted(answers, _asked(connection, code), margins, how)
        record = json.dumps(made.record, ensure_ascii=False, sort_keys=True)
        version = waves.add_weighting(
            connection,
            code,
            at=at,
            account=by,
            record=record,
            weights=dict(zip((row[0] for row in rows), made.weights.tolist(), strict=True)),
        )
        process.count_wave(connection, code, rows, known)
        waves.forget_labels(connection, code)
        waves.move(connection, code, Progress.CLOSED, Progress.WEIGHTED)
        agencies.next_stamp(connection, on)
        told = f"{code} {version} {len(rows)}"
        audit.record(connection, db.keys.salt, at=at, account=by, what=Deed.WAVE_WEIGHTED, thing=told)
    return Weighting(version, at, json.loads(record))


def weightings(db: Database, code: str) -> tuple[Weighting, ...]:
    """How a wave was weighted, the newest version first."""
    with db.read() as connection:
        found = waves.weightings(connection, code)
    return tuple(Weighting(version, at, json.loads(record)) for version, at, record in reversed(found))


def _rows(connection: Connection, code: str) -> Iterator[Row]:
    """The sealed responses of a wave that count, in the order of the ledger."""
    last = ledger.checkpoint(connection)
    mark = f'"wave":{json.dumps(code)}'.encode()
    for chunk in responses.stream(connection, until=last.size if last else 0):
        own = [row for row in chunk if mark in row[2] and Sealed.parse(row[2]).wave == code]
        out = quarantine.uncounted(connection, [row[0] for row in own]) if own else set()
        yield from (row for row in own if row[0] not in out)


def _answered(response: Sealed, margins: Margins) -> Answered:
    """A response as weights see it: a step of a margin's item, or nothing where there is none."""
    categories = {
        name: str(step)
        for name in margins
        if isinstance(step := response.answers.get(name), int) and str(step) in margins[name]
    }
    if STRATUM in margins:
        categories[STRATUM] = response.stratum.partition("/")[0]
    return Answered(response.stratum, response.psu, response.weight, categories)


def _asked(connection: Connection, code: str) -> Sequence[Asked]:
    """The units that were to be asked in the end: a substitute in the place of the one it stands in for."""
    stands = visited.dispositions(connection, code)
    made = waves.substitutions(connection, code)
    gone, used = {each.unit for each in made}, {each.substitute for each in made}
    return [
        Asked(unit.layer, unit.psu, unit.weight, stands.get(unit.code, Disposition.NOT_ATTEMPTED))
        for unit in waves.units(connection, code)
        if (unit.part is Part.MAIN or unit.code in used) and unit.code not in gone
    ]
