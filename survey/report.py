"""Reports: what one page, its JSON and its CSV say, figures and what they say of each other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from survey.agency import Agency, Edge, PublishedFigure, Reform, Target
from survey.case import Counters
from survey.comparison import Change, Direction
from survey.coverage import Coverage
from survey.dispute import Disputed
from survey.figure import Distribution, Figure, Goal, Verdict
from survey.frame import Wave
from survey.instrument import Instrument, Text
from survey.ranking import Standing

#: why two periods are not compared: nobody was asked in the earlier one, or something else was
NO_EARLIER = "no-earlier"
METHOD_BREAK = "method-break"


@dataclass(frozen=True)
class Placing:
    """Which ranks the answers allow an agency, and where it stands against the mean of the others.

    best, worst: ends of its range of ranks · of: how many agencies were ranked · level: how often
    such a range holds the true rank
    """

    best: int
    worst: int
    of: int
    level: float
    standing: Standing
    method: str


@dataclass(frozen=True)
class Line:
    """One agency's figure in a list of agencies, with its verdict against the foremost overall target.

    placing: None where too few people answered for a rank
    combined: beside a figure of few answers, the one that leans on the other agencies
    """

    agency: Agency
    figure: Figure
    verdict: Verdict
    target: Target | None = None
    placing: Placing | None = None
    combined: Figure | None = None


class Against(StrEnum):
    """What the latest period is held against."""

    YEAR = "year"
    QUARTER = "quarter"
    SAME_QUARTER = "same-quarter"
    WAVE = "wave"
    BEFORE = "before"
    YEAR_BEFORE = "year-before"


class Over(StrEnum):
    """What a change is split over."""

    FIELD = "field"
    MODE = "mode"
    AGENCY = "agency"
    PROCEDURE = "procedure"


@dataclass(frozen=True)
class Portion:
    """The part of a change that comes from one of two sources, with its error."""

    value: float
    se: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Split:
    """A change as level and mix over groups, level + mix = change: the groups' own changes, and that others
    of them came in. groups: how many were told apart.
    """

    over: Over
    level: Portion
    mix: Portion
    groups: int


@dataclass(frozen=True)
class Move:
    """How the index of one agency (or of the whole wave) changed from one period to another.

    before, after: as they are shown · change: without numbers where one of them has none
    splits: what a change that is shown comes from; on the agency's own page alone
    """

    agency: Agency
    before: Figure
    after: Figure
    change: Change
    splits: tuple[Split, ...] = ()

    @property
    def direction(self) -> Direction:
        return self.change.direction()


@dataclass(frozen=True)
class Comparison:
    """Two periods of a wave and how every agency moved between them.

    before, after: names of the periods · unfinished: whether the later one is not over yet
    refused: why they are not compared, `NO_EARLIER` or `METHOD_BREAK`
    earlier: the questionnaire of the earlier period, where it was another one
    """

    against: Against
    before: str
    after: str
    unfinished: bool = False
    refused: str | None = None
    earlier: str | None = None
    whole: Move | None = None
    agencies: tuple[Move, ...] = ()

    def of(self, agency: str) -> Move | None:
        """The change of an agency, or of the whole wave."""
        moves = (self.whole, *self.agencies)
        return next((move for move in moves if move and move.agency.code == agency), None)


@dataclass(frozen=True)
class Contrast:
    """How far the index of one way of answering lies from that of the way most people took.

    figure, reference: the index of both · difference: figure minus reference
    """

    figure: Figure
    reference: Figure
    difference: Change


@dataclass(frozen=True)
class Ways:
    """Ways of answering beside each other.

    family: "mode", "invitation" (what led to the form, within mode online) or "assisted" (who helped)
    figures: the index of each that was used · contrasts: each against the one that most people took
    trend: the index of each by quarter
    """

    family: str
    figures: tuple[Figure, ...]
    contrasts: tuple[Contrast, ...] = ()
    trend: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Asked:
    """How many comments are about a topic, a criterion. comments: None of one to nine"""

    topic: str
    label: Text
    comments: int | None


@dataclass(frozen=True)
class Voice:
    """What people asked for in a year, and what became of the cases that agencies had to answer.

    period: the year · comments: that were released in it (None of one to nine), and their topics, the most frequent
    first; a comment may be about several · cases: opened in it, all together and by agency as they stood on a day;
    None where few were or another's would follow from the whole
    """

    period: str
    on: str
    comments: int | None
    topics: tuple[Asked, ...]
    cases: Counters | None
    agencies: tuple[tuple[Agency, Counters | None], ...] = ()

    @property
    def told(self) -> tuple[Asked, ...]:
        """The topics that are told of."""
        return tuple(topic for topic in self.topics if topic.comments is not None)


@dataclass(frozen=True)
class Kin:
    """A body that the reported one came after, or that came after it; None where nobody did."""

    edge: Edge
    agency: Agency | None


@dataclass(frozen=True)
class Rates:
    """How much was disputed of a period's ratings.

    disputed: the share of all ratings; low and high alone where 1 to 9 were, or where others' would follow
    upheld: the share of the decided ones that were rightly disputed · told: the numbers that these are made from
    """

    disputed: Figure
    upheld: Figure
    told: Disputed


@dataclass(frozen=True)
class Report:
    """Everything one public page, its JSON and its CSV say: the figures of one agency and wave.

    agency: the one reported on (the wave's root: the whole province)
    sealed: responses in the ledger when the report was made · root: the ledger's root hash (hex)
    drivers: what the factors explain together, then each one's part of it · reliabilities: alpha and
    omega of each factor
    breakdown: each item's mean in each agency, item by item (imported waves)
    through: the day of the last sealing ("2026-11-23"), None before the first
    trend, quarters, years: the index by month of the period, and by quarter and year of the wave
    line: the agency's own place among the others · comparisons: of the province, or of the agency alone
    groups, fields, kinds: the index of each group of fields that the plan has a target for, of each field
    of procedures, of each kind of respondents · group_factors: each factor in each of those groups
    predecessors, successors: whom the agency came after, and who came after it · as_of: the day whose bodies
    its figures are about ("2026-11-23"), None for those there were
    beside: the index with what does not count, and without what was rightly disputed
    disputes: how many of the ratings were disputed, None where nobody was asked about one
    disputing: the same of every agency, beside the whole
    coverage: of all counters together, then of each: dossiers completed, invited and answered
    in_review, set_aside: responses in doubt that wait for somebody to look at them, and that were left out
    """

    wave: Wave
    instrument: Instrument
    agency: Agency
    simulated: bool
    period: str
    through: str | None
    sealed: int
    root: str
    responses: Figure
    index: Figure
    overall: tuple[Figure, ...] = ()
    factors: tuple[Figure, ...] = ()
    criteria: tuple[Figure, ...] = ()
    means: tuple[Figure, ...] = ()
    breakdown: tuple[Figure, ...] = ()
    ways: tuple[Ways, ...] = ()
    groups: tuple[Figure, ...] = ()
    group_factors: tuple[Figure, ...] = ()
    fields: tuple[Figure, ...] = ()
    kinds: tuple[Figure, ...] = ()
    drivers: tuple[Figure, ...] = ()
    reliabilities: tuple[Figure, ...] = ()
    distributions: tuple[Distribution, ...] = ()
    trend: tuple[Figure, ...] = ()
    quarters: tuple[Figure, ...] = ()
    years: tuple[Figure, ...] = ()
    goals: tuple[Goal, ...] = ()
    lines: tuple[Line, ...] = ()
    line: Line | None = None
    comparisons: tuple[Comparison, ...] = ()
    published: tuple[PublishedFigure, ...] = ()
    predecessors: tuple[Kin, ...] = ()
    successors: tuple[Kin, ...] = ()
    as_of: str | None = None
    beside: tuple[Figure, ...] = ()
    disputes: Rates | None = None
    disputing: tuple[tuple[Agency, Rates], ...] = ()
    coverage: tuple[Coverage, ...] = ()
    in_review: int = 0
    set_aside: int = 0

    def foremost(self) -> tuple[Goal, ...]:
        """The goals that count most, the overall one first."""
        goals = (goal for goal in self.goals if goal.foremost)
        return tuple(sorted(goals, key=lambda goal: len(goal.target.groups)))

    def against(self) -> Line | Goal | None:
        """What the whole is held against: the agency's line, or the foremost goal that is about everybody."""
        goals = (goal for goal in self.goals if goal.foremost and not goal.target.groups)
        return self.line or next(goals, None)

    def criteria_of(self, factor: str) -> tuple[Figure, ...]:
        """The figures of a factor's criteria."""
        codes = {f"item:{item.code}" for item in self.instrument.criteria(factor)}
        return tuple(figure for figure in self.criteria if figure.code in codes)

    def figures(self) -> tuple[Figure, ...]:
        """Every figure of the report once, in the order of the page."""
        goals = tuple(g.figure for g in self.goals if g.figure.domain != self.index.domain)
        own = (self.index, *self.overall, *self.factors, *self.criteria, *self.means, self.responses)
        return (
            *own,
            *self.breakdown,
            *(figure for ways in self.ways for figure in (*ways.figures, *ways.trend)),
            *self.groups,
            *self.group_factors,
            *self.fields,
            *self.kinds,
            *self.drivers,
            *self.reliabilities,
            *self.trend,
            *self.quarters,
            *self.years,
            *goals,
            *(line.figure for line in self.lines),
        )


@dataclass(frozen=True)
class Changes:
    """What the page of changes says: every agency against each earlier period. report: of the wave."""

    report: Report
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True)
class Evidence:
    """What one wave says of a content of the reform plan: a factor, and its criteria where there are several."""

    wave: Wave
    factor: Figure
    criteria: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Content:
    """One content of the reform plan, with what informs it; () where no question does."""

    reform: Reform
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class ReformPlan:
    """What the plan's page says: the headline against its targets, and every content of the plan.

    report: of the headline wave · unmeasured: targets that no answers here are about
    """

    report: Report
    contents: tuple[Content, ...]
    unmeasured: tuple[Target, ...] = ()


class Stage(StrEnum):
    """How far a document is."""

    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True)
class Document:
    """A report as a file, in one language.

    name: "rating-short/2026/vi" · root: of the ledger that its figures rest on (hex)
    step: what is done now, after `done` of `steps` · asked_at: seconds since 1970
    """

    name: str
    stage: Stage
    root: str
    step: str
    done: int
    steps: int
    asked_at: int

    def lost(self, given_up: int) -> bool:
        """Whether whoever made it is not waited for any more."""
        return self.stage is Stage.MAKING and self.asked_at < given_up


def document_name(report: Report, language: str) -> str:
    """The name of the document of a report."""
    return f"{report.wave.code}/{report.period.replace('/', '--')}/{language}"
