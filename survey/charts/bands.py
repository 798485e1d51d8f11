"""The chart of agencies on paper: dense rows from the highest to the lowest, and no positions."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from survey.agency import Target
from survey.charts.marks import (
    Point,
    draw_legend,
    draw_points,
    draw_share_axis,
    head_height,
    share_axis_start,
)
from survey.charts.sheet import GOAL, HAIR, INK, MUTED, WIDTH, Form, Sheet
from survey.charts.words import WORDS, text_in
from survey.report import Line, Placing

#: pixels: a row, the columns of labels and of ranges, below the plot; letters of a label
_ROW, _LABELS, _RANKS, _BELOW, _LETTERS = 13, 206, 92, 26, 42


def bands_chart(lines: Sequence[Line], *, target: Target | None, language: str, form: Form = "svg") -> bytes:
    """One row per agency that is shown: index, interval, its band by shape and its range of ranks.

    target: a dashed line · Returns UTF-8 SVG.
    """
    shown = [
        line for line in lines if line.figure.withheld is None and line.figure.estimate.value is not None
    ]
    shown.sort(key=lambda line: -(line.figure.estimate.value or 0.0))
    if not shown:
        with Sheet(WORDS[language]["agencies"], height=80, form=form) as sheet:
            sheet.write(WORDS[language]["nothing"])
        return sheet.image
    points = [Point(text_in(line.agency.name, language), line.figure, _kind(line)) for line in shown]
    targets = () if target is None else (target,)
    head = head_height(()) + 28
    with Sheet(WORDS[language]["agencies"], height=head + _ROW * len(points) + _BELOW, form=form) as sheet:
        axes = sheet.axes(left=_LABELS, right=_RANKS, top=head, bottom=_BELOW)
        axes.set_ylim(len(points) - 0.5, -0.5)
        axes.set_yticks([])
        draw_share_axis(axes.xaxis, share_axis_start(points, targets), language)
        axes.tick_params(axis="x", labeltop=True)
        axes.hlines([row + 0.5 for row in range(len(points))], *axes.get_xlim(), colors=HAIR, linewidth=0.4)
        for each in targets:
            axes.axvline(each.value, color=GOAL, linewidth=1.3, linestyle=(0, (4, 3)), zorder=1)
        plot = WIDTH - _LABELS - _RANKS
        for row, (line, point) in enumerate(zip(shown, points, strict=True)):
            look: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center", "fontsize": 8.5}
            name = textwrap.shorten(point.label, _LETTERS, placeholder=" …")
            axes.text(-8 / plot, row, name, ha="right", color=INK, clip_on=False, **look)
            axes.text(1 + 8 / plot, row, _ranks(line.placing, language), color=MUTED, clip_on=False, **look)
        draw_points(axes, list(enumerate(points)), upright=False, size=0.5)
        draw_legend(axes, points, language, columns=3)
    return sheet.image


def _kind(line: Line) -> str:
    return line.placing.standing.band.value if line.placing else "unranked"


def _ranks(placing: Placing | None, language: str) -> str:
    if placing is None:
        return "–"
    name = "rank-one" if placing.best == placing.worst else "rank"
    return WORDS[language][name].format(best=placing.best, worst=placing.worst)
