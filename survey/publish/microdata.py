"""Microdata: one row for each response that counts, coarsened, in an order that tells nothing.

Read once in the order of the ledger, written in the order of its text: a row's place leads neither to a
commitment nor to a day. Memory does not grow with the rows; what waits lies in files without a name.
"""

from __future__ import annotations

import heapq
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import IO

from survey import anonymity
from survey.analyse import Snapshot
from survey.anonymity import Quasi
from survey.frame import WaveKind
from survey.instrument import Instrument, Missing
from survey.publish.quality import Observed
from survey.response import Sealed
from survey.store import quarantine, responses, waves

#: rows that are sorted in memory
SORTED = 100_000
#: bytes that are handed on at a time
_PIECE = 1 << 20

QUASI = ("agency", "period", "mode", "respondent", "group", "weight")


@dataclass
class Microdata:
    """The rows, sorted, in a file of their own; and what coarsening them cost.

    levels: rows by the level that they are published at, those left out under "suppressed" · agencies: that
    are named · valid, satisfied: weight of the answers to the index in the rows
    """

    columns: tuple[str, ...]
    file: IO[bytes]
    rows: int = 0
    levels: dict[str, int] = field(default_factory=dict)
    agencies: set[str] = field(default_factory=set)
    valid: float = 0.0
    satisfied: float = 0.0

    def pieces(self) -> Iterator[bytes]:
        """The same, as pieces of a mebibyte."""
        self.file.seek(0)
        while some := self.file.read(_PIECE):
            yield some

    def lines(self) -> Iterator[bytes]:
        """Every row as a line of CSV, without the header."""
        self.file.seek(0)
        yield from self.file


def columns_of(instrument: Instrument) -> tuple[str, ...]:
    return (*QUASI, *(item.code for item in instrument.ratings))


def made(
    snapshot: Snapshot,
    stack: ExitStack,
    starts: Callable[[Quasi], int],
    earlier: Sequence[int],
    observed: Observed,
    progress: Callable[[str, int, int], None],
) -> Microdata:
    """The microdata of a wave's period. starts: the finest level that a row may have

    earlier: sizes of the ledger at earlier revisions; what came between two is coarsened by itself, so that
    nobody is singled out by comparing revisions · observed: is shown every response of the period
    """
    counts = snapshot.whole().counts
    waiting = _scratch(stack)
    kinds: dict[tuple[int, Quasi], int] = {}
    sizes: Counter[int] = Counter()
    for position, response, counted in _responses(snapshot, progress):
        observed.see(response, position, counted=counted)
        if counted:
            batch = sum(position >= size for size in earlier)
            number = kinds.setdefault((batch, _quasi(response)), len(kinds))
            sizes[number] += 1
            waiting.write(f"{number},{_answers(response, counts.instrument)}\n".encode())
    levels = _levels(kinds, sizes, starts)
    found = Microdata(columns_of(counts.instrument), _scratch(stack))
    for level, number in sorted(Counter(_told(levels, sizes)).items()):
        found.levels[level] = number
    names = {number: quasi for (_, quasi), number in kinds.items()}
    waiting.seek(0)
    told = _index_of(counts.instrument)
    for line in _sorted(_published(waiting, names, levels), stack):
        found.file.write(line)
        _add(found, line, told)
    return found


def _index_of(instrument: Instrument) -> list[tuple[int, frozenset[str], frozenset[str]]]:
    """Where the answers to the index stand in a row, which of them are valid, and which satisfied."""
    found = []
    for place, item in enumerate(instrument.ratings, len(QUASI)):
        if item.in_index:
            scale = instrument.scale_of(item)
            steps = [step.value for step in scale.steps]
            high = frozenset(str(step) for step in steps if step >= (scale.satisfied_from or 0))
            found.append((place, frozenset(map(str, steps)), high))
    return found


