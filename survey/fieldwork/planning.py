"""A wave before it opens: what is wanted, what that takes, its frame, and its sample."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from survey import design, drawing, errors
from survey.account import Deed
from survey.frame import Wave, WaveKind
from survey.household import (
    Drawn,
    FrameUnit,
    HouseholdWave,
    Part,
    Progress,
    frame_digest,
)
from survey.planning import Part as Stratum
from survey.planning import Plan, Question, planned
from survey.sampling import clustered_in_stages, margin_of_strata
from survey.store import agencies, audit, waves
from survey.store.database import Connection, Database

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{2,39}")

#: the longest title of a wave, and the most villages, people and substitutes of one stage
LONGEST_TITLE, MOST_OF_A_STAGE = 120, 500


@dataclass(frozen=True)
class Precision:
    """What a sample takes and will show.

    people: of each stratum in the frame · communes: drawn of each · invited, answers: people asked and
    expected to answer · margin: of the figure of all strata · units: communes drawn, with which it is told
    """

    plan: Plan
    people: dict[str, int]
    communes: dict[str, int]
    invited: int
    answers: int
    margin: float | None
    units: int


# Planning.


def plan(db: Database, wave: HouseholdWave) -> None:
    """Plan a wave. Raises WaveTaken, WaveOutOfRange, UnknownAgency, UnknownInstrument."""
    _check(db, wave)
    if wave.code in design.reference(db).waves:
        raise errors.WaveTaken(wave=wave.code)
    with db.write() as connection:
        if any(known.code == wave.code for known in waves.waves(connection)):
            raise errors.WaveTaken(wave=wave.code)
        waves.put(connection, replace(wave, progress=Progress.PLANNED, communes={}, frame_digest=""))


def change(db: Database, wave: HouseholdWave) -> None:
    """Plan a wave otherwise; its frame stays and its sample goes. Raises as `plan`, UnknownWave, WaveFixed."""
    _check(db, wave)
    with db.write() as connection:
        known = _planned(connection, wave.code)
        waves.put(
            connection, replace(wave, progress=known.progress, communes={}, frame_digest=known.frame_digest)
        )
        waves.put_sample(connection, wave.code, Drawn((), ()))


def _check(db: Database, wave: HouseholdWave) -> None:
    known = design.reference(db)
    known.agency(wave.root)
    instrument = known.instruments.get(wave.instrument)
    if instrument is None:
        raise errors.UnknownInstrument
    stages = (wave.stages.villages, wave.stages.people, wave.stages.substitutes + 1)
    titled = all(0 < len(wave.title.get(each, "").strip()) <= LONGEST_TITLE for each in ("vi", "en"))
    rules = (
        (_CODE.fullmatch(wave.code) is not None, "code"),
        (titled, "title"),
        (instrument.form == "household" and instrument.index is not None, "instrument"),
        (wave.starts <= wave.ends, "ends"),
        (all(1 <= number <= MOST_OF_A_STAGE for number in stages), "stages"),
        (0 < len(wave.seed) <= 40, "seed"),
    )
    for holds, what in rules:
        if not holds:
            raise errors.WaveOutOfRange(what=what)
    _reckoned(wave, (Stratum("", 1_000_000),))


def _planned(connection: Connection, code: str) -> HouseholdWave:
    """A wave that has not opened, locked. Raises UnknownWave, WaveFixed."""
    wave = waves.wave(connection, code, lock=True)
    if wave.progress is not Progress.PLANNED:
        raise errors.WaveFixed(wave=code)
    return wave


def _reckoned(wave: HouseholdWave, parts: Iterable[Stratum]) -> Plan:
    wanted, stages = wave.wanted, wave.stages
    try:
        question = Question(
            margin=wanted.margin,
            level=wanted.level,
            share=wanted.share,
            deff=clustered_in_stages(stages.people, stages.villages, wanted.icc_village, wanted.icc_commune),
            response_rate=wanted.response_rate,
        )
        made = planned(question, tuple(parts))
        if all(way.code != wanted.way for way in made.ways):
            raise ValueError(f"way {wanted.way}")
    except ValueError as fault:
        raise errors.WaveOutOfRange(what=str(fault)) from fault
    return made


# The frame.


def load_frame(db: Database, code: str, units: Iterable[FrameUnit]) -> HouseholdWave:
    """Put a frame in the place of the one there was. Raises UnknownWave, WaveFixed."""
    rows = tuple(units)
    with db.write() as connection:
        wave = _planned(connection, code)
        waves.put_frame(connection, code, rows)
        loaded = replace(wave, communes={}, frame_digest=frame_digest(rows))
        waves.put(connection, loaded)
    return loaded


def communes_of(db: Database, root: str, *, on: date) -> frozenset[str]:
    """The codes of the communes and wards below an agency on a day: of which a frame may be."""
    known = design.reference(db)
    return frozenset(
        agency.code
        for agency in known.agencies.values()
        if agency.kind in ("commune", "ward") and agency.valid_on(on) and known.under(root, agency.code)
    )


# The sample.


def precision(db: Database, code: str) -> Precision:
    """What the wave as it is planned takes and will show. Raises UnknownWave, NotDrawn without a frame."""
    with db.read() as connection:
        wave = waves.wave(connection, code)
        frame = drawing.listed(waves.frame(connection, code))
    return _precision(wave, frame)


def _precision(wave: HouseholdWave, frame: drawing.Listing) -> Precision:
    if not frame:
        raise errors.NotDrawn(wave=wave.code)
    sizes = {stratum: sum(map(drawing.people, communes.values())) for stratum, communes in frame.items()}
    made = _reckoned(wave, (Stratum(stratum, people) for stratum, people in sizes.items()))
    wanted = {str(part.part.name): part.by[wave.wanted.way].invitations for part in made.parts}
    communes = drawing.communes_for(wanted, frame, wave.stages)
    each = wave.stages.villages * wave.stages.people
    invited = {stratum: min(n * each, sizes[stratum]) for stratum, n in communes.items()}
    answers = {stratum: n * wave.wanted.response_rate for stratum, n in invited.items()}
    margin = margin_of_strata(
        list(answers.values()),
        [sizes[stratum] for stratum in answers],
        p=wave.wanted.share,
        level=wave.wanted.level,
        deff=made.deff,
    )
    return Precision(
        made,
        sizes,
        communes,
        sum(invited.values()),
        round(sum(answers.values())),
        margin,
        sum(communes.values()),
    )


def draw(db: Database, code: str) -> Precision:
    """Draw the sample, in the place of the one there was. Raises UnknownWave, WaveFixed, NotDrawn."""
    with db.write() as connection:
        wave = _planned(connection, code)
        frame = drawing.listed(waves.frame(connection, code))
        found = _precision(wave, frame)
        drawn = drawing.drawn(wave.code, wave.seed, frame, found.communes, wave.stages)
        waves.put(connection, replace(wave, communes=found.communes))
        waves.put_sample(connection, code, drawn)
    return found


# Opening.


def open_wave(db: Database, code: str, *, by: int | None, at: int, on: date) -> None:
    """Send interviewers into the field; from now on what was planned stays.

    Raises UnknownWave, WaveFixed, NotDrawn without a sample.
    """
    with db.write() as connection:
        wave = _planned(connection, code)
        units = waves.units(connection, code)
        if not units:
            raise errors.NotDrawn(wave=code)
        waves.move(connection, code, Progress.PLANNED, Progress.OPEN)
        agencies.load_waves(connection, [_collecting(wave)])
        agencies.next_stamp(connection, on)
        main = sum(unit.part is Part.MAIN for unit in units)
        told = f"{code} {main} {wave.frame_digest[:16]}"
        audit.record(connection, db.keys.salt, at=at, account=by, what=Deed.WAVE_OPENED, thing=told)


def _collecting(wave: HouseholdWave) -> Wave:
    return Wave(
        code=wave.code,
        title=wave.title,
        kind=WaveKind.HOUSEHOLD,
        instrument=wave.instrument,
        root=wave.root,
        starts=wave.starts,
        ends=wave.ends,
    )
