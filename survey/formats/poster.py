"""A counter's poster: a sheet to print, with the code to scan, the address to type, and three steps.

Vietnamese is large, English stands beside it. Everything is drawn on an A4 sheet; A5 has the same
proportions and is that sheet made smaller. The code is drawn of rectangles, so that it is sharp at
every size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from survey.agency import Agency, Counter, Text

#: paper -> width and height in mm
PAPERS = {"a4": (210.0, 297.0), "a5": (148.5, 210.0)}

#: modules of the code that stay white around it (ISO/IEC 18004)
QUIET = 4

_INK, _SOFT, _ACCENT, _RUST = (28, 36, 48), (84, 94, 108), (10, 79, 128), (160, 62, 12)
_FACES = ((168, 67, 27), (143, 90, 18), (84, 94, 108), (30, 100, 130), (10, 79, 128))

#: points; smaller letters are not read from a step away
_SMALLEST = 7.0

TITLE: Text = {
    "vi": "Hôm nay ông/bà có hài lòng không?",
    "en": "Were you satisfied today?",
}
STEPS: tuple[Text, ...] = (
    {"vi": "Mở máy ảnh điện thoại, hướng vào mã này", "en": "Point your phone's camera at this code"},
    {"vi": "Chạm vào khuôn mặt hợp ý mình", "en": "Touch the face that fits"},
    {"vi": "Bấm gửi, chưa đến một phút", "en": "Send it; it takes under a minute"},
)
OR_TYPE: Text = {"vi": "Hoặc gõ địa chỉ", "en": "Or type the address"}
PRIVACY: Text = {
    "vi": "Không hỏi tên, không hỏi số điện thoại. Cán bộ tại quầy không xem được câu trả lời.",
    "en": "No name, no phone number. Nobody at the counter is shown what you answered.",
}


@dataclass(frozen=True)
class Poster:
    """What one counter's sheet says. address: the whole address that the code holds."""

    agency: Text
    counter: Text
    address: str

    @property
    def typed(self) -> str:
        """The address as people type it: browsers add the scheme."""
        return self.address.partition("://")[2]


def of(agency: Agency, counter: Counter, base: str) -> Poster:
    """The poster of a counter where `agency` is rated; `base` is the service's address without a slash."""
    return Poster(agency.name, counter.name, f"{base}/c/{counter.code}")


def as_pdf(posters: Sequence[Poster], *, paper: str, on: date) -> bytes:
    """The sheets as one PDF document of that paper ("a4", "a5").

    on: the day that the document says it was made.
    """
    width, height = PAPERS[paper]
    sheet = _Sheet(width / PAPERS["a4"][0], (width, height))
    sheet.pdf.set_creation_date(datetime.combine(on, time(), UTC))
    for poster in posters:
        sheet.add(poster)
    return bytes(sheet.pdf.output())


@dataclass(frozen=True)
class _Type:
    """How a line is set: its size in points on A4, and the rest."""

    size: float
    bold: bool = False
    colour: tuple[int, int, int] = _INK
    align: str = "C"


