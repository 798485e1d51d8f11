"""Figures told in one plain sentence each, in Vietnamese and English, by rules that leave nothing to taste.

    telling.headline(report.index, "vi")
    # "Năm 2026, 85,3 % câu trả lời là hài lòng hoặc rất hài lòng (khoảng tin cậy 95 %: từ 84,6 % đến 86,0 %; …)."

Pages and the yearly report show these. A sentence says "higher" only where the data show it: the intervals
do not overlap, or a test says so. What is withheld is told as such, and never as a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from survey.case import Counters
from survey.charts.words import percent, text_in, thousands
from survey.comparison import Direction
from survey.disclosure import ABOVE_90, BELOW_10, FEW, TOO_FEW
from survey.drivers import Quadrant
from survey.figure import Distribution, Figure, Goal, Verdict
from survey.ranking import Band
from survey.report import METHOD_BREAK, Comparison, Contrast, Line, Voice
from survey.telling.words import SENTENCES


def _say(code: str, language: str, **parts: object) -> str:
    return SENTENCES[code][language].format(**parts)


# Words and numbers.


def share(value: float, language: str) -> str:
    """A part of 1 in percent with one decimal."""
    return percent(100 * value, language)


def points(value: float, language: str) -> str:
    """The size of a difference of two shares, in percentage points."""
    number = f"{abs(100 * value):.1f}".replace(".", "," if language == "vi" else ".")
    return _say("points", language, number=number)


def people(n: int, language: str) -> str:
    return _say("person" if n == 1 else "people", language, n=thousands(n, language))


def counted(n: int, noun: str, language: str) -> str:
    """A number with its noun, as "1 agency" and "3 agencies"."""
    return _say(noun if n == 1 else f"{noun}:many", language, n=thousands(n, language))


def period(name: str, language: str) -> str:
    """A period within a sentence: "2026", "2026-Q4", "2026-11", a day, or two days with a slash."""
    if "/" in name:
        first, last = (_day(part, language) for part in name.split("/"))
        return _say("between", language, first=first, last=last)
    if len(name) == len("2026-11-23"):
        return _say("on", language, day=_day(name, language))
    return _say("in", language, period=named(name, language))


def named(name: str, language: str) -> str:
    """A period as a name, without a preposition."""
    year, _, part = name.partition("-")
    if part.startswith("Q"):
        return _say("quarter", language, year=year, quarter=part[1:])
    if part:
        month = date(int(year), int(part[:2]), 1)
        return _say("month", language, year=year, month=month.month, name=f"{month:%B}")
    return _say("year", language, year=year)


def _day(iso: str, language: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day}/{day.month}/{day.year}" if language == "vi" else f"{day.day} {day:%B %Y}"


def interval(figure: Figure, language: str) -> str:
    """The interval with its level and the people behind it, as it stands in brackets."""
    estimate = figure.estimate
    told = people(estimate.n, language)
    if estimate.low is None or estimate.high is None:
        return told
    low, high = (share(end, language) for end in (estimate.low, estimate.high))
    level = percent(100 * estimate.level, language, places=0)
    return _say("interval", language, level=level, low=low, high=high, people=told)


def is_shown(figure: Figure) -> bool:
    """Whether there is a value to tell."""
    return figure.withheld is None and figure.estimate.value is not None


def _name(figure: Figure, language: str) -> str:
    return text_in(figure.label, language)


def _first_large(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


# One figure.


def headline(index: Figure, language: str) -> str:
    """The index of everybody, or why there is none."""
    when = period(index.period, language)
    if not is_shown(index):
        return _first_large(_say(f"headline:{_why_not(index)}", language, period=when))
    value, within = share(index.estimate.value or 0.0, language), interval(index, language)
    return _first_large(_say("headline", language, period=when, value=value, interval=within))


def figure(one: Figure, language: str) -> str:
    """Any share by its name, or why it is not shown."""
    name = _name(one, language)
    if not is_shown(one):
        return _say(f"figure:{_why_not(one)}", language, name=name)
    few = _say("few", language) if one.estimate.n < FEW else ""
    value, within = share(one.estimate.value or 0.0, language), interval(one, language)
    return _say("figure", language, name=name, value=value, interval=within, few=few)


def _why_not(figure: Figure) -> str:
    """The reason in the four ways it is told in."""
    if ABOVE_90 in figure.flags:
        return "above"
    if BELOW_10 in figure.flags:
        return "below"
    if figure.withheld == TOO_FEW:
        return "few"
    return "protected" if figure.withheld else "nobody"


def goal(one: Goal, language: str) -> str:
    """A target, its verdict, and what is missing."""
    target, value = one.target, one.figure.estimate.value
    places = 0 if target.value == int(target.value) else 1
    aim = f"{_SIGNS.get(target.operator, target.operator)} {percent(target.value, language, places=places)}"
    parts = {"aim": aim, "year": target.year, "document": target.document}
    if value is None or one.figure.withheld:
        return _say("goal:none", language, **parts)
    parts |= {"value": share(value, language), "gap": points(value - target.value / 100, language)}
    if one.verdict is Verdict.INSUFFICIENT:
        code = "goal:few" if one.figure.estimate.n < FEW else "goal:insufficient"
        return _say(code, language, **parts) + " " + missing(one, language)
    return _say(f"goal:{one.verdict}", language, **parts)


#: how a target's comparison is written
_SIGNS = {">=": "≥", "<=": "≤"}


def missing(one: Goal, language: str) -> str:
    """What is missing to a verdict; to the target where there is one; empty where it is met."""
    value = one.figure.estimate.value
    if value is None or one.figure.withheld or one.verdict is Verdict.MET:
        return "" if value is not None else _say("missing:answers", language)
    gap = points(one.target.value / 100 - value, language)
    if one.verdict is Verdict.NOT_MET:
        return _say("missing:points", language, gap=gap)
    if one.needed is None:
        return _say("missing:close", language)
    return _say("missing:people", language, people=people(one.needed, language))


def distribution(one: Distribution, satisfied_from: int, language: str) -> str:
    """How many were satisfied, in the middle, or dissatisfied. satisfied_from: the first satisfied step."""
    name, total = text_in(one.label, language), one.total
    if not total or one.counts is None:
        return _say("spread:nobody" if total == 0 else "spread:protected", language, name=name)
    by_step = dict(zip((step.value for step in one.steps), one.counts, strict=True))
    good = sum(n for value, n in by_step.items() if value >= satisfied_from)
    middle = by_step.get(satisfied_from - 1, 0)
    bad = total - good - middle
    return _say(
        "spread",
        language,
        name=name,
        answers=counted(total, "answer", language),
        good=share(good / total, language),
        middle=share(middle / total, language),
        bad=share(bad / total, language),
    )


# Several figures beside each other.


def apart(one: Figure, other: Figure) -> bool:
    """Whether two intervals do not overlap."""
    a, b = one.estimate, other.estimate
    if a.low is None or a.high is None or b.low is None or b.high is None:
        return False
    return a.low > b.high or b.low > a.high


def extremes(figures: Sequence[Figure]) -> tuple[Figure, Figure] | None:
    """The highest and the lowest of those that enough people answered, None for fewer than two."""
    known = [f for f in figures if is_shown(f) and f.estimate.n >= FEW]
    if len(known) < 2:
        return None
    ordered = sorted(known, key=lambda one: one.estimate.value or 0.0)
    return ordered[-1], ordered[0]


def beside(figures: Sequence[Figure], of: str, language: str) -> str:
    """The highest and the lowest of several figures, and whether they differ beyond chance.

    of: "factor", "criterion", "field", "group" or "kind"
    """
    ends = extremes(figures)
    if ends is None:
        return _say("beside:none", language)
    most, least = ends
    parts = {
        "most": _name(most, language),
        "least": _name(least, language),
        "high": share(most.estimate.value or 0.0, language),
        "low": share(least.estimate.value or 0.0, language),
        "noun": _say(f"noun:{of}", language),
    }
    return _say("beside:apart" if apart(most, least) else "beside:close", language, **parts)


def agencies(lines: Sequence[Line], language: str) -> str:
    """How many agencies can be told from the others, and how many cannot."""
    placed = [line.placing for line in lines if line.placing]
    bands = [placing.standing.band for placing in placed]
    return _say(
        "agencies",
        language,
        all=counted(len(lines), "agency", language),
        placed=thousands(len(placed), language),
        above=thousands(bands.count(Band.ABOVE), language),
        similar=thousands(bands.count(Band.SIMILAR), language),
        below=thousands(bands.count(Band.BELOW), language),
    )


def line(one: Line, language: str) -> str:
    """One agency: its figure, its band and its range of ranks."""
    name = text_in(one.agency.name, language)
    if not is_shown(one.figure):
        return _say(f"figure:{_why_not(one.figure)}", language, name=name)
    value, within = share(one.figure.estimate.value or 0.0, language), interval(one.figure, language)
    if one.placing is None:
        few = _say("few", language) if one.figure.estimate.n < FEW else ""
        return _say("figure", language, name=name, value=value, interval=within, few=few)
    placing = one.placing
    ranks = f"{placing.best}" if placing.best == placing.worst else f"{placing.best}–{placing.worst}"
    band = _say(f"band:{placing.standing.band}", language)
    return _say(
        "line", language, name=name, value=value, interval=within, band=band, ranks=ranks, of=placing.of
    )


def contrast(one: Contrast, language: str) -> str:
    """One way of answering against the most used one."""
    names = {"name": _name(one.figure, language), "reference": _name(one.reference, language)}
    difference = one.difference
    if difference.value is None:
        return _say("contrast:none", language, **names)
    open_ = difference.low is None or difference.high is None or difference.low <= 0 <= difference.high
    code = "contrast:open" if open_ else "contrast:higher" if difference.value > 0 else "contrast:lower"
    return _say(code, language, gap=points(difference.value, language), **names)


# Changes.


def change(one: Comparison, language: str) -> str:
    """How the whole changed, or why that is not told."""
    parts: dict[str, object] = {
        "before": named(one.before, language),
        "after": named(one.after, language),
    }
    if one.refused or one.whole is None:
        code = "change:break" if one.refused == METHOD_BREAK else "change:no-earlier"
        return _first_large(_say(code, language, **parts))
    moved = one.whole.change
    if moved.value is None:
        return _first_large(_say("change:none", language, **parts))
    values = [figure.estimate.value or 0.0 for figure in (one.whole.before, one.whole.after)]
    parts |= {"gap": points(moved.value, language), "low": _signed(moved.low, language)}
    parts |= {"high": _signed(moved.high, language)}
    parts |= dict(zip(("was", "is_now"), (share(value, language) for value in values), strict=True))
    return _first_large(_say(f"change:{one.whole.direction}", language, **parts))


def changes(one: Comparison, language: str) -> str:
    """How many agencies rose, fell, or cannot be told."""
    tested = [move for move in one.agencies if move.change.value is not None]
    directions = [move.direction for move in tested]
    if not tested:
        return _say("changes:none", language)
    return _say(
        "changes",
        language,
        tested=counted(len(tested), "agency", language),
        up=thousands(directions.count(Direction.UP), language),
        down=thousands(directions.count(Direction.DOWN), language),
        open=thousands(directions.count(Direction.NOT_SHOWN), language),
    )


def _signed(value: float | None, language: str) -> str:
    if value is None:
        return "–"
    number = f"{100 * value:+.1f}".replace("-", "\u2212").replace(".", "," if language == "vi" else ".")
    return number if number[1:] not in ("0,0", "0.0") else number[1:]


# What goes with satisfaction, and how well it was measured.


def drivers(figures: Sequence[Figure], language: str) -> str:
    """The driver that goes with overall satisfaction most, and what to mend first."""
    own = [f for f in figures if f.code != "driver:together" and f.estimate.value is not None]
    if not own:
        return _say("drivers:none", language)
    most = max(own, key=lambda one: one.estimate.value or 0.0)
    told = _say(
        "drivers", language, name=_name(most, language), part=share(most.estimate.value or 0, language)
    )
    first = [_quoted(f, language) for f in own if Quadrant.FIX_FIRST.value in f.flags]
    return f"{told} {_say('drivers:first', language, names=_joined(first, language))}" if first else told


def reliability(figures: Sequence[Figure], language: str) -> str:
    """Whether the criteria of each factor measure one thing: alpha from 0.7 on."""
    alphas = [f for f in figures if f.kind == "alpha" and f.estimate.value is not None]
    if not alphas:
        return _say("reliability:none", language)
    weak = [_quoted(f, language) for f in alphas if (f.estimate.value or 0.0) < _CONSISTENT]
    if not weak:
        return _say("reliability:all", language)
    return _say("reliability:weak", language, names=_joined(weak, language))


#: from this alpha on, criteria are commonly taken to measure one thing (Nunnally 1978)
_CONSISTENT = 0.7


def _quoted(figure: Figure, language: str) -> str:
    return f"“{_name(figure, language)}”"


def _joined(names: Sequence[str], language: str) -> str:
    """Names in a row, the last after "and"."""
    if len(names) < 2:
        return "".join(names)
    return _say("and", language, first=", ".join(names[:-1]), last=names[-1])


def sample(n: int, reached: int, agencies: int, when: str, language: str) -> str:
    """How many people answered, and about how many of the agencies."""
    return _first_large(
        _say(
            "sample",
            language,
            people=people(n, language),
            reached=thousands(reached, language),
            agencies=counted(agencies, "agency", language),
            period=period(when, language),
        )
    )


def unanswered(answers: int, missing: Mapping[str, int], language: str) -> str:
    """The part of the questions of the index that stayed without an answer."""
    without = sum(missing.values())
    if not answers + without:
        return _say("unanswered:none", language)
    return _say("unanswered", language, part=share(without / (answers + without), language))


def asked(one: Voice, language: str) -> str:
    """What the comments of a year are about most."""
    if not one.comments or not one.told:
        return _say("asked:few", language, year=one.period)
    first, n = one.told[0], one.told[0].comments or 0
    name, part = text_in(first.label, language), share(n / one.comments, language)
    comments = counted(one.comments, "comment", language)
    return _say("asked", language, year=one.period, comments=comments, name=name, part=part)


def cases(one: Counters | None, language: str) -> str:
    """What became of cases: of an agency, or of all together."""
    if one is None or not one.received:
        return _say("cases:few", language)
    numbers = {name: thousands(n, language) for name, n in one.__dict__.items() if name != "received"}
    part = share(one.in_time / one.received, language)
    return _say("cases", language, received=counted(one.received, "case", language), part=part, **numbers)
