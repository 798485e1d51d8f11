"""The chart of a figure over months."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from survey.agency import Target
from survey.charts.marks import (
    Point,
    draw_legend,
    draw_points,
    draw_share_axis,
    draw_targets,
    head_height,
    share_axis_start,
)
from survey.charts.sheet import BLUE, MUTED, Caption, Form, Sheet
from survey.charts.words import WORDS, month_in
from survey.figure import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: pixels around the plot, its height, and the most months that are named along it
_LEFT, _RIGHT, _BELOW, _PLOT, _NAMED = 52, 18, 30, 220, 10


def trend_chart(
    figures: Sequence[Figure],
    *,
    language: str,
    target: Target | None = None,
    form: Form = "svg",
    caption: Caption | None = None,
) -> bytes:
    """The months with their intervals; a line joins neighbouring months that are shown.

    A month that is missing or withheld is a gap, never a zero, and no line crosses to another
    questionnaire. figures: periods "2026-11" or "2026". Returns UTF-8 SVG, or PNG.
    """
    title = WORDS[language]["trend"]
    if not figures:
        with Sheet(title, height=80, form=form, caption=caption) as sheet:
            sheet.write(WORDS[language]["nothing"])
        return sheet.image
    points = {_place(f.period): Point(month_in(f.period, language), f, "month") for f in figures}
    targets = () if target is None else (target,)
    head = head_height(())
    with Sheet(title, height=head + _PLOT + _BELOW, form=form, caption=caption) as sheet:
        axes = sheet.axes(left=_LEFT, right=_RIGHT, top=head, bottom=_BELOW)
        axes.set_xlim(min(points) - 0.5, max(points) + 0.5)
        draw_share_axis(axes.yaxis, share_axis_start(list(points.values()), targets), language)
        draw_targets(axes, targets, language, upright=True)
        breaks = _breaks(figures)
        _draw_months(axes, points, breaks)
        for place in breaks:
            axes.axvline(place - 0.5, color=MUTED, linewidth=1, linestyle=(0, (1, 2)))
            look: dict[str, Any] = {"rotation": 90, "ha": "right", "va": "bottom", "fontsize": 9}
            text = WORDS[language]["break"]
            axes.text(place - 0.55, 0.04, text, transform=axes.get_xaxis_transform(), color=MUTED, **look)
        draw_legend(axes, list(points.values()), language)
    return sheet.image


def _breaks(figures: Sequence[Figure]) -> list[int]:
    """The places from which on another questionnaire was asked."""
    return [_place(b.period) for a, b in pairwise(figures) if a.instrument != b.instrument]


def _draw_months(axes: Axes, points: dict[int, Point], breaks: Sequence[int]) -> None:
    """Lines and bands over runs of neighbouring months, every month's own point, dashes in the gaps."""
    for run in _runs((place for place in sorted(points) if points[place].shown), breaks):
        axes.plot(run, [points[place].share for place in run], color=BLUE, linewidth=1.4)
        band = [(place, *interval) for place in run if (interval := points[place].interval)]
        if len(band) > 1:
            across, lows, highs = zip(*band, strict=True)
            axes.fill_between(across, lows, highs, color=BLUE, alpha=0.14, linewidth=0)
    for place, point in points.items():
        if not point.shown and not point.interval:
            axes.text(place, 0.02, "—", transform=axes.get_xaxis_transform(), ha="center", color=MUTED)
    draw_points(axes, list(points.items()), upright=True)
    named = sorted(points, reverse=True)[:: math.ceil(len(points) / _NAMED)]
    axes.set_xticks(named, [points[place].label for place in named])


def _runs(places: Iterable[int], breaks: Sequence[int] = ()) -> list[list[int]]:
    """Places in order, split wherever one is left out, and before a break."""
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] == place - 1 and place not in breaks:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _place(period: str) -> int:
    """A period's place in time: months are one apart, and so are years without months."""
    year, _, month = period.partition("-")
    return int(year) * 12 + int(month) - 1 if month else int(year)
