"""Three numbers side by side: each from its own road, none from another's."""

from __future__ import annotations

from survey import design
from survey.analyse import report
from survey.figure import Figure
from survey.frame import WaveKind
from survey.report import Report
from survey.shelves import Shelves, process_scores
from survey.store.database import Database

#: the questionnaire of process scores
PROCESS = "decree61@2018"

#: answers with a dossier's code, and those without any invitation
INVITED = ("invitation:dossier", "invitation:none")


def shelves(db: Database) -> Shelves:
    """The household waves, the continuous rating and the process scores, each as its own pages have it."""
    known = design.reference(db)
    waves = [wave for wave in known.waves.values() if wave.kind is WaveKind.HOUSEHOLD]
    reports = (report(db, wave=wave.code) for wave in sorted(waves, key=lambda w: w.starts, reverse=True))
    rating = report(db)
    instrument = known.instruments.get(PROCESS)
    return Shelves(
        households=tuple(each for each in reports if each.index.estimate.n or each.index.withheld),
        rating=rating,
        invited=_invited(rating),
        process=process_scores(known.published, known.agencies, instrument),
        instrument=instrument,
    )


def _invited(rating: Report) -> tuple[Figure, ...]:
    every = {figure.domain: figure for ways in rating.ways for figure in ways.figures}
    return tuple(every[domain] for domain in INVITED if domain in every)
