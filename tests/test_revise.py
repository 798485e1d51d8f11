"""Changes of the catalogue: looked at before, applied at once, kept for good, and never undone by a set-up."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from survey import admit, design, errors, revise
from survey.account import Account
from survey.formats import catalogue_text
from survey.revise import Preview, Scope
from survey.roles import Role
from survey.store.database import Database
from tests.conftest import TODAY
from tests.staff import AT, deeds, settled

COUNTERS = "code,name_vi,name_en,receiver,agency,valid_from,valid_to,source,status\n"
AGENCIES = "code,name_vi,name_en,kind,parent,valid_from,valid_to,source,status\n"
#: what is the same on either engine is tried on one
on_sqlite = pytest.mark.parametrize("province_url", ["sqlite"], indirect=True)
SECOND = "03646-2,Quầy hai,Counter two,03646,03646,,,QĐ 5,found\n"


@pytest.fixture
def operator(province: Database) -> Account:
    return settled(province, "dieu.hanh", Role.OPERATOR)


@pytest.fixture
def scope(operator: Account) -> Callable[[str], Scope]:
    return lambda file: Scope(operator, "son-la", file, at=AT, on=TODAY)


def sent(db: Database, scope: Scope, rows: str, draft: str = "d1", name: str = "sent.csv") -> Preview:
    return revise.send(db, scope, io.BytesIO(rows.encode()), name, draft=draft)


def applied(db: Database, scope: Scope, rows: str, draft: str = "d1") -> None:
    seen = sent(db, scope, rows, draft)
    revise.apply(db, scope, draft, stamp=seen.stamp, reason="QĐ 5/QĐ-UBND")


def faults(db: Database, scope: Scope, rows: str | bytes, name: str = "sent.csv") -> list[str]:
    stream = io.BytesIO(rows if isinstance(rows, bytes) else rows.encode())
    with pytest.raises(errors.BadData) as refusal:
        revise.send(db, scope, stream, name, draft="d9")
    return refusal.value.faults


@on_sqlite
def test_what_is_downloaded_changes_nothing_when_it_is_sent_back(
    province: Database, scope: Callable[[str], Scope]
) -> None:
    for file in revise.FILES:
        rows = revise.rows(province, scope(file))
        seen = sent(province, scope(file), "\ufeff" + catalogue_text.text(file, rows), draft=file)
        assert (seen.changes, seen.untouched) == ((), len(rows)), file


def test_a_change_is_seen_then_applied_then_kept(province: Database, scope: Callable[[str], Scope]) -> None:
    before = design.reference(province).counters["03646-1"]
    told = f"{before.code},{before.name['vi']},{before.name['en']},03646,03646,,2026-11-30,QĐ 5,found\n"
    counters = scope("counters.csv")
    seen = sent(province, counters, COUNTERS + SECOND + told)
    assert [(change.key, change.kind.value) for change in seen.changes] == [
        ("03646-2", "added"),
        ("03646-1", "ended"),
    ]
    assert "03646-2" not in design.reference(province).counters
    revise.apply(province, counters, "d1", stamp=seen.stamp, reason="QĐ  5/QĐ-UBND")
    known = design.reference(province).counters
    assert known["03646-2"].name["vi"] == "Quầy hai"
    assert known["03646-1"].valid_to == date(2026, 11, 30)
    # people are received there until the last day, and not on the day after
    assert design.desk(province, "03646-1", on=date(2026, 11, 30)).agency.code == "03646"
    with pytest.raises(errors.UnknownCounter):
        design.desk(province, "03646-1", on=date(2026, 12, 1))
    [revision] = revise.history(province, counters)
    assert (revision.reason, revision.account, revision.at) == ("QĐ 5/QĐ-UBND", counters.by.id, AT)
    assert revision.changes[1].columns == ("valid_to", "source", "status")
    assert deeds(province)[-1] == "catalogue-changed"
    assert admit.verify(province)
    with pytest.raises(errors.UnknownDraft):  # a draft is applied once
        revise.preview(province, counters, "d1")


def test_a_revision_stays_as_it_is(province: Database, scope: Callable[[str], Scope]) -> None:
    applied(province, scope("counters.csv"), COUNTERS + SECOND)
    for statement in ("UPDATE revision SET reason = 'x'", "DELETE FROM revision"):
        with pytest.raises(DatabaseError, match="revisions stay"), province.write() as connection:
            connection.execute(text(statement))


def test_of_two_editors_the_second_looks_again(province: Database, scope: Callable[[str], Scope]) -> None:
    counters = scope("counters.csv")
    first = sent(province, counters, COUNTERS + SECOND, "d1")
    second = sent(province, counters, COUNTERS + SECOND.replace("Quầy hai", "Quầy B"), "d2")
    revise.apply(province, counters, "d1", stamp=first.stamp, reason="one")
    with pytest.raises(errors.CatalogueChanged):
        revise.apply(province, counters, "d2", stamp=second.stamp, reason="two")
    assert design.reference(province).counters["03646-2"].name["vi"] == "Quầy hai"
    again = revise.preview(province, counters, "d2")
    assert again.changes[0].columns == ("name_vi",)
    revise.apply(province, counters, "d2", stamp=again.stamp, reason="two")
    assert design.reference(province).counters["03646-2"].name["vi"] == "Quầy B"


@on_sqlite
def test_what_is_shipped_leaves_alone_what_people_changed_here(
    province: Database, scope: Callable[[str], Scope]
) -> None:
    targets = scope("targets.csv")
    row = next(cells for cells in revise.rows(province, targets) if cells["code"] == "nq76-2025-lci")
    applied(province, targets, catalogue_text.text("targets.csv", [{**row, "value": "86"}]))
    design.load_shipped(province, on=TODAY)
    known = {target.code: target for target in design.reference(province).targets}
    assert known["nq76-2025-lci"].value == 86
    shipped = revise.send_shipped(
        province, targets, draft="d2"
    )  # what is shipped can be taken over, by a person
    assert [(change.key, change.after["value"]) for change in shipped.changes] == [("nq76-2025-lci", "85")]


@on_sqlite
def test_nothing_is_applied_without_a_reason_or_of_a_file_with_a_fault(
    province: Database, scope: Callable[[str], Scope]
) -> None:
    counters = scope("counters.csv")
    seen = sent(province, counters, COUNTERS + SECOND)
    with pytest.raises(errors.ReasonMissing):
        revise.apply(province, counters, "d1", stamp=seen.stamp, reason="  ")
    broken = COUNTERS + SECOND + "03646-3,,Three,03646,03646,,,QĐ 5,found\n"
    assert faults(province, counters, broken) == ["sent.csv:3: name_vi is empty"]
    with pytest.raises(errors.UnknownDraft):
        revise.preview(province, counters, "d9")
    assert "03646-2" not in design.reference(province).counters


@on_sqlite
def test_a_head_changes_the_counters_of_the_own_agency_alone(province: Database) -> None:
    head = settled(province, "head", Role.HEAD, agency="03646")
    own = Scope(head, "03646", "counters.csv", at=AT, on=TODAY)
    assert {cells["receiver"] for cells in revise.rows(province, own)} == {"03646"}
    applied(province, own, COUNTERS + SECOND)
    foreign = COUNTERS + "03664-9,Quầy,Counter,03664,03664,,,QĐ 5,found\n"
    assert faults(province, own, foreign) == ["sent.csv:2: '03664-9' is not within '03646'"]
    taken = SECOND.replace(",03646,03646,", ",03664,03664,")  # nor gives one away
    assert faults(province, own, COUNTERS + taken) == ["sent.csv:2: '03646-2' is not within '03646'"]
    for file in ("agencies.csv", "targets.csv"):
        with pytest.raises(errors.NotAllowed):
            revise.rows(province, replace(own, file=file))


@on_sqlite
def test_codes_are_never_used_again(province: Database, scope: Callable[[str], Scope]) -> None:
    agencies = scope("agencies.csv")
    again = "03646-to-2025,Xã Mới,New Commune,ward,116-to-2025,,,QĐ 5,found\n"
    other = "03646,Tỉnh,Province,province,son-la,2025-07-01,,QĐ 5,found\n"
    bare = "3646,Phường Mới,New Ward,ward,son-la,2026-01-01,,QĐ 5,found\n"
    assert faults(province, agencies, AGENCIES + again + other + bare) == [
        "sent.csv:2: '03646-to-2025' ended on 2025-06-30: its code is never used again for anything else",
        "sent.csv:3: kind of '03646' can't change: a body of another kind has a code of its own",
        "sent.csv:4: code '3646' looks like '03646' without its leading zeros",
    ]


SUCCESSION = "predecessor,successor,date,share,event,document,source,status\n"
BODIES = (
    "x-a,Xã A,Commune A,commune,son-la,2025-07-01,2026-12-31,QĐ,assumed\n"
    "x-b,Xã B,Commune B,commune,son-la,2027-01-01,,QĐ,assumed\n"
    "x-c,Xã C,Commune C,commune,son-la,2027-01-01,,QĐ,assumed\n"
)


@on_sqlite
def test_succession_adds_up_and_fits_the_days(province: Database, scope: Callable[[str], Scope]) -> None:
    applied(province, scope("agencies.csv"), AGENCIES + BODIES)
    succession = scope("succession.csv")
    half = "x-a,x-b,2027-01-01,1/2,split,NQ,QĐ,assumed\n"
    assert faults(
        province, succession, SUCCESSION + half + half.replace("x-b", "x-c").replace("1/2", "1/3")
    ) == ["sent.csv:3: the shares of 'x-a' on 2027-01-01 add up to 5/6 and not to 1, though it ends"]
    early = half.replace("2027-01-01", "2026-06-01").replace("1/2", "1")
    assert faults(province, succession, SUCCESSION + early) == [
        "sent.csv:2: 'x-b' is not there on 2026-06-01",
        "sent.csv:2: event 'split' does not fit: by its days and shares it is 'transfer'",
        "sent.csv:2: the shares of 'x-a' on 2026-06-01 add up to 1, though it goes on",
    ]
    assert faults(province, succession, SUCCESSION + half.replace("1/2", "0")) == [
        "sent.csv:2: share '0' is not a share like 1, 0.25 or 1/3"
    ]
    unknown = faults(province, succession, SUCCESSION + half.replace("x-b", "nobody"))
    assert "sent.csv:2: unknown successor 'nobody'" in unknown
    applied(
        province, succession, SUCCESSION + half + half.replace("x-b", "x-c").replace("1/2", '"0,5"'), "d2"
    )
    assert [str(edge.share) for edge in design.reference(province).succession.after("x-a")] == ["1/2", "1/2"]


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@on_sqlite
def test_files_that_are_no_catalogue_are_refused_with_their_lines(
    province: Database, scope: Callable[[str], Scope]
) -> None:
    counters = scope("counters.csv")
    header = COUNTERS.strip().split(",")
    formula = workbook(header, ["03646-2", "Quầy", "=1+1", "03646", "", "", "", "QĐ", "found"])
    cases: list[tuple[str | bytes, str]] = [
        (b"", "sent.csv:1: the file is empty"),
        (COUNTERS, "sent.csv:1: there is no row under the heading"),
        ("code,name\n1,2\n", "sent.csv:1: column 'agency' is missing"),
        ((COUNTERS + SECOND).encode("cp1258", "replace"), "sent.csv:2: this is not utf-8 text"),
        (COUNTERS + SECOND + SECOND, "sent.csv:3: '03646-2' is already on line 2"),
        (COUNTERS + SECOND.replace("Counter two", "=HYPERLINK(1)"), "sent.csv:2: name_en holds a formula"),
        (formula, "sent.csv:2: name_en holds a formula"),
        (
            COUNTERS + SECOND.replace(",,,", ",2026-02-30,,"),
            "sent.csv:2: valid_from '2026-02-30' is not a date",
        ),
        (
            COUNTERS + SECOND.replace(",,,", ",2026-02-02,2026-01-01,"),
            "sent.csv:2: valid_to 2026-01-01 is before",
        ),
        (COUNTERS + SECOND.replace("03646,03646", "nobody,03646"), "sent.csv:2: unknown receiver 'nobody'"),
        (COUNTERS + "only,two\n", "sent.csv:2: 2 cells under a heading of 9"),
        (b"%PDF-1.7", "sent.csv:1: this is a PDF document"),
    ]
    for rows, wanted in cases:
        assert any(fault.startswith(wanted) for fault in faults(province, counters, rows)), wanted


@on_sqlite
def test_a_workbook_is_as_good_as_a_table(province: Database, scope: Callable[[str], Scope]) -> None:
    rows = workbook(
        COUNTERS.strip().split(","),
        ["03646-2", "Quầy hai", "Counter two", "03646", None, date(2026, 1, 1), None, "QĐ", "found"],
    )
    seen = revise.send(province, scope("counters.csv"), io.BytesIO(rows), "sổ quầy.xlsx", draft="d1")
    assert [(change.kind.value, change.after["valid_from"]) for change in seen.changes] == [
        ("added", "2026-01-01")
    ]
