"""The records of a report: one for each figure, target, comparison and count of a distribution.

JSON holds them as they are, CSV as its rows (`formats.figures`). What is withheld has no number at all,
not even how many answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from survey.agency import Agency, Target
from survey.comparison import Change
from survey.coverage import Coverage
from survey.dashboard import Dashboard
from survey.figure import Distribution, Figure
from survey.instrument import Text
from survey.report import Comparison, Contrast, Kin, Line, Move, Placing, Portion, Report
from survey.stats import Estimate

Record = dict[str, Any]

ESTIMATE = (
    "value",
    "se",
    "low",
    "high",
    "level",
    "n",
    "answers",
    "psus",
    "df",
    "deff",
    "n_eff",
    "weight_total",
    "model_based",
    "reason",
)
TARGET = ("code", "operator", "value", "year", "document", "status")
PLACING = ("best", "worst", "of", "level", "method", "band", "difference", "se", "p", "q")
COVERAGE = ("counter", "completed", "invited", "invited_share", "answered_share", "p")
CHANGE = ("against", "since", "before", "before_n", "after", "p", "q", "direction", "unfinished", "earlier")


def records(report: Report) -> Iterator[Record]:
    """Every figure in the order of the page, with its part of the report."""
    parts = (
        ("index", (report.index,)),
        ("beside", report.beside),
        ("overall", report.overall),
        ("factor", report.factors),
        ("criterion", report.criteria),
        ("mean", report.means),
        ("breakdown", report.breakdown),
        ("responses", (report.responses,)),
        *((ways.family, ways.figures) for ways in report.ways),
        *((f"{ways.family}-trend", ways.trend) for ways in report.ways),
        ("group", report.groups),
        ("group-factor", report.group_factors),
        ("field", report.fields),
        ("kind", report.kinds),
        ("driver", report.drivers),
        ("reliability", report.reliabilities),
        ("trend", report.trend),
        ("quarter", report.quarters),
        ("year", report.years),
    )
    bodies = {f"agency:{line.agency.code}": line.agency for line in report.lines}
    for part, figures in parts:
        for figure in figures:
            yield figure_record(part, bodies.get(figure.domain, report.agency), figure)
    for goal in report.goals:
        target = _target(goal.target)
        told = {"verdict": goal.verdict.value, "target": target, "needed": goal.needed}
        yield figure_record("goal", report.agency, goal.figure) | told
    for line in report.lines or filter(None, [report.line]):
        yield from _of_line(line)
    for ways in report.ways:
        for contrast in ways.contrasts:
            yield _contrast(report.agency, ways.family, contrast)
    for comparison in report.comparisons:
        yield from compared(report, comparison)
    yield from _disputed(report)
    for coverage in report.coverage:
        yield _covered(report, coverage)
    for distribution in report.distributions:
        yield from _counts(report, distribution)


def of_dashboard(dashboard: Dashboard) -> Iterator[Record]:
    """The records of a dashboard: its report's, then the agencies of the same kind and each part."""
    yield from records(dashboard.report)
    for line in dashboard.alike:
        for record in _of_line(line):
            yield record | {"part": f"alike-{record['part']}"}
    for part in dashboard.parts:
        for figure in part.figures:
            yield figure_record(f"by-{part.dimension}", dashboard.report.agency, figure)
    yield from _heard(dashboard)


#: what is told of how far answers reach
_REACH: Mapping[str, Text] = {
    "days": {"vi": "Số ngày có phiếu", "en": "Days with answers"},
    "counters": {"vi": "Số quầy có phiếu", "en": "Counters with answers"},
}


def _heard(dashboard: Dashboard) -> Iterator[Record]:
    """How far the answers reach, as counts."""
    report, reach = dashboard.report, dashboard.heard
    if reach is None:
        return
    for code, label in _REACH.items():
        if code == "counters" and not reach.tells_counters(report.wave):
            continue
        figure = replace(
            report.responses,
            code=f"heard:{code}",
            label=label,
            missing={},
            flags=(),
            estimate=Estimate(value=getattr(reach, code), method="count@1"),
        )
        yield figure_record("heard", report.agency, figure) | {"level": None, "n": None}


