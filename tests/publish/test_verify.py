"""`survey verify` finds and names whatever was changed in a bundle, and reads nothing that it should not."""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from survey import errors, publish
from survey.cli import main
from survey.formats import archive
from survey.intervals import proportion_interval
from survey.publish import bundling, checking, tables
from survey.publish.checking import Verified
from survey.publish.deciding import SIGNATURE
from survey.publish.files import FILES
from survey.publish.rebuilt import Rebuilder
from survey.receipt import code_of, read_code
from survey.store import database as databases
from tests.conftest import KEYS
from tests.publish import province as small

KEY = KEYS.public.hex()
Change = Callable[[bytes], bytes]


@pytest.fixture(scope="session")
def bundle(filled_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A published bundle of the small province."""
    own = shutil.copy(filled_sqlite, tmp_path_factory.mktemp("verify") / "small.sqlite")
    db = databases.connect(f"sqlite:///{own}", KEYS)
    lead, other = small.person(db, "lan.lo"), small.person(db, "minh.ca")
    edition = publish.publish(db, small.proposed(db, lead), by=other, at=small.AT)
    found = b"".join(publish.stream(db, edition))
    db.dispose()
    return found


def contents(bundle: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def packed(files: dict[str, bytes], *, rehashed: bool = False) -> bytes:
    """The files as a bundle. rehashed: with a manifest that says of each what it is now"""
    if rehashed:
        manifest = json.loads(files[bundling.MANIFEST])
        for entry in manifest["files"]:
            content = files[entry["name"]]
            entry |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        files = files | {
            bundling.MANIFEST: json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n"
        }
    file = io.BytesIO()
    writer = archive.Writer(file)
    for name, content in files.items():
        writer.add(name, "", content)
    writer.close()
    return file.getvalue()


def verified(bundle: bytes, key: str = KEY) -> Verified:
    return checking.verify(io.BytesIO(bundle), key=key)


def named(found: Verified, name: str) -> set[str]:
    return {one.code for one in found.findings if name in one.where}


def test_a_bundle_as_it_was_signed_holds(bundle: bytes) -> None:
    found = verified(bundle)
    assert found.findings == [] and found.signed and not found.rounding
    assert found.files == len(contents(bundle)) - 2


def test_any_changed_byte_of_any_file_is_found_and_the_file_is_named(bundle: bytes) -> None:
    files, rng = contents(bundle), random.Random(7)
    manifest = json.loads(files[bundling.MANIFEST])
    caught = tried = 0
    for name, content in files.items():
        for _ in range(8):
            at = rng.randrange(len(content))
            changed = content[:at] + bytes([content[at] ^ (1 << rng.randrange(8))]) + content[at + 1 :]
            found = Verified(manifest)
            tried += 1
            if name in (bundling.MANIFEST, SIGNATURE):
                caught += _manifest_or_signature_fails({**files, name: changed})
                continue
            checking.check_files(found, archive.opened(io.BytesIO(packed({name: changed}))))
            caught += named(found, name) == {"file-changed"}
    assert tried > 200 and caught == tried


def _manifest_or_signature_fails(files: dict[str, bytes]) -> bool:
    try:
        return not verified(packed(files)).holds
    except errors.BadBundle:
        return True


#: what is changed, and where it must be found although the manifest was made to fit
CONSISTENT: dict[str, tuple[str, Change, str]] = {
    "a target": ("catalogue.json", lambda text: text.replace(b'"value": 95.0', b'"value": 55.0'), "figures/"),
    "a name": (
        "catalogue.json",
        lambda text: text.replace("Sở Nội vụ".encode(), "Sở Nội".encode(), 1),
        "figures/",
    ),
    "a parameter": (
        "parameters.json",
        lambda text: text.replace(b'"smallest": 10', b'"smallest": 5'),
        "disclosure",
    ),
    "the interval": (
        "parameters.json",
        lambda text: text.replace(b'"interval": "wilson-usual"', b'"interval": "wilson"'),
        "figures/",
    ),
    "an interval that no edition has": (
        "parameters.json",
        lambda text: text.replace(b'"interval": "wilson-usual"', b'"interval": "wald"'),
        "interval",
    ),
    "the checkpoint": (
        "parameters.json",
        lambda text: text.replace(b'"sealed": 523', b'"sealed": 524'),
        "sealed",
    ),
    "the wording": (
        "instrument/onestop-short@2026.1.toml",
        lambda text: text.replace("Hài lòng".encode(), "Vui lòng".encode()),
        "figures/",
    ),
    "a figure": (
        "figures/figures.csv",
        lambda text: _last_digit(text, b"rating-short/son-la"),
        "rating-short/son-la",
    ),
    "a figure in JSON": (
        "figures/figures.json",
        lambda text: text.replace(b'"n": 358', b'"n": 359', 1),
        ".n",
    ),
    "a change": (
        "figures/changes.csv",
        lambda text: _last_digit(text, b"rating-short/son-la/changes"),
        "changes",
    ),
    "a group's figure": (
        "figures/figures.csv",
        lambda text: _last_digit(text, b"rating-short/son-la", b",field,"),
        "field",
    ),
    "a row of figures": (
        "figures/figures.csv",
        lambda text: b"".join(text.splitlines(True)[:-1]),
        "figures.csv",
    ),
    "an answer": (
        "microdata/responses.csv",
        lambda text: text.replace(b",5,5,5,5,5,5\n", b",9,5,5,5,5,5\n", 1),
        "line",
    ),
    "a row": (
        "microdata/responses.csv",
        lambda text: text + b"".join(text.splitlines(True)[-1:]) * 300,
        "responses.csv",
    ),
    "a row alone": (
        "microdata/responses.csv",
        lambda text: text + b"noi-vu,zz,kiosk,citizen,none,1,5,5,5,5,5,5\n",
        "responses.csv",
    ),
    "a commitment": ("ledger/commitments.bin", lambda text: text[:-1] + bytes([text[-1] ^ 1]), "commitments"),
    "a commitment more": ("ledger/commitments.bin", lambda text: text + bytes(32), "commitments"),
}


def _last_digit(text: bytes, begins: bytes, has: bytes = b"") -> bytes:
    """The text with one digit changed in the longest number of the first row that begins and has this and a number."""
    for row in text.splitlines(keepends=True):
        numbers = re.findall(rb"\d\.\d{9,}", row)
        if row.startswith(begins) and has in row and numbers:
            long = max(numbers, key=len)
            return text.replace(
                row, row.replace(long, long[:4] + bytes([48 + (long[4] - 47) % 10]) + long[5:]), 1
            )
    raise AssertionError(begins)


@pytest.mark.parametrize("what", CONSISTENT)
def test_what_was_changed_with_a_manifest_made_to_fit_is_found_twice(bundle: bytes, what: str) -> None:
    name, change, where = CONSISTENT[what]
    files = contents(bundle)
    changed = change(files[name])
    assert changed != files[name]
    found = verified(packed(files | {name: changed}, rehashed=True))
    assert named(found, SIGNATURE) == {"edition-signature"}
    assert [one for one in found.findings if where in one.where and one.code != "file-changed"], (
        found.findings
    )


def test_an_edition_from_before_the_interval_was_named_is_read_with_the_one_of_its_time(
    bundle: bytes,
) -> None:
    kept = contents(bundle)
    parameters = json.loads(kept[bundling.PARAMETERS])
    del parameters["interval"]
    released = tables.read(archive.opened(io.BytesIO(bundle)), parameters)
    now = checking.check_figures(
        Verified(json.loads(kept[bundling.MANIFEST])), archive.opened(io.BytesIO(bundle))
    )
    assert now is not None
    older = Rebuilder(released, now.known)
    before, after = older.reports[0].index.estimate, now.reports[0].index.estimate
    assert older.reports[0].index.method == "share/wilson@1"
    assert (before.value, before.se, before.n) == (after.value, after.se, after.n)
    assert before.low is not None and before.high is not None
    assert before.value is not None and before.se is not None
    wilson = proportion_interval(before.value, before.se**2, before.n, before.df)
    assert (before.low, before.high) == pytest.approx(wilson, rel=1e-12)
    written = {file.name: b"".join(file.pieces(older)) for file in FILES}
    files = kept | written | {bundling.PARAMETERS: json.dumps(parameters).encode()}
    found = verified(packed(files, rehashed=True))
    assert {one.code for one in found.findings} == {"edition-signature"}, found.findings


@pytest.mark.parametrize("table", tables.TABLES, ids=lambda table: table.name)
def test_any_number_of_the_counts_is_in_some_figure(bundle: bytes, table: tables.Table) -> None:
    files, rng, name = contents(bundle), random.Random(11), tables.path(table)
    numbers = list(re.finditer(rb"(?<=[, ])-?\d+(?:\.\d+)?(?:e-\d+)?(?=[, \r])", files[name]))
    for number in rng.sample(numbers, min(6, len(numbers))):
        other = b"3" if number[0] == b"2" else b"2"
        changed = files[name][: number.start()] + other + files[name][number.end() :]
        found = Verified(json.loads(files[bundling.MANIFEST]))
        checking.check_figures(found, archive.opened(io.BytesIO(packed(files | {name: changed}))))
        told = {one.code for one in found.findings} & {
            "figure-differs",
            "figures-not-computable",
            "counts-unreadable",
        }
        assert told, changed[number.start() - 150 : number.end() + 50]


def test_a_bundle_signed_anew_with_another_key_is_not_of_this_service(bundle: bytes) -> None:
    found = verified(bundle, key="ab" * 32)
    assert [one.code for one in found.findings] == ["key-differs"]


def test_a_file_too_much_or_too_little_is_named(bundle: bytes) -> None:
    files = contents(bundle)
    found = verified(packed(files | {"more.txt": b"x"}))
    assert named(found, "more.txt") == {"file-unlisted"}
    without = {name: content for name, content in files.items() if name != "counts/shared.csv"}
    assert named(verified(packed(without)), "counts/shared.csv") >= {"file-missing"}


def test_whoever_has_a_receipt_finds_it_in_the_bundle(bundle: bytes) -> None:
    leaves = contents(bundle)["ledger/commitments.bin"]
    beginning = read_code(code_of(leaves[64:96]))
    assert beginning is not None and leaves.find(beginning) == 64


# What is no bundle.


def test_a_bundle_of_a_newer_version_is_named(bundle: bytes) -> None:
    files = contents(bundle)
    manifest = json.loads(files[bundling.MANIFEST]) | {"format": bundling.FORMAT + 1}
    with pytest.raises(errors.BundleNewer):
        verified(packed(files | {bundling.MANIFEST: json.dumps(manifest).encode()}))


@pytest.mark.parametrize("name", ["../out.txt", "/etc/out", "a/../../b", "c:\\out", "a//b", "MANIFEST.json"])
def test_a_path_that_leads_out_and_a_name_twice_are_refused(bundle: bytes, name: str) -> None:
    with pytest.raises(errors.BundlePath):
        verified(packed(contents(bundle) | {name: b"x"}))


def test_a_link_is_refused(bundle: bytes) -> None:
    file = io.BytesIO(bundle)
    with zipfile.ZipFile(file, "a") as opened:
        link = zipfile.ZipInfo("link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        opened.writestr(link, "/etc/passwd")
    with pytest.raises(errors.BundlePath):
        verified(file.getvalue())


def test_a_bomb_is_refused_before_it_is_read(bundle: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "SMALL", 1 << 20)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("manifest.json", bytes(4 << 20))
    with pytest.raises(errors.BundleTooLarge):
        verified(file.getvalue())


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9, 0.999])
def test_a_bundle_that_was_cut_off_is_refused(bundle: bytes, part: float) -> None:
    with pytest.raises(errors.BadBundle):
        verified(bundle[: int(len(bundle) * part)])


def test_the_command_tells_what_it_found(bundle: bytes, tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole.zip", tmp_path / "broken.zip"
    whole.write_bytes(bundle)
    files = contents(bundle)
    broken.write_bytes(packed(files | {"figures/voice.csv": files["figures/voice.csv"] + b"x"}))
    told = CliRunner().invoke(main, ["verify", str(whole), "--key", KEY])
    assert told.exit_code == 0 and "every figure follows" in told.output and KEY in told.output
    told = CliRunner().invoke(main, ["verify", str(broken)])
    assert told.exit_code == 1 and "file-changed: figures/voice.csv" in told.output
    (tmp_path / "none.zip").write_bytes(b"PK")
    told = CliRunner().invoke(main, ["verify", str(tmp_path / "none.zip")])
    assert told.exit_code == 1 and "bundle-unreadable" in told.output
