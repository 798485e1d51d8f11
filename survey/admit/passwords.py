"""Passwords: hashed with Argon2id, compared in equal time whether or not there is an account."""

from __future__ import annotations

import secrets
import threading
from functools import cache
from importlib import resources

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from survey.account import LONGEST, check_password, normal_password

#: RFC 9106's second recommended choice: 64 MiB, three passes, four lanes
_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
#: hashes that are computed at once: each takes 64 MiB, and the forms of respondents come first
_AT_ONCE = threading.BoundedSemaphore(2)

#: letters and digits that nobody takes for another when a first password is read aloud or copied
_LEGIBLE = "abcdefghjkmnpqrstuvwxyz23456789"


def make() -> str:
    """A first password of twenty letters and digits in groups of five (99 bits)."""
    letters = [secrets.choice(_LEGIBLE) for _ in range(20)]
    return "-".join("".join(letters[i : i + 5]) for i in range(0, 20, 5))


def hashed(password: str) -> str:
    """The hash of a password, with its salt and cost in it."""
    with _AT_ONCE:
        return _HASHER.hash(normal_password(password))


def matches(kept: str | None, password: str) -> bool:
    """Tell whether a password is the one of a hash. Without a hash it takes as long, and is not."""
    typed = normal_password(password[: LONGEST + 1])
    with _AT_ONCE:
        try:
            _HASHER.verify(kept or _nobodys(), typed)
        except (Argon2Error, InvalidHashError):
            return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Tell whether a hash was made at another cost than today's."""
    return _HASHER.check_needs_rehash(kept)


def check(password: str, *, name: str) -> None:
    """Refuse a password that is guessed first; see `account.check_password`."""
    check_password(password, common=_common(), name=name)


@cache
def _nobodys() -> str:
    """The hash of a password that nobody knows, to compare with where there is no account."""
    return _HASHER.hash(secrets.token_urlsafe(32))


@cache
def _common() -> frozenset[str]:
    text = (resources.files("survey") / "admit" / "common.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
