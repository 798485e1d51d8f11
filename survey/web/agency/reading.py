"""The sheet to read of a dashboard's workbook: every record of its data in words, one row each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext

from survey.agency import Target
from survey.dashboard import Dashboard
from survey.formats.records import Record, of_dashboard
from survey.formats.spreadsheet import Number, Reading
from survey.ranking import Band
from survey.report import METHOD_BREAK, Over
from survey.web.agency import filters, taking
from survey.web.comparing import band, explained, not_compared, over, ranks_between
from survey.web.context import words
from survey.web.numbers import aim as aim_of
from survey.web.numbers import bound, missing, number, period, quadrant_of, reason_of

#: what the parts of a report are called, as on its page; dimensions come from the filter row
_PARTS = {
    "index": lazy_gettext("Where we stand"),
    "beside": lazy_gettext("Counted otherwise"),
    "overall": lazy_gettext("Factors and criteria"),
    "factor": lazy_gettext("Factors and criteria"),
    "criterion": lazy_gettext("Factors and criteria"),
    "mean": lazy_gettext("Factors and criteria"),
    "responses": lazy_gettext("People"),
    "heard": lazy_gettext("Where we stand"),
    "mode": lazy_gettext("Way of answering"),
    "invitation": lazy_gettext("Invitation"),
    "assisted": lazy_gettext("By who helped to answer"),
    "group": lazy_gettext("Measured against the reform plan"),
    "group-factor": lazy_gettext("Measured against the reform plan"),
    "goal": lazy_gettext("Measured against the reform plan"),
    "breakdown": lazy_gettext("Each question in each agency"),
    "field": lazy_gettext("Field"),
    "kind": lazy_gettext("Who answered"),
    "driver": lazy_gettext("What to mend first"),
    "reliability": lazy_gettext("How reliably each factor is measured"),
    "trend": lazy_gettext("Month by month"),
    "quarter": lazy_gettext("Quarter by quarter"),
    "year": lazy_gettext("Year by year"),
    "agency": lazy_gettext("Beside the other agencies"),
    "combined": lazy_gettext("Combined estimate"),
    "change": lazy_gettext("What has changed"),
    "change-part": lazy_gettext("Where it comes from"),
    "disputes": lazy_gettext("Disputed ratings"),
    "agency-disputes": lazy_gettext("Disputed ratings"),
    "coverage": lazy_gettext("Of all dossiers, how many answered"),
    "distribution": lazy_gettext("How the answers spread"),
}
_UNITS = {
    "share": lazy_gettext("percent"),
    "importance": lazy_gettext("percent"),
    "difference": lazy_gettext("points"),
    "count": lazy_gettext("number"),
}
_VERDICTS = {
    "met": lazy_gettext("met"),
    "not-met": lazy_gettext("not met"),
    "insufficient": lazy_gettext("not enough evidence"),
    "up": lazy_gettext("risen"),
    "down": lazy_gettext("fallen"),
    "not-shown": lazy_gettext("not enough evidence"),
}


def sheet(shown: Dashboard, row: filters.Row) -> Reading:
    """The sheet: what it is of, then every figure in the order of the page."""
    against = shown.report.against()
    head = [
        (gettext("Shown now:"), taking.under(shown, row, "figures")),
        (gettext("Source:"), taking.source(shown)),
    ]
    if against and against.target:
        verdict = _VERDICTS[against.verdict.value]
        head.insert(1, (gettext("Target"), f"{_aimed(against.target)} ({verdict})"))
    columns = [
        gettext("Part"),
        gettext("What"),
        gettext("Period"),
        gettext("Figure"),
        gettext("Low end"),
        gettext("High end"),
        gettext("Unit"),
        gettext("People"),
        gettext("What to know"),
    ]
    report = shown.report
    named = {f"item:{each.item}": words(each.label) for each in report.distributions}
    named |= {goal.target.code: f"{words(goal.target.name)}. {_aimed(goal.target)}" for goal in report.goals}
    beside = {ways.family: words(each.reference.label) for ways in report.ways for each in ways.contrasts[:1]}
    rows = [_row(record, named, beside) for record in of_dashboard(shown)]
    return Reading(gettext("To read"), words(shown.report.index.label), head, columns, rows)


def _row(record: Record, named: Mapping[str, str], beside: Mapping[str, str]) -> list[str | Number | None]:
    """A record in words. named: questions and targets by their codes · beside: what each family's ways are held against"""
    kind = record["kind"]
    unit = str(_UNITS.get(kind, gettext("on the scale")))
    told = record["value"] is not None
    return [
        _part(record["part"]),
        _what(record, named),
        _when(record, beside),
        *(_number(record[name], kind) for name in ("value", "low", "high")),
        unit if told else None,
        _number(record["n"], "count") if kind != "count" else None,
        "; ".join(_notes(record)) or None,
    ]


