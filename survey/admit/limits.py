"""Limits on guessing: by account and device, never by address, for a whole hall shares one.

A browser that has signed in to an account carries a cookie that says so, and has a count of its own
for that account; all other browsers share one count (OWASP, "Device cookies"). Somebody who guesses
from elsewhere can therefore not keep people out at their own desk. An attempt is counted before it
is looked at, so that many at once are no way around.
"""

from __future__ import annotations

import base64
import hmac
import secrets

from survey import errors
from survey.account import keyed
from survey.store import sessions
from survey.store.database import Connection, Database

#: attempts that cost no waiting
FREE = 5
#: seconds to wait after the next one; each further one doubles it, up to the longest
FIRST_WAIT, LONGEST_WAIT = 30, 3600
#: seconds after which what was counted is forgotten
FORGOTTEN = 24 * 3600
#: attempts of browsers without a cookie, on all accounts together, in a window of some seconds
OF_ALL, WINDOW = 600, 600

#: questions to passkeys and providers in such a window: of all browsers that nobody signed in, and of one account
OF_STRANGERS, OF_ACCOUNT = 600, 60

#: accounts whose cookie one browser keeps: a shared machine at a counter
DEVICES = 8


def key_of(secret: bytes, name: str, device: str | None) -> bytes:
    """What attempts on a name are counted under: alike for names with and without an account."""
    return keyed(secret, "attempt", name, device or "")


def known_device(secret: bytes, name: str, cookie: str) -> str | None:
    """The mark of this browser for `name` in its cookie, None where it has none or a forged one."""
    for each in cookie.split(".")[:DEVICES]:
        nonce, seal = each[:22], each[22:]
        if hmac.compare_digest(seal.encode(), _seal(secret, name, nonce).encode()):
            return nonce
    return None


def device_cookie(secret: bytes, name: str, cookie: str) -> str:
    """The cookie of a browser that has just signed in to `name`."""
    if known_device(secret, name, cookie):
        return cookie
    nonce = secrets.token_urlsafe(16)
    kept = [each for each in cookie.split(".") if each]
    return ".".join([nonce + _seal(secret, name, nonce), *kept][:DEVICES])


def _seal(secret: bytes, name: str, nonce: str) -> str:
    return base64.urlsafe_b64encode(keyed(secret, "device", name, nonce)[:15]).decode()


def reserve(db: Database, of: bytes, *, at: int) -> None:
    """Count an attempt that is about to be looked at. Raises `errors.TooManyAttempts`, and counts nothing."""
    with db.write() as connection:
        failures, last, until = sessions.attempts(connection, of, at)
        if at < until:
            raise errors.TooManyAttempts(seconds=until - at)
        failures = 1 if at - last > FORGOTTEN else failures + 1
        sessions.count_attempt(connection, of, failures=failures, last=at, until=at + wait_after(failures))


def reserve_of_all(db: Database, *, at: int) -> None:
    """Count an attempt of an unknown browser, on whatever account. Raises `errors.TooManyAttempts`."""
    of = keyed(db.keys.salt, "attempt", "everybody", "of all")
    with db.write() as connection:
        _reserve_in_window(connection, of, OF_ALL, at)


def reserve_question(connection: Connection, secret: bytes, account: int | None, *, at: int) -> None:
    """Count a question to a passkey or a provider, each of which is kept until its answer comes.

    account: that is signed in already, None for a stranger. Raises `errors.TooManyAttempts`.
    """
    of = keyed(secret, "attempt", "question", "" if account is None else str(account))
    _reserve_in_window(connection, of, OF_STRANGERS if account is None else OF_ACCOUNT, at)


def _reserve_in_window(connection: Connection, of: bytes, most: int, at: int) -> None:
    made, began, _ = sessions.attempts(connection, of, at)
    if at - began >= WINDOW:
        made, began = 0, at
    if made >= most:
        raise errors.TooManyAttempts(seconds=began + WINDOW - at)
    sessions.count_attempt(connection, of, failures=made + 1, last=began, until=0)


def wait_after(failures: int) -> int:
    """Seconds until another attempt is looked at, after so many failures in a row."""
    if failures < FREE:
        return 0
    return min(FIRST_WAIT << min(failures - FREE, 16), LONGEST_WAIT)
