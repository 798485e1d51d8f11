"""A counter's poster: a sheet to print, with the code to scan, the address to type, and three steps.

Vietnamese is large, English stands beside it. Everything is drawn on an A4 sheet; A5 has the same
proportions and is that sheet made smaller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from survey.agency import Agency, Counter, Text
from survey.formats.sheet import ACCENT, SOFT, Sheet, Type

#: paper -> width and height in mm
PAPERS = {"a4": (210.0, 297.0), "a5": (148.5, 210.0)}

_RUST = (160, 62, 12)
_FACES = ((168, 67, 27), (143, 90, 18), (84, 94, 108), (30, 100, 130), (10, 79, 128))

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
    sheet = _Posters(width / PAPERS["a4"][0], (width, height), on=on)
    for poster in posters:
        sheet.add(poster)
    return sheet.document()


class _Posters(Sheet):
    """Draws posters."""

    def add(self, poster: Poster) -> None:
        self.pdf.add_page()
        self._band(0)
        self._band(287)
        self.line(TITLE["vi"], 20, Type(29, bold=True, colour=ACCENT))
        self.line(TITLE["en"], 36, Type(15, colour=SOFT))
        for number, colour in enumerate(_FACES):
            self._face(41 + 32 * number, 59, number - 2, colour)
        self.line(poster.agency["vi"], 75, Type(19, bold=True))
        self.line(poster.counter["vi"], 85, Type(13))
        self.line(_english(poster), 93, Type(9.5, colour=SOFT))
        self.code(poster.address, 62.5, 105, 85)
        self.line(f"{OR_TYPE['vi']}  ·  {OR_TYPE['en']}", 192, Type(10, colour=SOFT))
        self.line(poster.typed, 198, Type(17, bold=True))
        for number, step in enumerate(STEPS):
            self._step(number + 1, step, 216 + 17 * number)
        self.line(PRIVACY["vi"], 269, Type(10.5, bold=True))
        self.line(PRIVACY["en"], 276, Type(9, colour=SOFT))

    def _step(self, number: int, step: Text, y: float) -> None:
        self.pdf.set_fill_color(*ACCENT)
        self.pdf.circle(33 * self.scale, (y + 6) * self.scale, 6 * self.scale, style="F")
        self.line(str(number), y + 3.1, Type(13, bold=True, colour=(255, 255, 255)), left=27, width=12)
        self.line(step["vi"], y + 1, Type(15, bold=True, align="L"), left=45, width=150)
        self.line(step["en"], y + 8.5, Type(10, colour=SOFT, align="L"), left=45, width=150)

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
                (ACCENT, ((left, y), (left + 10, y), (left + 5, y + 5))),
                (_RUST, ((left - 5, y + 10), (left + 5, y + 10), (left, y + 5))),
            ):
                self.pdf.set_fill_color(*colour)
                self.pdf.polygon([(a * self.scale, b * self.scale) for a, b in points], style="F")


def _english(poster: Poster) -> str:
    """Agency and counter in one line; most counters bear their agency's name already."""
    agency, counter = (text.get("en", "") for text in (poster.agency, poster.counter))
    return counter if agency in counter else f"{agency} · {counter}"
