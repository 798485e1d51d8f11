"""What is wrong with a file, collected, so that its author sees everything at once."""

from __future__ import annotations

import re
import unicodedata

from survey.errors import BadData

#: leading, trailing or doubled white space, and characters that look like a space or like nothing
_ODD_SPACE = re.compile(r"^\s|\s$|\s\s|[^\S ]|[\u00ad\u200b-\u200f\u2060\ufeff]")


class Faults:
    """Sentences with their file and line, in the order they were found."""

    def __init__(self) -> None:
        self._told: list[tuple[str, int, str]] = []

    def add(self, file: str, line: int, sentence: str) -> None:
        self._told.append((file, line, sentence))

    def refuse(self) -> None:
        """Raise `BadData` with `file:line: sentence` of every fault, by file and line; return if none."""
        if self._told:
            raise BadData([f"{file}:{line}: {sentence}" for file, line, sentence in sorted(self._told)])


def untidy(text: str) -> str | None:
    """Say what would make two equal-looking texts differ, or None where nothing does."""
    if not unicodedata.is_normalized("NFC", text):
        return "is not in Unicode normal form C"
    return "has odd white space" if _ODD_SPACE.search(text) else None
