"""Analysing: the one road out. Turns kept counts into figures that went through disclosure control.

Pages, JSON and CSV all show the `Report` made here, so they show the same figure to the last digit.
A report costs the same at ten thousand and at ten million responses: it reads moments, not responses.
"""

from __future__ import annotations

from survey import design, errors
from survey.analyse.reading import Reader
from survey.analyse.wave import WaveCounts
from survey.figure import Report
from survey.store import about, cells, ledger
from survey.store.database import Database


def report(
    db: Database, *, wave: str | None = None, agency: str | None = None, year: int | None = None
) -> Report:
    """The figures of one agency in one wave; without names, the headline wave's root.

    year: a calendar year; the latest one with responses if None. Waves that are not continuous are
    one period. Raises UnknownWave, UnknownAgency.
    """
    known = design.reference(db)
    chosen = known.wave(wave) if wave else known.headline
    if chosen is None:
        raise errors.UnknownWave(wave="")
    body = known.agency(agency or chosen.root)
    if not known.under(chosen.root, body.code):
        raise errors.UnknownAgency(agency=body.code)
    with db.read() as connection:
        last = ledger.checkpoint(connection)
        stamp = (last.root if last else b"", about.read(connection, about.CATALOGUE))

        def make() -> Report:
            counts: WaveCounts = db.kept(
                f"wave:{chosen.code}:{year}",
                stamp,
                lambda: WaveCounts.read(connection, known, chosen, year),
            )
            return Reader(connection, known, counts, last).report(body)

        made: Report = db.kept(f"report:{chosen.code}:{body.code}:{year}", stamp, make)
        return made


def years(db: Database, wave: str) -> tuple[int, ...]:
    """The calendar years in which a wave has sealed responses, the latest first."""
    with db.read() as connection:
        return tuple(sorted({int(month[:4]) for month in cells.months(connection, wave)}, reverse=True))
