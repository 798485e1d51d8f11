"""The bundle: what is frozen, and the files that are written from it."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import version
from typing import IO, Any

from survey.analyse import Snapshot
from survey.edition import code_of
from survey.formats import archive, figures
from survey.publish import contents
from survey.publish.frozen import Frozen
from survey.report import Report
from survey.store import editions as shelf
from survey.store.ledger import Checkpoint

#: changes whenever a name or a meaning in a bundle changes
FORMAT = 1
MANIFEST = "manifest.json"

Progress = Callable[[str, int, int], None]


def freeze(
    snapshot: Snapshot, reason: str, last: Checkpoint, *, at: int, address: str, progress: Progress
) -> Frozen:
    """Everything that the files are written from."""
    whole = snapshot.whole()
    bodies = [snapshot.wave.root, *(body.code for body in whole.counts.bodies)]
    reports: dict[str, Report] = {}
    for number, code in enumerate(bodies, 1):
        reports[code] = snapshot.report(code)
        progress("figures", number, len(bodies))
    edition = code_of(snapshot.wave, whole.counts.period.name)
    return Frozen(
        code=edition,
        revision=shelf.next_revision(snapshot.connection, edition),
        reason=reason,
        wave=snapshot.wave,
        instrument=whole.counts.instrument,
        period=whole.counts.period.name,
        known=snapshot.known,
        last=last,
        reports=reports,
        changes=snapshot.changes(),
        quality={},
        simulated=reports[snapshot.wave.root].simulated,
        software=version("hai-long"),
        at=at,
        address=address,
    )


def write(snapshot: Snapshot, frozen: Frozen, file: IO[bytes], *, progress: Progress) -> bytes:
    """Write every file of the bundle, and last its manifest, which is given back."""
    writer = archive.Writer(file)
    for code, report in frozen.reports.items():
        writer.add(f"figures/{code}.csv", "text/csv", figures.as_csv(report).encode())
    for number, part in enumerate(contents.REPORT, 1):
        with writer.member(part.name, part.media_type) as member:
            part.make(frozen, member)
        progress("report", number, len(contents.REPORT))
    manifest = json.dumps(_manifest(snapshot, frozen, writer), ensure_ascii=False, indent=1).encode() + b"\n"
    writer.add(MANIFEST, "application/json", manifest)
    writer.close()
    return manifest


def _manifest(snapshot: Snapshot, frozen: Frozen, writer: archive.Writer) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "edition": frozen.code,
        "revision": frozen.revision,
        "simulated": frozen.simulated,
        "software": frozen.software,
        "method": frozen.root.index.code,
        "licence": figures.LICENCE,
        "checkpoint": {
            "size": frozen.last.size,
            "root": frozen.last.root.hex(),
            "day": frozen.last.day.isoformat(),
            "signature": frozen.last.signature.hex(),
            "key": snapshot.db.keys.public.hex(),
        },
        "files": [
            {"name": m.name, "media_type": m.media_type, "bytes": m.length, "sha256": m.digest}
            for m in writer.members
        ],
    }


def summary(frozen: Frozen) -> dict[str, Any]:
    """What a list of editions shows of this one."""
    index = frozen.root.index.estimate
    return {
        "value": index.value,
        "low": index.low,
        "high": index.high,
        "level": index.level,
        "n": index.n,
        "agencies": len(frozen.reports) - 1,
        "simulated": frozen.simulated,
    }
