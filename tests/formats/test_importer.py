"""An import invents nothing, loses nothing uncounted, and adds nothing the second time."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.errors import BadData
from survey.formats import importmap, table
from survey.formats import instrument as instruments
from survey.formats.importer import Exclusions, Reason, outcomes, tallied
from survey.formats.importmap import Columns, Dates, ImportMap
from survey.instrument import Missing
from survey.response import Response

DIRTY = Path(__file__).parent / "dirty"
EXAMPLE = Path(__file__).parents[2] / "examples" / "juarez-2023"
HEADING = "resultId,date,Q1,Q2,Q40,Q45,Q46,Q47,Q51,Q61"

Imported = tuple[list[Response], Exclusions]


@pytest.fixture(scope="module")
def plan() -> ImportMap:
    """The example's map, fitted to its instrument, for files in UTF-8."""
    found = importmap.parse("map.toml", (EXAMPLE / "map.toml").read_text())
    name = found.wave.instrument
    fitted = importmap.fit(found, instruments.parse(name, (EXAMPLE / name).read_text()))
    return replace(fitted, options=table.Options())


def imported(plan: ImportMap, content: str | bytes | io.BytesIO, name: str = "t.csv") -> Imported:
    raw = content.encode() if isinstance(content, str) else content
    stream = io.BytesIO(raw) if isinstance(raw, bytes) else raw
    tally = Exclusions()
    return list(tallied(outcomes(table.read(stream, name, plan.options), plan), tally)), tally


def cases(*rows: str) -> str:
    return "\n".join((HEADING, *rows))


def steps(response: Response) -> dict[str, int | Missing | None]:
    return {a.item: a.values[0] if a.values else a.missing for a in response.answers}


def only_overall(**changes: Any) -> Callable[[ImportMap], ImportMap]:
    """A map of one item, "rubbish" in the column q1, with changes to it."""

    def changed(plan: ImportMap) -> ImportMap:
        item = replace(plan.items[0], variable="q1", **changes)
        domain = replace(plan.domain, column=None, of_value={})
        dates = Dates(fallback=date(2023, 12, 31))
        return replace(plan, items=(item,), domain=domain, dates=dates, columns=Columns())

    return changed


# answers


def test_what_is_on_the_scale_is_the_answer(plan: ImportMap) -> None:
    (response,), tally = imported(plan, cases("7,2023-05-01,12,3,1,2,3,4,5,10"))
    assert list(steps(response).values()) == [1, 2, 3, 4, 5, 10]
    assert (response.agency, response.psu, response.stratum) == ("juarez-district-3", "12", None)
    assert (response.day, response.weight, response.language) == (date(2023, 5, 1), 1.0, "es")
    assert tally.counts == Counter()


def test_codes_that_are_no_ratings_are_missing_with_their_reason(plan: ImportMap) -> None:
    responses, tally = imported(plan, cases("1,2023-05-01,1,2,9,8,7,6,5,99", "2,2023-05-01,1,2,9,8,7,6,5,11"))
    assert [steps(r)["pavements"] for r in responses] == [Missing.DONT_KNOW, Missing.NOT_APPLICABLE]
    assert tally.of("pavements") == {"dont_know": 1, "not_applicable": 1}


def test_a_value_beyond_the_scale_is_no_rating_and_puts_no_words_into_a_mouth(plan: ImportMap) -> None:
    (response,), tally = imported(plan, cases("1,2023-05-01,1,2,9,8,0,6,5,10"))
    assert steps(response)["lighting_own"] is Missing.NOT_ASKED
    assert tally.of("lighting_own") == {Reason.OUT_OF_RANGE: 1}


def test_an_empty_cell_was_not_asked(plan: ImportMap) -> None:
    (response,), tally = imported(plan, cases("1,2023-05-01,1,2,9,8,,6,5,10"))
    assert steps(response)["lighting_own"] is Missing.NOT_ASKED
    assert tally.of("lighting_own") == {Reason.SYSTEM_MISSING: 1}


