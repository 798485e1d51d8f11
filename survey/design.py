"""Designing: what is asked, of whom, where and when. Loads the catalogue and finds the questionnaire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable

from survey import errors
from survey.agency import Agency, Counter, Procedure, procedure_code
from survey.agency import plain as plain  # noqa: PLC0414 - the doors search with it
from survey.formats import catalogue as catalogue_format
from survey.formats import instrument as instrument_format
from survey.formats import waves as wave_format
from survey.frame import Wave, WaveKind
from survey.instrument import Instrument
from survey.planning import Part, Plan, Question, planned
from survey.receipt import Keys
from survey.response import Invitation
from survey.store import about, agencies, cells, database, turns
from survey.store.agencies import Reference
from survey.store.database import Database

#: the most procedures a search shows
FOUND = 50


@dataclass(frozen=True)
class Loaded:
    """What a loading changed: rows of the catalogue, new instruments, waves."""

    rows: int
    instruments: int
    waves: int


@dataclass(frozen=True)
class Asked:
    """A questionnaire for one agency, ready to be filled in."""

    wave: Wave
    instrument: Instrument
    agency: Agency
    counter: Counter | None = None
    procedure: Procedure | None = None
    invitation: Invitation = Invitation.NONE


@dataclass(frozen=True)
class Desk:
    """A counter with the agency that is rated there: what a poster is for."""

    counter: Counter
    agency: Agency


def reference(db: Database) -> Reference:
    """The catalogue in memory."""
    return agencies.reference(db, instrument_format.parse)


def load(
    db: Database, catalogue: Mapping[str, str], instruments: Mapping[str, str], waves: str, *, on: date
) -> Loaded:
    """Load the catalogue's, the instruments' (name -> text) and the waves' files.

    Loading again changes nothing. Raises `errors.BadData` with every fault of a kind of file; then
    nothing is loaded.
    """
    parsed = catalogue_format.parse(catalogue)
    forms = instrument_format.parse_all(instruments)
    opened = wave_format.parse(
        "waves.toml",
        waves,
        instruments=[form.ref for form in forms],
        agencies=[agency.code for agency in parsed.agencies],
    )
    with db.read() as connection:
        opened = tuple(turns.as_set(connection, opened, on))
    _check_succession(db, opened, forms)
    with db.write() as connection:
        rows = agencies.load(connection, parsed)
        new = agencies.load_instruments(connection, _texts(forms, instruments))
        changed = agencies.load_waves(connection, opened)
        if rows or new or changed:
            agencies.next_stamp(connection, on)
    return Loaded(rows, new, changed)


def load_shipped(db: Database, *, on: date) -> Loaded:
    """Load the catalogue, the instruments and the waves that the service brings along."""
    package = resources.files("survey")
    catalogue = _files(package / "catalogue", ".csv")
    waves = (package / "catalogue" / "waves.toml").read_text(encoding="utf-8")
    return load(db, catalogue, _files(package / "instruments", ".toml"), waves, on=on)


def _files(folder: Traversable, ending: str) -> dict[str, str]:
    found = (file for file in folder.iterdir() if file.name.endswith(ending))
    return {file.name: file.read_text(encoding="utf-8") for file in found}


def _texts(forms: Iterable[Instrument], files: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Instruments as the store keeps them: reference -> (digest, text)."""
    return {form.ref: (form.digest, files[f"{form.ref}.toml"]) for form in forms}


def open_wave(
    db: Database, wave: Wave, instrument: Mapping[str, str], rated: tuple[Agency, ...], *, on: date
) -> None:
    """Add a wave with the agencies it rates and, if it brings its own, its instrument (name -> text).

    Raises `errors.BadData` where it goes on from another instrument that can't be counted together with it.
    """
    forms = instrument_format.parse_all(instrument)
    _check_succession(db, [wave], forms)
    with db.write() as connection:
        changed = agencies.add_agencies(connection, rated)
        changed += agencies.load_instruments(connection, _texts(forms, instrument))
        changed += agencies.load_waves(connection, [wave])
        if changed:
            agencies.next_stamp(connection, on)