def _aimed(target: Target) -> str:
    return gettext(
        "At least %(aim)s in %(year)s: %(document)s",
        aim=aim_of(target),
        year=target.year,
        document=target.document,
    )


def _number(value: float | None, kind: str) -> Number | None:
    """A number as it is read: differences in points."""
    if value is None:
        return None
    return Number(100 * value if kind == "difference" else value, kind)


def _part(name: str) -> str:
    if name.startswith("by-"):
        return filters.dimension(name.removeprefix("by-"))  # type: ignore[arg-type]
    if name.startswith("alike-"):
        return gettext("Beside agencies of the same kind")
    return str(_PARTS.get(name) or _PARTS.get(name.rpartition("-")[0]) or name)


def _what(record: Record, named: Mapping[str, str]) -> str:
    """What a figure is about: an agency among agencies, a source of a change, or its own label."""
    if record["part"] == "distribution":
        item, _, step = record["code"].rpartition(":")[0].rpartition(":")
        which = words(record["label"]) if record["label"] else missing(record["code"].rpartition(":")[2])
        return f"{named.get(item, step)}: {which}"
    if record["part"] == "goal":
        return named[record["target"]["code"]]
    body, label = words(record["agency"]["name"]), words(record["label"]) or record["code"]
    if record["part"].removeprefix("alike-") in ("agency", "combined"):
        return body
    if record["part"] in ("breakdown", "agency-disputes"):
        return f"{body}: {label}"
    if record["part"] == "change-part":
        _, source, dimension = record["code"].rsplit(":", 2)
        own = {"level": gettext("Own change (level)"), "mix": gettext("Other cases (mix)")}[source]
        return f"{own}: {over(Over(dimension))}"
    return f"{label} ({record['kind']})" if record["part"] == "reliability" else label


def _when(record: Record, beside: Mapping[str, str]) -> str:
    """The period, and what a difference is held against: an earlier one, or another way of answering."""
    change = record["change"]
    if not change:
        return period(record["period"])
    since = change.get("since")
    before = period(since) if since else beside.get(record["part"].removesuffix("-difference"), "")
    return f"{period(record['period'])} ({gettext('against %(period)s', period=before)})"


def _notes(record: Record) -> Iterator[str]:
    """Why there is no value, verdict, place, and whatever a reader must know."""
    change: dict[str, Any] = record["change"] or {}
    if record["value"] is None:
        yield bound(record["flags"]) or _missing(record)
    elif verdict := _VERDICTS.get(record["verdict"] or change.get("direction") or ""):
        yield str(verdict)
    if placing := record["placing"]:
        yield f"{band(Band(placing['band']))}, {ranks_between(placing['best'], placing['worst'], placing['of'])}"
    if coverage := record["coverage"]:
        yield gettext(
            "%(completed)s dossiers completed, %(invited)s invited",
            completed=number(coverage["completed"]),
            invited=number(coverage["invited"]),
        )
    if "few-answers" in record["flags"]:
        yield gettext("few answers")
    if found := quadrant_of(record["flags"]):
        yield found
    if "undecided" in record["flags"]:
        yield gettext("not certain")


def _missing(record: Record) -> str:
    code = record["withheld"] or record["reason"]
    if record["kind"] != "difference":
        return reason_of(code)
    return explained("method-break") if code == METHOD_BREAK else not_compared(code)
