"""What a change of the catalogue changes: rows added, changed and ended, and which changes there can't be.

A row is its cells as the files hold them. Nothing is deleted and no code is given twice: what is over
has a last day, and stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

#: one row: column -> cell
Cells = Mapping[str, str]

#: what may still be said better of a row that is over
_STILL = frozenset({"source", "status", "valid_to"})


class Kind(StrEnum):
    """What happens to a row."""

    ADDED = "added"
    CHANGED = "changed"
    ENDED = "ended"


@dataclass(frozen=True)
class Change:
    """One row before and after; `before` is empty for one that is added. line: where it stands in the file."""

    key: str
    before: Cells
    after: Cells
    line: int = 0

    @property
    def kind(self) -> Kind:
        if not self.before:
            return Kind.ADDED
        over = self.after.get("valid_to", "") and not self.before.get("valid_to", "")
        return Kind.ENDED if over else Kind.CHANGED

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that differ."""
        return tuple(name for name, cell in self.after.items() if self.before.get(name, "") != cell)


@dataclass(frozen=True)
class Revision:
    """Changes that were made at once: which, when (seconds since 1970), by whose account, and why."""

    number: int
    at: int
    account: int | None
    file: str
    reason: str
    changes: tuple[Change, ...] = field(default=())


def changes(known: Mapping[str, Cells], sent: Iterable[tuple[int, str, Cells]]) -> tuple[Change, ...]:
    """What rows change that were sent as (line, key, cells), given the rows there are by key."""
    found = (Change(key, known.get(key, {}), cells, line) for line, key, cells in sent)
    return tuple(change for change in found if dict(change.before) != dict(change.after))


def objections(change: Change, known: Iterable[str], *, on: date) -> list[str]:
    """What speaks against a change on a day, in sentences; nothing for most."""
    told: list[str] = []
    before, after = change.before, change.after
    if not before:
        lost = next((code for code in known if code != change.key and code.lstrip("0") == change.key), None)
        if lost and change.key.isdigit():
            told.append(f"code {change.key!r} looks like {lost!r} without its leading zeros")
        return told
    if "kind" in change.columns:
        told.append(f"kind of {change.key!r} can't change: a body of another kind has a code of its own")
    last = before.get("valid_to", "")
    if last and last < on.isoformat():
        touched = [name for name in change.columns if name not in _STILL]
        if touched or not after.get("valid_to"):
            told.append(f"{change.key!r} ended on {last}: its code is never used again for anything else")
    return told
