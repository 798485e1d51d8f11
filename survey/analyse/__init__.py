"""Analysing: the one road out. Turns kept counts into figures that went through disclosure control.

Pages, JSON and CSV all show the `Report` made here, so they show the same figure to the last digit.
A report costs the same at ten thousand and at ten million responses: it reads moments, not responses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any

from survey import design, errors
from survey.analyse import plan
from survey.analyse.flags import Flagged, flags, recent
from survey.analyse.reading import Reader
from survey.analyse.whole import Whole
from survey.frame import Wave
from survey.report import Changes, ReformPlan, Report
from survey.store import about, cells, ledger
from survey.store.agencies import Reference
from survey.store.database import Connection, Database
from survey.store.ledger import Checkpoint


def report(
    db: Database, *, wave: str | None = None, agency: str | None = None, year: int | None = None
) -> Report:
    """The figures of one agency in one wave; without names, the headline wave's root.

    year: a calendar year; the latest one with responses if None. Waves that are not continuous are
    one period. Raises UnknownWave, UnknownAgency.
    """
    with snapshot(db, wave, year) as held:
        return held.report(agency or held.wave.root)


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


def flagged(db: Database, agency: str, *, on: date, zone: tzinfo) -> tuple[Flagged, ...]:
    """What of the last weeks of the headline wave somebody should look at, in an agency and below it.

    Every agency is tested, so that what is asked for changes no p. Raises UnknownAgency.
    """
    with snapshot(db, None, None) as held:
        known, counts = held.known, held.whole().counts
        known.agency(agency)
        told = recent(held.connection, held.wave.code, on, zone)
        every: tuple[Flagged, ...] = held.kept(
            f"flags:{on}", lambda: flags(held.connection, known, counts, told, zone=zone)
        )
    return tuple(one for one in every if known.under(agency, one.agency))


def years(db: Database, wave: str) -> tuple[int, ...]:
    """The calendar years in which a wave has sealed responses, the latest first."""
    with db.read() as connection:
        return tuple(sorted({int(month[:4]) for month in cells.months(connection, wave)}, reverse=True))


@dataclass(frozen=True)
class Snapshot:
    """One wave and year in one state of the ledger; what was made from it is kept until that moves."""

    db: Database
    connection: Connection
    known: Reference
    wave: Wave
    year: int | None
    last: Checkpoint | None

    def kept(self, name: str, make: Callable[[], Any]) -> Any:
        root = self.last.root if self.last else b""
        stamp = (root, about.read(self.connection, about.CATALOGUE))
        return self.db.kept(f"{name}:{self.wave.code}:{self.year}", stamp, make)

    def whole(self) -> Whole:
        made: Whole = self.kept(
            "whole", lambda: Whole.read(self.connection, self.known, self.wave, self.year, self.last)
        )
        return made

    def report(self, agency: str) -> Report:
        body = self.known.agency(agency)
        if not self.known.under(self.wave.root, body.code):
            raise errors.UnknownAgency(agency=body.code)
        made: Report = self.kept(
            f"report:{body.code}",
            lambda: Reader(self.connection, self.known, self.whole(), self.last).report(body),
        )
        return made

    def changes(self) -> Changes:
        made: Changes = self.kept(
            "changes", lambda: Changes(self.report(self.wave.root), self.whole().comparisons)
        )
        return made


@contextmanager
def snapshot(db: Database, wave: str | None, year: int | None, *, still: bool = False) -> Iterator[Snapshot]:
    """One state of the database, from which everything said of a wave and year fits together.

    still: hold it for as long as reading takes, as an edition needs it
    """
    known = design.reference(db)
    chosen = known.wave(wave) if wave else known.headline
    if chosen is None:
        raise errors.UnknownWave(wave="")
    with db.still() if still else db.read() as connection:
        yield Snapshot(db, connection, known, chosen, year, ledger.checkpoint(connection))