class _Sheet:
    """Draws in millimetres of an A4 sheet; `scale` makes it the paper's."""

    def __init__(self, scale: float, size: tuple[float, float]) -> None:
        from fpdf import FPDF  # noqa: PLC0415 - slow to import, and no page needs it
        from matplotlib import get_data_path  # noqa: PLC0415 - where its fonts are

        self.scale = scale
        self.pdf = FPDF(unit="mm", format=size)
        self.pdf.set_auto_page_break(False)
        self.pdf.set_margin(0)
        self.pdf.c_margin = 0
        self.pdf.set_title("Hài lòng")
        self.pdf.set_lang("vi")
        fonts = f"{get_data_path()}/fonts/ttf"
        self.pdf.add_font("sans", "", f"{fonts}/DejaVuSans.ttf")
        self.pdf.add_font("sans", "B", f"{fonts}/DejaVuSans-Bold.ttf")

    def add(self, poster: Poster) -> None:
        self.pdf.add_page()
        self._band(0)
        self._band(287)
        self._line(TITLE["vi"], 20, _Type(29, bold=True, colour=_ACCENT))
        self._line(TITLE["en"], 36, _Type(15, colour=_SOFT))
        for number, colour in enumerate(_FACES):
            self._face(41 + 32 * number, 59, number - 2, colour)
        self._line(poster.agency["vi"], 75, _Type(19, bold=True))
        self._line(poster.counter["vi"], 85, _Type(13))
        self._line(_english(poster), 93, _Type(9.5, colour=_SOFT))
        self._code(poster.address, 62.5, 105, 85)
        self._line(f"{OR_TYPE['vi']}  ·  {OR_TYPE['en']}", 192, _Type(10, colour=_SOFT))
        self._line(poster.typed, 198, _Type(17, bold=True))
        for number, step in enumerate(STEPS):
            self._step(number + 1, step, 216 + 17 * number)
        self._line(PRIVACY["vi"], 269, _Type(10.5, bold=True))
        self._line(PRIVACY["en"], 276, _Type(9, colour=_SOFT))

    def _line(self, text: str, y: float, type_: _Type, *, left: float = 15, width: float = 180) -> None:
        """A line with its top at `y`, made smaller until it fits; it is centred between equal margins."""
        size = type_.size
        while True:
            self.pdf.set_font("sans", "B" if type_.bold else "", size * self.scale)
            if self.pdf.get_string_width(text) <= width * self.scale or size <= _SMALLEST:
                break
            size -= 0.25
        self.pdf.set_text_color(*type_.colour)
        self.pdf.set_xy(left * self.scale, y * self.scale)
        self.pdf.cell(width * self.scale, size * 0.45 * self.scale, text, align=type_.align)

    def _code(self, address: str, x: float, y: float, side: float) -> None:
        """The code with its quiet zone in a square of `side`; a row's black modules are one rectangle."""
        import segno  # noqa: PLC0415

        code = segno.make(address, error="q", micro=False, boost_error=False)
        rows = [bytes(row) for row in code.matrix]
        module = side / (len(rows) + 2 * QUIET)
        self.pdf.set_fill_color(0, 0, 0)
        for number, row in enumerate(rows):
            for start, length in _runs(row):
                self._rectangle(
                    x + (QUIET + start) * module, y + (QUIET + number) * module, length * module, module
                )

    def _rectangle(self, x: float, y: float, width: float, height: float) -> None:
        at = self.scale
        self.pdf.rect(x * at, y * at, width * at, height * at, style="F")

    def _step(self, number: int, step: Text, y: float) -> None:
        self.pdf.set_fill_color(*_ACCENT)
        self.pdf.circle(33 * self.scale, (y + 6) * self.scale, 6 * self.scale, style="F")
        self._line(str(number), y + 3.1, _Type(13, bold=True, colour=(255, 255, 255)), left=27, width=12)
        self._line(step["vi"], y + 1, _Type(15, bold=True, align="L"), left=45, width=150)
        self._line(step["en"], y + 8.5, _Type(10, colour=_SOFT, align="L"), left=45, width=150)

    def _face(self, x: float, y: float, mood: int, colour: tuple[int, int, int]) -> None:
        """A face from -2 (very dissatisfied) to 2."""
        at = self.scale
        self.pdf.set_draw_color(*colour)
        self.pdf.set_fill_color(*colour)
        self.pdf.set_line_width(0.9 * at)
        self.pdf.circle(x * at, y * at, 10 * at)
        for eye in (-3.3, 3.3):
            self.pdf.circle((x + eye) * at, (y - 2.2) * at, 1.1 * at, style="F")
        mouth, bend = y + 4.2 - mood * 0.5, mood * 2.4
        curve = [(x - 4.6, mouth), (x - 2, mouth + bend), (x + 2, mouth + bend), (x + 4.6, mouth)]
        self.pdf.bezier([(a * at, b * at) for a, b in curve])

    def _band(self, y: float) -> None:
        """The woven band of the service's pages."""
        for number in range(22):
            left = 10.0 * number
            for colour, points in (
                (_ACCENT, ((left, y), (left + 10, y), (left + 5, y + 5))),
                (_RUST, ((left - 5, y + 10), (left + 5, y + 10), (left, y + 5))),
            ):
                self.pdf.set_fill_color(*colour)
                self.pdf.polygon([(a * self.scale, b * self.scale) for a, b in points], style="F")


def _english(poster: Poster) -> str:
    """Agency and counter in one line; most counters bear their agency's name already."""
    agency, counter = (text.get("en", "") for text in (poster.agency, poster.counter))
    return counter if agency in counter else f"{agency} · {counter}"


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Where black modules stand in a row: (first, how many)."""
    found: list[tuple[int, int]] = []
    for at, black in enumerate(row):
        if black and found and sum(found[-1]) == at:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif black:
            found.append((at, 1))
    return found
