"""Microdata of a bundle against its figures: nobody is singled out, and no row is there that was not counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from survey import anonymity, errors
from survey.anonymity import Quasi
from survey.counts import ALL
from survey.formats import archive
from survey.instrument import Missing
from survey.publish.microdata import columns_of
from survey.publish.rebuilt import Rebuilder

Note = Callable[..., None]


def check(note: Note, reader: archive.Reader, rebuilder: Rebuilder, name: str) -> None:
    """Note what does not hold of the rows: their columns, answers, order, groups and numbers."""
    try:
        _check(note, reader, rebuilder, name)
    except errors.BadBundle as refusal:
        note("file-unreadable", name, refusal.detail.get("fault", ""))


def _check(note: Note, reader: archive.Reader, rebuilder: Rebuilder, name: str) -> None:
    instrument = rebuilder.counts.instrument
    columns = columns_of(instrument)
    allowed = [_answers(rebuilder, item) for item in columns[len(Quasi._fields) :]]
    groups: Counter[Quasi] = Counter()
    steps: Counter[tuple[str, str]] = Counter()
    before = b""
    with reader.stream(name) as file:
        if file.readline().decode(errors="replace").rstrip("\n").split(",") != list(columns):
            note("row-differs", f"{name} line 1", "other columns")
            return
        for number, line in enumerate(file, 2):
            cells = line.decode(errors="replace").rstrip("\n").split(",")
            answers = cells[len(Quasi._fields) :]
            if len(cells) != len(columns) or not all(
                a in some for a, some in zip(answers, allowed, strict=True)
            ):
                note("row-differs", f"{name} line {number}", "no such answer")
                return
            if line < before:
                note("row-differs", f"{name} line {number}", "out of order")
                return
            before = line
            groups[Quasi(*cells[: len(Quasi._fields)])] += 1
            steps.update(zip(columns[len(Quasi._fields) :], answers, strict=True))
    for quasi, n in groups.items():
        if n < anonymity.K:
            note("row-alone", name, f"{n} rows of {', '.join(filter(None, quasi))}")
    _check_numbers(note, rebuilder, name, steps)


def _answers(rebuilder: Rebuilder, code: str) -> frozenset[str]:
    instrument = rebuilder.counts.instrument
    scale = instrument.scale_of(instrument.by_code[code])
    return frozenset({*(str(step.value) for step in scale.steps), *(reason.value for reason in Missing)})


def _check_numbers(note: Note, rebuilder: Rebuilder, name: str, steps: Counter[tuple[str, str]]) -> None:
    """No answer is there more often than it was counted."""
    instrument = rebuilder.counts.instrument
    for (domain, item), tally in rebuilder.released.tallies.items():
        if domain != ALL or tally.steps is None:
            continue
        scale = instrument.scale_of(instrument.by_code[item])
        for step, n in zip(scale.steps, tally.steps, strict=True):
            if steps[item, str(step.value)] > n:
                note("row-differs", name, f"{item}={step.value} stands in more rows than were counted")


def counted(reader: archive.Reader, name: str) -> int:
    """How many rows there are."""
    try:
        with reader.stream(name) as file:
            return sum(1 for _ in file) - 1
    except errors.BadBundle:
        return 0
