"""Documents as PDF: letters that can be read and copied, tags, bookmarks, fonts in the file, nothing from elsewhere."""

from __future__ import annotations

import sys
from importlib.resources import files

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from fontTools.ttLib import TTFont
from matplotlib.font_manager import get_font

from survey.errors import PdfPartsMissing
from survey.formats import pdf

VIETNAMESE = "ắằẳẵặấầẩẫậếềểễệốồổỗộớờởỡợứừửữựỳỷỹỵđĐƠƯ"
PAGE = (
    '<!doctype html><html lang="vi"><head><title>Báo cáo</title></head><body><h1>Tổng quan</h1>'
    f"<p>{VIETNAMESE} ≥ 95 %</p><h2>Yếu tố</h2><img src='a.svg' alt='Hình'></body></html>"
)
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="9" height="9"/></svg>'


@pytest.fixture(scope="module")
def document() -> bytes:
    pytest.importorskip("weasyprint", exc_type=OSError, reason="Pango is not there; ./test installs it")
    return pdf.as_pdf(PAGE, {"a.svg": PICTURE})


def test_every_letter_of_vietnamese_can_be_copied(document: bytes) -> None:
    text = pypdfium2.PdfDocument(document)[0].get_textpage().get_text_range()
    assert VIETNAMESE in text
    assert "≥ 95" in text


def test_the_document_is_tagged_says_its_language_and_has_bookmarks(document: bytes) -> None:
    opened = pypdfium2.PdfDocument(document)
    assert pdfium.FPDFCatalog_IsTagged(opened)
    assert opened.get_metadata_value("Title") == "Báo cáo"
    assert [(mark.level, mark.get_title()) for mark in opened.get_toc()] == [(0, "Tổng quan"), (1, "Yếu tố")]


def test_its_fonts_lie_in_the_file(document: bytes) -> None:
    page = pypdfium2.PdfDocument(document)[0]
    letters = [one for one in page.get_objects() if one.type == pdfium.FPDF_PAGEOBJ_TEXT]
    fonts = [pdfium.FPDFTextObj_GetFont(one) for one in letters]
    assert fonts
    assert all(pdfium.FPDFFont_GetIsEmbedded(font) for font in fonts)


def test_a_part_that_was_not_handed_over_stops_the_making(document: bytes) -> None:
    with pytest.raises(BaseException, match=r"the document has no part b\.svg"):
        pdf.as_pdf(PAGE.replace("a.svg", "b.svg"), {"a.svg": PICTURE})


def test_without_the_libraries_the_refusal_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(PdfPartsMissing) as refusal:
        pdf.as_pdf(PAGE, {})
    assert refusal.value.detail["packages"] == pdf.PACKAGES


def test_the_fonts_know_every_letter_that_vietnamese_has() -> None:
    for name in pdf.FONTS["Noto Sans"].values():
        known = TTFont(str(files("survey") / "fonts" / name)).getBestCmap()
        assert {*VIETNAMESE, *VIETNAMESE.upper(), "–", "“", "”"} <= {chr(code) for code in known}
        assert get_font(str(files("survey") / "fonts" / name)).family_name == "Noto Sans"
