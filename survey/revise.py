"""Revising the catalogue: what is sent is read, shown as a difference, and applied at once or not at all.

    scope = revise.Scope(by=me, agency="son-la", file="counters.csv", at=..., on=...)
    revise.send(db, scope, stream, name, draft="k3")                    # checked; changes nothing
    seen = revise.preview(db, scope, "k3")                              # added, changed, ended
    revise.apply(db, scope, "k3", stamp=seen.stamp, reason="...")       # one transaction

Rows that are not sent stay as they are. What is applied is in the audit and a revision for good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib import resources
from typing import IO

from survey import design, errors, roles
from survey.account import Account, Deed
from survey.agency import Catalogue
from survey.formats import catalogue as catalogue_format
from survey.formats import catalogue_text, catalogue_upload
from survey.formats.catalogue import key_of
from survey.formats.catalogue_text import Cells
from survey.formats.faults import Faults
from survey.revision import Change, Revision, changes, objections
from survey.store import about, agencies, audit, revisions
from survey.store.agencies import Reference
from survey.store.database import Database
from survey.store.revisions import Draft

#: the files that are changed here, in the order of the page; the reforms are named by national plans
FILES = (
    *("agencies.csv", "succession.csv", "counters.csv", "procedures.csv"),
    *("fields.csv", "targets.csv", "published.csv"),
)
#: revisions that a page of the history tells
TOLD = 50

Lines = Sequence[tuple[int, Mapping[str, str]]]


@dataclass(frozen=True)
class Scope:
    """Where somebody changes the catalogue: who, for which agency, which file, and when.

    at: seconds since 1970 · on: the day
    """

    by: Account
    agency: str
    file: str
    at: int
    on: date


@dataclass(frozen=True)
class Preview:
    """What a draft would change today. stamp: of the catalogue it was compared with
    catalogue: as it would be · untouched: rows that were sent and are like that already
    """

    draft: Draft
    changes: tuple[Change, ...]
    untouched: int
    stamp: str
    catalogue: Catalogue


def files_of(db: Database, by: Account, agency: str) -> tuple[str, ...]:
    """The files of which a person may change rows of this agency."""
    under = design.reference(db).under
    return tuple(file for file in FILES if roles.may_change(by.grants, file, agency, under=under))


def rows(db: Database, scope: Scope) -> list[Cells]:
    """The rows of a file that are the agency's to change. Raises NotAllowed, PageNotFound."""
    _check_scope(db, scope)
    known = design.reference(db)
    every = catalogue_text.tables(known.catalogue)[scope.file]
    return [cells for cells in every if _is_of(known, scope, cells)]


def last_changes(db: Database) -> dict[str, int]:
    """When each file was changed last, in seconds since 1970."""
    with db.read() as connection:
        return revisions.last(connection)


def history(db: Database, scope: Scope) -> tuple[Revision, ...]:
    """The last revisions of a file, the newest first, each with the changes to rows of the agency."""
    _check_scope(db, scope)
    known = design.reference(db)
    with db.read() as connection:
        found = revisions.newest(connection, scope.file, TOLD)
    own = (
        replace(each, changes=tuple(change for change in each.changes if _is_of(known, scope, change.after)))
        for each in found
    )
    return tuple(each for each in own if each.changes)


def send(db: Database, scope: Scope, stream: IO[bytes], name: str, *, draft: str) -> Preview:
    """Keep a sent file as a draft of this name, if it could be applied.

    Raises `BadData` with every fault, NotAllowed.
    """
    _check_scope(db, scope)
    told = " ".join(name.replace(":", " ").split())[:120] or scope.file
    return _kept(
        db, scope, Draft(draft, scope.by.id, scope.agency, scope.file, told, _read(stream, told, scope))
    )


def send_row(db: Database, scope: Scope, cells: Cells, *, draft: str) -> Preview:
    """Keep one row as a draft. Raises as `send` does."""
    _check_scope(db, scope)
    return _kept(db, scope, Draft(draft, scope.by.id, scope.agency, scope.file, scope.file, ((1, cells),)))


def send_shipped(db: Database, scope: Scope, *, draft: str) -> Preview:
    """Keep what the service brings along for a file as a draft: what it says otherwise. Raises as `send` does."""
    _check_scope(db, scope)
    known = design.reference(db)
    with (resources.files("survey") / "catalogue" / scope.file).open("rb") as stream:
        own = tuple(
            (line, cells) for line, cells in _read(stream, scope.file, scope) if _is_of(known, scope, cells)
        )
    return _kept(db, scope, Draft(draft, scope.by.id, scope.agency, scope.file, scope.file, own))


def preview(db: Database, scope: Scope, draft: str) -> Preview:
    """What a draft would change now. Raises UnknownDraft, `BadData` where it does not fit any more."""
    with db.read() as connection:
        found = revisions.draft(connection, draft, scope.by.id, scope.agency, scope.at)
    if found is None or found.file != scope.file:
        raise errors.UnknownDraft
    return _seen(db, scope, found)


