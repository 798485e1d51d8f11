"""Who came after whom: rows of `succession.csv`, checked one by one and as what they say together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from survey.agency import Agency, Edge, Event
from survey.formats.rows import Row

Agencies = Mapping[str, Agency]


def edges(rows: Sequence[Row], agencies: Agencies) -> tuple[Edge, ...]:
    """The edges of the rows; what is wrong with a row, or with rows together, is told at their lines."""
    read = [(row, edge) for row in rows if (edge := _edge(row, agencies))]
    gives: dict[tuple[str, date], list[tuple[Row, Edge]]] = {}
    comes: dict[tuple[str, date], int] = {}
    for row, edge in read:
        gives.setdefault((edge.predecessor, edge.on), []).append((row, edge))
        comes[edge.successor, edge.on] = comes.get((edge.successor, edge.on), 0) + 1
    for (code, on), given in gives.items():
        _check_shares(given, agencies[code], on)
        _check_events(given, agencies, comes)
    _check_circles(gives)
    return tuple(edge for _, edge in read)


def _edge(row: Row, agencies: Agencies) -> Edge | None:
    """One row by itself; None where there is nothing to go on with."""
    predecessor = row.choice("predecessor", agencies)
    event = row.choice("event", tuple(Event))
    successor = row.known("successor", agencies) or ""
    on, share, document, status = row.day("date"), row.share(), row.text("document"), row.status()
    if not row.cells["date"]:
        row.fault("date is empty")
    if bool(successor) == (event == Event.ABOLISHED):
        row.fault("a level that is abolished has no successor, and everything else has one")
    if successor and successor == predecessor:
        row.fault(f"{predecessor!r} can't come after itself")
    if predecessor not in agencies or event not in tuple(Event) or on is None or not share:
        return None
    _check_days(row, on, agencies[predecessor], agencies.get(successor))
    return Edge(
        predecessor, successor, on, share, Event(event), document, source=row.cells["source"], status=status
    )


def _check_days(row: Row, on: date, before: Agency, after: Agency | None) -> None:
    """Whoever gives was there until the day before, and whoever gets is there on the day."""
    eve = on - timedelta(days=1)
    if not before.valid_on(eve):
        row.fault(f"{before.code!r} was not there on {eve}, the day before")
    if after and not after.valid_on(on):
        row.fault(f"{after.code!r} is not there on {on}")


def _check_shares(given: Sequence[tuple[Row, Edge]], before: Agency, on: date) -> None:
    """Who ends gives exactly all away, and who goes on keeps something."""
    total = sum((edge.share for _, edge in given), Fraction(0))
    ends = before.valid_to is not None and before.valid_to < on
    row = given[-1][0]
    if ends and total != 1:
        row.fault(f"the shares of {before.code!r} on {on} add up to {total} and not to 1, though it ends")
    if not ends and total >= 1:
        row.fault(f"the shares of {before.code!r} on {on} add up to {total}, though it goes on")


def _check_events(
    given: Sequence[tuple[Row, Edge]], agencies: Agencies, comes: Mapping[tuple[str, date], int]
) -> None:
    """The event is the one that the shares, the days and the others of that day say it is."""
    for row, edge in given:
        before = agencies[edge.predecessor]
        if edge.event is Event.ABOLISHED or edge.successor not in agencies:
            continue
        if before.valid_to is None or before.valid_to >= edge.on:
            fitting = {Event.TRANSFER}
        elif len(given) > 1:
            fitting = {Event.SPLIT}
        elif comes[edge.successor, edge.on] > 1 or agencies[edge.successor].valid_from != edge.on:
            fitting = {Event.MERGE}
        else:
            fitting = {Event.RENAME}
        if edge.event not in fitting:
            row.fault(
                f"event {edge.event.value!r} does not fit: by its days and shares it is {_told(fitting)}"
            )


def _told(events: set[Event]) -> str:
    return " or ".join(sorted(repr(event.value) for event in events))


def _check_circles(gives: Mapping[tuple[str, date], Sequence[tuple[Row, Edge]]]) -> None:
    """On one day nobody gets back what it gave."""
    for (code, on), given in gives.items():
        seen, next_ones = set[str](), [edge.successor for _, edge in given]
        while next_ones:
            at = next_ones.pop()
            if at not in seen:
                seen.add(at)
                next_ones += [edge.successor for _, edge in gives.get((at, on), ())]
        if code in seen:
            given[0][0].fault(f"{code!r} would come after itself on {on}")
