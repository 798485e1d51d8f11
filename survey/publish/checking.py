"""Checking a bundle: everything that it says must follow from it, and from the key that it is signed with.

Nothing but the bundle is read: no network, no database, no file beside it. What does not hold is named, all of
it and not the first alone.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import IO, Any

from survey import errors
from survey.formats import archive
from survey.publish import bundling, catalogue, files, opendata, quality, rows, tables
from survey.publish.comparing import ROUNDING
from survey.publish.deciding import SIGNATURE
from survey.publish.figured import INTERVALS
from survey.publish.rebuilt import Rebuilder
from survey.publish.reported import PARAMETERS
from survey.receipt import leaf_hash, tree_hash, verify_checkpoint, verify_edition

#: findings of one kind that are named one by one
NAMED = 20
#: leaves of the ledger that are hashed at once; a power of two
_LEAVES = 1 << 16
_LEAF = 32


@dataclass(frozen=True)
class Finding:
    """Something that does not hold. code: stable · where: file, row or figure · fault: what is wrong"""

    code: str
    where: str
    fault: str = ""

    def __str__(self) -> str:
        return f"{self.code}: {self.where}" + (f" ({self.fault})" if self.fault else "")


@dataclass
class Verified:
    """What was found.

    rounding: figures that differ in their last digits, as processors may · given: domains of which the errors of
    drivers are taken as they are, because what they follow from would tell of few people
    """

    manifest: Mapping[str, Any]
    signed: bool = False
    key: str = ""
    files: int = 0
    figures: int = 0
    rows: int = 0
    rounding: int = 0
    given: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.findings

    def note(self, code: str, where: str, fault: object = "") -> None:
        self.findings.append(Finding(code, where, str(fault)))


def verify(file: IO[bytes], *, key: str = "") -> Verified:
    """Check a bundle. key: the service's public key (hex), known from elsewhere.

    Raises BadBundle, BundleNewer, BundlePath, BundleTooLarge where it can't be read at all.
    """
    reader = archive.opened(file)
    content = reader.read(bundling.MANIFEST)
    found = Verified(_manifest(content))
    check_files(found, reader)
    _check_signatures(found, reader, hashlib.sha256(content).hexdigest(), key)
    _check_ledger(found, reader)
    rebuilder = check_figures(found, reader)
    if rebuilder is not None:
        rows.check(found.note, reader, rebuilder, opendata.ROWS)
        found.rows = rows.counted(reader, opendata.ROWS)
    return found


def _manifest(content: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(content)
        newer = told["format"] > bundling.FORMAT
        if not newer:
            _ = [(e["name"], e["bytes"], e["sha256"]) for e in told["files"]], told["checkpoint"]["root"]
    except (ValueError, KeyError, TypeError) as fault:
        raise errors.BadBundle(file=bundling.MANIFEST, fault=str(fault)[:120]) from fault
    if newer:
        raise errors.BundleNewer(format=str(told["format"])[:20], known=bundling.FORMAT)
    manifest: Mapping[str, Any] = told
    return manifest


def check_files(found: Verified, reader: archive.Reader) -> None:
    """Every file is there with its bytes, and none that the manifest does not know."""
    listed = {entry["name"]: entry for entry in found.manifest["files"]}
    for name in sorted({*reader.names} - {*listed, bundling.MANIFEST, SIGNATURE}):
        found.note("file-unlisted", name)
    for name, entry in listed.items():
        if name not in reader.names:
            found.note("file-missing", name)
            continue
        try:
            length, digest = reader.measure(name)
        except errors.BadBundle as refusal:
            found.note("file-unreadable", name, refusal.detail.get("fault", ""))
            continue
        found.files += 1
        if (length, digest) != (entry["bytes"], entry["sha256"]):
            found.note("file-changed", name, f"{length} bytes, SHA-256 {digest[:16]}…")


def _check_signatures(found: Verified, reader: archive.Reader, digest: str, key: str) -> None:
    point = found.manifest["checkpoint"]
    found.key = str(point.get("key", ""))
    if key and key.lower() != found.key:
        found.note("key-differs", bundling.MANIFEST, f"{found.key[:16]}… is not the key that was given")
    try:
        public = bytes.fromhex(found.key)
        size, root, signed = (
            int(point["size"]),
            bytes.fromhex(point["root"]),
            bytes.fromhex(point["signature"]),
        )
        if not verify_checkpoint(public, size, root, signed):
            found.note("checkpoint-signature", bundling.MANIFEST)
    except (ValueError, KeyError, TypeError, OverflowError) as fault:
        found.note("checkpoint-signature", bundling.MANIFEST, fault)
        return
    if SIGNATURE not in reader.names:
        return  # a proposal has none yet
    found.signed = True
    try:
        told = json.loads(reader.read(SIGNATURE))
        name = f"{found.manifest['edition']}/r{found.manifest['revision']}"
        parts = (name, digest, int(told["published"]))
        stated = (told["edition"], told["manifest"], told["key"])
        whole = stated == (name, digest, found.key) and set(told) == _SIGNED
        if not (whole and verify_edition(public, *parts, bytes.fromhex(told["signature"]))):
            found.note("edition-signature", SIGNATURE)
    except (ValueError, KeyError, TypeError, errors.BadBundle) as fault:
        found.note("edition-signature", SIGNATURE, fault)


_SIGNED = {"edition", "manifest", "published", "key", "signature"}


def _check_ledger(found: Verified, reader: archive.Reader) -> None:
    """The commitments are as many as the checkpoint says, and lead to its root."""
    point = found.manifest["checkpoint"]
    roots, leaves = [], 0
    try:
        with reader.stream(bundling.LEAVES) as file:
            while some := file.read(_LEAVES * _LEAF):
                hashes = [leaf_hash(some[at : at + _LEAF]) for at in range(0, len(some), _LEAF)]
                roots.append(tree_hash(hashes))
                leaves += len(hashes)
    except errors.BadBundle as refusal:
        found.note("file-unreadable", bundling.LEAVES, refusal.detail.get("fault", ""))
        return
    if leaves != point["size"] or tree_hash(roots).hex() != point["root"]:
        found.note("ledger-root", bundling.LEAVES, f"{leaves} commitments do not lead to the root")


def check_figures(found: Verified, reader: archive.Reader) -> Rebuilder | None:
    """Every figure follows from the counts, and these go with what the manifest says."""
    rebuilder = _rebuilder(found, reader)
    if rebuilder is not None:
        _check_parameters(found, rebuilder)
        found.given = sum(bool(told.figures) for told in rebuilder.released.replicates.values())
        for each in files.FILES:
            _check_file(found, reader, each, rebuilder)
        _check_quality(found, reader, rebuilder)
    return rebuilder


def _rebuilder(found: Verified, reader: archive.Reader) -> Rebuilder | None:
    """What the figures are computed with, None where the bundle has not what that takes."""
    try:
        parameters = json.loads(reader.read(PARAMETERS))
        released = tables.read(reader, parameters)
        name = f"{parameters['instrument']}.toml"
        text = reader.read(f"instrument/{name}").decode()
        return Rebuilder(released, catalogue.loaded(reader.read(catalogue.NAME), name, text))
    except errors.Refusal as refusal:
        found.note("counts-unreadable", str(refusal.detail.get("file", "")), refusal)
    except (ValueError, KeyError, TypeError) as fault:
        found.note("counts-unreadable", PARAMETERS, fault)
    return None


def _check_parameters(found: Verified, rebuilder: Rebuilder) -> None:
    """What the manifest says of the edition is what the figures are computed with."""
    told, manifest = rebuilder.released.parameters, found.manifest
    point = manifest["checkpoint"]
    pairs = (
        ("wave", told["wave"], manifest.get("wave")),
        ("period", told["period"], manifest.get("period")),
        ("instrument", told["instrument"], manifest.get("instrument")),
        ("simulated", told["simulated"], manifest.get("simulated")),
        ("sealed", told["sealed"], point["size"]),
        ("root", told["root"], point["root"]),
        ("through", told["through"], point["day"]),
        ("disclosure", told["disclosure"], tables.DISCLOSURE),
        (
            "interval",
            rebuilder.interval,
            rebuilder.interval if rebuilder.interval in INTERVALS else INTERVALS,
        ),
    )
    for name, one, other in pairs:
        if one != other:
            found.note("parameter-differs", f"{PARAMETERS} {name}", f"{one} is not {other}")


# Figures.


def _check_file(found: Verified, reader: archive.Reader, each: files.File, rebuilder: Rebuilder) -> None:
    """The bytes of a file of figures are those that follow from the counts; else what differs is named."""
    try:
        anew = b"".join(each.pieces(rebuilder))
        kept = reader.read(each.name, most=archive.LARGEST)
    except errors.BadBundle as refusal:
        found.note("file-unreadable", each.name, refusal.detail.get("fault", ""))
        return
    except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as fault:
        found.note("figures-not-computable", each.name, f"{type(fault).__name__}: {fault}")
        return
    if each.media_type == "text/csv":
        found.figures += anew.count(b"\n") - 1
    if kept == anew:
        return
    compare = _differing_rows if each.media_type == "text/csv" else _differing_values
    number = 0
    for number, (where, told) in enumerate(compare(kept, anew, found), 1):
        if number <= NAMED:
            found.note("figure-differs", f"{each.name} {where}", told)
    if number > NAMED:
        found.note("figure-differs", each.name, f"{number - NAMED} more")


def _check_quality(found: Verified, reader: archive.Reader, rebuilder: Rebuilder) -> None:
    """What the statement on quality says of disputes follows from the counts, as figures do."""
    name = bundling.QUALITY
    try:
        told = json.loads(reader.read(name))["disputes"]
        anew = json.loads(json.dumps(quality.disputes(rebuilder.reports[0])))
    except (errors.BadBundle, ArithmeticError, LookupError, TypeError, ValueError) as fault:
        found.note("figures-not-computable", name, fault)
        return
    for where, differs in _values(told, anew, ".disputes", Counter()):
        found.note("figure-differs", f"{name} {where}", differs)


def _differing_rows(kept: bytes, anew: bytes, found: Verified) -> Iterator[tuple[str, str]]:
    """(figure, what it says and what follows) of every row that differs by more than rounding."""
    try:
        pairs = list(zip_longest(_read(kept), _read(anew)))
    except (csv.Error, UnicodeDecodeError) as fault:
        yield "", str(fault)
        return
    if pairs and pairs[0][0] and pairs[0][1] and pairs[0][0].keys() != pairs[0][1].keys():
        yield "header", "other columns"
        return
    rounded = 0
    for row, other in pairs:
        if row is None or other is None:
            yield _name(row or other or {}), "too much" if other is None else "missing"
            continue
        cells = [key for key in other if row.get(key) != other[key]]
        far = [key for key in cells if not _close(row.get(key), other[key])]
        if far:
            told = ", ".join(f"{key} says {row.get(key)!r}, {other[key]!r} follows" for key in far)
            yield _name(row), told
        rounded += bool(cells) and not far
    found.rounding += rounded
    if not rounded and kept != anew and all(row == other for row, other in pairs):
        yield "", "other bytes"


def _read(content: bytes) -> Iterable[dict[str, Any]]:
    return csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)


def _name(row: Mapping[str, Any]) -> str:
    return " ".join(str(row.get(key) or "") for key in ("report", "part", "code", "domain", "period"))


def _close(one: Any, other: Any) -> bool:
    try:
        return math.isclose(float(one), float(other), rel_tol=ROUNDING, abs_tol=1e-12)
    except (TypeError, ValueError):
        return False


def _differing_values(kept: bytes, anew: bytes, found: Verified) -> Iterator[tuple[str, str]]:
    """(path, what it says and what follows) of every value of a JSON file that differs."""
    try:
        told = json.loads(kept)
    except ValueError as fault:
        yield "", str(fault)
        return
    seen = Counter[str]()
    yield from _values(told, json.loads(anew), "", seen)
    if not seen:
        yield "", "other bytes"


def _values(one: Any, other: Any, at: str, seen: Counter[str]) -> Iterator[tuple[str, str]]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in one.keys() | other.keys():
            yield from _values(one.get(key), other.get(key), f"{at}.{key}", seen)
    elif isinstance(one, list) and isinstance(other, list):
        for number, (a, b) in enumerate(zip_longest(one, other)):
            yield from _values(a, b, f"{at}[{number}]", seen)
    elif one != other:
        seen["rounding" if _close(one, other) and isinstance(one, float) else "far"] += 1
        if not (_close(one, other) and isinstance(one, float)):
            yield at, f"says {one!r}, {other!r} follows"
