"""The bundle: what is frozen, and the files that are written from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import IO, Any

from survey import anonymity
from survey.analyse import Snapshot
from survey.anonymity import Quasi
from survey.counts import RESPONSES
from survey.edition import Edition, code_of
from survey.formats import archive, figures
from survey.publish import (
    catalogue,
    comparing,
    contents,
    files,
    guard,
    microdata,
    opendata,
    quality,
    release,
    tables,
    voiced,
)
from survey.publish.contents import Part, Progress
from survey.publish.frozen import Frozen
from survey.publish.microdata import Microdata
from survey.publish.rebuilt import Rebuilder
from survey.publish.released import Key, Released
from survey.publish.reported import PARAMETERS, reported
from survey.report import Report
from survey.store import agencies, responses
from survey.store import editions as shelf
from survey.store import ledger as ledgers
from survey.store.ledger import Checkpoint

#: changes whenever a name or a meaning in a bundle changes
FORMAT = 1
MANIFEST = "manifest.json"
LEAVES = "ledger/commitments.bin"
QUALITY, REVISIONS = "quality.json", "revisions.json"

#: microdata name no agency with fewer responses
NAMED_FROM = 30


@dataclass(frozen=True)
class Made:
    """What is frozen, with what its files are written from."""

    frozen: Frozen
    rebuilder: Rebuilder
    rows: Microdata
    catalogue: bytes
    instrument: str
    revisions: tuple[Mapping[str, Any], ...]


def make(
    snapshot: Snapshot,
    reason: str,
    last: Checkpoint,
    days: tuple[date, date],
    stack: ExitStack,
    *,
    at: int,
    address: str,
    progress: Progress,
) -> Made:
    """Read everything, release what may be known, and compute the figures from that.

    days: the last one of the period, and today. Raises TooFewChanged, FiguresDiffer.
    """
    counts = snapshot.whole().counts
    code = code_of(snapshot.wave, counts.period.name)
    before = _before(snapshot, code)
    held = release.held_agencies(snapshot)
    released, shown = _released(snapshot, held, progress)
    voiced.put(released, snapshot.voice(on=days[1]))
    told = [counts_of for _, counts_of in before]
    guarded = guard.guard(released, told, counts.index_code, items=len(counts.index_items))
    anew = tables.reread(released)
    fields = {key.domain.removeprefix("field:") for key in anew.sums if key.domain.startswith("field:")}
    known = catalogue.dumped(snapshot.known, snapshot.wave, fields)
    text = agencies.instrument_text(snapshot.connection, counts.instrument.ref)
    rebuilder = Rebuilder(anew, catalogue.loaded(known, f"{counts.instrument.ref}.toml", text))
    comparing.check(shown, rebuilder.reports, guarded=bool(guarded))
    sizes = sorted({e.size for e, _ in before if e.code == code})
    observed = quality.Observed(counts.instrument, ledgers.size_on(snapshot.connection, days[0]))
    rows = microdata.made(snapshot, stack, _starts(anew), sizes, observed, progress)
    statement = quality.statement(snapshot, shown[0], rebuilder.reports[0], observed, rows.levels)
    statement["disclosure"] |= {
        "withheld_by_differencing": guarded,
        "utility": _utility(rows, rebuilder.reports),
    }
    frozen = Frozen(
        code=code,
        revision=shelf.next_revision(snapshot.connection, code),
        reason=reason,
        wave=snapshot.wave,
        instrument=counts.instrument,
        period=counts.period.name,
        known=snapshot.known,
        last=last,
        reports={report.agency.code: report for report in rebuilder.reports},
        changes=rebuilder.changes(),
        quality=statement,
        simulated=rebuilder.reports[0].simulated,
        software=version("hai-long"),
        at=at,
        address=address,
    )
    same = [(e, c) for e, c in before if e.code == code]
    return Made(frozen, rebuilder, rows, known, text, _revisions(snapshot, frozen, same, rebuilder))


def _released(
    snapshot: Snapshot, held: Mapping[str, str], progress: Progress
) -> tuple[Released, list[Report]]:
    """The released counts, and the reports as pages show them, to be compared with what follows from those."""
    released, shown = release.release(snapshot, held), []
    bodies = [snapshot.wave.root, *(body.code for body in snapshot.whole().counts.bodies)]
    for number, code in enumerate(bodies, 1):
        reader = snapshot.reader()
        report = reader.report(snapshot.known.agency(code))
        release.of_body(released, reader, report, held.get(report.index.domain))
        shown.append(report)
        progress("figures", number, len(bodies))
    return released, shown


def _before(snapshot: Snapshot, code: str) -> list[tuple[Edition, Released]]:
    """The newest revision of each published edition of this wave, and every one of this edition."""
    found: list[tuple[Edition, Released]] = []
    for edition in shelf.of_wave(snapshot.connection, snapshot.wave.code):
        if edition.code != code and any(known.code == edition.code for known, _ in found):
            continue
        with shelf.Bundle(snapshot.connection, edition) as file:
            reader = archive.opened(file)
            found.append((edition, tables.read(reader, json.loads(reader.read(PARAMETERS)))))
    return found


def _utility(rows: Microdata, reports: Sequence[Report]) -> dict[str, Any]:
    """What coarsening cost: how many agencies the rows name, and the index that follows from them."""
    with_answers = sum(bool(report.index.estimate.n) for report in reports[1:])
    return {
        "agencies_named": len(rows.agencies - {""}),
        "agencies_with_figures": with_answers,
        "index_of_rows": rows.satisfied / rows.valid if rows.valid else None,
        "index_published": reports[0].index.estimate.value,
    }


def _starts(released: Released) -> Callable[[Quasi], int]:
    """The finest level that a row of the microdata may have: what is withheld is not told here either."""
    told = released.parameters
    wave, year = told["wave"], told["period"]

    def rank(quasi: Quasi) -> int:
        domain, mode = f"agency:{quasi.agency}", f"mode:{quasi.mode}"
        whole = released.sums.get(Key(wave, domain, year, RESPONSES))
        if whole is None or whole.held or whole.sums.moments.people < NAMED_FROM:
            return anonymity.NO_AGENCY
        if any(_held(released, wave, mode, period) for period in (year, quasi.period)):
            return anonymity.NO_MODE
        return anonymity.NO_QUARTER if _held(released, wave, domain, quasi.period) else 0

    return rank


def _held(released: Released, wave: str, domain: str, period: str) -> bool:
    return any(
        told.held
        for measure in released.parameters["headline"]
        if (told := released.sums.get(Key(wave, domain, period, measure)))
    )


def _revisions(
    snapshot: Snapshot, frozen: Frozen, before: Sequence[tuple[Edition, Released]], rebuilder: Rebuilder
) -> tuple[Mapping[str, Any], ...]:
    """The revisions there were, each with the figures that differ from it now."""
    log = []
    for edition, counts in sorted(before, key=lambda one: one[0].revision):
        earlier = Rebuilder(counts, rebuilder.known)
        log.append(
            {
                "revision": edition.revision,
                "reason": edition.reason,
                "published": edition.decided_at,
                "size": edition.size,
                "root": edition.root.hex(),
                "manifest": edition.manifest,
                "differences": list(comparing.differences(earlier.reports, rebuilder.reports)),
                "voice": list(voiced.differences(counts, rebuilder.released)),
            }
        )
    return (*log, {"revision": frozen.revision, "reason": frozen.reason, "size": frozen.last.size})


def write(
    snapshot: Snapshot, made: Made, file: IO[bytes], documents: Sequence[Part], *, progress: Progress
) -> bytes:
    """Write every file of the bundle, and last its manifest, which is given back."""
    frozen, writer = made.frozen, archive.Writer(file)
    writer.add("README.txt", "text/plain", contents.readme(frozen))
    writer.add(catalogue.NAME, "application/json", made.catalogue)
    writer.add(_instrument(made.rebuilder), "application/toml", made.instrument.encode())
    writer.add(PARAMETERS, "application/json", _json(made.rebuilder.released.parameters))
    tables.write(writer, made.rebuilder.released)
    for each in files.FILES:
        with writer.member(each.name, each.media_type) as member:
            for some in each.pieces(made.rebuilder):
                member.write(some)
    writer.add(QUALITY, "application/json", _json(frozen.quality))
    writer.add(REVISIONS, "application/json", _json(list(made.revisions)))
    with writer.member(LEAVES, "application/octet-stream") as member:
        for some in _leaves(snapshot, frozen.last.size):
            member.write(some)
    opendata.write(writer, frozen, made.rows, progress)
    _write_documents(writer, made, documents, progress)
    opendata.describe(writer, frozen, made.rows)
    manifest = _json(_manifest(snapshot, frozen, writer))
    writer.add(MANIFEST, "application/json", manifest)
    writer.close()
    return manifest


def _write_documents(
    writer: archive.Writer, made: Made, documents: Sequence[Part], progress: Progress
) -> None:
    """The report in every language, made of the figures that the bundle holds."""
    told = reported(f"{made.frozen.code}/r{made.frozen.revision}", made.rebuilder)
    for number, part in enumerate(documents):
        writer.add(part.name, part.media_type, part.make(told, _part(progress, number, len(documents))))
        progress("report", number + 1, len(documents))


def _part(progress: Progress, number: int, of: int) -> Progress:
    """The progress of one document among all of them."""
    return lambda _, done, steps: progress("report", number * steps + done, of * steps)


def _instrument(rebuilder: Rebuilder) -> str:
    return f"instrument/{rebuilder.counts.instrument.ref}.toml"


def _leaves(snapshot: Snapshot, size: int) -> Iterator[bytes]:
    """The commitments of the ledger, in its order, 32 bytes each."""
    for start in range(0, size, 1 << 15):
        yield b"".join(responses.commitments(snapshot.connection, start, min(start + (1 << 15), size)))


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"


def _manifest(snapshot: Snapshot, frozen: Frozen, writer: archive.Writer) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "edition": frozen.code,
        "revision": frozen.revision,
        "simulated": frozen.simulated,
        "wave": frozen.wave.code,
        "period": frozen.period,
        "instrument": frozen.instrument.ref,
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
        "code": frozen.root.index.code,
    }