def _of_line(line: Line) -> Iterator[Record]:
    """An agency's figure with its verdict and place; and its combined figure, where it has one."""
    aim = _target(line.target) if line.target else None
    placing = _placing(line.placing) if line.placing else None
    yield figure_record("agency", line.agency, line.figure) | {
        "verdict": line.verdict.value,
        "target": aim,
        "placing": placing,
    }
    if line.combined:
        yield figure_record("combined", line.agency, line.combined)


def compared(report: Report, comparison: Comparison) -> Iterator[Record]:
    """The change of the whole or of one agency, then of every agency; or one record with the refusal."""
    for move in filter(None, (comparison.whole, *comparison.agencies)):
        yield _move(comparison, move)
        for split in move.splits:
            yield _portion(comparison, move, f"level:{split.over}", split.level)
            yield _portion(comparison, move, f"mix:{split.over}", split.mix)
    if comparison.refused:
        estimate = Estimate(reason=comparison.refused)
        nothing = replace(report.index, kind="difference", estimate=estimate, period=comparison.after)
        nothing = replace(nothing, method="change/t@1", missing={}, withheld=None, flags=())
        told = {"before": None, "before_n": None, "after": None, "p": None, "q": None, "direction": None}
        yield figure_record("change", report.agency, nothing) | {"change": _periods(comparison) | told}


def _move(comparison: Comparison, move: Move) -> Record:
    record = _difference("change", move.agency, move.before, move.after, move.change)
    return record | {
        "change": _periods(comparison)
        | {
            "before": move.before.estimate.value,
            "before_n": None if move.before.withheld else move.before.estimate.n,
            "after": move.after.estimate.value,
            "p": move.change.p,
            "q": move.change.q,
            "direction": move.direction.value,
        }
    }


def _portion(comparison: Comparison, move: Move, name: str, portion: Portion) -> Record:
    """A part of a change as a record: "...:level:field" and "...:mix:field" add up to the change."""
    estimate = Estimate(
        value=portion.value,
        se=portion.se,
        low=portion.low,
        high=portion.high,
        level=move.change.level,
        n=move.after.estimate.n,
        df=int(move.change.df),
        method="level-mix@1",
    )
    figure = replace(
        move.after, code=f"{move.after.code}:{name}", kind="difference", estimate=estimate, missing={}
    )
    record = figure_record("change-part", move.agency, replace(figure, method="level-mix@1", flags=()))
    return record | {"change": dict.fromkeys(CHANGE) | _periods(comparison)}


def _contrast(agency: Agency, family: str, contrast: Contrast) -> Record:
    before, after = contrast.reference, contrast.figure
    record = _difference(f"{family}-difference", agency, before, after, contrast.difference)
    return record | {
        "change": dict.fromkeys(CHANGE)
        | {
            "against": before.domain,
            "before": before.estimate.value,
            "before_n": before.estimate.n,
            "after": after.estimate.value,
            "p": contrast.difference.p,
        }
    }


def _difference(part: str, agency: Agency, before: Figure, after: Figure, change: Change) -> Record:
    """A difference as a record: that of `after` with the numbers of the difference."""
    estimate = Estimate(
        value=change.value,
        se=change.se,
        low=change.low,
        high=change.high,
        level=change.level,
        n=after.estimate.n,
        df=int(change.df),
        reason=change.reason,
        model_based=change.model_based,
        method=change.method,
    )
    figure = replace(
        after,
        kind="difference",
        estimate=estimate,
        missing={},
        method=change.method,
        withheld=before.withheld or after.withheld,
    )
    return figure_record(part, agency, figure)


def _covered(report: Report, coverage: Coverage) -> Record:
    """How many answered, with the dossiers that it is held against, in all and by outcome."""
    by_outcome = {
        outcome.value: {"completed": completed, "invited": invited}
        for outcome, (completed, invited) in coverage.by_outcome.items()
    }
    told = {name: getattr(coverage, name) for name in COVERAGE} | {"by_outcome": by_outcome}
    record = figure_record("coverage", report.agency, coverage.answered)
    return record | {"coverage": told, "flags": [*coverage.answered.flags, *coverage.flags]}


