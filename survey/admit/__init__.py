"""Admitting: who works with the service, how they show who they are, and what they may do.

A password opens a session half; a code, a recovery code or a passkey opens it whole. Every deed and
every refusal leaves an entry in the audit, in the transaction of what it tells of.
"""

from survey.admit.limits import device_cookie
from survey.admit.people import (
    Given,
    create,
    disable,
    enable,
    give,
    manageable,
    people_of,
    person,
    reset,
    take_back,
)
from survey.admit.sessions import Entered, end_others, end_session, session_of, sessions_of, sign_out
from survey.admit.signin import change_first_password, confirm, enter, enter_second
from survey.admit.trail import head, newest, refused, verify

__all__ = [
    "Entered",
    "Given",
    "change_first_password",
    "confirm",
    "create",
    "device_cookie",
    "disable",
    "enable",
    "end_others",
    "end_session",
    "enter",
    "enter_second",
    "give",
    "head",
    "manageable",
    "newest",
    "people_of",
    "person",
    "refused",
    "reset",
    "session_of",
    "sessions_of",
    "sign_out",
    "take_back",
    "verify",
]
