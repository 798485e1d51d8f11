"""Field work of household waves: from a plan and a frame to a sample, interviews, and weights.

fieldwork.plan(db, wave); fieldwork.load_frame(db, code, units); fieldwork.draw(db, code)
fieldwork.open_wave(db, code, by=…, at=…, on=…); fieldwork.assign(db, code, names)
visited = fieldwork.visited(db, typed, account)      # a unit, for whoever interviews there
collect.submit(db, fieldwork.placed(visited, response), at=…)
fieldwork.close(db, code, …); fieldwork.weight(db, code, margins, How(), …)
"""

from survey.fieldwork.planning import (
    Precision,
    change,
    communes_of,
    draw,
    load_frame,
    open_wave,
    plan,
    precision,
)
from survey.fieldwork.reading import every_wave, read_frame, read_margins, sample, sample_as_csv, wave
from survey.fieldwork.rehearsal import rehearse
from survey.fieldwork.units import Visited, placed, visited
from survey.fieldwork.weighing import Weighting, weight, weightings
from survey.fieldwork.working import (
    assign,
    close,
    field_progress,
    interviewers,
    shared,
    substitute,
)

__all__ = [
    "Precision",
    "Visited",
    "Weighting",
    "assign",
    "change",
    "close",
    "communes_of",
    "draw",
    "every_wave",
    "field_progress",
    "interviewers",
    "load_frame",
    "open_wave",
    "placed",
    "plan",
    "precision",
    "read_frame",
    "read_margins",
    "rehearse",
    "sample",
    "sample_as_csv",
    "shared",
    "substitute",
    "visited",
    "wave",
    "weight",
    "weightings",
]
