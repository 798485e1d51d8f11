"""A closed period becomes an edition: frozen at a checkpoint, made by two people, and it never changes again."""

from __future__ import annotations

import io
import json
import random
import zipfile
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from survey import analyse, errors, publish
from survey.account import Account
from survey.cli import main
from survey.edition import Edition, Stage
from survey.formats import figures
from survey.publish import Proposal, checking
from survey.publish.comparing import difference
from survey.publish.guard import DIFFERENCING
from survey.store.database import Database
from tests.publish import province as small
from tests.staff import deeds


@pytest.fixture
def lead(db: Database) -> Account:
    return small.person(db, "lan.lo")


@pytest.fixture
def other(db: Database) -> Account:
    return small.person(db, "minh.ca")


@pytest.fixture(params=["db", pytest.param("in_postgres", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest) -> Database:
    """The small province on each engine."""
    opened: Database = request.getfixturevalue(request.param)
    return opened


def published(db: Database, lead: Account, other: Account, reason: str = "") -> Edition:
    return publish.publish(db, small.proposed(db, lead, reason=reason), by=other, at=small.AT + 60)


def read(db: Database, edition: Edition, name: str) -> bytes:
    with publish.bundle(db, edition) as reader:
        return reader.read(name)


def test_an_edition_is_what_the_pages_show_signed_and_whole(
    db: Database, lead: Account, other: Account
) -> None:
    edition = published(db, lead, other)
    assert (edition.name, edition.stage) == ("rating-short-2026/r1", Stage.PUBLISHED)
    bundle = b"".join(publish.stream(db, edition))
    assert len(bundle) == edition.length
    found = checking.verify(io.BytesIO(bundle), key=db.keys.public.hex())
    assert found.holds, found.findings
    assert found.signed and found.rows == 358 and found.figures > 500
    page = figures.as_json(analyse.report(db, wave="rating-short", year=2026))
    [frozen] = [
        r for r in json.loads(read(db, edition, "figures/figures.json")) if r["report"] == page["report"]
    ]
    shown = page["figures"]
    assert frozen["agency"] == page["agency"] and len(frozen["figures"]) == len(shown)
    for one, same in zip(shown, frozen["figures"], strict=True):
        assert difference(one, same) == ""
    quality = json.loads(read(db, edition, "quality.json"))
    assert quality["screening"]["in_the_period"] == 15
    assert quality["screening"]["index_with"] != quality["screening"]["index_without"]
    assert quality["response"]["responses"] == 358
    assert deeds(db)[-2:] == ["edition-proposed", "edition-published"]


def test_an_edition_is_written_by_the_name_that_the_list_gives(
    db: Database, lead: Account, other: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = published(db, lead, other)
    monkeypatch.setenv("SURVEY_INSTANCE", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'small.sqlite'}")
    for name, secret in {"SALT_KEY": b"s", "SIGNING_SEED": b"k", "SESSION_KEY": b"w"}.items():
        monkeypatch.setenv(f"SURVEY_{name}", (secret * 32).hex())

    def run(*arguments: str) -> str:
        told = CliRunner().invoke(main, ("publish", *arguments), catch_exceptions=False)
        assert told.exit_code == 0, told.output
        return told.output

    name = run("list").split("\t")[0]
    for number, wanted in enumerate((name, edition.code)):
        run("export", wanted, str(tmp_path / f"{number}.zip"))
        assert sha256((tmp_path / f"{number}.zip").read_bytes()).hexdigest() == edition.digest


def test_one_person_does_not_publish_alone(db: Database, lead: Account, other: Account) -> None:
    edition = small.proposed(db, lead)
    with pytest.raises(errors.SamePerson):
        publish.publish(db, edition, by=lead, at=small.AT)
    with pytest.raises(errors.EditionProposed):
        small.proposed(db, other)
    assert publish.editions(db) == ()
    with pytest.raises(errors.UnknownEdition):
        publish.edition(db, edition.code, 1)
    publish.reject(db, edition, by=lead, at=small.AT)
    with pytest.raises(errors.NotProposed):
        publish.publish(db, edition, by=other, at=small.AT)
    assert published(db, lead, other).revision == 2


def test_what_is_published_is_neither_changed_nor_removed(either: Database) -> None:
    lead, other = small.person(either, "lan.lo"), small.person(either, "minh.ca")
    edition = small.proposed(either, lead)
    with pytest.raises(DBAPIError), either.write() as connection:  # one approver twice, past the code
        connection.execute(text("UPDATE edition SET stage = 'published', decided_by = proposed_by"))
    edition = publish.publish(either, edition, by=other, at=small.AT)
    for statement in (
        "UPDATE edition SET reason = 'x'",
        "DELETE FROM edition_piece",
        "UPDATE edition_piece SET content = ''",
    ):
        with pytest.raises(DBAPIError), either.write() as connection:
            connection.execute(text(statement))
    with pytest.raises(errors.NotProposed):
        publish.reject(either, edition, by=other, at=small.AT)
    bundle = b"".join(publish.stream(either, edition))
    assert sha256(bundle).hexdigest() == edition.digest
    assert checking.verify(io.BytesIO(bundle), key=either.keys.public.hex()).holds


def test_the_same_content_gives_the_same_bytes(db: Database, lead: Account) -> None:
    first = small.proposed(db, lead)
    one = b"".join(publish.stream(db, first))
    publish.reject(db, first, by=lead, at=small.AT)
    second = small.proposed(db, lead)
    two = b"".join(publish.stream(db, second))
    assert second.revision == 2
    with publish.bundle(db, second) as reader:
        others = {name: reader.measure(name) for name in reader.names}
    before = zipfile.ZipFile(io.BytesIO(one))
    assert [i.filename for i in before.infolist()] == list(others)
    assert len(one) == pytest.approx(len(two), abs=64)
    told = ("README.txt", "CITATION.cff", "csv-metadata.json", "microdata/codebook.xml", "dcat.jsonld")
    same = {n for n in others if n not in (*told, "revisions.json", "manifest.json")}
    assert {n for n in same if sha256(before.read(n)).hexdigest() != others[n][1]} == set()


# What can't be published.


def test_a_period_that_is_not_over_has_no_edition(db: Database, lead: Account) -> None:
    proposal = Proposal("rating-short", 2026, lead)
    with pytest.raises(errors.PeriodOpen):
        publish.propose(db, proposal, at=small.AT, today=date(2026, 12, 31))
    small.answer(db, small.responses({"03646": 1}, 2027, random.Random(1)), date(2027, 9, 2))
    with pytest.raises(errors.PeriodOpen):
        publish.propose(db, replace(proposal, year=2027), at=small.AT, today=date(2027, 9, 3))
    assert publish.editions(db, *Stage) == ()


def test_a_checkpoint_that_does_not_match_is_refused(db: Database, lead: Account, other: Account) -> None:
    with pytest.raises(errors.CheckpointMoved):
        small.proposed(db, lead, root="00" * 32)
    edition = small.proposed(db, lead)
    with pytest.raises(errors.CheckpointMoved):
        publish.publish(db, replace(edition, root=b"\0" * 32), by=other, at=small.AT)
    with pytest.raises(errors.NothingToPublish):
        publish.propose(db, Proposal("rating-long", 2026, lead), at=small.AT, today=small.TODAY)


# Revisions.


def test_a_correction_is_a_revision_that_lists_what_differs(
    db: Database, lead: Account, other: Account
) -> None:
    first = published(db, lead, other)
    late = small.responses({"03646": 12, "noi-vu": 11}, 2026, random.Random(5))
    small.answer(db, late, date(2027, 1, 15))
    with pytest.raises(errors.ReasonMissing):
        small.proposed(db, lead)
    second = published(db, lead, other, "phiếu giấy về muộn")
    assert [e.revision for e in publish.revisions(db, first.code)] == [2, 1]
    before, now = json.loads(read(db, second, "revisions.json"))
    assert (before["revision"], now["reason"]) == (1, "phiếu giấy về muộn")
    indices = [d for d in before["differences"] if d["part"] == "index" and d["agency"] == "son-la"]
    assert [(d["was"]["n"], d["is"]["n"]) for d in indices] == [(358, 381)]
    assert not [d for d in before["differences"] if d["agency"] == "03679" and d["part"] == "criterion"]
    assert json.loads(read(db, second, "quality.json"))["timeliness"]["sealed_after_the_period"] == 23
    assert checking.verify(io.BytesIO(b"".join(publish.stream(db, second)))).holds


def test_two_revisions_side_by_side_tell_of_nobody(db: Database, lead: Account, other: Account) -> None:
    published(db, lead, other)
    few = small.responses({"03646": 4}, 2026, random.Random(5))
    small.answer(db, few, date(2027, 1, 15))
    with pytest.raises(errors.TooFewChanged):  # the whole itself would tell of four people
        small.proposed(db, lead, reason="muộn")
    more = small.responses({"noi-vu": 20}, 2026, random.Random(6))
    small.answer(db, more, date(2027, 1, 16))
    second = published(db, lead, other, "muộn")
    reports = {r["agency"]["code"]: r for r in json.loads(read(db, second, "figures/figures.json"))}
    index = {code: report["figures"][0] for code, report in reports.items()}
    assert index["03646"]["withheld"] == DIFFERENCING and index["03646"]["n"] is None
    assert index["noi-vu"]["withheld"] == DIFFERENCING  # or 03646 followed by subtraction
    assert index["son-la"]["n"] == 382 and index["03679"]["n"] == 60
    assert checking.verify(io.BytesIO(b"".join(publish.stream(db, second)))).holds
