"""Slips to print and cut: the invitation that somebody gets with the result of a dossier, six on a sheet of A4.

A slip names no dossier and no person: whoever finds one can answer once, and learns nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from survey.agency import Text
from survey.formats.dossiers import Slip
from survey.formats.sheet import ACCENT, SOFT, Sheet, Type

#: slips beside and below each other on a sheet, and the size of one in mm
ACROSS, DOWN = 2, 3
WIDTH, HEIGHT = 105.0, 99.0

TITLE: Text = {"vi": "Mời ông/bà đánh giá", "en": "Please say how it went"}
HOW: Text = {
    "vi": "Hướng máy ảnh điện thoại vào mã, hoặc gõ địa chỉ:",
    "en": "Point your phone's camera at the code, or type the address:",
}
ONCE: Text = {"vi": "Dùng một lần, đến hết ngày", "en": "Works once, until"}
PRIVACY: Text = {
    "vi": "Phiếu không ghi tên, không ghi số hồ sơ. Không ai biết ông/bà trả lời gì.",
    "en": "No name and no dossier number on it. Nobody is shown what you answer.",
}
_INSET = 8.0


def as_pdf(slips: Sequence[Slip], *, on: date) -> bytes:
    """The slips as one PDF document of A4 sheets. on: the day that the document says it was made."""
    sheet = _Slips(1.0, (ACROSS * WIDTH, DOWN * HEIGHT), on=on)
    for number, slip in enumerate(slips):
        place = number % (ACROSS * DOWN)
        if place == 0:
            sheet.page()
        sheet.add(slip, WIDTH * (place % ACROSS), HEIGHT * (place // ACROSS))
    return sheet.document()


class _Slips(Sheet):
    def page(self) -> None:
        """A new sheet with the lines to cut along."""
        self.pdf.add_page()
        self.pdf.set_draw_color(*SOFT)
        self.pdf.set_line_width(0.15)
        self.pdf.set_dash_pattern(dash=1.5, gap=1.5)
        self.pdf.line(WIDTH, 0, WIDTH, DOWN * HEIGHT)
        for row in range(1, DOWN):
            self.pdf.line(0, row * HEIGHT, ACROSS * WIDTH, row * HEIGHT)

    def add(self, slip: Slip, x: float, y: float) -> None:
        left, width = x + _INSET, WIDTH - 2 * _INSET
        self.line(TITLE["vi"], y + 6, Type(14, bold=True, colour=ACCENT), left=left, width=width)
        self.line(TITLE["en"], y + 13, Type(8, colour=SOFT), left=left, width=width)
        self.line(slip.agency["vi"], y + 18.5, Type(10, bold=True), left=left, width=width)
        self.line(
            slip.procedure or slip.counter["vi"], y + 24, Type(7.5, colour=SOFT), left=left, width=width
        )
        self.code(slip.link, x + WIDTH / 2 - 18, y + 28, 36)
        self.line(HOW["vi"], y + 65, Type(7.5), left=left, width=width)
        self.line(HOW["en"], y + 68.8, Type(7, colour=SOFT), left=left, width=width)
        self.line(slip.link.partition("://")[2], y + 73, Type(10, bold=True), left=left, width=width)
        until = f"{slip.bound.until:%d/%m/%Y}"
        self.line(f"{ONCE['vi']} {until}  ·  {ONCE['en']} {until}", y + 80, Type(7.5), left=left, width=width)
        self.line(PRIVACY["vi"], y + 85, Type(7.5, bold=True), left=left, width=width)
        self.line(PRIVACY["en"], y + 89, Type(7, colour=SOFT), left=left, width=width)