def _check_succession(db: Database, opened: Iterable[Wave], forms: Iterable[Instrument]) -> None:
    """Refuse waves that go on with a version whose names mean something else than before."""
    known = reference(db)
    instruments = {**known.instruments, **{form.ref: form for form in forms}}
    faults = [
        f"wave {wave.code}: {part} is not the same in {wave.instrument} and in {ref}, which the wave has asked; "
        "give it another code, say in its lineage that it is equated, or open a new wave"
        for wave in opened
        for ref in sorted(known.versions.get(wave.code, frozenset()) - {wave.instrument})
        for part in instruments[wave.instrument].parts_from(instruments[ref])
    ]
    if faults:
        raise errors.BadData(faults)


def instrument_of(db: Database, name: str, files: Mapping[str, str]) -> Instrument:
    """The instrument that a map names: the one it brings along, or a loaded `code@version`.

    Raises `errors.BadData` where it is neither.
    """
    if files:
        return instrument_format.parse_all(files)[0]
    known = reference(db).instruments
    if name not in known:
        raise errors.BadData([f"instrument {name!r} is not loaded"])
    return known[name]


def dedicate(db: Database, purpose: str) -> None:
    """Say once what a database is for ("real" or "simulated").

    Raises `errors.WrongDatabase` if it is already for something else.
    """
    with db.write() as connection:
        known = about.read(connection, about.PURPOSE)
        if known is None:
            about.write(connection, about.PURPOSE, purpose)
        elif known != purpose:
            raise errors.WrongDatabase(holds=known, wanted=purpose)


def opened(url: str, keys: Keys, wanted: str) -> Database:
    """The database at a URL, open, if it is this version's and for this purpose ("real" or "simulated").

    Raises `errors.WrongSchema`, `errors.WrongDatabase` and `errors.TemporarilyUnavailable`.
    """
    db = database.connect(url, keys)
    try:
        database.check_schema(db)
        _check_counts(db)
        held = purpose(db)
        if held != wanted:
            raise errors.WrongDatabase(holds=held, wanted=wanted)
    except errors.Refusal:
        db.dispose()
        raise
    return db


def _check_counts(db: Database) -> None:
    """Raise `errors.WrongSchema` where the counts are of an older edition: figures would be missing."""
    with db.read() as connection:
        held = cells.edition(connection)
    if held != cells.EDITION:
        raise errors.WrongSchema(holds=f"counts {held}", wanted=f"counts {cells.EDITION}")


def purpose(db: Database) -> str | None:
    """What the database is for, None before it was said."""
    with db.read() as connection:
        return about.read(connection, about.PURPOSE)


def waves(db: Database) -> tuple[Wave, ...]:
    """Every wave, the headline first, then by code."""
    known = reference(db).waves.values()
    return tuple(sorted(known, key=lambda wave: (not wave.headline, wave.code)))


def places(db: Database, *, on: date) -> tuple[Agency, ...]:
    """The agencies that can be rated on a day: those that exist then under the headline wave's root, in catalogue order."""
    known = reference(db)
    if known.headline is None:
        return ()
    root = known.headline.root
    return tuple(
        a for a in known.agencies.values() if a.code != root and a.valid_on(on) and known.under(root, a.code)
    )


def plan(db: Database, question: Question, parts: Sequence[Part] = (), *, on: date) -> Plan:
    """Whom to ask for what `question` wants to know: how many invitations, and where.

    parts: the strata; without any the agencies that can be rated on the day, each with an equal part of
    the population, because no source tells how many people each of them serves. Fewer people than
    agencies are no strata. Raises PlanOutOfRange with what is wrong.
    """
    chosen, bodies = tuple(parts), places(db, on=on)
    if not chosen and (question.population is None or question.population >= len(bodies)):
        each = None if question.population is None or not bodies else question.population / len(bodies)
        chosen = tuple(Part(body.name, each) for body in bodies)
    try:
        return planned(question, chosen, assumed_equal=not parts)
    except ValueError as fault:
        raise errors.PlanOutOfRange(what=str(fault)) from fault


