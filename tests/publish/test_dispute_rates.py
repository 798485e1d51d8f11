"""Dispute rates of an edition: those of its page, recomputed from its bundle, and no closer in a revision."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

from survey import analyse, publish, reply
from survey.account import Account
from survey.dispute import Reason
from survey.edition import Edition
from survey.formats import archive, figures
from survey.publish import bundling, checking
from survey.publish.guard import DIFFERENCING
from survey.store.database import Database
from tests.answering import rated
from tests.publish import province as small
from tests.publish.test_verify import contents, named, packed, verified

CLAIM = reply.Claim(Reason.TEST, "Thử máy", small.TODAY)
DAY = date(2026, 12, 29)


def disputed(db: Database, by: Account, agency: str, n: int, day: date = DAY) -> None:
    some = [rated(1, agency=agency, counter=f"{agency}-1", day=day) for _ in range(n)]
    small.answer(db, some, small.TODAY)
    reply.dispute_day(db, by, agency, CLAIM, place=f"{agency}-1", day=day, at=small.AT)


def published(db: Database, lead: Account, other: Account, reason: str = "") -> tuple[Edition, bytes]:
    edition = publish.publish(db, small.proposed(db, lead, reason=reason), by=other, at=small.AT)
    return edition, b"".join(publish.stream(db, edition))


def told(bundle: bytes) -> dict[str, Any]:
    reader = archive.opened(io.BytesIO(bundle))
    return {one["agency"]["code"]: one for one in json.loads(reader.read("figures/figures.json"))}


def test_an_edition_tells_the_rates_of_its_page_and_checking_finds_any_other(db: Database) -> None:
    lead, other = small.person(db, "lan.lo"), small.person(db, "minh.ca")
    disputed(db, lead, "03646", 14)
    disputed(db, lead, "03679", 6)
    disputed(db, lead, "04246", 5)  # nine people rated it: nothing of it is told
    _, bundle = published(db, lead, other)
    frozen, files = told(bundle), contents(bundle)
    for agency in ("son-la", "03646", "03679", "04246", "noi-vu"):
        page = figures.as_json(analyse.report(db, wave="rating-short", year=2026, agency=agency))
        assert page["disputes"] == frozen[agency]["disputes"]
        parts = [[f for f in one["figures"] if "disputes" in f["part"]] for one in (page, frozen[agency])]
        assert parts[0] == parts[1] and parts[0]
    assert frozen["03646"]["disputes"]["rate"] == 14 / 174
    assert (frozen["03679"]["disputes"]["least"], frozen["03679"]["disputes"]["most"]) == (1, 9)
    assert json.loads(files["parameters.json"])["disputes"]["04246"]["held"] == "too-few"
    quality = json.loads(files[bundling.QUALITY])["disputes"]
    assert quality.items() >= frozen["son-la"]["disputes"].items()
    assert verified(bundle).holds
    assert b"disputed:upheld" in files["figures/figures.csv"]

    changed = packed(
        {**files, "parameters.json": files["parameters.json"].replace(b'"most": 14', b'"most": 10')},
        rehashed=True,
    )
    assert named(verified(changed), "figures/figures.json") == {"figure-differs"}
    less = files[bundling.QUALITY].replace(b'"most": 25', b'"most": 3')
    assert less != files[bundling.QUALITY]
    found = verified(packed({**files, bundling.QUALITY: less}, rehashed=True))
    assert named(found, bundling.QUALITY) == {"figure-differs"}


def test_few_more_disputed_ratings_in_a_revision_are_told_of_nowhere(db: Database) -> None:
    lead, other = small.person(db, "lan.lo"), small.person(db, "minh.ca")
    disputed(db, lead, "03646", 14)
    small.answer(db, [rated(1, day=date(2026, 12, 30)) for _ in range(6)], small.TODAY)
    small.answer(db, [rated(1, agency="03679", counter="03679-1", day=DAY) for _ in range(25)], small.TODAY)
    published(db, lead, other)
    reply.dispute_day(
        db, lead, "03646", CLAIM, place="03646-1", day=date(2026, 12, 30), at=small.AT
    )  # the first day of the small province's ledger has more of them
    reply.dispute_day(db, lead, "03679", CLAIM, place="03679-1", day=DAY, at=small.AT)
    _, bundle = published(db, lead, other, reason="đề nghị muộn")
    assert checking.verify(io.BytesIO(bundle)).holds
    frozen = told(bundle)
    assert frozen["03646"]["disputes"]["withheld"] == DIFFERENCING
    assert frozen["03646"]["disputes"]["rate"] is None and frozen["03646"]["disputes"]["of"] is None
    assert frozen["son-la"]["disputes"]["withheld"] == DIFFERENCING
    assert frozen["03679"]["disputes"]["least"] >= 25
