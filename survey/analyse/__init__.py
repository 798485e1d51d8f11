"""Analysing: the one road out. Turns kept counts into figures that went through disclosure control.

Pages, JSON and CSV all show the `Report` made here, so they show the same figure to the last digit.
A report costs the same at ten thousand and at ten million responses: it reads moments, not responses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any

from survey import design, errors
from survey.agency import Agency
from survey.analyse import periods, plan
from survey.analyse import voice as voices
from survey.analyse.answers import Answers, Apart
from survey.analyse.desk import Desk, apart_of, domain_of
from survey.analyse.flags import Flagged, flags
from survey.analyse.reading import Reader
from survey.analyse.recent import recent
from survey.analyse.series import Series
from survey.analyse.whole import Whole, all_series
from survey.dashboard import Dashboard, Dimension, Selection
from survey.frame import Wave, WaveKind
from survey.report import Changes, ReformPlan, Report, Voice
from survey.store import about, cells, ledger
from survey.store.agencies import Reference
from survey.store.database import Connection, Database
from survey.store.ledger import Checkpoint

#: seconds for which a dashboard stands although others have answered meanwhile
FRESH = 30.0

#: letters of the name of a period that is a year
_YEAR = 4


def report(
    db: Database,
    *,
    wave: str | None = None,
    agency: str | None = None,
    year: int | None = None,
    as_of: date | None = None,
) -> Report:
    """The figures of one agency in one wave; without names, the headline wave's root.

    year: a calendar year; the latest one with responses if None. Waves that are not continuous are
    one period. as_of: series are those of the agencies of that day, None for those there were. Raises UnknownWave, UnknownAgency.
    """
    with snapshot(db, wave, year) as held:
        return held.report(agency or held.wave.root, as_of)


def changes(db: Database, *, wave: str | None = None, year: int | None = None) -> Changes:
    """How every agency of a wave moved: against the year before, the quarter before, and a year before.

    Errors as in `report`.
    """
    with snapshot(db, wave, year) as held:
        return held.changes()


def reform_plan(db: Database, *, year: int | None = None) -> ReformPlan:
    """The headline wave against the reform plan: its targets, and what informs each content of it."""
    known = design.reference(db)
    headline = report(db, year=year)
    others = (w for w in known.waves.values() if w.root == headline.wave.root and not w.headline)
    reports = [headline, *(report(db, wave=wave.code) for wave in others)]
    answered = [one for one in reports if one is headline or one.index.estimate.n or one.index.withheld]
    measured = {goal.target.code for goal in headline.goals}
    unmeasured = (t for t in plan.targets(known, headline.wave) if t.code not in measured)
    return ReformPlan(headline, plan.contents(known.reforms, answered), tuple(unmeasured))


def voice(db: Database, wave: str, year: int | None = None, *, on: date) -> Voice | None:
    """What people asked for in the year of a wave's figures, and what became of it by a day. Errors as in `report`."""
    with snapshot(db, wave, year) as held:
        return held.voice(on=on)


def flagged(db: Database, agency: str, *, on: date, zone: tzinfo) -> tuple[Flagged, ...]:
    """What of the last weeks of the headline wave somebody should look at, in an agency and below it.

    Every agency is tested, so that what is asked for changes no p. Raises UnknownAgency.
    """
    with snapshot(db, None, None) as held:
        known, counts = held.known, held.whole().counts
        known.agency(agency)

        def made() -> tuple[Flagged, ...]:
            told = recent(held.connection, known, held.wave.code, on, zone)
            return flags(held.connection, known, counts, told, zone=zone)

        every: tuple[Flagged, ...] = held.kept(f"flags:{on}", made)
    return tuple(one for one in every if known.under(agency, one.agency))


def dashboard(
    db: Database,
    agency: str,
    *,
    wave: str | None = None,
    period: str | None = None,
    chosen: Sequence[tuple[Dimension, str]] = (),
    as_of: date | None = None,
) -> Dashboard:
    """What the desk of an agency shows of a period, the latest year with responses if None.

    chosen: filters · as_of: figures of all answers are those of the agencies of that day. It may be `FRESH` seconds old: people look at it while others answer.
    Raises UnknownWave, UnknownAgency, UnknownSelection.
    """
    if period is not None and not periods.is_name(period):
        raise errors.UnknownSelection(period=period)
    with snapshot(db, wave, None, period=period) as held:
        on = None if chosen else as_of
        name = f"desk:{agency}:{chosen}:{on or ''}"
        made: Dashboard = held.kept(name, lambda: held.dashboard(agency, tuple(chosen), on), lasting=FRESH)
        return made


