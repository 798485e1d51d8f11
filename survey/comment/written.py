"""What a person wrote beside the answers, kept apart from them.

A comment can point at its writer by its style alone. So it is no part of a response: it has neither
its id nor its place in the ledger, and is kept under a key that only the receipt and the service's
secret give together.
"""

from __future__ import annotations

import hmac
import unicodedata
from dataclasses import dataclass
from datetime import date

from survey import errors

#: characters that a comment may have, as they are kept
LONGEST = 2_000

#: kinds of characters that no reader sees and that break files: controls, and halves of characters
_UNSEEN = frozenset({"Cc", "Cs"})

#: marks that turn the direction of what follows, and are no letters of any language
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@dataclass(frozen=True)
class Comment:
    """A comment as it is kept: of which agency, in which language, and the day it came in."""

    key: bytes
    agency: str
    language: str
    received: date
    text: str


def normalised(text: str) -> str:
    """The text as it is kept: composed letters (NFC), lines that end with a line feed, nothing unseen."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", "".join(filter(_is_kept, lines))).strip()


def _is_kept(character: str) -> bool:
    if character in "\n\t":
        return True
    if unicodedata.category(character) in _UNSEEN or character in _TURNING:
        return False
    return (
        ord(character) & 0xFFFE != 0xFFFE and not 0xFDD0 <= ord(character) <= 0xFDEF
    )  # no characters at all


def checked(text: str) -> str:
    """The normalised text. Raises `errors.CommentTooLong`."""
    kept = normalised(text)
    if len(kept) > LONGEST:
        raise errors.CommentTooLong(longest=LONGEST, sent=len(kept))
    return kept


def cut(text: str) -> tuple[str, bool]:
    """The normalised text's first `LONGEST` characters, and whether there were more.

    For answers that can't be given back to whoever wrote them.
    """
    kept = normalised(text)
    return kept[:LONGEST].rstrip(), len(kept) > LONGEST


def key_of(secret: bytes, commitment: bytes) -> bytes:
    """Where the comment to a response is kept (32 bytes): found from its commitment with the secret alone."""
    return hmac.digest(secret, b"comment\0" + commitment, "sha256")