def test_a_map_may_know_better_what_an_empty_cell_means(plan: ImportMap) -> None:
    declined = replace(plan, items=(replace(plan.items[0], missing={"": Missing.REFUSED}), *plan.items[1:]))
    (response,), tally = imported(declined, cases("1,2023-05-01,1,2,,8,7,6,5,10"))
    assert steps(response)["rubbish"] is Missing.REFUSED
    assert tally.of("rubbish") == {"refused": 1}


@pytest.mark.parametrize("value", ["11", "-1", "7.5", "70"])
def test_no_rounding_and_no_clipping(plan: ImportMap, value: str) -> None:
    (response,), tally = imported(plan, cases(f"1,2023-05-01,1,2,{value},8,7,6,5,10"))
    assert steps(response)["rubbish"] is Missing.NOT_ASKED
    assert tally.values["rubbish", Reason.OUT_OF_RANGE] == Counter({value: 1})


@pytest.mark.parametrize("value", ["good", "NaN", "inf", "1e1", "٧"])
def test_words_are_not_numbers(plan: ImportMap, value: str) -> None:
    _, tally = imported(plan, cases(f"1,2023-05-01,1,2,{value},8,7,6,5,10"))
    assert tally.of("rubbish") == {Reason.NOT_A_NUMBER: 1}


def test_words_are_steps_where_the_map_says_so(plan: ImportMap) -> None:
    worded = only_overall(valid=None, steps={importmap.code_of("Hài lòng"): 8})(plan)
    responses, tally = imported(worded, "q1,x\nHÀI LÒNG,\nhài lo\u0300ng ,\nChán,\n")
    assert [steps(r)["rubbish"] for r in responses] == [8, 8]
    assert tally.of(None) == {Reason.NOTHING_ANSWERED: 1}


def test_a_reversed_scale_is_turned(plan: ImportMap) -> None:
    responses, _ = imported(only_overall(reverse=True)(plan), "q1,x\n1,\n10,\n")
    assert [steps(r)["rubbish"] for r in responses] == [10, 1]


def test_a_code_that_the_file_declares_missing_is_missing_even_within_the_range(
    plan: ImportMap, tmp_path: Path
) -> None:
    frame = pd.DataFrame({"q1": [9.0, 7.0], "q2": [5.0, 5.0]})
    pyreadstat.write_sav(frame, str(tmp_path / "t.sav"), missing_ranges={"q1": [9]})
    mapped = only_overall()(plan)
    both = replace(mapped, items=(*mapped.items, replace(plan.items[1], variable="q2")))
    responses, tally = imported(both, (tmp_path / "t.sav").read_bytes(), "t.sav")
    assert [steps(r)["rubbish"] for r in responses] == [Missing.NOT_ASKED, 7]
    assert tally.of("rubbish") == {Reason.DECLARED_MISSING: 1}


# rows


def test_a_row_about_nobody_is_left_out(plan: ImportMap) -> None:
    rows = cases("1,2023-05-01,1,11,9,8,7,6,5,10", "2,2023-05-01,1,,9,8,7,6,5,10")
    responses, tally = imported(plan, rows)
    assert (responses, tally.of(None)) == ([], {Reason.AGENCY_UNKNOWN: 2})
    assert tally.values[None, Reason.AGENCY_UNKNOWN] == Counter({"11": 1})


def test_a_row_without_any_rating_is_no_response(plan: ImportMap) -> None:
    responses, tally = imported(plan, cases("1,2023-05-01,1,2,,,,,,99"))
    assert (responses, tally.of(None), tally.of("pavements")) == ([], {Reason.NOTHING_ANSWERED: 1}, {})


def test_a_row_without_its_id_is_left_out(plan: ImportMap) -> None:
    responses, tally = imported(plan, cases(",2023-05-01,1,2,9,8,7,6,5,10"))
    assert (responses, tally.of(None)) == ([], {Reason.ID_MISSING: 1})