def years(db: Database, wave: str) -> tuple[int, ...]:
    """The calendar years in which a wave has sealed responses, the latest first."""
    with db.read() as connection:
        return tuple(sorted({int(month[:4]) for month in cells.months(connection, wave)}, reverse=True))


@dataclass(frozen=True)
class Snapshot:
    """One wave and period in one state of the ledger; what was made from it is kept until that moves."""

    db: Database
    connection: Connection
    known: Reference
    wave: Wave
    period: str | None
    last: Checkpoint | None

    def kept(self, name: str, make: Callable[[], Any], *, lasting: float = 0.0) -> Any:
        """What is made of a period."""
        return self.kept_always(f"{name}:{self.period}", make, lasting=lasting)

    def kept_always(self, name: str, make: Callable[[], Any], *, lasting: float = 0.0) -> Any:
        """What is made of all periods together."""
        root = self.last.root if self.last else b""
        stamp = (root, about.read(self.connection, about.CATALOGUE))
        return self.db.kept(f"{self.wave.code}:{name}", stamp, make, lasting=lasting)

    def series(self) -> tuple[Series, ...]:
        made: tuple[Series, ...] = self.kept_always(
            "series", lambda: all_series(self.connection, self.known, self.wave)
        )
        return made

    def whole(self) -> Whole:
        made: Whole = self.kept(
            "whole",
            lambda: Whole.read(self.connection, self.known, self.wave, self.period, self.last, self.series()),
        )
        return made

    def report(self, agency: str, as_of: date | None = None) -> Report:
        body = self.known.agency(agency)
        if not self.known.under(self.wave.root, body.code):
            raise errors.UnknownAgency(agency=body.code)
        made: Report = self.kept(
            f"report:{body.code}:{as_of or ''}",
            lambda: Reader(self.connection, self.known, self.whole(), self.last, as_of).report(body),
        )
        return made

    def changes(self) -> Changes:
        made: Changes = self.kept(
            "changes", lambda: Changes(self.report(self.wave.root), self.whole().comparisons)
        )
        return made

    def voice(self, *, on: date) -> Voice | None:
        """Comments and cases of the year; None of waves that are not continuous: nobody commented there."""
        period = self.whole().counts.period.name
        if self.wave.kind is not WaveKind.CONTINUOUS or len(period) != _YEAR:
            return None
        return voices.read(self.connection, self.known, self.wave.root, int(period), on=on)

    def dashboard(
        self, agency: str, chosen: tuple[tuple[Dimension, str], ...], as_of: date | None
    ) -> Dashboard:
        known = self.known.succession
        as_of = as_of if known.before(agency) or known.after(agency) else None
        report, whole = self.report(agency, as_of), self.whole()
        body = report.agency
        if whole.series and self.period and not whole.series.has(self.period):
            raise errors.UnknownSelection(period=self.period)
        selection = Selection(whole.counts.period.name, chosen, as_today=as_of is not None)
        answers = None if as_of else self._answers(body)
        return Desk(self.connection, self.known, whole, body, answers, as_of).dashboard(report, selection)

    def _answers(self, body: Agency) -> Answers | None:
        """What may be chosen of; read anew only when an answer came to a month that is over."""
        whole = self.whole()
        domain, series, day = domain_of(whole, body), whole.series, self.last.day if self.last else None
        if series is None or day is None:
            return None
        over = [month for month in series.months if periods.is_over(month, day)]
        people = tuple((month, series.people(domain, month)) for month in over)
        apart: Apart | None = self.db.kept(
            f"{self.wave.code}:apart:{body.code}",
            (people, about.read(self.connection, about.CATALOGUE)),
            lambda: apart_of(self.connection, whole, body, over),
        )
        return Answers(whole.counts, series, self.known, body.code, apart) if apart else None


@contextmanager
def snapshot(
    db: Database, wave: str | None, year: int | None, *, period: str | None = None, still: bool = False
) -> Iterator[Snapshot]:
    """One state of the database, from which all said of a wave and a year, or another period, fits together.

    still: hold it for as long as reading takes, as an edition needs it
    """
    known = design.reference(db)
    chosen = known.wave(wave) if wave else known.headline
    if chosen is None:
        raise errors.UnknownWave(wave="")
    with db.still() if still else db.read() as connection:
        name = period or (None if year is None else f"{year:04}")
        yield Snapshot(db, connection, known, chosen, name, ledger.checkpoint(connection))
