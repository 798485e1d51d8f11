"""Asking: which version of its questionnaire a continuous wave asks, and from which day on.

A published version never changes; a wave goes on with the next one where nothing of it is counted under a
name that means something else. Answers to earlier versions stay what they are, and kiosks may still bring late ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from survey import design, errors
from survey.account import Account, Deed
from survey.frame import Turn, Wave, WaveKind
from survey.instrument import Instrument
from survey.store import agencies, audit, turns
from survey.store.agencies import Reference
from survey.store.database import Database


@dataclass(frozen=True)
class Asked:
    """A wave with the version that it asks now, what was set, and what may be asked next.

    turns: in the order of their days · versions: of the same questionnaire, the one asked now among them
    """

    wave: Wave
    instrument: Instrument
    turns: tuple[Turn, ...]
    versions: tuple[Instrument, ...]


def listed(db: Database) -> tuple[Asked, ...]:
    """The continuous waves that are open, the headline first."""
    known = design.reference(db)
    with db.read() as connection:
        every = turns.every(connection)
    waves = [w for w in known.waves.values() if w.kind is WaveKind.CONTINUOUS and w.ends is None]
    return tuple(
        Asked(
            wave,
            known.instruments[wave.instrument],
            tuple(turn for turn in every if turn.wave == wave.code),
            versions(known, wave),
        )
        for wave in sorted(waves, key=lambda w: (not w.headline, w.starts, w.code))
    )


def versions(known: Reference, wave: Wave) -> tuple[Instrument, ...]:
    """The published versions of a wave's questionnaire."""
    code = known.instruments[wave.instrument].code
    return tuple(form for _, form in sorted(known.instruments.items()) if form.code == code)


def turn_to(db: Database, by: Account, wave: str, ref: str, since: date, *, at: int, on: date) -> None:
    """Let a wave ask a version from a day on, today at the earliest.

    Raises UnknownWave, UnknownInstrument, DayPassed, VersionApart.
    """
    known = design.reference(db)
    chosen = known.wave(wave)
    if chosen.kind is not WaveKind.CONTINUOUS or chosen.ends is not None:
        raise errors.UnknownWave(wave=wave)
    made = next((form for form in versions(known, chosen) if form.ref == ref), None)
    if made is None:
        raise errors.UnknownInstrument
    if since < on:
        raise errors.DayPassed
    earlier = known.versions.get(wave, frozenset()) - {ref}
    if any(made.parts_from(known.instruments[one]) for one in earlier):
        raise errors.VersionApart
    with db.write() as connection:
        turns.put(connection, Turn(wave, since, ref, by.id, at))
        thing = f"{wave} asks {ref} from {since.isoformat()}"
        audit.record(connection, db.keys.salt, at=at, account=by.id, what=Deed.VERSION_SET, thing=thing)
    take_turns(db, on=on)


def take_back(db: Database, by: Account, wave: str, since: date, *, at: int, on: date) -> None:
    """Forget a turn whose day has not come. Raises DayPassed."""
    if since <= on:
        raise errors.DayPassed
    with db.write() as connection:
        if turns.drop(connection, wave, since):
            thing = f"{wave} goes on on {since.isoformat()}"
            audit.record(connection, db.keys.salt, at=at, account=by.id, what=Deed.VERSION_SET, thing=thing)


def take_turns(db: Database, *, on: date) -> int:
    """Let waves ask what was set for a day that has come; how many went on with another version."""
    known = design.reference(db)
    with db.read() as connection:
        due = turns.as_set(connection, known.waves.values(), on)
    if all(wave == known.waves[wave.code] for wave in due):
        return 0
    with db.write() as connection:
        changed = agencies.load_waves(connection, due)
        if changed:
            agencies.next_stamp(connection, on)
    return changed