def test_a_person_whose_unit_is_unknown_stays_and_is_counted(plan: ImportMap) -> None:
    (response,), tally = imported(plan, cases("1,2023-05-01,,2,9,8,7,6,5,10"))
    assert (response.psu, tally.of(None)) == (None, {Reason.PSU_MISSING: 1})


def test_strata_are_read_where_they_are_mapped(plan: ImportMap) -> None:
    mapped = replace(plan, columns=replace(plan.columns, stratum="Q2"))
    (response,), _ = imported(mapped, cases("1,2023-05-01,1,2,9,8,7,6,5,10"))
    assert response.stratum == "2"


@pytest.mark.parametrize("weight", ["0", "-1", "", "heavy", "nan", "inf", "1e999", "1,5"])
def test_a_weight_that_is_not_positive_is_not_replaced(plan: ImportMap, weight: str) -> None:
    weighted = replace(only_overall()(plan), columns=Columns(weight="w"))
    responses, tally = imported(weighted, f'w;q1\n"{weight}";5\n')
    assert (responses, tally.of(None)) == ([], {Reason.WEIGHT_NOT_POSITIVE: 1})


@pytest.mark.parametrize(("decimal", "text"), [(".", "1.25"), (",", "1,25"), (",", "1.25")])
def test_weights_are_read_with_the_declared_decimal_sign(plan: ImportMap, decimal: str, text: str) -> None:
    weighted = replace(only_overall()(plan), columns=Columns(weight="w"), decimal=decimal)
    (response,), _ = imported(weighted, f"w;q1\n{text};5\n")
    assert response.weight == 1.25


# days


@pytest.mark.parametrize("day", ["1582-10-14", "2031-01-01", "", "soon", "2023-02-30"])
def test_an_absurd_date_is_replaced_only_where_the_map_says_by_what(plan: ImportMap, day: str) -> None:
    row = cases(f"1,{day},1,2,9,8,7,6,5,10")
    (response,), tally = imported(plan, row)
    assert (response.day, tally.of(None)) == (date(2023, 12, 31), {Reason.DATE_FROM_MAP: 1})
    strict = replace(plan, dates=Dates(column="date"))
    responses, tally = imported(strict, row)
    assert (responses, tally.of(None)) == ([], {Reason.DATE_ABSURD: 1})


@pytest.mark.parametrize("text", ["2023-05-04", "2023-05-04 23:59:59", "2023-05-04T00:00:00"])
def test_a_time_of_day_is_dropped(plan: ImportMap, text: str) -> None:
    (response,), tally = imported(plan, cases(f"1,{text},1,2,9,8,7,6,5,10"))
    assert (response.day, tally.of(None)) == (date(2023, 5, 4), {})


def test_a_declared_format_tells_day_from_month(plan: ImportMap) -> None:
    dated = replace(plan, dates=Dates("date", "%d/%m/%Y"))
    (response,), _ = imported(dated, cases("1,04/05/2023,1,2,9,8,7,6,5,10"))
    assert response.day == date(2023, 5, 4)


# identity


def test_the_same_file_twice_has_the_same_ids(plan: ImportMap) -> None:
    file = cases("1,2023-05-01,1,2,9,8,7,6,5,10", "2,2023-05-01,1,2,9,8,7,6,5,10")
    first, again = imported(plan, file)[0], imported(plan, file, "renamed.csv")[0]
    assert first == again
    assert len({response.id for response in first}) == 2


def test_an_id_is_a_uuid_of_version_8(plan: ImportMap) -> None:
    (response,), _ = imported(plan, cases("1,2023-05-01,1,2,9,8,7,6,5,10"))
    form = r"[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert re.fullmatch(form, response.id)


def test_an_id_never_changes_between_releases(plan: ImportMap) -> None:
    (response,), _ = imported(plan, cases("1,2023-05-01,1,2,9,8,7,6,5,10"))
    assert response.id == "16ad425e-5cb1-867f-895a-a0b1b989eafd"