def desks(db: Database, *, on: date) -> tuple[Desk, ...]:
    """Every counter whose agency can be rated on a day, in the order of the agencies."""
    by_agency: dict[str, list[Counter]] = {}
    for counter in reference(db).counters.values():
        if counter.valid_on(on):
            by_agency.setdefault(counter.agency or counter.receiver, []).append(counter)
    return tuple(
        Desk(counter, agency) for agency in places(db, on=on) for counter in by_agency.get(agency.code, ())
    )


def desk(db: Database, code: str, *, on: date) -> Desk:
    """The counter with this code, in whatever case it was typed. Raises UnknownCounter."""
    sought = code.strip().lower()
    for found in desks(db, on=on):
        if found.counter.code.lower() == sought:
            return found
    raise errors.UnknownCounter(counter=code)


def handling(db: Database, code: str, *, on: date) -> tuple[Procedure, tuple[Agency, ...]]:
    """A procedure as somebody wrote its code, and the agencies that handle it. Raises UnknownProcedure."""
    procedure = _procedure(reference(db), code, on)
    return procedure, tuple(agency for agency in places(db, on=on) if handles(agency, procedure))


def questionnaire(
    db: Database,
    agency: str,
    *,
    on: date,
    form: str | None = None,
    wave: str | None = None,
    counter: str | None = None,
    procedure: str | None = None,
) -> Asked:
    """What to ask about `agency`: the form ("short", "long") of the continuous rating, or a named wave.

    A household wave is asked by interviewers alone, and unknown here.

    Raises UnknownWave, WaveClosed, UnknownAgency, UnknownCounter, UnknownProcedure.
    """
    known = reference(db)
    chosen = known.wave(wave) if wave else _continuous(known, form or "short")
    if chosen.kind is WaveKind.HOUSEHOLD:
        raise errors.UnknownWave(wave=chosen.code)
    body = known.agency(agency)
    if agency == chosen.root or not known.under(chosen.root, agency) or not body.valid_on(on):
        raise errors.UnknownAgency(agency=agency)
    if not chosen.covers(on):
        raise errors.WaveClosed(wave=chosen.code)
    return Asked(
        chosen,
        known.instruments[chosen.instrument],
        body,
        _counter(known, counter, on) if counter else None,
        _procedure(known, procedure, on) if procedure else None,
    )


def _continuous(known: Reference, form: str) -> Wave:
    code = f"rating-{form}"
    return known.wave(code)


def _counter(known: Reference, code: str, on: date) -> Counter:
    if code not in known.counters or not known.counters[code].valid_on(on):
        raise errors.UnknownCounter(counter=code)
    return known.counters[code]


def _procedure(known: Reference, written: str, on: date) -> Procedure:
    code = procedure_code(written)
    if code not in known.procedures or not known.procedures[code].valid_on(on):
        raise errors.UnknownProcedure(procedure=code)
    return known.procedures[code]


def procedures(
    db: Database, agency: str, query: str, *, on: date, limit: int = FOUND
) -> tuple[Procedure, ...]:
    """Procedures that `agency` handles and whose name or code has all words of `query`.

    Searched without regard to case and diacritics (đ counts as d).
    """
    known = reference(db)
    body = known.agency(agency)
    words = plain(query).split()
    found = (
        p
        for p in known.procedures.values()
        if p.valid_on(on) and handles(body, p) and all(word in _search_text(p) for word in words)
    )
    ordered = sorted(found, key=lambda p: (not p.at_commune, p.name))
    return tuple(ordered[:limit])


def handles(agency: Agency, procedure: Procedure) -> bool:
    """Whether the form offers the procedure to who rates the agency."""
    if agency.kind in ("commune", "ward"):
        return procedure.at_commune or "commune" in procedure.level.split(";")
    return procedure.level != "commune" and procedure.department in (agency.code, None)


def _search_text(procedure: Procedure) -> str:
    return plain(f"{procedure.code} {procedure.name}")
