"""One row of a table that people wrote: each cell read by what it holds, each fault told with its line."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from datetime import date
from fractions import Fraction

from survey.agency import Status
from survey.formats.faults import Faults

CODE = re.compile(r"[0-9a-z]+(-[0-9a-z]+)*")
#: a comma before one or two digits stands for the point; before three it may part thousands, and is refused
_COMMA = re.compile(r"(?<=\d),(?=\d{1,2}$)")
#: words that a fault lists; more are nobody's to choose from by reading
LISTED = 12


def unknown(column: str, value: str, allowed: Collection[str]) -> str:
    """The fault of a cell that holds none of the words that it may, with those words if they are few."""
    listed = f"; one of {', '.join(sorted(allowed))}" if 0 < len(allowed) <= LISTED else ""
    return f"unknown {column} {value!r}{listed}"


class Row:
    """One row of one file: each method reads a cell, and tells the fault where there is one."""

    def __init__(self, file: str, line: int, cells: Mapping[str, str], faults: Faults) -> None:
        self.file, self.line, self.cells, self._faults = file, line, cells, faults

    def fault(self, sentence: str) -> None:
        self._faults.add(self.file, self.line, sentence)

    def text(self, column: str) -> str:
        """The cell, which may not be empty."""
        value = self.cells[column]
        if not value:
            self.fault(f"{column} is empty")
        return value

    def labels(self, stem: str) -> dict[str, str]:
        """The wording of `stem` in Vietnamese and English."""
        return {language: self.text(f"{stem}_{language}") for language in ("vi", "en")}

    def code(self, pattern: re.Pattern[str] = CODE, column: str = "code") -> str:
        value = self.text(column)
        if value and not pattern.fullmatch(value):
            self.fault(f"{column} {value!r} is malformed")
        return value

    def choice(self, column: str, allowed: Collection[str]) -> str:
        value = self.text(column)
        if value and value not in allowed:
            self.fault(unknown(column, value, allowed))
        return value

    def choices(self, column: str, allowed: Collection[str]) -> tuple[str, ...]:
        """A `;` separated list; empty is ()."""
        values = tuple(self.cells[column].split(";")) if self.cells[column] else ()
        for value in values:
            if value not in allowed:
                self.fault(unknown(column, value, allowed))
        return values

    def known(self, column: str, allowed: Collection[str]) -> str | None:
        """A reference that may be empty (None)."""
        return self.choice(column, allowed) if self.cells[column] else None

    def flag(self, column: str) -> bool:
        return self.choice(column, ("0", "1")) == "1"

    def number(self, column: str, low: float, high: float) -> float | None:
        """A number from `low` to `high`, as 95.5 or 95,5; None where the cell is empty or broken."""
        if not self.cells[column]:
            return None
        try:
            value = float(_COMMA.sub(".", self.cells[column]))
        except ValueError:
            value = math.nan
        if low <= value <= high:
            return value
        self.fault(f"{column} {self.cells[column]!r} is not a number from {low:g} to {high:g}")
        return None

    def share(self) -> Fraction:
        """A share above 0 up to 1, written as 1, 0.25, 0,25 or 1/3."""
        written = self.text("share")
        try:
            value = Fraction(written.replace(",", ".")) if written.isascii() else Fraction(0)
        except (ValueError, ZeroDivisionError):
            value = Fraction(0)
        if written and not 0 < value <= 1:
            self.fault(f"share {written!r} is not a share like 1, 0.25 or 1/3")
        return value

    def year(self) -> int | None:
        value = self.number("year", 2000, 2100)
        if value is not None and value != int(value):
            self.fault(f"year {self.cells['year']!r} is not a whole number")
        return None if value is None else int(value)

    def day(self, column: str) -> date | None:
        value = self.cells[column]
        try:
            day = date.fromisoformat(value) if value else None
        except ValueError:
            day = None
        if value and (day is None or day.isoformat() != value):
            self.fault(f"{column} {value!r} is not a date like 2025-07-01")
        return day

    def validity(self) -> tuple[date | None, date | None]:
        """First and last day; None is open."""
        first, last = self.day("valid_from"), self.day("valid_to")
        if first and last and last < first:
            self.fault(f"valid_to {last} is before valid_from {first}")
        return first, last

    def status(self) -> Status:
        value = self.choice("status", tuple(Status))
        return Status(value) if value in tuple(Status) else Status.MISSING
