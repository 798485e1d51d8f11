"""Comparisons as people read them: ranges of ranks, bands, and changes in percentage points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Flask, url_for
from flask_babel import gettext
from markupsafe import Markup

from survey import disclosure
from survey.comparison import Change, Direction
from survey.explanations import EXPLANATIONS
from survey.ranking import Band
from survey.report import METHOD_BREAK, Comparison, Line, Move, Over, Placing, Portion, Report, Split
from survey.web.context import words
from survey.web.numbers import number, percent, period, when_read

#: the orders that a table of agencies may have; neither is a ranking
ORDERS = ("catalogue", "index")

#: pixels of a drawn change: no change in the middle, a percentage point to either side
_MIDDLE, _POINT, _EDGE = 100.0, 5.0, 99.0

#: a p below this is told as "less than"
_SMALLEST_P = 0.001


def explained(code: str) -> str:
    """What a word beside a figure means, in one sentence."""
    return words(EXPLANATIONS[code])


def band(which: Band) -> str:
    return {
        Band.ABOVE: gettext("above the others' mean"),
        Band.SIMILAR: gettext("not different from the others"),
        Band.BELOW: gettext("below the others' mean"),
    }[which]


def ranks(placing: Placing) -> str:
    """The range of ranks, as 'rank 12–31 of 96'."""
    return ranks_between(placing.best, placing.worst, placing.of)


def ranks_between(best: int, worst: int, of: int) -> str:
    if best == worst:
        return gettext("rank %(best)s of %(of)s", best=best, of=of)
    return gettext("rank %(best)s–%(worst)s of %(of)s", best=best, worst=worst, of=of)


def ranks_sentence(placing: Placing) -> str:
    """The range of ranks in a sentence of its own."""
    return gettext(
        "with %(level)s confidence its rank lies between %(best)s and %(worst)s of the %(of)s agencies that "
        "enough people rated.",
        level=percent(placing.level, 0),
        best=placing.best,
        worst=placing.worst,
        of=placing.of,
    )


def signed(value: float) -> str:
    """A difference of two shares in percentage points, with its sign."""
    text = number(abs(100 * value), 1)
    if text == number(0.0, 1):
        return text
    return ("+" if value > 0 else "\u2212") + text


def points(value: float) -> Markup:
    """The same, with all its digits behind the rounded ones."""
    return Markup('<data value="{}">{}</data>').format(repr(value), signed(value))


def span(change: Change | Portion) -> str:
    """Both ends of a difference's interval in words."""
    if change.low is None or change.high is None:
        return gettext("no interval")
    return gettext("from %(low)s to %(high)s", low=signed(change.low), high=signed(change.high))


def chances(change: Change) -> str:
    """p, and where several were tested together q."""
    told = [_chance("p", change.p)] if change.p is not None else []
    if change.q is not None:
        told.append(_chance("q", change.q))
    return " · ".join(told)


def _chance(name: str, value: float) -> str:
    if value < _SMALLEST_P:
        return f"{name} < {number(_SMALLEST_P, 3)}"
    return f"{name} = {number(value, 3)}"


def across(value: float) -> float:
    """Where a difference is drawn, of 200 pixels; what is further out than the edge is at the edge."""
    return round(_MIDDLE + max(-_EDGE, min(_EDGE, 100 * value * _POINT)), 1)


def not_compared(code: str | None) -> str:
    """Why there is no difference to show."""
    if code == "no-answers":
        return gettext("nobody answered in one of the two")
    if code == disclosure.TOO_FEW:
        return gettext("fewer than 10 people in one of the two: not shown")
    if code == disclosure.FEW_ANSWERS:
        return gettext("fewer than 30 people in one of the two: not compared")
    return gettext("not compared, to protect those who answered")


def way_heading(family: str) -> str:
    """The heading over a family of ways of answering."""
    return {
        "mode": gettext("By the way it was answered"),
        "invitation": gettext("Online answers by what led to the form"),
        "assisted": gettext("By who helped to answer"),
    }[family]


