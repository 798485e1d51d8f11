"""Tables as they really come: with byte order marks, odd delimiters, old encodings and broken rows."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyreadstat
import pytest

from survey.errors import BadData
from survey.formats import spss, table
from survey.formats.cells import Cell, Formula, Options, Table, text_of

DIRTY = Path(__file__).parent / "dirty"
moment = datetime.fromisoformat


def opened(name: str, **options: Any) -> Table:
    return table.read(io.BytesIO((DIRTY / name).read_bytes()), name, Options(**options))


def text(content: str | bytes, **options: Any) -> Table:
    raw = content.encode() if isinstance(content, str) else content
    return table.read(io.BytesIO(raw), "t.csv", Options(**options))


def rows(found: Table) -> list[tuple[Cell, ...]]:
    return [row.cells for row in found.rows(range(len(found.columns)))]


def names(found: Table) -> list[str]:
    return [column.name for column in found.columns]


def faults(content: str | bytes, **options: Any) -> list[str]:
    with pytest.raises(BadData) as refused:
        rows(text(content, **options))
    return refused.value.faults


def workbook(*records: list[Any], sheets: tuple[str, ...] = ("Data",)) -> io.BytesIO:
    book = openpyxl.Workbook()
    book.active.title = sheets[0]
    for title in sheets[1:]:
        book.create_sheet(title)
    for record in records:
        book.active.append(record)
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


def sav(path: Path, columns: dict[str, list[Any]], **about: Any) -> io.BytesIO:
    pyreadstat.write_sav(pd.DataFrame(columns), str(path), **about)
    return io.BytesIO(path.read_bytes())


# CSV


def test_a_heading_reads_as_people_see_it() -> None:
    found = opened("semicolons-with-bom.csv")
    assert names(found) == ["id", "Ngày trả lời", "Bạn hài lòng thế nào?", "Ghi chú", "Ghi chú", "Xã"]


def test_a_heading_that_stands_twice_is_found_twice() -> None:
    assert opened("semicolons-with-bom.csv").positions("Ghi chú") == (3, 4)


def test_a_cell_may_hold_delimiters_and_line_ends() -> None:
    found = opened("semicolons-with-bom.csv")
    assert [row.cells[0] for row in found.rows([3])][:2] == ["một; hai", "dòng\r\nhai"]


def test_a_row_knows_the_line_it_begins_on() -> None:
    assert [row.line for row in opened("semicolons-with-bom.csv").rows([0])] == [2, 3, 5, 6]


def test_an_empty_cell_is_none_and_never_a_text() -> None:
    assert rows(text("a,b\n1,\n")) == [("1", None)]


def test_rows_can_be_read_twice() -> None:
    found = text("a,b\n1,2\n")
    assert rows(found) == rows(found) == [("1", "2")]


def test_the_callers_stream_stays_open() -> None:
    stream = io.BytesIO(b"a,b\n1,2\n")
    rows(table.read(stream, "t.csv"))
    assert not stream.closed


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    lines = [["id", "q1", "note"], ["1", "4", "x"], ["2", "5", "y"]]
    assert rows(text("\n".join(delimiter.join(line) for line in lines))) == [("1", "4", "x"), ("2", "5", "y")]


def test_a_decimal_comma_is_no_delimiter() -> None:
    assert rows(text("id;w\n1;0,5\n2;1,5\n")) == [("1", "0,5"), ("2", "1,5")]


def test_commas_in_open_text_are_outvoted() -> None:
    found = text('id;"what, then?"\n1;"a, b, c"\n2;"d"\n')
    assert names(found) == ["id", "what, then?"]


def test_a_single_column_is_a_table() -> None:
    assert rows(text("q1\n4\n5\n")) == [("4",), ("5",)]


def test_the_first_line_of_excel_tells_the_delimiter() -> None:
    found = text("sep=|\r\na,b|c\r\n1,2|3\r\n")
    assert (names(found), rows(found), found.heading_line) == (["a,b", "c"], [("1,2", "3")], 2)


def test_a_declared_delimiter_wins() -> None:
    assert names(text("a,b;c\n", delimiter=";")) == ["a,b", "c"]


def test_vietnamese_of_windows_1258_becomes_composed_letters() -> None:
    found = opened("windows-1258.csv", encoding="windows-1258")
    assert names(found) == ["mã", "xã", "điểm"]
    assert [text_of(row.cells[0]) for row in found.rows([1])] == ["Mường La", "Sốp Cộp"]


def test_spanish_of_windows_1252_is_read_where_it_is_declared() -> None:
    assert names(opened("windows-1252.csv", encoding="windows-1252"))[2] == "satisfacción"


def test_an_undeclared_encoding_is_refused_and_never_guessed() -> None:
    with pytest.raises(BadData, match=r"windows-1252\.csv:1: .*declare \[file\] encoding"):
        opened("windows-1252.csv")


def test_the_line_that_is_not_in_its_encoding_is_named() -> None:
    assert faults(b"id,note\n1,ok\n2,\xe9t\xe9\n")[0].startswith("t.csv:3: this is not utf-8 text")


def test_utf16_with_its_mark_is_read() -> None:
    assert rows(text("xã\tđiểm\nMường La\t4\n".encode("utf-16"))) == [("Mường La", "4")]


def test_a_byte_order_mark_is_believed_before_the_declaration() -> None:
    assert names(text("\ufeffxã,b\n", encoding="windows-1252")) == ["xã", "b"]


def test_ragged_rows_are_named_with_their_lines() -> None:
    with pytest.raises(BadData) as refused:
        rows(opened("ragged.csv"))
    assert refused.value.faults == [
        "ragged.csv:3: 2 cells under a heading of 3",
        "ragged.csv:4: 4 cells under a heading of 3",
    ]


def test_no_row_is_given_after_a_ragged_one() -> None:
    found = opened("ragged.csv").rows([0])
    assert next(found).cells == ("1",)
    with pytest.raises(BadData):
        next(found)


def test_the_faults_of_a_hopeless_file_are_bounded() -> None:
    assert len(faults("a,b\n" + "1\n" * 500, delimiter=",")) == 20


def test_a_nul_byte_is_damage() -> None:
    with pytest.raises(BadData, match=r"nul\.csv:3: a NUL byte"):
        rows(opened("nul.csv"))


def test_a_quotation_mark_left_open_is_named_where_it_opens() -> None:
    with pytest.raises(BadData, match=r"open-quote\.csv:3: the quotation marks"):
        rows(opened("open-quote.csv"))


def test_a_huge_cell_is_refused() -> None:
    assert faults("a,b\n1," + "x" * 200_000 + "\n")[0].startswith(
        "t.csv:2: the quotation marks or the length"
    )


def test_a_line_without_end_is_refused() -> None:
    assert "is no table" in faults("a,b\n" + "x," * 2_100_000)[0]


def test_empty_lines_are_no_rows() -> None:
    assert rows(text("a,b\n\n1,2\n\n\n3,4\n")) == [("1", "2"), ("3", "4")]


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_a_file_without_a_heading_is_refused(content: str) -> None:
    assert faults(content)[0].startswith("t.csv:1: the file ")


# XLSX


def test_a_sheet_gives_numbers_dates_and_texts() -> None:
    stream = workbook(["q1", "when", "note"], [4, moment("2024-05-01T08:30"), "ổn"], [None, None, "x"])
    assert rows(table.read(stream, "t.xlsx")) == [(4, moment("2024-05-01T08:30"), "ổn"), (None, None, "x")]


def test_a_formula_is_never_evaluated() -> None:
    stream = workbook(["q1"], ["=1+4"])
    assert rows(table.read(stream, "t.xlsx")) == [(Formula("=1+4"),)]


def test_rows_above_and_between_may_be_empty() -> None:
    stream = workbook([], ["q1", "q2"], [], [4])
    found = table.read(stream, "t.xlsx")
    assert (found.heading_line, [(row.line, row.cells) for row in found.rows([0, 1])]) == (
        2,
        [(4, (4, None))],
    )


def test_notes_beside_the_table_are_left_out() -> None:
    assert rows(table.read(workbook(["q1"], [4, None, "see below"]), "t.xlsx")) == [(4,)]


def test_one_of_several_sheets_has_to_be_named() -> None:
    stream = workbook(["q1"], [4], sheets=("Data", "Codes"))
    with pytest.raises(BadData, match="one of: Data, Codes"):
        table.read(stream, "t.xlsx")
    assert rows(table.read(stream, "t.xlsx", Options(sheet="Data"))) == [(4,)]


def test_a_sheet_that_declares_its_size_wrong_is_read_whole() -> None:
    whole, lying = workbook(["q1", "q2"], [4, 5]), io.BytesIO()
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(lying, "w") as target:
        for part in source.namelist():
            target.writestr(
                part, source.read(part).replace(b'<dimension ref="A1:B2"', b'<dimension ref="A1"')
            )
    assert lying.getvalue() != whole.getvalue()
    lying.seek(0)
    assert rows(table.read(lying, "t.xlsx")) == [(4, 5)]


def test_an_empty_sheet_is_refused() -> None:
    with pytest.raises(BadData, match="'Data' is empty"):
        table.read(workbook(), "t.xlsx")


def test_half_a_workbook_is_refused() -> None:
    half = workbook(["q1"], [4]).getvalue()[:-100]
    with pytest.raises(BadData, match="damaged"):
        table.read(io.BytesIO(half), "t.xlsx")


def test_a_workbook_with_broken_parts_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/workbook.xml", "<no")
    stream.seek(0)
    with pytest.raises(BadData, match="damaged"):
        table.read(stream, "t.xlsx")


# SAV


def test_dates_of_spss_are_dates_even_where_they_are_absurd(tmp_path: Path) -> None:
    stream = sav(
        tmp_path / "t.sav", {"when": [0.0, 13_933_900_800.0, 1e300]}, variable_format={"when": "DATETIME20"}
    )
    found = [row.cells[0] for row in table.read(stream, "t.sav").rows([0])]
    assert found == [moment("1582-10-14"), moment("2024-05-01"), 1e300]


def test_system_missing_is_none(tmp_path: Path) -> None:
    stream = sav(tmp_path / "t.sav", {"q1": [7.0, float("nan")], "note": ["x", ""]})
    assert rows(table.read(stream, "t.sav")) == [(7.0, "x"), (None, None)]


def test_codes_that_a_file_declares_missing_stay_visible(tmp_path: Path) -> None:
    declared = {"q1": [{"lo": 98, "hi": 99}, -1]}
    found = table.read(sav(tmp_path / "t.sav", {"q1": [7.0, 99.0]}, missing_ranges=declared), "t.sav")
    assert found.columns[0].missing == ((98.0, 99.0), (-1.0, -1.0))
    assert rows(found) == [(7.0,), (99.0,)]


def test_labels_that_repeat_or_are_garbled_do_not_matter(tmp_path: Path) -> None:
    labels = {"q1": "Satisfaccio\u00adn Ã³", "q2": "Satisfaccio\u00adn Ã³"}
    stream = sav(tmp_path / "t.sav", {"q1": [1.0], "q2": [2.0]}, column_labels=labels)
    assert names(table.read(stream, "t.sav")) == ["q1", "q2"]


def test_cases_are_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spss, "CASES_AT_ONCE", 2)
    found = table.read(
        sav(tmp_path / "t.sav", {"a": [1.0, 2.0, 3.0, 4.0], "b": [5.0, 6.0, 7.0, 8.0]}), "t.sav"
    )
    assert [(row.line, row.cells) for row in found.rows([1, 0])][2:] == [(3, (7.0, 3.0)), (4, (8.0, 4.0))]


def test_half_an_spss_file_is_refused() -> None:
    with pytest.raises(BadData, match=r"t\.sav:1: the SPSS file cannot be read"):
        table.read(io.BytesIO(b"$FL2" + b"x" * 300), "t.sav")


# everything else


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("t.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"\.xls"),
        ("t.lss", b'<?xml version="1.0"?>', "XML"),
        ("t.json", b"[]", r"\.json file"),
        ("t.pdf", b"%PDF-1.7", "PDF"),
        ("t.csv.gz", b"\x1f\x8b\x08", "gzip"),
    ],
)
def test_what_cannot_be_read_is_named_beside_what_can(name: str, content: bytes, told: str) -> None:
    with pytest.raises(BadData, match=rf"{name}:1: this is .*{told}.*CSV.*\.xlsx.*\.sav"):
        table.read(io.BytesIO(content), name)


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("survey.lss", "x")
    stream.seek(0)
    with pytest.raises(BadData, match="no Excel workbook"):
        table.read(stream, "t.lsa")


def test_the_content_and_not_the_name_tells_the_format() -> None:
    assert rows(table.read(workbook(["q1"], [4]), "export.csv")) == [(4,)]


# cells


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (None, ""),
        (7, "7"),
        (7.0, "7"),
        (7.5, "7.5"),
        (True, "True"),
        (date(2024, 5, 1), "2024-05-01"),
        (moment("2024-05-01"), "2024-05-01"),
        (moment("2024-05-01T08"), "2024-05-01T08:00:00"),
        (time(8, 30), "08:30:00"),
        (" Ha\u0300i\u00ad  lo\u0300ng\x07\n", "Hài lòng"),
        (Formula("=A1"), "=A1"),
    ],
)
def test_a_cell_has_one_text_whatever_file_it_comes_from(cell: Cell, expected: str) -> None:
    assert text_of(cell) == expected


def test_a_large_table_needs_little_memory() -> None:
    stream = io.BytesIO(b"id,q1,q2,q3\n" + b"123456,4,5,some words of open text\n" * 50_000)
    tracemalloc.start()
    count = sum(1 for _ in table.read(stream, "t.csv").rows([0, 1, 2, 3]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 50_000
    assert peak < 2_000_000
