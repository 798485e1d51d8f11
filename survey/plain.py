"""Letters without marks: how people search who have no Vietnamese keyboard."""

from __future__ import annotations

import unicodedata


def plain(text: str) -> str:
    """Lower case without diacritics: "Đất đai" -> "dat dai"."""
    parts = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))