def _periods(comparison: Comparison) -> Record:
    return {
        "against": comparison.against.value,
        "since": comparison.before,
        "unfinished": comparison.unfinished,
        "earlier": comparison.earlier,
    }


def _placing(placing: Placing) -> Record:
    standing = placing.standing
    return {
        "best": placing.best,
        "worst": placing.worst,
        "of": placing.of,
        "level": placing.level,
        "method": placing.method,
        "band": standing.band.value,
        "difference": standing.difference,
        "se": standing.se,
        "p": standing.p,
        "q": standing.q,
    }


def figure_record(part: str, agency: Agency, figure: Figure) -> Record:
    """A figure with its part of a report and the agency that it is listed under."""
    return {
        "part": part,
        "wave": figure.wave,
        "instrument": figure.instrument,
        "agency": agency_record(agency),
        "code": figure.code,
        "kind": figure.kind,
        "domain": figure.domain,
        "period": figure.period,
        "label": dict(figure.label),
        "method": figure.method,
        "estimator": figure.estimate.method,
        **_estimate(figure.estimate, figure.withheld),
        "withheld": figure.withheld,
        "flags": list(figure.flags),
        "verdict": None,
        "target": None,
        "needed": None,
        "placing": None,
        "change": None,
        "coverage": None,
        "missing": dict(figure.missing),
    }


def _estimate(estimate: Estimate, withheld: str | None) -> Record:
    """The estimate's fields; of a withheld figure only the level and the reason."""
    kept = ("level", "reason") if withheld else ESTIMATE
    return {name: getattr(estimate, name) if name in kept else None for name in ESTIMATE}


def _disputed(report: Report) -> Iterator[Record]:
    """How much of the ratings was disputed, then the same of every agency."""
    own = [("disputes", report.agency, report.disputes)] if report.disputes else []
    for part, body, rates in (*own, *(("agency-disputes", *each) for each in report.disputing)):
        yield figure_record(part, body, rates.disputed)
        yield figure_record(part, body, rates.upheld)


def _counts(report: Report, distribution: Distribution) -> Iterator[Record]:
    """A record for each step, and for each reason why answers are missing."""
    counts: tuple[int | None, ...] = distribution.counts or (None,) * len(distribution.steps)
    for step, count in zip(distribution.steps, counts, strict=True):
        yield _count(report, distribution, f"step:{step.value}", step.label, count)
    for reason, count in distribution.missing.items():
        yield _count(report, distribution, f"missing:{reason}", {}, count)


def _count(
    report: Report, distribution: Distribution, of: str, label: Mapping[str, str], count: int | None
) -> Record:
    figure = Figure(
        code=f"item:{distribution.item}:{of}",
        kind="count",
        label=label,
        domain=report.index.domain,
        wave=report.wave.code,
        instrument=report.instrument.ref,
        period=report.period,
        method="count@1",
        estimate=Estimate(value=count, n=distribution.total or 0),
        withheld=distribution.withheld,
    )
    return figure_record("distribution", report.agency, figure) | {"level": None}


def succession_record(report: Report) -> Record:
    """Whom the agency came after, who came after it, and whose series these are."""
    return {
        "as_of": report.as_of,
        "predecessors": [_kin(kin) for kin in report.predecessors],
        "successors": [_kin(kin) for kin in report.successors],
    }


def _kin(kin: Kin) -> Record:
    edge = kin.edge
    return {
        "agency": kin.agency and agency_record(kin.agency),
        "date": edge.on.isoformat(),
        "event": edge.event.value,
        "share": str(edge.share),
        "document": edge.document,
        "status": edge.status.value,
    }


def agency_record(agency: Agency) -> Record:
    return {"code": agency.code, "name": dict(agency.name)}


def _target(target: Target) -> Record:
    return {name: getattr(target, name) for name in TARGET} | {
        "name": dict(target.name),
        "groups": list(target.groups),
    }
