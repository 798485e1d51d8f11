"""Many accounts or kiosks at once: a file is read and checked whole, kept for a day, looked at, and done at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import IO

from survey import collect, design, errors
from survey.account import Account, read_address, read_name, read_person
from survey.admit import kiosks
from survey.admit.people import Given, Wanted, create_all, everybody, role_of
from survey.collect import Issued
from survey.collect.devices import Chance
from survey.errors import Refusal, UnknownRole
from survey.formats.catalogue_upload import Line, read_columns
from survey.formats.faults import Faults
from survey.formats.rows import unknown
from survey.roles import GRANTED, Grant, may_give
from survey.store import revisions
from survey.store.database import Database
from survey.store.revisions import Draft

#: what a file may be of -> its columns
COLUMNS = {
    "people.csv": ("name", "person", "agency", "address", "roles"),
    "kiosks.csv": ("counter", "kiosks"),
}
#: accounts that one file may make: each takes the time of a password
MOST_PEOPLE = 200
#: kiosks of one counter
MOST_KIOSKS = 20


@dataclass(frozen=True)
class Batch:
    """A checked file: its name as a draft, and its rows."""

    draft: str
    file: str
    name: str
    rows: tuple[Line, ...]


def send(
    db: Database, by: Account, agency: str, file: str, stream: IO[bytes], name: str, *, draft: str, at: int
) -> Batch:
    """Keep a sent file as a draft, if it could be done. Raises `BadData` with every fault."""
    told = " ".join(name.replace(":", " ").split())[:120] or file
    rows = tuple(read_columns(stream, told, COLUMNS[file]))
    _CHECKS[file](db, by, agency, told, rows)
    with db.write() as connection:
        revisions.keep(connection, Draft(draft, by.id, agency, file, told, rows), at)
    return Batch(draft, file, told, rows)


def batch(db: Database, by: Account, agency: str, file: str, draft: str, *, at: int) -> Batch:
    """A draft of this person. Raises UnknownDraft."""
    with db.read() as connection:
        found = revisions.draft(connection, draft, by.id, agency, at)
    if found is None or found.file != file:
        raise errors.UnknownDraft
    return Batch(found.id, found.file, found.name, tuple((line, dict(cells)) for line, cells in found.rows))


def create(db: Database, by: Account, agency: str, draft: str, *, at: int) -> tuple[Given, ...]:
    """Make the accounts of a draft, all or none. Raises UnknownDraft, `BadData` where it does not fit any more."""
    found = batch(db, by, agency, "people.csv", draft, at=at)
    made = create_all(db, by, _people(db, by, agency, found.name, found.rows), at=at)
    _forget(db, draft)
    return made


def issue(
    db: Database, by: Account, agency: str, draft: str, *, at: datetime, chance: Chance, pin: str
) -> tuple[tuple[str, Issued], ...]:
    """Issue the kiosks of a draft, all or none: (counter, device with its code). Raises as `create`, BadPin."""
    found = batch(db, by, agency, "kiosks.csv", draft, at=int(at.timestamp()))
    counters = _kiosks(db, by, agency, found.name, found.rows, on=at.date())
    made = collect.issue_all(db, counters, at=at, chance=chance, pin=kiosks.read_pin(pin), by=by.id)
    _forget(db, draft)
    return tuple(zip(counters, made, strict=True))


def _forget(db: Database, draft: str) -> None:
    with db.write() as connection:
        revisions.drop(connection, draft)


def _people(db: Database, by: Account, agency: str, name: str, rows: Sequence[Line]) -> tuple[Wanted, ...]:
    """What the rows of a file of people ask for. Raises `BadData` with every fault."""
    faults, wanted, seen = Faults(), list[Wanted](), dict[str, int]()
    known = {account.name for account in everybody(db)}
    if len(rows) > MOST_PEOPLE:
        faults.add(name, rows[MOST_PEOPLE][0], f"there are more than {MOST_PEOPLE} rows")
        faults.refuse()
    for line, cells in rows:
        one = _person(db, by, agency, cells, partial(faults.add, name, line))
        if one is None:
            continue
        if one.name in known:
            faults.add(name, line, f"there is an account {one.name!r} already")
        if (first := seen.setdefault(one.name, line)) != line:
            faults.add(name, line, f"{one.name!r} is already on line {first}")
        wanted.append(one)
    faults.refuse()
    return tuple(wanted)


def _person(
    db: Database, by: Account, agency: str, cells: Mapping[str, str], fault: Callable[[str], None]
) -> Wanted | None:
    known, told = design.reference(db), len(cells["roles"])
    home = cells["agency"] or agency
    if not known.under(agency, home):
        fault(f"{home!r} is not within {agency!r}")
        return None
    try:
        roles = [role_of(text.strip()) for text in cells["roles"].split(";")] if told else []
        grants = tuple(Grant(role, home) for role in roles)
        columns = read_name(cells["name"]), read_person(cells["person"]), read_address(cells["address"])
    except UnknownRole as refusal:
        fault(unknown("roles", str(refusal.detail["role"]), GRANTED))
        return None
    except Refusal as refusal:
        fault(_REFUSED.get(refusal.code, refusal.code))
        return None
    for grant in grants:
        if not may_give(by.grants, grant, under=known.under):
            fault(f"role {grant.role.value!r} in {home!r} is not yours to give")
    return Wanted(columns[0], columns[1], home, columns[2], grants)


#: refusals of one cell as the fault of its line
_REFUSED = {
    "bad-name": "name or person is malformed",
    "bad-address": "address is malformed",
}


def _kiosks(
    db: Database, by: Account, agency: str, name: str, rows: Sequence[Line], *, on: date | None = None
) -> tuple[str, ...]:
    """The counters that the rows of a file ask kiosks for, each as often. Raises `BadData` with every fault."""
    faults, counters = Faults(), list[str]()
    own = {each.code for each in kiosks.counters_of(db, agency) if on is None or each.valid_on(on)}
    for line, cells in rows:
        number = cells["kiosks"] or "1"
        often = int(number) if number.isascii() and number.isdecimal() and len(number) < 4 else 0
        if cells["counter"] not in own:
            faults.add(name, line, f"unknown counter {cells['counter']!r}")
        if not 1 <= often <= MOST_KIOSKS:
            faults.add(name, line, f"kiosks {number!r} is not a number from 1 to {MOST_KIOSKS}")
        counters += [cells["counter"]] * often
    faults.refuse()
    return tuple(counters)


_CHECKS: dict[str, Callable[[Database, Account, str, str, Sequence[Line]], object]] = {
    "people.csv": _people,
    "kiosks.csv": _kiosks,
}
