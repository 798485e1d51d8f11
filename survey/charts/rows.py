"""Charts of rows: a label, a point with its interval, a value and the people behind it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from survey.agency import Target
from survey.charts.marks import (
    LEVEL,
    Point,
    draw_legend,
    draw_points,
    draw_share_axis,
    draw_targets,
    head_height,
    share_axis_start,
)
from survey.charts.sheet import HAIR, MUTED, WIDTH, Caption, Form, Sheet
from survey.charts.words import WORDS, reason, text_in, thousands
from survey.figure import Figure
from survey.instrument import Instrument
from survey.report import Line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: pixels: a row, the column of values, below the plot; the column of labels of either chart
_ROW, _VALUES, _BELOW = 26, 138, 30
_AGENCIES, _CRITERIA = 200, 292
#: letters of a label to a pixel of its column
_LETTERS = 0.152


def intervals_chart(
    lines: Sequence[Line],
    *,
    targets: Sequence[Target],
    language: str,
    title: str,
    form: Form = "svg",
    caption: Caption | None = None,
) -> bytes:
    """One row per agency, in the order given: share of satisfied answers, interval, verdict, people.

    targets: drawn as dashed lines · language: "vi" or "en" · Returns UTF-8 SVG, or PNG.
    """
    points = [Point(text_in(line.agency.name, language), line.figure, line.verdict.value) for line in lines]
    return _rows(points, targets, language, title, labels=_AGENCIES, form=form, caption=caption)


def criteria_chart(
    criteria: Sequence[Figure],
    factors: Sequence[Figure],
    *,
    instrument: Instrument,
    language: str,
    form: Form = "svg",
    caption: Caption | None = None,
) -> bytes:
    """Each factor followed by its criteria, in the order of `instrument`. Returns UTF-8 SVG, or PNG.

    criteria, factors: figures with the codes "item:..." and "factor:...". The only criterion of a
    factor is the factor, and is drawn once.
    """
    by_code = {figure.code: figure for figure in (*criteria, *factors)}
    wanted: list[tuple[str, str]] = []
    for factor in instrument.factors:
        items = instrument.criteria(factor.code)
        wanted.append((f"factor:{factor.code}", "factor"))
        wanted.extend((f"item:{item.code}", "criterion") for item in items if len(items) > 1)
    found = [(by_code[code], kind) for code, kind in wanted if code in by_code]
    points = [Point(text_in(figure.label, language), figure, kind) for figure, kind in found]
    return _rows(
        points,
        (),
        language,
        text_in(instrument.title, language),
        labels=_CRITERIA,
        form=form,
        caption=caption,
    )


def parts_chart(
    figures: Sequence[Figure],
    *,
    language: str,
    title: str,
    form: Form = "svg",
    caption: Caption | None = None,
) -> bytes:
    """One row for each part of the answers, in the order given. Returns UTF-8 SVG, or PNG."""
    points = [Point(text_in(figure.label, language), figure, "part") for figure in figures]
    return _rows(points, (), language, title, labels=_CRITERIA, form=form, caption=caption)


def _rows(
    points: Sequence[Point],
    targets: Sequence[Target],
    language: str,
    title: str,
    *,
    labels: int,
    form: Form,
    caption: Caption | None,
) -> bytes:
    if not points:
        with Sheet(title, height=80, form=form, caption=caption) as sheet:
            sheet.write(WORDS[language]["nothing"])
        return sheet.image
    head = head_height(targets) + LEVEL
    with Sheet(title, height=head + _ROW * len(points) + _BELOW, form=form, caption=caption) as sheet:
        axes = sheet.axes(left=labels, right=_VALUES, top=head, bottom=_BELOW)
        axes.set_ylim(len(points) - 0.5, -0.5)
        axes.set_yticks([])
        draw_share_axis(axes.xaxis, share_axis_start(points, targets), language)
        axes.tick_params(axis="x", labeltop=True)
        draw_targets(axes, targets, language, upright=False)
        borders = [row + 0.5 for row in range(len(points))]
        axes.hlines(borders, *axes.get_xlim(), colors=HAIR, linewidth=0.6, zorder=0)
        for row, point in enumerate(points):
            _write_row(axes, row, point, language, labels)
        draw_points(axes, list(enumerate(points)), upright=False)
        draw_legend(axes, points, language)
    return sheet.image


def _write_row(axes: Axes, row: int, point: Point, language: str, labels: int) -> None:
    """What is written of a row: label, value and people, or a dash and why."""
    plot = WIDTH - labels - _VALUES

    def write(text: str, left: float, **style: Any) -> None:
        beside = axes.get_yaxis_transform()
        axes.text(left / plot, row, text, transform=beside, va="center", clip_on=False, **style)

    weight = "bold" if point.kind == "factor" else "normal"
    inset = 20 if point.kind == "criterion" else 8
    lines = textwrap.wrap(point.label, int((labels - inset) * _LETTERS), max_lines=2, placeholder=" …")
    write("\n".join(lines), inset - labels, fontsize=10.5, fontweight=weight, linespacing=1.05)
    if value := point.value_in(language):
        people = WORDS[language]["people"].format(n=thousands(point.figure.estimate.n, language))
        write(value, plot + 62, ha="right", fontweight=weight)
        write(people, plot + 68, color=MUTED, fontsize=9)
    else:
        write(f"— {reason(point.figure, language)}", plot + 14, color=MUTED, fontsize=9)
