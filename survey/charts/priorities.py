"""The picture of what to mend first: importance of each factor against how satisfied people are with it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from survey.charts.labels import Box, labelled
from survey.charts.sheet import BLUE, HAIR, INK, MUTED, PANEL, RUST, Caption, Form, Sheet
from survey.charts.words import WORDS, percent, text_in
from survey.drivers import Quadrant
from survey.figure import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

#: pixels: the sheet, and around the plot; letters of a name, and pixels of its line
_HEIGHT, _LEFT, _RIGHT, _TOP, _BELOW, _LETTERS, _LINE = 430, 64, 24, 44, 54, 34, 17

#: shape and fill tell quadrants apart without any colour
_MARKS = {
    Quadrant.FIX_FIRST: ("D", RUST, RUST),
    Quadrant.KEEP_UP: ("o", BLUE, BLUE),
    Quadrant.LATER: ("D", RUST, PANEL),
    Quadrant.ENOUGH: ("o", BLUE, PANEL),
}


def drivers_chart(
    drivers: Sequence[Figure],
    factors: Sequence[Figure],
    *,
    language: str,
    form: Form = "svg",
    caption: Caption | None = None,
) -> bytes:
    """One mark for each factor: its part of the explained variance, with its interval, and its share satisfied.

    drivers: "driver:..." with their quadrants in `flags` · factors: "factor:..." · Returns UTF-8 SVG, or PNG.
    """
    words = WORDS[language]
    shares = {figure.code: figure.estimate.value for figure in factors if figure.withheld is None}
    placed = [
        (figure, 100 * satisfied)
        for figure in drivers
        if figure.estimate.value is not None
        and (satisfied := shares.get(figure.code.replace("driver:", "factor:"))) is not None
    ]
    if not placed:
        with Sheet(words["priorities"], height=80, form=form, caption=caption) as sheet:
            sheet.write(words["nothing"])
        return sheet.image
    with Sheet(words["priorities"], height=_HEIGHT, form=form, caption=caption) as sheet:
        axes = sheet.axes(left=_LEFT, right=_RIGHT, top=_TOP, bottom=_BELOW)
        corners = _draw_plane(axes, placed, language)
        for figure, satisfied in placed:
            _draw_driver(axes, figure, satisfied)
        _write_names(axes, placed, corners, language)
        _draw_legend(axes, language)
    return sheet.image


def _draw_plane(axes: Axes, placed: Sequence[tuple[Figure, float]], language: str) -> list[Text]:
    """Axes around all that is drawn, the means as lines, and the name of each quadrant in its corner."""
    across = [satisfied for _, satisfied in placed]
    values = [100 * (figure.estimate.value or 0) for figure, _ in placed]
    ends = [
        100 * end
        for figure, _ in placed
        for end in (figure.estimate.low, figure.estimate.high)
        if end is not None
    ]
    low, high = min(across), max(across)
    room = max(2.0, 0.22 * (high - low))
    axes.set_xlim(max(0.0, low - room), min(100.0 + room / 3, high + 2.2 * room))
    axes.set_ylim(max(0.0, min(ends + values) - 4), max(ends + values) + 6)
    axes.axvline(sum(across) / len(across), color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    axes.axhline(sum(values) / len(values), color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    axes.grid(visible=True, color=HAIR, linewidth=0.7)
    for axis in (axes.xaxis, axes.yaxis):
        ticks = [tick for tick in axis.get_ticklocs() if 0 <= tick <= 100]
        axis.set_ticks(ticks, labels=[percent(tick, language, places=0) for tick in ticks])
    words = WORDS[language]
    axes.set_xlabel(words["performance"], color=INK, fontsize=10.5)
    axes.set_ylabel(words["importance"], color=INK, fontsize=10.5)
    corners = {
        Quadrant.FIX_FIRST: (0.01, 0.985, "left", "top"),
        Quadrant.KEEP_UP: (0.99, 0.985, "right", "top"),
        Quadrant.LATER: (0.01, 0.015, "left", "bottom"),
        Quadrant.ENOUGH: (0.99, 0.015, "right", "bottom"),
    }
    look: dict[str, Any] = {"transform": axes.transAxes, "color": MUTED, "fontsize": 10}
    return [
        axes.text(
            x,
            y,
            words[quadrant.value],
            ha=ha,
            va=va,
            fontweight="bold" if quadrant is Quadrant.FIX_FIRST else "normal",
            **look,
        )
        for quadrant, (x, y, ha, va) in corners.items()
    ]


def _draw_driver(axes: Axes, figure: Figure, satisfied: float) -> None:
    estimate = figure.estimate
    value = 100 * (estimate.value or 0)
    quadrant = next((each for each in Quadrant if each.value in figure.flags), Quadrant.ENOUGH)
    shape, edge, face = _MARKS[quadrant]
    if estimate.low is not None and estimate.high is not None:
        axes.vlines(satisfied, 100 * estimate.low, 100 * estimate.high, colors=edge, linewidth=1.8)
    axes.scatter(
        [satisfied], [value], marker=shape, s=46, facecolors=face, edgecolors=edge, linewidths=1.7, zorder=3
    )


def _write_names(
    axes: Axes, placed: Sequence[tuple[Figure, float]], corners: Sequence[Text], language: str
) -> None:
    """The factors' names beside their marks, the most important first; where there is no place, none."""
    rows = sorted(placed, key=lambda row: -(row[0].estimate.value or 0))
    at = [(satisfied, 100 * (figure.estimate.value or 0)) for figure, satisfied in rows]
    names = [
        axes.text(*point, textwrap.shorten(text_in(figure.label, language), _LETTERS, placeholder=" …"))
        for point, (figure, _) in zip(at, rows, strict=True)
    ]
    for name in names:
        name.set(ha="left", va="center", fontsize=9.5)
    marks = [_pixels(axes, *point) for point in at]
    boxes = labelled(
        marks,
        [(name.get_window_extent().width, _LINE) for name in names],
        room=Box(*axes.get_window_extent().extents),
        avoided=[*(Box(*corner.get_window_extent().extents) for corner in corners), *_lines(axes, rows)],
    )
    for name, mark, box in zip(names, marks, boxes, strict=True):
        if box is None:
            name.remove()
            continue
        in_pixels = ((box.left, (box.bottom + box.top) / 2), box.nearest(mark), mark)
        place, near, there = axes.transData.inverted().transform(in_pixels).tolist()
        name.set_position((place[0], place[1]))
        axes.plot(*zip(near, there, strict=True), color=MUTED, linewidth=0.6, zorder=1.5)


def _pixels(axes: Axes, x: float, y: float) -> tuple[float, float]:
    across, up = axes.transData.transform((x, y))
    return float(across), float(up)


def _lines(axes: Axes, rows: Sequence[tuple[Figure, float]]) -> Iterator[Box]:
    """The lines of the intervals, which names do not stand on where they can stand elsewhere."""
    for figure, satisfied in rows:
        low, high = figure.estimate.low, figure.estimate.high
        if low is not None and high is not None:
            (x, bottom), (_, top) = (_pixels(axes, satisfied, 100 * end) for end in (low, high))
            yield Box(x - 1, bottom, x + 1, top)


def _draw_legend(axes: Axes, language: str) -> None:
    words = WORDS[language]
    axes.plot(
        [],
        [],
        color=MUTED,
        linewidth=1.8,
        label=words["interval"].format(level=percent(95, language, places=0)),
    )
    axes.plot([], [], color=MUTED, linewidth=1, linestyle=(0, (4, 3)), label=words["mean-of-factors"])
    look: dict[str, Any] = {"frameon": False, "fontsize": 10, "borderaxespad": 0.2}
    axes.get_figure(root=False).legend(loc="upper left", ncols=3, **look)  # type: ignore[union-attr]
