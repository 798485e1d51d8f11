"""The chart of years: what others published, in two series that do not join, and beside it this service's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from survey.agency import PublishedFigure, Target
from survey.charts.marks import Point, draw_points, draw_share_axis, share_axis_start, target_label
from survey.charts.sheet import BLUE, GOAL, INK, MUTED, RUST, WIDTH, Form, Sheet
from survey.charts.words import WORDS, percent, text_in
from survey.figure import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: pixels: the sheet, above and below the plots, beside them, and between the two
_HEIGHT, _TOP, _BELOW, _LEFT, _RIGHT, _BETWEEN = 330, 66, 46, 48, 12, 56
#: the part of the width that the published series get
_PART = 0.62
_DASHED = (0, (4, 3))


@dataclass(frozen=True)
class _Look:
    """How a place's line is drawn: shape, fill and dash tell places apart without any colour."""

    colour: str
    marker: str
    filled: bool
    line: Any


_LOOKS = (_Look(RUST, "D", True, "-"), _Look(INK, "o", False, _DASHED))


def years_chart(
    published: Sequence[PublishedFigure],
    own: Sequence[Figure],
    *,
    places: Mapping[str, Mapping[str, str]],
    targets: Sequence[Target],
    language: str,
    form: Form = "svg",
) -> bytes:
    """Left, the published figures of each place in percent, a line for each method; right, our own years.

    The two have axes of their own: they measure different things. places: code -> name, in the order of
    the legend · own: the index by year · targets: drawn beside our own. Returns UTF-8 SVG.
    """
    words = WORDS[language]
    shown = [figure for figure in published if figure.value is not None and figure.place in places]
    if not shown and not own:
        with Sheet(words["years"], height=80, form=form) as sheet:
            sheet.write(words["nothing"])
        return sheet.image
    whole = WIDTH - _LEFT - _RIGHT - _BETWEEN
    left = round(whole * _PART)
    with Sheet(words["years"], height=_HEIGHT, form=form) as sheet:
        first = sheet.axes(left=_LEFT, right=WIDTH - _LEFT - left, top=_TOP, bottom=_BELOW)
        second = sheet.axes(left=_LEFT + left + _BETWEEN, right=_RIGHT, top=_TOP, bottom=_BELOW)
        _title(first, words["published"])
        _title(second, words["own"])
        _draw_published(first, shown, places, language)
        _draw_own(second, own, targets, language)
    return sheet.image


def _title(axes: Axes, text: str) -> None:
    look: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points"}
    axes.annotate(text, (0, 1), xytext=(0, 40), fontsize=11, fontweight="bold", color=INK, **look)


def _draw_published(
    axes: Axes, figures: Sequence[PublishedFigure], places: Mapping[str, Mapping[str, str]], language: str
) -> None:
    years = sorted({figure.year for figure in figures})
    values = [figure.value or 0.0 for figure in figures]
    if not years:
        axes.set_axis_off()
        return
    axes.set_xlim(years[0] - 0.5, years[-1] + 0.7)
    draw_share_axis(axes.yaxis, max(0.0, 5 * ((min(values) - 4) // 5)), language)
    axes.set_xticks(years, [str(year) for year in years])
    for (place, name), look in zip(places.items(), _LOOKS, strict=False):
        drawn = False
        for series in dict.fromkeys(figure.series for figure in figures):
            own = sorted((f.year, f.value or 0.0) for f in figures if (f.place, f.series) == (place, series))
            for run in _runs(own):
                _draw_line(axes, run, look, None if drawn else text_in(name, language))
                drawn = True
            _write_values(axes, own, look, language)
    _draw_break(axes, figures, language)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=2, frameon=False, fontsize=9.5)


def _runs(points: Sequence[tuple[int, float]]) -> list[list[tuple[int, float]]]:
    """Years in a row: a line does not run over a year for which nothing is known."""
    runs: list[list[tuple[int, float]]] = []
    for point in points:
        if runs and runs[-1][-1][0] == point[0] - 1:
            runs[-1].append(point)
        else:
            runs.append([point])
    return runs


def _draw_line(axes: Axes, run: Sequence[tuple[int, float]], look: _Look, label: str | None) -> None:
    across, up = zip(*run, strict=True)
    face = look.colour if look.filled else "white"
    axes.plot(
        across,
        up,
        color=look.colour,
        linestyle=look.line,
        linewidth=1.6,
        marker=look.marker,
        markersize=6,
        markerfacecolor=face,
        markeredgecolor=look.colour,
        markeredgewidth=1.6,
        label=label,
        clip_on=False,
    )


def _write_values(axes: Axes, points: Sequence[tuple[int, float]], look: _Look, language: str) -> None:
    lift = 9 if look.filled else -15
    for year, value in points:
        text = f"{value:.1f}".replace(".", "," if language == "vi" else ".")
        axes.annotate(
            text, (year, value), xytext=(0, lift), textcoords="offset points", ha="center", fontsize=9
        )


def _draw_break(axes: Axes, figures: Sequence[PublishedFigure], language: str) -> None:
    """A line where the method changes, with its reason."""
    firsts = sorted(
        min(f.year for f in figures if f.series == series) for series in {f.series for f in figures}
    )
    for year in firsts[1:]:
        axes.axvline(year - 0.5, color=MUTED, linewidth=1.2, linestyle=(0, (1, 2)))
        beside = axes.get_xaxis_transform()
        look: dict[str, Any] = {"xycoords": beside, "textcoords": "offset points", "color": MUTED}
        text = WORDS[language]["method-from"].format(year=year)
        axes.annotate(text, (year - 0.5, 0), xytext=(5, 6), fontsize=9, **look)


def _draw_own(axes: Axes, own: Sequence[Figure], targets: Sequence[Target], language: str) -> None:
    points = [(int(figure.period), Point(figure.period, figure, "year")) for figure in own]
    shown = [(year, point) for year, point in points if point.shown]
    draw_share_axis(axes.yaxis, share_axis_start([point for _, point in points], targets), language)
    years = [year for year, _ in points] or [0]
    last = max([*years, *(target.year or 0 for target in targets)])
    axes.set_xlim(years[0] - 0.6, last + 0.6)
    axes.set_xticks(sorted({*years, last}), [str(year) for year in sorted({*years, last})])
    if not shown:
        axes.text(0.5, 0.5, WORDS[language]["nothing"], transform=axes.transAxes, ha="center", color=MUTED)
    for run in _runs([(year, point.share) for year, point in shown]):
        axes.plot(*zip(*run, strict=True), color=BLUE, linewidth=1.6)
    draw_points(axes, shown, upright=True)
    for year, point in shown:
        text = percent(point.share, language)
        axes.annotate(
            text,
            (year, point.share),
            xytext=(0, 12),
            textcoords="offset points",
            ha="center",
            fontsize=10,
            fontweight="bold",
        )
    for target in targets:
        axes.scatter([target.year or last], [target.value], marker="_", s=420, color=GOAL, linewidths=2.4)
        look: dict[str, Any] = {"textcoords": "offset points", "ha": "right", "fontsize": 9.5, "color": GOAL}
        axes.annotate(
            target_label(target, language), (target.year or last, target.value), xytext=(12, 7), **look
        )
