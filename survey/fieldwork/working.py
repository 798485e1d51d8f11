"""A wave in the field: who visits whom, who stands in for whom, how far it is, and when it is closed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from survey import design, disposition, errors
from survey.account import Account, Deed
from survey.disposition import ANSWERED, KINDS, Disposition
from survey.household import (
    FieldProgress,
    HouseholdWave,
    Part,
    Progress,
    SampleUnit,
    Standing,
    Substitution,
)
from survey.roles import Role, Under
from survey.store import accounts, audit, visits, waves
from survey.store.database import Connection, Database

#: the parts of those who may interview
INTERVIEWERS = frozenset({Role.INTERVIEWER, Role.OFFICER})

#: the longest reason of a substitution
LONGEST_REASON = 200


# Who visits whom.


def interviewers(db: Database, root: str) -> tuple[Account, ...]:
    """The open accounts that may interview in an agency or below it, by name."""
    known = design.reference(db)
    with db.read() as connection:
        listed = accounts.listed(connection)
    return tuple(
        account for account in listed if not account.disabled and _interviews(account, known.under, root)
    )


def _interviews(account: Account, under: Under, root: str) -> bool:
    return any(
        grant.role in INTERVIEWERS and (under(root, grant.agency) or under(grant.agency, root))
        for grant in account.grants
    )


def assign(db: Database, code: str, names: Sequence[str], *, communes: Sequence[str] = ()) -> dict[str, int]:
    """Give the units of a wave (or of some communes of it) to interviewers: each commune to one, evenly.

    names: of accounts. How many units each has now. Raises UnknownWave, NotDrawn, WaveNotOpen when it is
    over, UnknownInterviewer.
    """
    with db.read() as connection:
        root = waves.wave(connection, code).root
    known = {account.name: account for account in interviewers(db, root)}
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        raise errors.UnknownInterviewer(names=unknown)
    with db.write() as connection:
        wave = waves.wave(connection, code, lock=True)
        if wave.progress not in (Progress.PLANNED, Progress.OPEN):
            raise errors.WaveNotOpen(wave=code)
        units = [unit for unit in waves.units(connection, code) if not communes or unit.commune in communes]
        if not units:
            raise errors.NotDrawn(wave=code)
        given = shared(units, [known[name].id for name in sorted(names)])
        waves.assign(connection, given)
        everything = Counter(waves.assignments(connection, code).values())
    return {account.name: everything[account.id] for account in known.values() if everything[account.id]}


def shared(units: Sequence[SampleUnit], accounts_: Sequence[int]) -> dict[str, int]:
    """Unit -> account: whole communes (villages, where interviewers outnumber communes), the largest first."""
    by_commune: defaultdict[tuple[str, ...], list[SampleUnit]] = defaultdict(list)
    few = len({unit.commune for unit in units}) < len(accounts_)
    for unit in units:
        by_commune[(unit.commune, unit.village) if few else (unit.commune,)].append(unit)
    load = dict.fromkeys(accounts_, 0)
    given: dict[str, int] = {}
    for _, some in sorted(by_commune.items(), key=lambda each: (-len(each[1]), each[0])):
        least = min(accounts_, key=lambda account: (load[account], accounts_.index(account)))
        load[least] += len(some)
        given |= {unit.code: least for unit in some}
    return given


# Who stands in.


def substitute(db: Database, typed: str, reason: str, *, by: int | None, on: date) -> Substitution:
    """Let the next substitute of its village stand in for a unit that could not be asked.

    Raises UnknownUnit, WaveNotOpen, SubstituteRefused with why.
    """
    told = " ".join(reason.split())
    if not 0 < len(told) <= LONGEST_REASON:
        raise errors.SubstituteRefused(why="no-reason")
    with db.write() as connection:
        found = waves.unit(connection, typed)
        if found is None:
            raise errors.UnknownUnit
        unit, visitor = found
        wave = waves.wave(connection, unit.wave, lock=True)
        if wave.progress is not Progress.OPEN:
            raise errors.WaveNotOpen(wave=wave.code)
        spare = _next_substitute(connection, unit)
        made = Substitution(unit.code, spare.code, told, on, by)
        waves.substitute(connection, made)
        if visitor is not None:
            waves.assign(connection, {spare.code: visitor})
    return made


def _next_substitute(connection: Connection, unit: SampleUnit) -> SampleUnit:
    """The first substitute of the village that stands in for nobody. Raises SubstituteRefused."""
    before = waves.substitutions(connection, unit.wave)
    if unit.code in {made.unit for made in before}:
        raise errors.SubstituteRefused(why="used")
    standing_in = {made.substitute for made in before}
    if unit.part is not Part.MAIN and unit.code not in standing_in:
        raise errors.SubstituteRefused(why="not-main")
    stands = visits.dispositions(connection, unit.wave).get(unit.code, Disposition.NOT_ATTEMPTED)
    if stands is Disposition.NOT_ATTEMPTED or stands in ANSWERED:
        raise errors.SubstituteRefused(why="not-visited" if stands not in ANSWERED else "answered")
    spare = [
        each
        for each in waves.units(connection, unit.wave)
        if (each.commune, each.village, each.part) == (unit.commune, unit.village, Part.SUBSTITUTE)
        and each.code not in standing_in
    ]
    if not spare:
        raise errors.SubstituteRefused(why="none-left")
    return spare[0]


# How far it is.


def field_progress(db: Database, code: str) -> FieldProgress:
    """How far a wave is. Raises UnknownWave."""
    with db.read() as connection:
        waves.wave(connection, code)
        return _progress(connection, code)


def _progress(connection: Connection, code: str) -> FieldProgress:
    stands = visits.dispositions(connection, code)
    replaced = {made.unit: made.substitute for made in waves.substitutions(connection, code)}
    asked = [
        unit
        for unit in waves.units(connection, code)
        if unit.part is Part.MAIN or unit.code in set(replaced.values())
    ]
    by_stratum: defaultdict[str, list[SampleUnit]] = defaultdict(list)
    for unit in asked:
        by_stratum[unit.stratum].append(unit)
    given = waves.assignments(connection, code)
    work: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
    for unit in asked:
        if unit.code in given and unit.code not in replaced:
            work[given[unit.code]][0] += 1
            work[given[unit.code]][1] += stands.get(unit.code) in ANSWERED
    return FieldProgress(
        tuple(_standing(name, units, stands, replaced) for name, units in sorted(by_stratum.items())),
        _standing("", asked, stands, replaced),
        {account: (done[0], done[1]) for account, done in sorted(work.items())},
    )


def _standing(
    name: str,
    units: Sequence[SampleUnit],
    stands: Mapping[str, Disposition],
    replaced: Mapping[str, str],
) -> Standing:
    of = {unit.code: stands.get(unit.code, Disposition.NOT_ATTEMPTED) for unit in units}
    counts = Counter(of[unit.code] for unit in units if unit.part is Part.MAIN)
    return Standing(
        name=name,
        units=sum(counts.values()),
        answered=sum(stand in ANSWERED for stand in of.values()),
        substitutes=sum(unit.part is Part.SUBSTITUTE for unit in units),
        unfinished=sum(not KINDS[stand].final for code, stand in of.items() if code not in replaced),
        counts=counts,
        rates=disposition.rates(counts),
    )


# Closing.


def close(db: Database, code: str, *, rest_unknown: bool, by: int | None, at: int, on: date) -> HouseholdWave:
    """Close a wave when its last day is over and every unit has its final disposition.

    rest_unknown: let those without one count as they stand, or as not known to be eligible. Raises
    UnknownWave, WaveNotOpen, WaveTooEarly, UnitsUnfinished.
    """
    with db.write() as connection:
        wave = waves.wave(connection, code, lock=True)
        if wave.progress is not Progress.OPEN:
            raise errors.WaveNotOpen(wave=code)
        if on <= wave.ends:
            raise errors.WaveTooEarly(wave=code, ends=wave.ends.isoformat())
        left = _progress(connection, code).whole.unfinished
        if left and not rest_unknown:
            raise errors.UnitsUnfinished(wave=code, units=left)
        waves.move(connection, code, Progress.OPEN, Progress.CLOSED)
        audit.record(
            connection, db.keys.salt, at=at, account=by, what=Deed.WAVE_CLOSED, thing=f"{code} {left}"
        )
    return wave