def refusal(comparison: Comparison) -> str:
    """Why two periods are not compared at all."""
    if comparison.refused == METHOD_BREAK:
        return f"{explained('method-break')} ({comparison.earlier})"
    return gettext("Nobody was asked in %(period)s.", period=period(comparison.before))


def summary(comparison: Comparison) -> str:
    """How many agencies rose, fell, or cannot be told."""
    tested = [move for move in comparison.agencies if move.change.value is not None]
    counted = Counter(move.direction for move in tested)
    return gettext(
        "Of %(tested)s agencies that enough people rated in both periods, %(up)s rose, %(down)s fell, and for "
        "%(open)s there is not enough evidence.",
        tested=number(len(tested)),
        up=number(counted[Direction.UP]),
        down=number(counted[Direction.DOWN]),
        open=number(counted[Direction.NOT_SHOWN]),
    )


def split_over(split: Split) -> str:
    """What a change was split over."""
    return over(split.over)


def over(which: Over) -> str:
    return {
        Over.FIELD: gettext("fields of procedures"),
        Over.MODE: gettext("ways of answering"),
        Over.AGENCY: gettext("agencies"),
        Over.PROCEDURE: gettext("procedures"),
    }[which]


def split_sentence(comparison: Comparison) -> str:
    """The first split of a change in one sentence."""
    move = comparison.whole
    if move is None or move.change.value is None or not move.splits:
        return ""
    split = move.splits[0]
    return gettext(
        "Of the %(change)s points between %(before)s and %(after)s, %(level)s come from changes within the "
        "%(groups)s, and %(mix)s from another mix of them.",
        change=signed(move.change.value),
        before=period(comparison.before),
        after=period(comparison.after),
        level=signed(split.level.value),
        mix=signed(split.mix.value),
        groups=split_over(split),
    )


def moved(comparison: Comparison, direction: str) -> list[Move]:
    """The agencies that rose ("up") or fell ("down")."""
    return [move for move in comparison.agencies if move.direction.value == direction]


def ordered(lines: Sequence[Line], order: str) -> list[Line]:
    """The lines in the order of the catalogue, or by the index, those without one last."""
    if order == ORDERS[0]:
        return list(lines)
    return sorted(lines, key=lambda line: -(line.figure.estimate.value or -1.0))


def ordering(order: str, report: Report) -> str:
    """The address of this page with its agencies in another order."""
    asked = {"year": report.period} if report.trend else {}
    return "?" + urlencode(asked if order == ORDERS[0] else {**asked, "order": order})


def changes_page(report: Report) -> str:
    """The address of the page of all changes in the wave of a report."""
    return _changes(report, "")


def comparison_page(comparison: Comparison, report: Report) -> str:
    """The address of that page for one pair of periods."""
    return _changes(report, "", against=comparison.against.value)


def changes_file(report: Report, kind: str) -> str:
    """The address of all changes as "json" or "csv"."""
    return _changes(report, f"_{kind}")


def _changes(report: Report, kind: str, **more: Any) -> str:
    year = report.period if report.trend else None
    if report.wave.headline:
        return url_for(f"public.changes{kind}", year=year, **more)
    return url_for(f"public.wave_changes{kind}", wave=report.wave.code, year=year, **more)


def hang(app: Flask) -> None:
    """Offer the words for comparisons to every template."""
    for word in (
        *(
            explained,
            band,
            ranks,
            ranks_sentence,
            points,
            span,
            chances,
            across,
            not_compared,
            way_heading,
            refusal,
        ),
        *(
            split_over,
            split_sentence,
            summary,
            moved,
            ordered,
            ordering,
            changes_page,
            comparison_page,
            changes_file,
        ),
    ):
        app.jinja_env.filters[word.__name__] = when_read(word)
