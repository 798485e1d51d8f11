"""Coverage of an agency's counters: completed, invited and answered dossiers side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from survey import disclosure
from survey.agency import Agency, Counter
from survey.analyse.wave import WaveCounts
from survey.coverage import Coverage, Tally, covered
from survey.figure import Figure
from survey.frame import WaveKind
from survey.stats import Estimate
from survey.store import tokens
from survey.store.agencies import Reference
from survey.store.database import Connection

METHOD = "coverage@1"


def coverages(
    connection: Connection, known: Reference, counts: WaveCounts, body: Agency
) -> tuple[Coverage, ...]:
    """The coverage of all of an agency's counters together, then of each; the whole's alone for the wave's root.

    Nothing where no dossier was invited and none was told of.
    """
    if counts.wave.kind is not WaveKind.CONTINUOUS:
        return ()
    counters, months = _counters(known, body), counts.period.months
    tallies = tokens.coverage(connection, list(counters), months)
    answers = tokens.answered(connection, counts.wave.code, list(counters), months)
    if not tallies and not answers:
        return ()
    busy = [code for code in counters if code in answers or any(row.counter == code for row in tallies)]
    whole = disclosure.gate(_answered(counts, body, None, sum(answers.values())))
    together = covered(tallies, None, whole)
    if body.code == counts.wave.root:
        return (together,)
    figures = disclosure.release_siblings(
        [_answered(counts, body, counters[code], answers.get(code, 0)) for code in busy]
    )
    return (together, *_each(busy, tallies, figures))


def _each(busy: Sequence[str], tallies: Sequence[Tally], figures: Sequence[Figure]) -> list[Coverage]:
    return [
        covered([row for row in tallies if row.counter == code], code, figure)
        for code, figure in zip(busy, figures, strict=True)
    ]


def _counters(known: Reference, body: Agency) -> Mapping[str, Counter]:
    """The counters that an agency, or one below it, runs or is served by."""
    return {
        code: each
        for code, each in known.counters.items()
        if known.under(body.code, each.receiver) or (each.agency and known.under(body.code, each.agency))
    }


def _answered(counts: WaveCounts, body: Agency, counter: Counter | None, answers: int) -> Figure:
    label = counter.name if counter else body.name
    domain = f"counter:{counter.code}" if counter else f"agency:{body.code}"
    estimate = Estimate(value=float(answers), n=answers, answers=answers, method=METHOD)
    return counts.figure("answered", "count", label, domain, estimate)
