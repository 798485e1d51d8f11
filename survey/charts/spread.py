"""The chart of distributions: for each question a bar that its steps share, dark at both ends and light between."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from survey.charts.sheet import INK, MUTED, WIDTH, Form, Sheet
from survey.charts.words import WORDS, percent, text_in
from survey.figure import Distribution

#: colours of five steps: neighbours differ in lightness, so that grey print and any eye tells them apart
STEPS = ("#7a2e0b", "#e0955f", "#e6e6e2", "#86b8da", "#0a4f80")
#: the same of their texts
_TEXTS = ("#ffffff", INK, INK, INK, "#ffffff")

#: pixels: a row, its bar, the column of labels, above and below; letters of a label; the least part that is written
_ROW, _LABELS, _RIGHT, _TOP, _BELOW, _LETTERS, _LEAST = 44, 236, 14, 40, 12, 40, 0.045


def spread_chart(distributions: Sequence[Distribution], *, language: str, form: Form = "svg") -> bytes:
    """A bar of 100 percent for each question that is shown. Returns UTF-8 SVG."""
    shown = [each for each in distributions if each.counts and each.total]
    if not shown:
        with Sheet(WORDS[language]["spread"], height=80, form=form) as sheet:
            sheet.write(WORDS[language]["nothing"])
        return sheet.image
    with Sheet(WORDS[language]["spread"], height=_TOP + _ROW * len(shown) + _BELOW, form=form) as sheet:
        axes = sheet.axes(left=_LABELS, right=_RIGHT, top=_TOP, bottom=_BELOW)
        axes.set(xlim=(0, 1), ylim=(len(shown) - 0.5, -0.5), xticks=[], yticks=[])
        for row, each in enumerate(shown):
            _draw_bar(axes, row, each, language)
        steps = [
            (step.label, colour) for step, colour in zip(shown[0].steps, _colours(shown[0]), strict=True)
        ]
        for label, colour in steps:
            axes.barh([0], [0], color=colour, edgecolor=MUTED, linewidth=0.5, label=text_in(label, language))
        look: dict[str, Any] = {"frameon": False, "fontsize": 9.5, "borderaxespad": 0.2}
        axes.get_figure(root=True).legend(  # type: ignore[union-attr]
            loc="upper left", ncols=5, columnspacing=1.2, handlelength=1.1, handletextpad=0.5, **look
        )
    return sheet.image


def _colours(distribution: Distribution) -> Sequence[str]:
    """A colour for each step, the ends of the scale always the ends of the palette."""
    last = max(1, len(distribution.steps) - 1)
    return [STEPS[round(place * (len(STEPS) - 1) / last)] for place in range(len(distribution.steps))]


def _draw_bar(axes: Any, row: int, distribution: Distribution, language: str) -> None:
    total, left = distribution.total or 1, 0.0
    for count, colour in zip(distribution.counts or (), _colours(distribution), strict=True):
        part = count / total
        axes.barh([row], [part], left=left, height=0.62, color=colour, edgecolor="white", linewidth=1.2)
        if part >= _LEAST:
            text = percent(100 * part, language, places=0)
            ink = _TEXTS[STEPS.index(colour)]
            axes.text(left + part / 2, row, text, ha="center", va="center", fontsize=9, color=ink)
        left += part
    label = "\n".join(
        textwrap.wrap(text_in(distribution.label, language), _LETTERS, max_lines=3, placeholder=" …")
    )
    plot = WIDTH - _LABELS - _RIGHT
    look: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center", "fontsize": 9}
    axes.text(-_LABELS / plot + 8 / plot, row, label, color=INK, clip_on=False, linespacing=1.1, **look)
