"""What is done from time to time without anybody asking: a round, and then the next."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from datetime import datetime

from survey import errors
from survey.reply import alerts, cases, comments
from survey.reply.alerts import Post
from survey.store.database import Database

log = logging.getLogger(__name__)

#: seconds between two rounds
EVERY = 300.0


def go_round(db: Database, *, rng: random.Random, now: datetime, post: Post) -> None:
    """One round: comments are released, overdue cases brought further, digests made and sent."""
    comments.release(db, rng=rng, today=now.date())
    cases.escalate(db, on=now.date())
    alerts.make_digests(db, now=now)
    alerts.send_waiting(db, post, now=now)


def keep_going_round(
    db: Database,
    *,
    rng: random.Random,
    now: Callable[[], datetime],
    post: Post,
    stop: threading.Event,
    every: float = EVERY,
) -> None:
    """Go round again and again until `stop` is set. A refusal is logged and tried again."""
    while True:
        try:
            go_round(db, rng=rng, now=now(), post=post)
        except errors.Refusal as refusal:
            log.warning("the round waits: %s", refusal.code)
        except Exception:
            log.exception("the round failed and will be tried again")
        if stop.wait(every):
            return