def test_the_same_case_with_another_content_keeps_its_id(plan: ImportMap) -> None:
    (before,), _ = imported(plan, cases("1,2023-05-01,1,2,9,8,7,6,5,10"))
    (after,), _ = imported(plan, cases("1,2023-05-01,1,2,1,8,7,6,5,10"))
    assert before.id == after.id
    assert before != after


def test_waves_do_not_share_ids(plan: ImportMap) -> None:
    file = cases("1,2023-05-01,1,2,9,8,7,6,5,10")
    other = replace(plan, wave=replace(plan.wave, code="juarez-2022"))
    assert imported(plan, file)[0][0].id != imported(other, file)[0][0].id


def test_without_an_id_column_equal_people_are_still_two(plan: ImportMap) -> None:
    responses, _ = imported(only_overall()(plan), "q1,x\n5,a\n5,b\n7,c\n")
    assert len({response.id for response in responses}) == 3


def test_without_an_id_column_the_order_of_rows_and_columns_does_not_matter(plan: ImportMap) -> None:
    nameless = replace(plan, columns=replace(plan.columns, id=None))
    rows = ["1,2023-05-01,1,2,9,8,7,6,5,10", "2,2023-05-01,1,3,9,8,7,6,5,10", "3,2023-05-01,1,2,9,8,7,6,5,10"]
    there = {r.id for r in imported(nameless, cases(*rows))[0]}
    back = {r.id for r in imported(nameless, cases(*reversed(rows)))[0]}
    turned = "\n".join(",".join(reversed(row.split(","))) for row in (HEADING, *rows))
    assert there == back == {r.id for r in imported(nameless, turned)[0]}
    assert len(there) == 3


def test_without_an_id_column_the_order_of_the_map_does_not_matter(plan: ImportMap) -> None:
    nameless = replace(plan, columns=replace(plan.columns, id=None))
    turned = replace(nameless, items=nameless.items[::-1])
    file = cases("1,2023-05-01,1,2,9,8,7,6,5,10")
    assert imported(nameless, file)[0][0].id == imported(turned, file)[0][0].id


def test_csv_xlsx_and_sav_of_the_same_cases_are_the_same_responses(plan: ImportMap, tmp_path: Path) -> None:
    rows = [[1, "2023-05-01", 12, 2, 9, 8, 7, 6, 5, 99], [2, "2023-05-02", 12, 3, 9, 8, None, 6, 5, 10]]
    names = HEADING.split(",")
    text = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in [names, *rows])
    book = openpyxl.Workbook()
    for row in [names, *rows]:
        book.active.append(row)
    sheet = io.BytesIO()
    book.save(sheet)
    pyreadstat.write_sav(pd.DataFrame(rows, columns=names), str(tmp_path / "t.sav"))
    nameless = replace(plan, columns=replace(plan.columns, id=None))
    for mapped in (plan, nameless):
        expected = imported(mapped, text)[0]
        assert len(expected) == 2
        assert imported(mapped, io.BytesIO(sheet.getvalue()), "t.xlsx")[0] == expected
        assert imported(mapped, (tmp_path / "t.sav").read_bytes(), "t.sav")[0] == expected


# columns


def test_every_column_that_is_not_there_is_named(plan: ImportMap) -> None:
    with pytest.raises(BadData) as refused:
        imported(plan, "resultId,date,Q1,Q2,Q40,Q45,Q46,Q47\n1,,,,,,,\n")
    line = {item.item: item.line for item in plan.items}
    assert refused.value.faults == [
        f"map.toml:{line['streets']}: no column is headed 'Q51' in t.csv:1",
        f"map.toml:{line['pavements']}: no column is headed 'Q61' in t.csv:1",
    ]


def test_a_heading_that_stands_twice_cannot_be_mapped(plan: ImportMap) -> None:
    with pytest.raises(BadData, match="2 columns are headed 'q1'"):
        imported(only_overall()(plan), "q1,q1\n5,6\n")


