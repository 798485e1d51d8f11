"""Proposing: reads one state of the service, writes the bundle aside, and keeps both at once or nothing."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from typing import IO

from survey import analyse, design, errors
from survey.account import Account, Deed
from survey.analyse import Snapshot
from survey.edition import Edition, Stage, code_of
from survey.frame import Wave, WaveKind
from survey.publish import bundling
from survey.publish.contents import Part, Progress
from survey.publish.frozen import Frozen
from survey.store import audit
from survey.store import editions as shelf
from survey.store.database import Database
from survey.store.ledger import Checkpoint

#: characters of a reason
LONGEST_REASON = 2_000

#: bytes that are read at a time
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Proposal:
    """What somebody wants to be published.

    year: of a continuous wave; others are one period · reason: why there is another revision
    root: of the checkpoint that was looked at (hex); whichever is the newest without
    """

    wave: str
    year: int | None
    by: Account
    reason: str = ""
    root: str = ""
    address: str = ""


def propose(
    db: Database,
    proposal: Proposal,
    *,
    at: int,
    today: date,
    documents: Sequence[Part] = (),
    progress: Progress = lambda what, number, of: None,
) -> Edition:
    """Freeze a period at the ledger's newest checkpoint, for another person to publish.

    documents: the report in its languages, which is made of the frozen figures and lies in the bundle

    Raises UnknownWave, PeriodOpen, NothingToPublish, CheckpointMoved, EditionProposed, ReasonMissing,
    TooFewChanged and FiguresDiffer; then nothing is kept.
    """
    with tempfile.TemporaryFile() as file, ExitStack() as stack:
        with analyse.snapshot(db, proposal.wave, proposal.year, still=True) as snapshot:
            last, over = _checked(snapshot, proposal, today)
            reason = proposal.reason.strip()[:LONGEST_REASON]
            made = bundling.make(
                snapshot,
                reason,
                last,
                (over, today),
                stack,
                at=at,
                address=proposal.address,
                progress=progress,
            )
            manifest = bundling.write(snapshot, made, file, documents, progress=progress)
        edition = _edition(made.frozen, proposal, manifest, file)
        with db.write() as connection:
            shelf.add(connection, edition, file)
            audit.record(
                connection,
                db.keys.salt,
                at=at,
                account=proposal.by.id,
                what=Deed.EDITION_PROPOSED,
                thing=edition.name,
            )
    return edition


def closed(db: Database, root: str, today: date) -> list[tuple[Wave, str, int | None]]:
    """What can be published of the waves about an agency: wave, period, and the year of a continuous one."""
    found: list[tuple[Wave, str, int | None]] = []
    for wave in design.waves(db):
        if wave.root != root:
            continue
        years = analyse.years(db, wave.code)
        for year in years if wave.kind is WaveKind.CONTINUOUS else years[:1]:
            period = str(year) if wave.kind is WaveKind.CONTINUOUS else ""
            over = ends(wave, period)
            if over is not None and over < today:
                found.append((wave, period, year if period else None))
    return found


def ends(wave: Wave, period: str) -> date | None:
    """The last day of a period; None where the wave has no end yet."""
    if wave.kind is not WaveKind.CONTINUOUS:
        return wave.ends
    last = date(int(period), 12, 31)
    return min(last, wave.ends) if wave.ends else last


def _checked(snapshot: Snapshot, proposal: Proposal, today: date) -> tuple[Checkpoint, date]:
    """The checkpoint and the period's last day, if the period is over, everything of it is sealed, and it is the one that was meant."""
    period = snapshot.whole().counts.period.name
    over = ends(snapshot.wave, period)
    if over is None or today <= over:
        raise errors.PeriodOpen(period=period, until=over and over.isoformat())
    last = snapshot.last
    if last is None or snapshot.report(snapshot.wave.root).responses.estimate.n == 0:
        raise errors.NothingToPublish(period=period)
    if last.day <= over:
        raise errors.PeriodOpen(period=period, until=(over + timedelta(days=1)).isoformat())
    if proposal.root and proposal.root != last.root.hex():
        raise errors.CheckpointMoved(wanted=proposal.root[:64], newest=last.root.hex())
    waiting = shelf.waiting(snapshot.connection, code_of(snapshot.wave, period))
    if waiting:
        raise errors.EditionProposed(edition=waiting)
    earlier = shelf.of_code(snapshot.connection, code_of(snapshot.wave, period))
    if earlier and not proposal.reason.strip():
        raise errors.ReasonMissing
    return last, over


def _edition(frozen: Frozen, proposal: Proposal, manifest: bytes, file: IO[bytes]) -> Edition:
    digest, length = hashlib.sha256(), 0
    file.seek(0)
    while some := file.read(_CHUNK):
        digest.update(some)
        length += len(some)
    return Edition(
        code=frozen.code,
        revision=frozen.revision,
        wave=frozen.wave.code,
        period=frozen.period,
        title=frozen.wave.title,
        stage=Stage.PROPOSED,
        reason=frozen.reason,
        size=frozen.last.size,
        root=frozen.last.root,
        sealed=frozen.last.day.isoformat(),
        digest=digest.hexdigest(),
        length=length,
        manifest=hashlib.sha256(manifest).hexdigest(),
        software=frozen.software,
        method=frozen.root.index.code,
        summary=bundling.summary(frozen),
        proposed_by=proposal.by.id,
        proposed_at=frozen.at,
    )
