"""Analysing: the one road out. Turns kept counts into figures that went through disclosure control.

Pages, JSON and CSV all show the `Report` made here, so they show the same figure to the last digit.
A report costs the same at ten thousand and at ten million responses: it reads moments, not responses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, tzinfo
from functools import cached_property
from typing import Any

from survey import design, errors
from survey.agency import Agency
from survey.analyse import own, periods, plan
from survey.analyse import voice as voices
from survey.analyse.answers import Answers, Apart
from survey.analyse.desk import Desk
from survey.analyse.flags import Flagged, flags
from survey.analyse.reading import Reader
from survey.analyse.recent import recent
from survey.analyse.series import Series
from survey.analyse.wave import period_of
from survey.analyse.whole import Whole, all_series
from survey.counts.slices import Slices
from survey.dashboard import Dashboard, Dimension, Selection
from survey.frame import Wave, WaveKind
from survey.report import Changes, ReformPlan, Report, Voice
from survey.store import about, cells, ledger
from survey.store.agencies import Reference
from survey.store.database import Connection, Database
from survey.store.keeping import Seen
from survey.store.ledger import Checkpoint

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
    every: bool = False,
    at: int,
) -> Seen:
    """What the desk of an agency shows of a period (a `Dashboard`), the latest year with responses if None.

    chosen: filters · as_of: figures of all answers are those of the agencies of that day · every: all values of a
    dimension, and not the most answered alone · at: the moment, in seconds since 1970. It may be some seconds old (`Keeping.lately`): people look at it while others answer.
    Raises UnknownWave, UnknownAgency, UnknownSelection, ContradictoryFilters, AskedByMany.
    """
    if period is not None and not periods.is_name(period):
        raise errors.UnknownSelection(fields=["period"])
    on = None if chosen else as_of
    name = f"desk:{agency}:{chosen}:{on or ''}:{every}"

    def make() -> Dashboard:
        with snapshot(db, wave, None, period=period) as held:
            made: Dashboard = held.kept(name, lambda: held.dashboard(agency, tuple(chosen), on, every))
        return made

    return db.lately(f"{wave or ''}:{period or ''}:{name}", about.catalogue_stamp(db), make, at=at)


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

    @cached_property
    def named(self) -> str:
        """The period that is asked for by name, or that the latest answers lie in."""
        if self.period:
            return self.period
        months = self.kept_always("months", lambda: cells.months(self.connection, self.wave.code))
        return period_of(self.wave, months, None).name

    def kept(self, name: str, make: Callable[[], Any]) -> Any:
        """What is made of a period."""
        return self.kept_always(f"{name}:{self.named}", make)

    def kept_always(self, name: str, make: Callable[[], Any]) -> Any:
        """What is made of all periods together."""
        return self.db.kept(f"{self.wave.code}:{name}", self._stamp, make)

    @cached_property
    def _stamp(self) -> tuple[bytes, str | None]:
        root = self.last.root if self.last else b""
        return root, about.read(self.connection, about.CATALOGUE)

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

    def body(self, agency: str) -> Agency:
        """An agency that the wave is about. Raises UnknownAgency."""
        body = self.known.agency(agency)
        if not self.known.under(self.wave.root, body.code):
            raise errors.UnknownAgency(agency=body.code)
        return body

    def report(self, agency: str, as_of: date | None = None) -> Report:
        body = self.body(agency)
        made: Report = self.kept(
            f"report:{body.code}:{as_of or ''}",
            lambda: self.reader(as_of).report(body),
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
        self, agency: str, chosen: tuple[tuple[Dimension, str], ...], as_of: date | None, every: bool
    ) -> Dashboard:
        known = self.known.succession
        as_of = as_of if known.before(agency) or known.after(agency) else None
        body, whole = self.body(agency), self.whole()
        if whole.series and self.period and not whole.series.has(self.period):
            raise errors.UnknownSelection(fields=["period"])
        selection = Selection(whole.counts.period.name, chosen, as_of is not None, every)
        answers = None if as_of else self._answers(body)
        desk = Desk(self.connection, self.known, whole, body, self.last, answers, as_of)
        return desk.chosen(selection) if chosen else desk.dashboard(self.report(agency, as_of), selection)

    def _answers(self, body: Agency) -> Answers | None:
        """What may be chosen of; None where nobody answered in a month that is over."""
        whole, apart = self.whole(), self._apart(body)
        if apart is None or whole.series is None:
            return None
        return Answers(whole.counts, whole.series, self.known, body.code, apart)

    def _apart(self, body: Agency) -> Apart | None:
        """The cells of an agency in months that are over; read anew only when an answer came to one of them."""
        whole = self.whole()
        over, domain = own.months_over(whole, self.last), own.domain_of(whole, body)
        people = tuple((month, whole.series.people(domain, month)) for month in over) if whole.series else ()
        apart: Apart | None = self.db.kept(
            f"{self.wave.code}:apart:{body.code}",
            (people, self._stamp[1]),
            lambda: own.apart_of(self.connection, whole, body, over),
        )
        return apart

    def slices(self, body: Agency) -> Slices:
        """The cells of an agency in all months."""
        return own.slices_of(self.connection, self.whole(), body, self._apart(body))

    def reader(self, as_of: date | None = None) -> Reader:
        """What reads reports from this state."""
        return Reader(self.connection, self.known, self.whole(), self.last, self.slices, as_of)


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
