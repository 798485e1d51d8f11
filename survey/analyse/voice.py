"""What people asked for, and what became of it: counts of released comments and of cases in a year."""

from __future__ import annotations

from collections import Counter
from datetime import date

from survey import disclosure
from survey.agency import Agency
from survey.case import LEAST, Counters
from survey.instrument import Text
from survey.report import Asked, Voice
from survey.store import cases, readings
from survey.store.agencies import Reference
from survey.store.database import Connection

#: the questionnaire whose factors and criteria are the topics of comments
NAMED_BY = "sipas-service@2024"


def topic_names(known: Reference) -> dict[str, Text]:
    """Factor or criterion -> its name."""
    instrument = known.instruments.get(NAMED_BY)
    if instrument is None:
        return {}
    named = {factor.code: factor.label for factor in instrument.factors}
    return named | {item.code: item.text for item in instrument.ratings if item.factor}


def read(connection: Connection, known: Reference, root: str, year: int, *, on: date) -> Voice:
    """Of an agency and those below it. on: the day on which cases count as overdue"""
    between = date(year, 1, 1), date(year, 12, 31)
    comments, about = 0, Counter[str]()
    for agency, topics in readings.topics_between(connection, *between):
        if known.under(root, agency):
            comments += 1
            about.update(set(topics))
    names = topic_names(known)
    found = (Asked(topic, names.get(topic, {}), _told(n)) for topic, n in about.items())
    topics_told = sorted(found, key=lambda one: (-(one.comments or 0), one.topic))
    counted = cases.counters(connection, on, between)
    whole, agencies = _cases(known, {code: n for code, n in counted.items() if known.under(root, code)})
    return Voice(f"{year:04}", on.isoformat(), _told(comments), tuple(topics_told), whole, agencies)


def _told(n: int) -> int | None:
    return None if 0 < n < disclosure.SMALLEST else n


def _cases(
    known: Reference, counted: dict[str, Counters]
) -> tuple[Counters | None, tuple[tuple[Agency, Counters | None], ...]]:
    """All cases together, and those of each agency unless few, or others' would follow from the whole."""
    codes = [code for code in known.agencies if code in counted]
    received = [counted[code].received for code in codes]
    held = disclosure.also_held([n < LEAST for n in received], received)
    whole = sum(counted.values(), Counters())
    told = whole if whole.received >= LEAST or not counted else None
    return told, tuple(
        (known.agency(code), None if out or told is None else counted[code])
        for code, out in zip(codes, held, strict=True)
    )
