"""The sheet a chart is drawn on: matplotlib's SVG, made small, repeatable and fit for dark pages."""

from __future__ import annotations

import io
import re
import textwrap
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, Self

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

#: what a chart is written as: for pages, or as pixels for documents that take no drawing
Form = Literal["svg", "png", "paper"]
#: pixels of a PNG to a CSS pixel
_SHARP = 2

INK, MUTED, HAIR, PANEL = "#1c2430", "#5a6472", "#dfe3e8", "#ffffff"
BLUE, RUST, GOAL = "#0a64a4", "#b5470b", "#7a3e9d"
_DARK = {
    INK: "#e8ebf0",
    MUTED: "#a5afbd",
    HAIR: "#363e49",
    PANEL: "#1a2027",
    BLUE: "#6db5ee",
    RUST: "#f0955c",
    GOAL: "#c79be6",
}

#: every chart is this wide; heights follow from what is drawn (both in CSS pixels)
WIDTH = 720

#: matplotlib keeps its fonts and settings in globals: one chart is drawn at a time
_DRAWING = threading.Lock()

#: text is laid out in the widest font of the stack that it is shown in, so that it always fits
_FONT = "text{font-family:system-ui,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',sans-serif}"
#: what matplotlib says of every text and its style sheet says once, and the space between tags
_REPEATED = re.compile(
    r""" font-family: 'DejaVu Sans', sans-serif;?| transform="rotate\(-0 [^"]*\)"|(?<=>)\s+(?=<)"""
)
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "hai-long",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 11,
    "text.parse_math": False,
    "text.color": INK,
}
#: the same on paper
_PAPER: dict[Any, Any] = {"svg.fonttype": "path", "font.family": ["Noto Sans", "DejaVu Sans"]}
#: the fonts of documents, in survey/fonts
_DOCUMENTS = ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf")


#: letters that fit on a line of a caption, by the size of its text, and pixels of such a line
_TITLE, _UNDER, _LETTERS, _LINE = 13, 10, {13: 88, 10: 118}, {13: 19, 10: 15}
#: pixels between a caption and the edge of its sheet
_EDGE = 10


@dataclass(frozen=True)
class Caption:
    """What a chart says around itself where no page does: what it shows, of whom and when, and its source."""

    title: str
    under: str
    source: str


class Sheet:
    """A drawing in CSS pixels, made under the lock; `image` holds the bytes once it is left."""

    def __init__(
        self, title: str, *, height: int, form: Form = "svg", caption: Caption | None = None
    ) -> None:
        self.title, self.height, self.form, self.image = (
            caption.title if caption else title,
            height,
            form,
            b"",
        )
        self._plot_height = height
        self._above = [*_lines(caption.title, _TITLE), *_lines(caption.under, _UNDER)] if caption else []
        self._below = _lines(caption.source, _UNDER) if caption else []
        self.height += _high(self._above) + _high(self._below)
        self._open = ExitStack()

    def __enter__(self) -> Self:
        # A process that draws no chart starts a second sooner without matplotlib.
        import matplotlib as mpl  # noqa: PLC0415
        from matplotlib.figure import Figure  # noqa: PLC0415

        self._open.enter_context(_DRAWING)
        if self.form == "paper":
            _know_fonts()
        self._open.enter_context(mpl.rc_context(_SETTINGS | (_PAPER if self.form == "paper" else {})))
        self._drawing = Figure(figsize=(WIDTH / 72, self.height / 72), dpi=72, facecolor=PANEL)
        self._plot = self._captioned(self._drawing) if self._above else self._drawing
        return self

    def _captioned(self, drawing: Figure) -> SubFigure:
        """The part of the drawing that its caption leaves; the caption is written around it."""
        heights = [_high(self._above), self._plot_height, _high(self._below)]
        y: float = self.height - _EDGE
        for lines, colours in ((self._above, (INK, MUTED)), (self._below, (MUTED, MUTED))):
            for text, size in lines:
                colour, weight = (colours[0], "bold") if size == _TITLE else (colours[1], "normal")
                look: dict[str, Any] = {"fontsize": size, "color": colour, "fontweight": weight}
                drawing.text(_EDGE / WIDTH, y / self.height, text, va="top", **look)
                y -= _LINE[size]
            y = _high(self._below) - _EDGE / 2
        inside = drawing.add_gridspec(3, 1, height_ratios=heights, left=0, right=1, top=1, bottom=0, hspace=0)
        return drawing.add_subfigure(inside[1], facecolor="none")

    def axes(self, *, left: int, right: int, top: int, bottom: int) -> Axes:
        """Bare axes with these margins in pixels."""
        whole = self._plot_height
        width, height = WIDTH - left - right, whole - top - bottom
        box = (left / WIDTH, bottom / whole, width / WIDTH, height / whole)
        axes = self._plot.add_axes(box, facecolor="none")
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0, labelsize=9.5, labelcolor=MUTED)
        axes.set_axisbelow(True)
        return axes

    def write(self, words: str) -> None:
        """One sentence in the middle of a sheet that has no axes."""
        self._plot.text(0.5, 0.5, words, ha="center", va="center", color=MUTED)

    def __exit__(self, *failure: object) -> None:
        with self._open:
            if failure[0] is None:
                self.image = self._png() if self.form == "png" else self._svg()

    def _png(self) -> bytes:
        drawn = io.BytesIO()
        metadata = {"Title": self.title, "Software": None}
        self._drawing.savefig(drawn, format="png", dpi=72 * _SHARP, metadata=metadata)
        return drawn.getvalue()

    def _svg(self) -> bytes:
        drawn = io.StringIO()
        metadata = {"Title": self.title, "Date": None, "Creator": None, "Format": None, "Type": None}
        self._drawing.savefig(drawn, format="svg", metadata=metadata)
        svg = _REPEATED.sub("", drawn.getvalue())
        points = f'width="{WIDTH}pt" height="{self.height}pt"'
        svg = svg.replace(points, 'role="img" ' + points.replace("pt", ""), 1)
        if self.form == "paper":
            return svg.encode()
        return svg.replace("</style>", _FONT + _dark_style() + "</style>", 1).encode()


def _lines(text: str, size: int) -> list[tuple[str, int]]:
    return [(line, size) for line in textwrap.wrap(text, _LETTERS[size])]


def _high(lines: list[tuple[str, int]]) -> int:
    """Pixels that these lines of a caption take, with the edges around them."""
    return sum(_LINE[size] for _, size in lines) + 2 * _EDGE if lines else 0


@cache
def _know_fonts() -> None:
    """Let matplotlib draw with the fonts of documents."""
    from matplotlib.font_manager import fontManager  # noqa: PLC0415

    for name in _DOCUMENTS:
        fontManager.addfont(str(files("survey") / "fonts" / name))


def _dark_style() -> str:
    """The same chart in the colours of a dark page; paper stays light."""
    rules = [
        f'[style*="{part}: {light}"]{{{part}:{dark}!important}}'
        for light, dark in _DARK.items()
        for part in ("fill", "stroke")
    ]
    return "@media screen and (prefers-color-scheme: dark){" + "".join(rules) + "}"