def test_a_formula_in_a_mapped_column_is_refused_and_elsewhere_ignored(plan: ImportMap) -> None:
    book = openpyxl.Workbook()
    for row in (["q1", "note"], [5, "=1+1"], ["=2+3", "x"]):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(BadData, match=r"t\.xlsx:3: 'q1' holds a formula \(=2\+3\)"):
        imported(only_overall()(plan), stream.getvalue(), "t.xlsx")


def test_a_dirty_export_of_limesurvey_is_read_as_it_was_meant(plan: ImportMap) -> None:
    item = replace(plan.items[0], variable="Bạn hài lòng thế nào?", missing={"99": Missing.DONT_KNOW})
    mapped = replace(
        plan,
        items=(item,),
        wave=replace(plan.wave, starts=date(2024, 1, 1), ends=date(2024, 12, 31)),
        domain=replace(plan.domain, column="Xã", of_value={"3646": "03646", "3650": "03650"}),
        dates=Dates("Ngày trả lời", "%d/%m/%Y", date(2024, 5, 31)),
        columns=Columns(id="id"),
    )
    (response,), tally = imported(mapped, (DIRTY / "semicolons-with-bom.csv").read_bytes())
    assert (response.agency, response.day, steps(response)) == ("03646", date(2024, 5, 14), {"rubbish": 5})
    assert tally.of(None) == {Reason.NOTHING_ANSWERED: 3}


# the tally


def test_the_worked_example_of_the_manual_gives_the_report_that_it_shows() -> None:
    manual = (EXAMPLE.parents[1] / "docs" / "import.md").read_text()
    written = manual.split("```toml\n")[1].split("```")[0]
    file, report = (
        [line[4:] for line in block.splitlines()]
        for block in re.findall(r"(?:^    (?:Số phiếu|5 rows).*\n)(?:^    .*\n)+", manual, re.MULTILINE)
    )
    plan = replace(importmap.parse("map.toml", written), options=table.Options())
    _, tally = imported(plan, "\n".join(file))
    assert tally.report() == report


CELL = st.sampled_from(["", "0", "1", "5", "10", "11", "99", "7.5", "x", "-3"])


@given(st.lists(st.tuples(st.sampled_from(["2", "10", "1", ""]), CELL, CELL, CELL), max_size=30))
def test_nothing_is_lost_uncounted(rows: list[tuple[str, ...]]) -> None:
    found = importmap.parse("map.toml", (EXAMPLE / "map.toml").read_text())
    three = replace(found, options=table.Options(), items=found.items[3:], columns=Columns())
    file = "date,Q2,Q47,Q51,Q61\n" + "".join(f"2023-05-01,{','.join(row)}\n" for row in rows)
    responses, tally = imported(three, file)
    assert tally.rows == len(rows) == len(responses) + sum(tally.of(None).values())
    for item in ("lighting_roads", "streets", "pavements"):
        valid = sum(isinstance(steps(response)[item], int) for response in responses)
        assert tally.answers[item] == valid
        assert valid + sum(tally.of(item).values()) == len(responses)


def test_the_report_tells_values_by_size(plan: ImportMap) -> None:
    rows = [f"{n},2023-05-01,1,2,{value},8,7,6,5,10" for n, value in enumerate(["0", "12", "0", "x", "3"])]
    _, tally = imported(plan, cases(*rows))
    assert tally.report()[:2] == [
        "5 rows, 5 responses",
        "  rubbish: 1 answers; out-of-range 3 (0: 2, 12: 1); not-a-number 1 (x: 1)",
    ]


def test_the_report_stays_small_whatever_the_file_holds(plan: ImportMap) -> None:
    rows = [f"{n},2023-05-01,1,2,{'long ' * 50}{n:03},8,7,6,5,10" for n in range(3)]
    rows += [f"{n},2023-05-01,1,2,{n},8,7,6,5,10" for n in range(100, 200)]
    _, tally = imported(plan, cases(*rows))
    line = tally.report()[1]
    assert "other: 80" in line
    assert len(line) < 400