def _add(found: Microdata, line: bytes, told: Sequence[tuple[int, frozenset[str], frozenset[str]]]) -> None:
    """Count a row, so that what coarsening costs can be told."""
    cells = line.decode().rstrip("\n").split(",")
    weight = float(cells[5])
    found.rows += 1
    found.agencies.add(cells[0])
    found.valid += weight * sum(cells[place] in valid for place, valid, _ in told)
    found.satisfied += weight * sum(cells[place] in high for place, _, high in told)


def _responses(
    snapshot: Snapshot, progress: Callable[[str, int, int], None]
) -> Iterator[tuple[int, Sealed, bool]]:
    """Position, response, and whether it counts, of all of the wave's period up to the checkpoint.

    Of a household wave what was weighted counts, with its final weight.
    """
    counts, size = snapshot.whole().counts, snapshot.last.size if snapshot.last else 0
    year = counts.period.name if counts.wave.kind is WaveKind.CONTINUOUS else ""
    drawn = counts.wave.kind is WaveKind.HOUSEHOLD
    weights = waves.weights(snapshot.connection, counts.wave.code) if drawn else {}
    position = 0
    for chunk in responses.stream(snapshot.connection, until=size):
        out = quarantine.uncounted(snapshot.connection, [commitment for commitment, _, _ in chunk])
        for commitment, _, content in chunk:
            response = Sealed.parse(content)
            if response.wave == counts.wave.code and response.month.startswith(year):
                response = replace(response, weight=weights.get(commitment, response.weight))
                counts_it = commitment not in out and (not drawn or commitment in weights)
                yield position, response, counts_it
            position += 1
        progress("microdata", position, size)


def _quasi(response: Sealed) -> Quasi:
    month = response.month
    quarter = f"{month[:4]}-Q{(int(month[5:7]) + 2) // 3}"
    weight = f"{response.weight:.2g}"
    return Quasi(
        response.agency, quarter, response.mode, response.respondent, response.group or "none", weight
    )


def _answers(response: Sealed, instrument: Instrument) -> str:
    """The rated items' steps, or why there is none, in the order of the questionnaire."""
    answers = response.answers
    return ",".join(str(answers.get(item.code, Missing.NOT_ASKED.value)) for item in instrument.ratings)


def _levels(
    kinds: Mapping[tuple[int, Quasi], int], sizes: Mapping[int, int], starts: Callable[[Quasi], int]
) -> dict[int, int | None]:
    """The level of each kind of row, each batch by itself."""
    levels: dict[int, int | None] = {}
    for batch in sorted({batch for batch, _ in kinds}):
        mine = {quasi: number for (of, quasi), number in kinds.items() if of == batch}
        start = {quasi: starts(quasi) for quasi in mine}
        found = anonymity.recoded({quasi: sizes[number] for quasi, number in mine.items()}, start=start)
        levels |= {mine[quasi]: level for quasi, level in found.items()}
    return levels


def _told(levels: Mapping[int, int | None], sizes: Mapping[int, int]) -> Counter[str]:
    told: Counter[str] = Counter()
    for number, level in levels.items():
        told["suppressed" if level is None else str(level)] += sizes[number]
    return told


def _published(
    waiting: IO[bytes], names: Mapping[int, Quasi], levels: Mapping[int, int | None]
) -> Iterator[bytes]:
    prefix = {
        number: ",".join(anonymity.coarsened(names[number], level)).encode() + b","
        for number, level in levels.items()
        if level is not None
    }
    for line in waiting:
        number, _, rest = line.partition(b",")
        begins = prefix.get(int(number))
        if begins is not None:
            yield begins + rest


def _scratch(stack: ExitStack) -> IO[bytes]:
    """A file without a name that is gone when the bundle is written."""
    return stack.enter_context(tempfile.TemporaryFile())


def _sorted(lines: Iterable[bytes], stack: ExitStack) -> Iterator[bytes]:
    """Lines in the order of their bytes, some in memory at a time."""
    source, runs = iter(lines), []
    while some := sorted(islice(source, SORTED)):
        run = _scratch(stack)
        run.writelines(some)
        run.seek(0)
        runs.append(run)
    return heapq.merge(*runs)
