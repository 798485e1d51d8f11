"""The province's clock. Doors and commands read it and hand moments on; nothing below them does."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    return datetime.now(ZONE)


def moment() -> int:
    """Now, in seconds since 1970: what sessions and the audit count in."""
    return int(now().timestamp())


def today() -> date:
    return now().date()
