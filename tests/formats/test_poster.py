"""A printed sheet is read by a telephone and by people, on both papers."""

from __future__ import annotations

from datetime import date

import pypdfium2
import pytest
import zxingcpp

from survey.formats import poster
from survey.formats.poster import PAPERS, Poster

MM = 25.4 / 72

LONG = Poster(
    agency={"vi": "Sở Nông nghiệp và Môi trường", "en": "Department of Agriculture and Environment"},
    counter={
        "vi": "Quầy Sở Nông nghiệp và Môi trường tại Trung tâm Phục vụ hành chính công tỉnh",
        "en": "Department of Agriculture and Environment desk at the Provincial Public Service Centre",
    },
    address="https://hai-long.sonla.example/c/ttpvhcc-nong-nghiep-mt",
)
SHORT = Poster(
    agency={"vi": "Phường Tô Hiệu"},
    counter={"vi": "Bộ phận Một cửa phường Tô Hiệu"},
    address="http://127.0.0.1:8000/c/03646-1",
)


def opened(*posters: Poster, paper: str = "a4") -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(poster.as_pdf(posters, paper=paper, on=date(2026, 11, 23)))


def text_of(page: pypdfium2.PdfPage) -> str:
    return " ".join(page.get_textpage().get_text_bounded().split())


@pytest.mark.parametrize("dots_per_point", [1.0, 3.0])
@pytest.mark.parametrize("paper", list(PAPERS))
@pytest.mark.parametrize("sheet", [LONG, SHORT])
def test_a_camera_reads_the_address_of_the_printed_code(
    sheet: Poster, paper: str, dots_per_point: float
) -> None:
    with opened(sheet, paper=paper) as document:
        picture = document[0].render(scale=dots_per_point).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [sheet.address]


def test_a_code_with_a_stain_on_it_is_still_read() -> None:
    with opened(LONG) as document:
        picture = document[0].render(scale=3).to_pil()
    [code] = zxingcpp.read_barcodes(picture)
    middle = (code.position.top_left.x + code.position.bottom_right.x) // 2
    centre = (code.position.top_left.y + code.position.bottom_right.y) // 2
    side = (code.position.bottom_right.x - code.position.top_left.x) // 5
    picture.paste((255, 255, 255), (middle, centre, middle + side, centre + side))
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [LONG.address]


@pytest.mark.parametrize("paper", list(PAPERS))
def test_a_sheet_has_the_size_of_its_paper(paper: str) -> None:
    with opened(SHORT, paper=paper) as document:
        size = [side * MM for side in document[0].get_size()]
    assert size == pytest.approx(PAPERS[paper], abs=0.1)


def test_people_read_who_is_rated_where_and_how_in_both_languages() -> None:
    with opened(LONG) as document:
        said = text_of(document[0])
    for words in (LONG.agency["vi"], LONG.counter["vi"], LONG.counter["en"], LONG.typed):
        assert words in said
    for text in (poster.TITLE, poster.OR_TYPE, poster.PRIVACY, *poster.STEPS):
        assert text["vi"] in said and text["en"] in said


def test_the_typed_address_has_no_scheme() -> None:
    assert SHORT.typed == "127.0.0.1:8000/c/03646-1"


def test_every_counter_has_a_page_of_its_own() -> None:
    with opened(LONG, SHORT) as document:
        assert len(document) == 2
        assert "Tô Hiệu" in text_of(document[1])


def test_nothing_is_printed_beyond_the_edge_however_long_the_names() -> None:
    endless = Poster(
        {"vi": "Sở " + "Rất Dài " * 8, "en": "Long " * 12},
        {"vi": "Quầy " * 14, "en": "Desk " * 14},
        "https://a.example/c/" + "x" * 60,
    )
    with opened(endless) as document:
        page = document[0]
        width, height = page.get_size()
        reading = page.get_textpage()
        boxes = [reading.get_rect(number) for number in range(reading.count_rects())]
    assert boxes
    assert all(left > 0 and right < width for left, _, right, _ in boxes)
    assert all(bottom > 0 and top < height for _, bottom, _, top in boxes)


def test_the_same_sheet_is_the_same_file() -> None:
    first, again = (poster.as_pdf([SHORT], paper="a5", on=date(2026, 11, 23)) for _ in range(2))
    assert first == again
