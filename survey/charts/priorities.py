"""The picture of what to mend first: importance of each factor against how satisfied people are with it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from survey.charts.sheet import BLUE, HAIR, INK, MUTED, PANEL, RUST, Form, Sheet
from survey.charts.words import WORDS, percent, text_in
from survey.drivers import Quadrant
from survey.figure import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

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
    drivers: Sequence[Figure], factors: Sequence[Figure], *, language: str, form: Form = "svg"
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
        with Sheet(words["priorities"], height=80, form=form) as sheet:
            sheet.write(words["nothing"])
        return sheet.image
    with Sheet(words["priorities"], height=_HEIGHT, form=form) as sheet:
        axes = sheet.axes(left=_LEFT, right=_RIGHT, top=_TOP, bottom=_BELOW)
        _draw_plane(axes, placed, language)
        for figure, satisfied in placed:
            _draw_driver(axes, figure, satisfied)
        _write_names(axes, placed, language)
        _draw_legend(axes, language)
    return sheet.image


def _draw_plane(axes: Axes, placed: Sequence[tuple[Figure, float]], language: str) -> None:
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
    for quadrant, (x, y, ha, va) in corners.items():
        weight = "bold" if quadrant is Quadrant.FIX_FIRST else "normal"
        look: dict[str, Any] = {
            "transform": axes.transAxes,
            "color": MUTED,
            "fontsize": 10,
            "fontweight": weight,
        }
        axes.text(x, y, words[quadrant.value], ha=ha, va=va, **look)


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


def _write_names(axes: Axes, placed: Sequence[tuple[Figure, float]], language: str) -> None:
    """The factors' names beside their marks, moved apart where they would cover each other."""
    bottom, top = axes.get_ylim()
    pixel = (top - bottom) / (_HEIGHT - _TOP - _BELOW)
    rows = sorted(placed, key=lambda row: -(row[0].estimate.value or 0))
    heights = [100 * (figure.estimate.value or 0) / pixel for figure, _ in rows]
    apart: list[float] = []
    for height in heights:
        apart.append(min(height, apart[-1] - _LINE) if apart else height)
    lift = sum(height - moved for height, moved in zip(heights, apart, strict=True)) / len(rows)
    for (figure, satisfied), height, moved in zip(rows, heights, apart, strict=True):
        name = textwrap.shorten(text_in(figure.label, language), _LETTERS, placeholder=" …")
        leader = {"arrowstyle": "-", "color": MUTED, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 4}
        look: dict[str, Any] = {"textcoords": "offset points", "va": "center", "fontsize": 9.5}
        at = (satisfied, 100 * (figure.estimate.value or 0))
        axes.annotate(name, at, xytext=(16, moved + lift - height), arrowprops=leader, **look)


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
    axes.get_figure(root=True).legend(loc="upper left", ncols=3, **look)  # type: ignore[union-attr]
