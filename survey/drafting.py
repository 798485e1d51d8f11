"""Writing questionnaires: a new version is made from a published one, looked at, and published by a second person.

A published version never changes; whoever answered it answered those words. A draft can be incomplete;
what it still lacks stands beside it, and it is published when that is nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from survey import design, errors
from survey.account import Account, Deed
from survey.formats import instrument as instrument_format
from survey.formats import instrument_draft as drafts_format
from survey.formats.instrument_draft import Data
from survey.instrument import Instrument
from survey.store import agencies, audit, drafts
from survey.store.database import Database
from survey.store.drafts import Drafted

_VERSION = re.compile(r"\d{1,6}(\.\d{1,6}){0,3}")


@dataclass(frozen=True)
class Written:
    """A draft beside the version it was made from, and what it still lacks.

    apart: what can't be counted together with the earlier version, once nothing is lacking
    """

    draft: Drafted
    base: Instrument
    faults: tuple[str, ...]
    apart: tuple[str, ...]


def listed(db: Database) -> tuple[Drafted, ...]:
    """All drafts, by name."""
    with db.read() as connection:
        return drafts.every(connection)


def written(db: Database, ref: str) -> Written | None:
    """The draft of this version, None where there is none."""
    with db.read() as connection:
        found = drafts.named(connection, ref)
    return _beside(db, found) if found else None


def _beside(db: Database, draft: Drafted) -> Written:
    known = design.reference(db).instruments
    base = known[draft.base]
    lacking = tuple(drafts_format.faults(draft.content, base, known.values()))
    return Written(draft, base, lacking, () if lacking else drafts_format.apart(draft.content, base))


def text_of(db: Database, ref: str) -> str:
    """The file of a published version or of a draft. Raises UnknownInstrument."""
    with db.read() as connection:
        published, draft = drafts.text(connection, ref), drafts.named(connection, ref)
    if published is not None:
        return published
    if draft is None:
        raise errors.UnknownInstrument
    return drafts_format.text(draft.content)


def preview(db: Database, ref: str) -> Instrument:
    """How a version or a draft is asked. Raises UnknownInstrument, InstrumentUnfinished."""
    known = design.reference(db).instruments
    if ref in known:
        return known[ref]
    try:
        return instrument_format.parse(f"{ref}.toml", text_of(db, ref))
    except errors.BadData as refusal:
        raise errors.InstrumentUnfinished from refusal


def begin(db: Database, by: Account, base: str, version: str, *, at: int) -> str:
    """Begin a version from a published one; its name. Raises UnknownInstrument, VersionTaken."""
    known = design.reference(db).instruments
    if base not in known:
        raise errors.UnknownInstrument
    content = drafts_format.begin(text_of(db, base), version)
    ref = drafts_format.ref_of(content)
    if not _VERSION.fullmatch(version) or ref in known:
        raise errors.VersionTaken
    with db.write() as connection:
        drafts.add(connection, Drafted(ref, base, by.id, content, 1, at))
    return ref


def change(db: Database, ref: str, content: Data, *, seen: int, at: int) -> None:
    """Keep what a draft has become. Raises CatalogueChanged where somebody else changed it meanwhile."""
    with db.write() as connection:
        drafts.change(connection, ref, content, seen=seen, at=at)


def drop(db: Database, ref: str) -> None:
    """Throw a draft away."""
    with db.write() as connection:
        drafts.drop(connection, ref)


def publish(db: Database, by: Account, ref: str, *, seen: int, at: int, on: date) -> Instrument:
    """Publish a draft as it was looked at: from then on it never changes.

    Raises UnknownInstrument, OwnDraft, InstrumentUnfinished, CatalogueChanged.
    """
    found = written(db, ref)
    if found is None:
        raise errors.UnknownInstrument
    if found.draft.author == by.id:
        raise errors.OwnDraft
    if found.faults:
        raise errors.InstrumentUnfinished
    text = drafts_format.text(found.draft.content)
    made = instrument_format.parse(f"{ref}.toml", text)
    with db.write() as connection:
        drafts.change(connection, ref, found.draft.content, seen=seen, at=at)
        agencies.load_instruments(connection, {ref: (made.digest, text)})
        drafts.drop(connection, ref)
        agencies.next_stamp(connection, on)
        audit.record(
            connection,
            db.keys.salt,
            at=at,
            account=by.id,
            what=Deed.INSTRUMENT_PUBLISHED,
            thing=f"{ref} {made.digest[:16]} by {found.draft.author}",
        )
    return made
