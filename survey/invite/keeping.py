"""Keeping tokens apart from answers: their rows are mixed, and their periods' keys destroyed."""

from __future__ import annotations

from datetime import date

from survey.store import tokens
from survey.store.database import Database
from survey.token import is_over


def mix(db: Database, *, at_least: int = 1) -> bool:
    """Put the rows of new and newly spent tokens into an order that tells nothing; whether there were enough."""
    with db.read() as connection:
        if tokens.fresh(connection) < at_least:
            return False
    with db.write_in_turn() as connection:
        tokens.mix(connection)
    tokens.clear_log(db)
    return True


def forget(db: Database, *, on: date) -> tuple[str, ...]:
    """Destroy the keys of periods that are over, with their tokens, and what is left of rows; which they were."""
    with db.read() as connection:
        over = tuple(period for period in tokens.keys(connection) if is_over(period, on))
    if over:
        with db.write_in_turn() as connection:
            tokens.forget(connection, over)
    tokens.clear_log(db, whole=True)
    return over
