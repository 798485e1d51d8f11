"""TOML tables that know on which line of their file they stand.

`tomllib` gives values without places. A second look at the text finds the line of each table, each key
and each inline table of a multi-line array, so that a fault in the content can be told where it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from survey.formats.faults import Faults, untidy

CODE = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")

_HEADER = re.compile(r"(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]")
_KEY = re.compile(r"([A-Za-z0-9_-]+)\s*=\s*(\[\s*(#.*)?$)?")

Path = tuple[str | int, ...]
_NAMES = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    float: "a number",
    list: "a list",
    dict: "a table",
}

T = TypeVar("T", str, int, bool, float, list[Any], dict[str, Any])


class Source:
    """One file: its name, its faults, its languages, and the line on which each key stands."""

    def __init__(self, name: str, text: str, faults: Faults, languages: tuple[str, ...]) -> None:
        self.name, self._faults = name, faults
        self.lines = _lines(text)
        self.languages = languages

    def fault(self, path: Path, sentence: str) -> None:
        """Tell a fault on the line of `path`, or of the nearest table around it."""
        while path and path not in self.lines:
            path = path[:-1]
        self._faults.add(self.name, self.lines.get(path, 1), sentence)


def _lines(text: str) -> dict[Path, int]:
    """Where tables, keys and the inline tables of a multi-line array begin. Counts lines from 1."""
    lines: dict[Path, int] = {}
    table: Path = ()
    array: Path | None = None
    counts: dict[Path, int] = {}
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        if array is not None and line.startswith("{"):
            counts[array] = counts.get(array, 0) + 1
            lines[(*array, counts[array] - 1)] = number
        elif header := _HEADER.match(line):
            table, array = tuple(header[2].split(".")), None
            if header[1] == "[[":
                counts[table] = counts.get(table, 0) + 1
                table = (*table, counts[table] - 1)
            lines[table] = number
        elif key := _KEY.match(line):
            lines[(*table, key[1])] = number
            array = (*table, key[1]) if key[2] else None
    return lines


class Table:
    """One table of the file: reads its keys, tells what is wrong, and knows which were never read."""

    def __init__(self, source: Source, path: Path, data: Mapping[str, Any]) -> None:
        self.source, self.path, self._data = source, path, data
        self._read: set[str] = set()

    def fault(self, sentence: str, key: str | int = "") -> None:
        self.source.fault((*self.path, key), sentence)

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def value(self, key: str, default: T) -> T:
        """The value under `key`, or `default`, whose type it must have."""
        self._read.add(key)
        value = self._data.get(key, default)
        if type(value) is int and isinstance(default, float):
            value = float(value)
        if type(value) is type(default):
            return value
        self.fault(f"{key} is not {_NAMES[type(default)]}", key)
        return default

    def text(self, key: str) -> str:
        """A string that may not be missing or empty."""
        value = self.value(key, "")
        if not value:
            self.fault(f"{key} is missing", key)
        elif reason := untidy(value):
            self.fault(f"{key} {reason}", key)
        return value

    def code(self, key: str = "code", pattern: re.Pattern[str] = CODE) -> str:
        value = self.text(key)
        if value and not pattern.fullmatch(value):
            self.fault(f"{key} {value!r} is malformed", key)
        return value

    def choice(self, key: str, allowed: Collection[str], default: str = "") -> str:
        value = self.value(key, default)
        if value not in allowed:
            self.fault(f"unknown {key} {value!r}" if value else f"{key} is missing", key)
        return value

    def choices(self, key: str, allowed: Collection[str], default: tuple[str, ...] = ()) -> tuple[str, ...]:
        values = tuple(str(value) for value in self.value(key, list(default)))
        for value in values:
            if value not in allowed:
                self.fault(f"unknown {key} {value!r}", key)
        return values

    def wording(self) -> dict[str, str]:
        """The words of this table in each of the instrument's languages."""
        return {language: self.text(language) for language in self.source.languages}

    def table(self, key: str) -> Table:
        return Table(self.source, (*self.path, key), self.value(key, {}))

    def tables(self, key: str) -> list[Table]:
        """The tables of an array, each with its own place in the file."""
        found = []
        for number, entry in enumerate(self.value(key, [])):
            path = (*self.path, key, number)
            if isinstance(entry, dict):
                found.append(Table(self.source, path, entry))
            else:
                self.source.fault(path, f"{key} holds something that is no table")
        return found

    def done(self) -> None:
        """Tell every key that nothing asked for."""
        for key in self._data:
            if key not in self._read:
                self.fault(f"unknown key {key!r}", key)
