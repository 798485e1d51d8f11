"""Alerts: what somebody who leads an agency wants to be told, gathered by the day or the week.

Never of one press: an alert tells of figures, targets, cases and kiosks, and waits for the next digest.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from survey.agency import Text


class Kind(StrEnum):
    """What an alert is about."""

    DROP = "drop"
    TARGET = "target"
    OVERDUE = "overdue"
    DARK = "dark"


class Way(StrEnum):
    """How a digest is sent."""

    MAIL = "mail"
    HOOK = "hook"


class Every(StrEnum):
    """How often."""

    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True)
class Alert:
    """One thing to be told. words: in every language"""

    kind: Kind
    words: Text


@dataclass(frozen=True)
class Subscription:
    """Who is told what. secret: signs what is sent to a web address; empty for mail"""

    number: int
    agency: str
    way: Way
    target: str
    secret: bytes
    every: Every
    last: date | None = None
    stopped: bool = False

    def is_due(self, on: date) -> bool:
        """Whether a digest may go out on a day: one a day, or one in seven."""
        days = 1 if self.every is Every.DAY else 7
        return not self.stopped and (self.last is None or on >= self.last + timedelta(days=days))


@dataclass(frozen=True)
class Parcel:
    """A digest on its way. attempts: how often it was tried · told: what came of the last one"""

    number: int
    subscription: int
    made: int
    body: str
    attempts: int = 0
    due: int | None = None
    done: int | None = None
    told: str = ""


#: seconds until the next attempt after the first, second, ... failed; then a digest is given up
WAITS = (60, 300, 1_800, 7_200, 28_800, 86_400)

_SUBJECT = {"vi": "Hài lòng: tình hình tại {agency}", "en": "Hài lòng: news of {agency}"}
_END = {
    "vi": "Thư tự động. Ngừng nhận: {stop}",
    "en": "Sent automatically. To get no more of these: {stop}",
}


def subject(agency: Text) -> str:
    """The subject of a digest by mail."""
    return _SUBJECT["vi"].format(agency=agency.get("vi", ""))


def letter(agency: Text, alerts: Sequence[Alert], stop: str) -> str:
    """A digest by mail, in Vietnamese and then in English."""
    parts = []
    for language in ("vi", "en"):
        lines = (f"- {alert.words[language]}" for alert in alerts)
        head = _SUBJECT[language].format(agency=agency.get(language, ""))
        parts.append("\n".join((head, "", *lines, "", _END[language].format(stop=stop))))
    return "\n\n--\n\n".join(parts) + "\n"


def signature(secret: bytes, at: int, body: bytes) -> str:
    """What a receiver checks a digest with: HMAC-SHA256 over the moment, a dot and the body."""
    return f"t={at},v1={hmac.new(secret, f'{at}.'.encode() + body, 'sha256').hexdigest()}"