def apply(db: Database, scope: Scope, draft: str, *, stamp: str, reason: str) -> Revision:
    """Apply a draft as it was looked at: all of it, or nothing.

    Raises CatalogueChanged where the catalogue is another than at `stamp`, ReasonMissing, UnknownDraft.
    """
    told = " ".join(reason.split())[:500]
    if not told:
        raise errors.ReasonMissing
    seen = preview(db, scope, draft)
    if seen.stamp != stamp:
        raise errors.CatalogueChanged
    by, keys = scope.by.id, [change.key for change in seen.changes]
    with db.write() as connection:
        agencies.next_stamp_after(connection, stamp, scope.on)
        agencies.change(connection, seen.catalogue, scope.file, keys)
        number = revisions.add(
            connection, at=scope.at, account=by, file=scope.file, reason=told, changes=seen.changes
        )
        revisions.drop(connection, draft)
        thing = f"{scope.file} revision {number}, {len(keys)} rows"
        audit.record(
            connection, db.keys.salt, at=scope.at, account=by, what=Deed.CATALOGUE_CHANGED, thing=thing
        )
    return Revision(number, scope.at, by, scope.file, told, seen.changes)


def _read(stream: IO[bytes], name: str, scope: Scope) -> tuple[tuple[int, Cells], ...]:
    return tuple(catalogue_upload.read(stream, name, scope.file))


def _kept(db: Database, scope: Scope, draft: Draft) -> Preview:
    seen = _seen(db, scope, draft)
    with db.write() as connection:
        revisions.keep(connection, draft, scope.at)
    return seen


def _check_scope(db: Database, scope: Scope) -> None:
    if scope.file not in FILES:
        raise errors.PageNotFound
    if scope.file not in files_of(db, scope.by, scope.agency):
        raise errors.NotAllowed


def _seen(db: Database, scope: Scope, draft: Draft) -> Preview:
    """A draft beside the catalogue there is: what differs, and the catalogue that would come of it."""
    _check_scope(db, scope)
    stamp = about.catalogue_stamp(db) or ""
    known = design.reference(db)
    tables = catalogue_text.tables(known.catalogue)
    held = _by_key(scope.file, tables[scope.file])
    lines = {key_of(scope.file, cells): line for line, cells in draft.rows}
    merged: dict[str, Lines] = {file: [(0, cells) for cells in rows] for file, rows in tables.items()}
    kept = [(0, cells) for key, cells in held.items() if key not in lines]
    merged[scope.file] = [*kept, *draft.rows]
    _check_codes(
        draft, changes(held, [(line, key_of(scope.file, row), row) for line, row in draft.rows]), held, scope
    )
    catalogue = _parsed(draft, merged)
    read = _by_key(scope.file, catalogue_text.tables(catalogue)[scope.file])
    found = changes(held, [(line, key, read[key]) for key, line in lines.items()])
    _check_within(known, scope, draft.name, found)
    return Preview(draft, found, len(lines) - len(found), stamp, catalogue)


def _by_key(file: str, rows: Sequence[Cells]) -> dict[str, Cells]:
    return {key_of(file, cells): cells for cells in rows}


def _parsed(draft: Draft, merged: Mapping[str, Lines]) -> Catalogue:
    """The whole catalogue with the draft in it; faults are told of the sent file by its own name."""
    try:
        return catalogue_format.parse_rows(merged)
    except errors.BadData as refusal:
        told = [_renamed(fault, draft) for fault in refusal.faults]
        own = [fault for fault in told if fault.startswith(f"{draft.name}:")]
        raise errors.BadData(own or told) from None


def _renamed(fault: str, draft: Draft) -> str:
    """A fault of a sent row with the name of the sent file; of other rows with the catalogue's own."""
    file, line, sentence = fault.split(":", 2)
    sent = file == draft.file and line != "0"
    return f"{draft.name}:{line}:{sentence}" if sent else f"the catalogue's {file}:{line}:{sentence}"


def _check_codes(draft: Draft, found: Sequence[Change], held: Mapping[str, Cells], scope: Scope) -> None:
    """Refuse codes that are over, or written as something else: the rules of the file would tell less."""
    faults = Faults()
    for change in found:
        for told in objections(change, held, on=scope.on):
            faults.add(draft.name, change.line, told)
    faults.refuse()


def _check_within(known: Reference, scope: Scope, name: str, found: Sequence[Change]) -> None:
    """Refuse changes of rows that are not the agency's, before or after."""
    faults = Faults()
    for change in found:
        if not all(_is_of(known, scope, cells) for cells in (change.before, change.after) if cells):
            faults.add(name, change.line, f"{change.key!r} is not within {scope.agency!r}")
    faults.refuse()


def _is_of(known: Reference, scope: Scope, cells: Mapping[str, str]) -> bool:
    """Whether a row is an agency's to change: its counters, the bodies below it; all else is the root's."""
    if scope.file == "counters.csv":
        return known.under(scope.agency, cells["receiver"])
    root = known.agency(scope.agency).parent is None
    if scope.file == "agencies.csv":
        return root or known.under(scope.agency, cells["parent"])
    return root
