"""Sheets to print: what posters, slips and forms are drawn with. Codes are drawn of rectangles, and sharp at every size."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

#: modules of the code that stay white around it (ISO/IEC 18004)
QUIET = 4

INK, SOFT, ACCENT = (28, 36, 48), (84, 94, 108), (10, 79, 128)

#: points; smaller letters are not read from a step away
SMALLEST = 7.0


@dataclass(frozen=True)
class Type:
    """How a line is set: its size in points on A4, and the rest."""

    size: float
    bold: bool = False
    colour: tuple[int, int, int] = INK
    align: str = "C"


class Sheet:
    """Draws in millimetres of an A4 sheet; `scale` makes it the paper's. on: the day it says it was made."""

    def __init__(self, scale: float, size: tuple[float, float], *, on: date) -> None:
        from fpdf import FPDF  # noqa: PLC0415 - slow to import, and no page needs it
        from matplotlib import get_data_path  # noqa: PLC0415 - where its fonts are

        self.scale = scale
        self.pdf = FPDF(unit="mm", format=size)
        self.pdf.set_auto_page_break(False)
        self.pdf.set_margin(0)
        self.pdf.c_margin = 0
        self.pdf.set_title("Hài lòng")
        self.pdf.set_lang("vi")
        self.pdf.set_creation_date(datetime.combine(on, time(), UTC))
        fonts = f"{get_data_path()}/fonts/ttf"
        self.pdf.add_font("sans", "", f"{fonts}/DejaVuSans.ttf")
        self.pdf.add_font("sans", "B", f"{fonts}/DejaVuSans-Bold.ttf")

    def document(self) -> bytes:
        return bytes(self.pdf.output())

    def line(self, text: str, y: float, type_: Type, *, left: float = 15, width: float = 180) -> None:
        """A line with its top at `y`, made smaller until it fits; it is centred between equal margins."""
        size = type_.size
        while True:
            self.pdf.set_font("sans", "B" if type_.bold else "", size * self.scale)
            if self.pdf.get_string_width(text) <= width * self.scale or size <= SMALLEST:
                break
            size -= 0.25
        self.pdf.set_text_color(*type_.colour)
        self.pdf.set_xy(left * self.scale, y * self.scale)
        self.pdf.cell(width * self.scale, size * 0.45 * self.scale, text, align=type_.align)

    def code(self, address: str, x: float, y: float, side: float) -> None:
        """The code with its quiet zone in a square of `side`; a row's black modules are one rectangle."""
        import segno  # noqa: PLC0415

        code = segno.make(address, error="q", micro=False, boost_error=False)
        rows = [bytes(row) for row in code.matrix]
        module = side / (len(rows) + 2 * QUIET)
        self.pdf.set_fill_color(0, 0, 0)
        for number, row in enumerate(rows):
            for start, length in _runs(row):
                self.rectangle(
                    x + (QUIET + start) * module, y + (QUIET + number) * module, length * module, module
                )

    def rectangle(self, x: float, y: float, width: float, height: float) -> None:
        at = self.scale
        self.pdf.rect(x * at, y * at, width * at, height * at, style="F")

    def wrapped(self, text: str, width: float, type_: Type) -> list[str]:
        """The lines that a text takes in a width."""
        self.pdf.set_font("sans", "B" if type_.bold else "", type_.size * self.scale)
        found = self.pdf.multi_cell(
            width * self.scale, type_.size * 0.45 * self.scale, text, dry_run=True, output="LINES"
        )
        assert isinstance(found, list)
        return found

    def paragraph(self, text: str, x: float, y: float, width: float, type_: Type) -> float:
        """A text over as many lines as it takes; the y below it."""
        for line in self.wrapped(text, width, type_):
            self.line(line, y, type_, left=x, width=width)
            y += type_.size * 0.45
        return y


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Where black modules stand in a row: (first, how many)."""
    found: list[tuple[int, int]] = []
    for at, black in enumerate(row):
        if black and found and sum(found[-1]) == at:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif black:
            found.append((at, 1))
    return found
