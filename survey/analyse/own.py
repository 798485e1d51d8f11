"""The cells of one agency: of months that are over, which hardly ever change, and of all months."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from survey.agency import Agency
from survey.analyse import periods
from survey.analyse.answers import Apart
from survey.analyse.whole import Whole
from survey.counts import ALL, Parts
from survey.counts.monthly import Monthly
from survey.counts.slices import Slices, joined
from survey.store import cells
from survey.store.database import Connection
from survey.store.ledger import Checkpoint


def domain_of(whole: Whole, body: Agency) -> str:
    """Everybody, or those who rated the agency."""
    return ALL if body.code == whole.counts.wave.root else f"agency:{body.code}"


def months_over(whole: Whole, last: Checkpoint | None) -> list[str]:
    """The months with responses that the newest sealing has left behind."""
    if whole.series is None or last is None:
        return []
    return [month for month in whole.series.months if periods.is_over(month, last.day)]


def apart_of(connection: Connection, whole: Whole, body: Agency, over: Sequence[str]) -> Apart | None:
    """The cells of an agency in months that are over; None of a whole wave, and where nobody answered."""
    if body.code == whole.counts.wave.root or not _strata(whole, body, over):
        return None
    return Apart(_read(connection, whole, body, over), over)


def slices_of(connection: Connection, whole: Whole, body: Agency, apart: Apart | None) -> Slices:
    """The cells of an agency in all months, those of months that are over as they were read."""
    over = apart.over if apart else ()
    months = [month for month in whole.counts.months if month not in over]
    kept = [apart.slices] if apart else []
    return joined([*kept, *([_read(connection, whole, body, months)] if months else [])])


@dataclass(frozen=True)
class Own:
    """The answers of one agency told apart. read: its cells in all months"""

    whole: Whole
    read: Callable[[], Slices]
    _found: dict[tuple[str, tuple[str, str]], Parts] = field(default_factory=dict)
    _by: dict[str, Monthly] = field(default_factory=dict)

    @cached_property
    def slices(self) -> Slices:
        return self.read()

    def parts(self, family: str, months: tuple[str, str]) -> Parts:
        """What `cells.parts` tells of a family within the agency ("agency:03646/mode"), with values for keys."""
        if (family, months) not in self._found:
            (first, last), attribute = months, family.rpartition("/")[2]
            there = [month for month in self.whole.counts.months if first <= month <= last]
            sampled = self.whole.series.sampled_between(first, last) if self.whole.series else {}
            if attribute not in self._by:
                self._by[attribute] = self.slices.by(attribute)
            self._found[family, months] = self._by[attribute].parts(there, sampled)
        return self._found[family, months]


def _read(connection: Connection, whole: Whole, body: Agency, months: Sequence[str]) -> Slices:
    """The cells of an agency from the first to the last of some months."""
    return cells.slices(
        connection,
        whole.counts.wave.code,
        body.code,
        (months[0], months[-1]),
        strata=sorted(_strata(whole, body, months)),
        instrument=whole.counts.instrument.ref,
    )


def _strata(whole: Whole, body: Agency, months: Sequence[str]) -> set[str]:
    """The strata in which an agency has answers in some months."""
    moments = whole.series.by_month if whole.series else {}
    return {stratum for month in months for stratum in moments.get((f"agency:{body.code}", month), {})}
