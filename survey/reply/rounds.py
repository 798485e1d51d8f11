"""What is done from time to time without anybody asking: a round, and then the next."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from datetime import datetime

from survey import errors
from survey.reply import cases, comments
from survey.store.database import Database

log = logging.getLogger(__name__)

#: seconds between two rounds
EVERY = 300.0


def go_round(db: Database, *, rng: random.Random, now: datetime) -> None:
    """One round: comments that may be read by now are released, and overdue cases brought further."""
    comments.release(db, rng=rng, today=now.date())
    cases.escalate(db, on=now.date())


def keep_going_round(
    db: Database,
    *,
    rng: random.Random,
    now: Callable[[], datetime],
    stop: threading.Event,
    every: float = EVERY,
) -> None:
    """Go round again and again until `stop` is set. A refusal is logged and tried again."""
    while True:
        try:
            go_round(db, rng=rng, now=now())
        except errors.Refusal as refusal:
            log.warning("the round waits: %s", refusal.code)
        except Exception:
            log.exception("the round failed and will be tried again")
        if stop.wait(every):
            return
