"""New versions of questionnaires: written, found whole, published by a second person, and never changed."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from survey import design, drafting, errors
from survey.account import Account
from survey.formats import instrument as instrument_format
from survey.formats import instrument_draft as drafts
from survey.roles import Role
from survey.store.database import Database
from tests.conftest import TODAY
from tests.staff import AT, deeds, settled

FOLDER = Path(drafting.__file__).parent / "instruments"
BASE = instrument_format.parse(
    "onestop-short@2026.1.toml", (FOLDER / "onestop-short@2026.1.toml").read_text("utf-8")
)
NEW = "onestop-short@2027.1"

on_sqlite = pytest.mark.parametrize("province_url", ["sqlite"], indirect=True)


def begun() -> dict[str, Any]:
    return drafts.begin((FOLDER / "onestop-short@2026.1.toml").read_text("utf-8"), "2027.1")


def lacking(data: dict[str, Any]) -> list[str]:
    return drafts.faults(data, BASE, [BASE])


def changed(data: dict[str, Any], code: str, **fields: Any) -> dict[str, Any]:
    """The draft with other fields in one item."""
    item = drafts.item_of(data, code)
    assert item is not None
    return drafts.put_item(data, item | fields, data["items"].index(item) + 1)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_a_file_that_is_written_again_is_the_same_questionnaire(path: Path) -> None:
    read = instrument_format.parse(path.name, path.read_text("utf-8"))
    again = drafts.begin(path.read_text("utf-8"), read.version)
    assert instrument_format.parse(path.name, drafts.text(again)).digest == read.digest


def test_strange_words_are_written_as_they_are() -> None:
    odd = 'Dấu "ngoặc", \\ gạch, = bằng, # thăng, {ngoặc}'
    data = changed(begun(), "access", vi=odd)
    data = changed(data, "access", lineage=[{"item": "access", "equated": False, "note": odd}])
    read = instrument_format.parse(f"{NEW}.toml", drafts.text(data))
    assert read.by_code["access"].text["vi"] == odd and read.by_code["access"].lineage[0].note == odd


def test_a_draft_is_whole_when_every_change_is_decided() -> None:
    data = begun()
    assert lacking(data) == ["nothing differs from onestop-short@2026.1"]
    data = changed(data, "access", vi="Lời mới?", en="")
    assert lacking(data) == ["item access: no wording in en"]
    data = changed(data, "access", en="New words?")
    assert lacking(data) == [
        "item access has changed: decide whether it may be compared with onestop-short@2026.1"
    ]
    item = drafts.item_of(data, "access") or {}
    for equated in (True, False):
        whole = drafts.put_item(data, drafts.with_decision(item, BASE, equated, "only shorter"), 2)
        assert lacking(whole) == []
        assert drafts.apart(whole, BASE) == (() if equated else ("item access",))
    undecided = drafts.with_decision(drafts.with_decision(item, BASE, True, ""), BASE, None, "")
    assert drafts.decided(undecided, BASE) is None


def test_order_alone_is_a_change_that_may_go_on() -> None:
    data = begun()
    last = data["items"][-1]
    moved = drafts.put_item(data, last, 2)
    assert [item["code"] for item in moved["items"]][1] == last["code"]
    assert lacking(moved) == [] and drafts.apart(moved, BASE) == ()


def test_a_new_question_has_a_factor_and_another_index_another_code() -> None:
    data = begun()
    new = {"code": "waiting", "scale": "satisfaction", "vi": "Chờ lâu không?", "en": "How was the wait?"}
    assert lacking(drafts.put_item(data, new, 99)) == ["item waiting has no factor"]
    pooled = drafts.put_item(data, new | {"factor": "access", "in_index": True}, 99)
    assert lacking(pooled) == [
        "index short@1 pools other questions than in onestop-short@2026.1: it needs another code"
    ]
    renamed = pooled | {"index": pooled["index"] | {"code": "short@2"}}
    assert lacking(renamed) == []
    assert drafts.apart(renamed, BASE) == ("factor access",)  # a wave that goes on would mix two factors


def test_what_the_method_does_not_leave_open_is_refused() -> None:
    data = begun()
    wider = deepcopy(data)
    wider["scales"]["satisfaction"]["satisfied_from"] = 3
    told = lacking(wider)
    assert "item access: its scale is of no published questionnaire" in told
    fewer = drafts.without_item(data, "feedback")
    assert {factor["code"] for factor in fewer["factors"]} == {f["code"] for f in data["factors"]} - {
        "feedback"
    }
    assert lacking(fewer) == [
        "index short@1 pools other questions than in onestop-short@2026.1: it needs another code"
    ]
    older = instrument_format.parse(f"{NEW}.toml", drafts.text(data))
    assert drafts.faults(data, BASE, [BASE, older])[0] == f"version {NEW} is published already"
    reused = fewer | {
        "items": [one | {"code": "feedback"} if one["code"] == "access" else one for one in fewer["items"]]
    }
    assert any(
        "was another question's" in one for one in drafts.faults(reused, older_without(reused), [BASE])
    )


def older_without(data: dict[str, Any]) -> Any:
    """A base that has no item of the code `feedback`, so that the code comes back from further away."""
    content = drafts.without_item(begun(), "feedback") | {"version": "2026.9"}
    return instrument_format.parse("onestop-short@2026.9.toml", drafts.text(content))


def people(db: Database) -> tuple[Account, Account]:
    return settled(db, "viet.phieu", Role.METHODOLOGIST), settled(db, "xem.phieu", Role.METHODOLOGIST)


def test_a_second_person_publishes_and_then_nothing_changes(province: Database) -> None:
    author, second = people(province)
    assert drafting.begin(province, author, BASE.ref, "2027.1", at=AT) == NEW
    with pytest.raises(errors.VersionTaken):
        drafting.begin(province, second, BASE.ref, "2027.1", at=AT)
    with pytest.raises(errors.InstrumentUnfinished):
        drafting.publish(province, second, NEW, seen=1, at=AT, on=TODAY)
    item = drafts.with_decision(begun()["items"][1] | {"vi": "Ông/bà thấy thế nào?"}, BASE, True, "")
    drafting.change(province, NEW, drafts.put_item(begun(), item, 2), seen=1, at=AT)
    with pytest.raises(errors.CatalogueChanged):  # of two editors the second looks again
        drafting.change(province, NEW, begun(), seen=1, at=AT)
    with pytest.raises(errors.OwnDraft):
        drafting.publish(province, author, NEW, seen=2, at=AT, on=TODAY)
    with pytest.raises(errors.CatalogueChanged):
        drafting.publish(province, second, NEW, seen=1, at=AT, on=TODAY)
    drafting.publish(province, second, NEW, seen=2, at=AT, on=TODAY)
    known = design.reference(province).instruments
    assert known[NEW].items[1].text["vi"] == "Ông/bà thấy thế nào?"
    assert drafting.listed(province) == () and deeds(province)[-1] == "instrument-published"
    read = instrument_format.parse(f"{NEW}.toml", drafting.text_of(province, NEW))
    assert read.digest == known[NEW].digest
    with pytest.raises(errors.VersionTaken):
        drafting.begin(province, author, BASE.ref, "2027.1", at=AT)
    design.load_shipped(province, on=TODAY)  # and stays through a set-up
    assert NEW in design.reference(province).instruments


@on_sqlite
def test_versions_and_drafts_have_names(province: Database) -> None:
    author, _ = people(province)
    for version in ("", "x", "2027.", "1.2.3.4.5", "2026.1", "9" * 30):
        with pytest.raises(errors.VersionTaken):
            drafting.begin(province, author, BASE.ref, version, at=AT)
    with pytest.raises(errors.UnknownInstrument):
        drafting.begin(province, author, "nothing@1", "2027.1", at=AT)
    with pytest.raises(errors.UnknownInstrument):
        drafting.text_of(province, "nothing@1")
    drafting.begin(province, author, BASE.ref, "2027.1", at=AT)
    drafting.drop(province, NEW)
    assert drafting.written(province, NEW) is None
