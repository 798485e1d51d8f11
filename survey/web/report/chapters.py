"""The chapters of a report in their order; one whose data are not there is left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext

from survey.report import Changes, ReformPlan, Report, Voice


@dataclass(frozen=True)
class Matter:
    """What a document is made of. edition: the name of what it is the report of, "" for the figures of now.

    voice: what people asked for in the year, None where nobody could
    """

    report: Report
    changes: Changes
    plan: ReformPlan
    edition: str = ""
    voice: Voice | None = None

    @property
    def reached(self) -> int:
        """The agencies that somebody rated."""
        return sum(1 for line in self.report.lines if line.figure.withheld or line.figure.estimate.n)


@dataclass(frozen=True)
class Chapter:
    """One chapter: its template is report/<code>.html. there: whether its data are."""

    code: str
    title: Any
    there: Callable[[Matter], object] = lambda _matter: True


CHAPTERS = (
    Chapter("overview", lazy_gettext("Overview")),
    Chapter("plan", lazy_gettext("The plan and its goal"), lambda m: m.report.goals),
    Chapter("method", lazy_gettext("Method")),
    Chapter("sample", lazy_gettext("Who answered")),
    Chapter("factors", lazy_gettext("Factors and criteria"), lambda m: m.report.factors),
    Chapter("spread", lazy_gettext("How the answers spread"), lambda m: _answered(m.report)),
    Chapter("agencies", lazy_gettext("Agencies"), lambda m: m.report.lines),
    Chapter("fields", lazy_gettext("Fields of procedures"), lambda m: m.report.fields),
    Chapter("groups", lazy_gettext("Groups of respondents"), lambda m: m.report.kinds),
    Chapter("change", lazy_gettext("What has changed"), lambda m: m.changes.comparisons),
    Chapter("drivers", lazy_gettext("What goes with satisfaction"), lambda m: _explained(m.report)),
    Chapter("asked", lazy_gettext("What people asked for"), lambda m: m.voice and m.voice.comments != 0),
    Chapter("cases", lazy_gettext("Cases and their answers"), lambda m: m.voice and m.voice.agencies),
    Chapter("quality", lazy_gettext("Quality of the data")),
    Chapter("published", lazy_gettext("What others published: SIPAS"), lambda m: m.report.published),
    Chapter("instrument", lazy_gettext("The questionnaire")),
    Chapter("use", lazy_gettext("Using and citing this report")),
)


def chapters_of(matter: Matter) -> Sequence[Chapter]:
    return [chapter for chapter in CHAPTERS if chapter.there(matter)]


def _answered(report: Report) -> bool:
    return any(each.counts for each in report.distributions)


def _explained(report: Report) -> bool:
    return any(figure.estimate.value is not None for figure in report.drivers)
