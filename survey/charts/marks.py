"""What every chart shares: points with intervals, the axis of shares, targets and the legend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from survey.agency import Target
from survey.charts.sheet import BLUE, GOAL, HAIR, INK, MUTED, PANEL, RUST
from survey.charts.words import WORDS, percent
from survey.figure import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: pixels between the labels of two targets, and of the legend's line
LEVEL, _LEGEND = 15, 30
#: flags of disclosure control that stand in place of a value
_COARSE = ("above-90", "below-10")
_SIGNS = {">=": "≥", "<=": "≤"}
_DOTTED, _DASHED = (0, (1.5, 1.5)), (0, (4, 3))


@dataclass(frozen=True)
class Mark:
    """How a kind of point looks. Shape and fill tell kinds apart without any colour."""

    shape: str
    colour: str
    filled: bool = True

    @property
    def face(self) -> str:
        return self.colour if self.filled else PANEL


MARKS = {
    "met": Mark("o", BLUE),
    "not-met": Mark("D", RUST),
    "insufficient": Mark("o", MUTED, filled=False),
    "factor": Mark("s", INK),
    "criterion": Mark("o", BLUE),
    "month": Mark("o", BLUE),
    "year": Mark("o", BLUE),
    "above": Mark("^", BLUE),
    "not-different": Mark("o", MUTED, filled=False),
    "below": Mark("v", RUST),
    "unranked": Mark("s", MUTED, filled=False),
    "part": Mark("o", BLUE),
}


@dataclass(frozen=True)
class Point:
    """One row or month: what is written beside it, its figure, and the kind of its mark."""

    label: str
    figure: Figure
    kind: str

    @property
    def shown(self) -> bool:
        """Whether there is a point to draw."""
        return self.figure.withheld is None and self.figure.estimate.value is not None

    @property
    def share(self) -> float:
        """The value in percent; asked only of a point that is shown."""
        return 100 * (self.figure.estimate.value or 0.0)

    @property
    def interval(self) -> tuple[float, float] | None:
        """The interval in percent (also of a value coarsened to "more than 90 %"), None without one."""
        low, high = self.figure.estimate.low, self.figure.estimate.high
        if self.figure.withheld or low is None or high is None:
            return None
        return 100 * low, 100 * high

    @property
    def uncertain(self) -> bool:
        return "few-answers" in self.figure.flags

    def value_in(self, language: str) -> str | None:
        """The value as it is written, None where there is none to show."""
        coarse = next((flag for flag in _COARSE if flag in self.figure.flags), None)
        if coarse:
            return WORDS[language][coarse]
        return percent(self.share, language) if self.shown else None


def draw_points(
    axes: Axes, placed: Sequence[tuple[float, Point]], *, upright: bool, size: float = 1.0
) -> None:
    """Intervals as lines (dotted for few answers) and points as marks.

    upright: shares run along the vertical axis, places along the horizontal one · size: of the marks
    """
    for place, point in placed:
        if interval := point.interval:
            line = axes.vlines if upright else axes.hlines
            look: dict[str, Any] = {"linewidth": 1.4, "linestyle": _DOTTED} if point.uncertain else {}
            colour = MARKS[point.kind].colour
            line(place, *interval, colors=colour, clip_on=False, **{"linewidth": 2.2, **look})
    for kind, mark in MARKS.items():
        chosen = [(place, p.share) for place, p in placed if p.shown and p.kind == kind]
        if chosen:
            places, shares = zip(*chosen, strict=True)
            across, up = (places, shares) if upright else (shares, places)
            look = {"marker": mark.shape, "s": size * (38 if mark.shape == "o" else 32), "linewidths": 1.6}
            colours: dict[str, Any] = {"facecolors": mark.face, "edgecolors": mark.colour}
            axes.scatter(across, up, zorder=3, clip_on=False, **colours, **look)


def share_axis_start(points: Sequence[Point], targets: Sequence[Target]) -> float:
    """Where the axis of shares begins: a round percentage below all that is drawn, 80 at most.

    Points and intervals tell no lie on an axis that does not begin at zero; bars would.
    """
    lows = [p.interval[0] if p.interval else p.share for p in points if p.interval or p.shown]
    lowest = min([*lows, *(target.value for target in targets), 81.0])
    return max(0.0, 10 * math.ceil(lowest / 10 - 1))


def draw_share_axis(axis: Any, start: float, language: str) -> None:
    """Round percentages with hairlines along `axis` (one of matplotlib's), from `start` to 100."""
    step = 5 if start >= 70 else 10 if start >= 30 else 20
    ticks = [tick for tick in range(0, 101, step) if tick >= start]
    axis.axes.set(**{f"{axis.axis_name}lim": (start, 100)})
    axis.set_ticks(ticks, labels=[percent(tick, language, places=0) for tick in ticks])
    axis.grid(visible=True, color=HAIR, linewidth=0.8)


def distinct(targets: Sequence[Target]) -> list[Target]:
    """One target per value, a verified one if there is one, from the lowest to the highest."""
    best: dict[float, Target] = {}
    for target in sorted(targets, key=lambda target: not target.verified):
        best.setdefault(target.value, target)
    return [best[value] for value in sorted(best)]


def target_label(target: Target, language: str) -> str:
    words = WORDS[language]
    written = words["target" if target.year else "target-no-year"]
    sign = _SIGNS.get(target.operator, target.operator)
    value = f"{sign} {percent(target.value, language, places=0)}"
    unverified = "" if target.verified else f" ({words['unverified']})"
    return written.format(year=target.year, value=value) + unverified


def draw_targets(axes: Axes, targets: Sequence[Target], language: str, *, upright: bool) -> None:
    """A dashed line per target; its label stands above the plot, or in the legend if shares are upright."""
    line: dict[str, Any] = {"color": GOAL, "linewidth": 1.3, "linestyle": _DASHED, "zorder": 1}
    text: dict[str, Any] = {"color": GOAL, "fontsize": 9.5, "ha": "right", "textcoords": "offset points"}
    for level, target in enumerate(distinct(targets), 1):
        label = target_label(target, language)
        if upright:
            axes.axhline(target.value, label=label, **line)
        else:
            axes.axvline(target.value, **line)
            above, beside = (0, LEVEL * level + 4), axes.get_xaxis_transform()
            axes.annotate(label, (target.value, 1), xycoords=beside, xytext=above, **text)


def head_height(targets: Sequence[Target]) -> int:
    """Pixels above the plot for the legend and the targets' labels."""
    return _LEGEND + LEVEL * len(distinct(targets))


def draw_legend(axes: Axes, points: Sequence[Point], language: str, *, columns: int = 6) -> None:
    """The marks that occur, and what the lines through them are."""
    words = WORDS[language]
    mark_look: dict[str, Any] = {"linestyle": "none", "markersize": 6, "markeredgewidth": 1.6}
    for kind in (kind for kind in MARKS if any(point.kind == kind for point in points)):
        mark = MARKS[kind]
        look = mark_look | {"color": mark.colour, "markerfacecolor": mark.face}
        axes.plot([], [], marker=mark.shape, label=words[kind], **look)
    level = percent(100 * points[0].figure.estimate.level, language, places=0)
    axes.plot([], [], color=MUTED, linewidth=2.2, label=words["interval"].format(level=level))
    if any(point.uncertain for point in points):
        axes.plot([], [], color=MUTED, linewidth=1.4, linestyle=_DOTTED, label=words["few-answers"])
    look = {"frameon": False, "fontsize": 10, "borderaxespad": 0.2}
    axes.get_figure(root=False).legend(  # type: ignore[union-attr]
        loc="upper left", ncols=columns, columnspacing=1.4, handletextpad=0.4, **look
    )
