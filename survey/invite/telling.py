"""Telling how many dossiers were completed: what the invited are held against."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from survey import design, errors
from survey.account import Deed
from survey.invite.issuing import reaches
from survey.store import agencies, audit, tokens
from survey.store.database import Database
from survey.token import Told, period_of

_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])", re.ASCII)
#: dossiers that no counter completes in a month
MOST = 1_000_000


def tell_completed(
    db: Database, told: Sequence[Told], *, within: str, at: datetime, by: int | None = None
) -> None:
    """Keep how many dossiers were completed; a later word on the same month replaces an earlier one.

    Raises UnknownCounter, ForeignInvitation, BadNumber; then nothing was kept.
    """
    on = at.date()
    counted = {}
    for each in told:
        one = checked_told(db, each, within=within, on=on)
        counted[one.counter, one.month, one.outcome] = one.completed
    with db.write_in_turn() as connection:
        tokens.put_completed(connection, counted)
        agencies.next_stamp(connection, on)
        audit.record(
            connection,
            db.keys.salt,
            at=int(at.timestamp()),
            account=by,
            what=Deed.COMPLETED_TOLD,
            thing=f"{len(counted)} numbers within {within}",
        )


def checked_told(db: Database, told: Told, *, within: str, on: date) -> Told:
    """A number that can be kept, under its counter's code as the catalogue writes it.

    Raises UnknownCounter, ForeignInvitation, BadNumber.
    """
    desk = design.desk(db, told.counter, on=on)
    if not reaches(design.reference(db), within, desk.counter.code):
        raise errors.ForeignInvitation(counter=desk.counter.code)
    if not _MONTH.fullmatch(told.month) or told.month > period_of(on) or not 0 <= told.completed <= MOST:
        raise errors.BadNumber(month=told.month)
    return replace(told, counter=desk.counter.code)
