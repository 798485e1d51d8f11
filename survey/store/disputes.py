"""Disputes, and the ratings they are about: marks beside the ledger, as those of the quarantine."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select, update

from survey.dispute import Dispute, Reason, Ruling
from survey.quarantine import Review
from survey.store import bulk, schema


def open_(connection: Connection, dispute: Dispute, ratings: Sequence[tuple[bytes, str]]) -> Dispute:
    """Keep a dispute with the (commitment, wave) of its ratings, as far as they were not disputed before.

    Its number and how many ratings it has are given back with it; none, if there were none left.
    """
    table = schema.disputed
    known: set[bytes] = set()
    for some in bulk.chunks([commitment for commitment, _ in ratings]):
        found = select(table.c.commitment).where(table.c.commitment.in_(some))
        known |= {bytes(one) for one in connection.scalars(found)}
    new = [(commitment, wave) for commitment, wave in ratings if commitment not in known]
    number = (connection.scalar(select(func.max(schema.dispute.c.number))) or 0) + 1
    kept = Dispute(**dispute.__dict__ | {"number": number, "ratings": len(new)})
    if new:
        connection.execute(schema.dispute.insert().values(**kept.__dict__))
        bulk.insert(connection, table, [(commitment, number, wave) for commitment, wave in new])
    return kept


def decide(
    connection: Connection, number: int, ruling: Ruling, *, on: date, decider: int, why: str
) -> Dispute | None:
    """Decide an open dispute; None if there is none."""
    table = schema.dispute
    changed = connection.execute(
        update(table)
        .where(table.c.number == number, table.c.ruling == Ruling.OPEN.value)
        .values(ruling=ruling.value, decided=on, decider=decider, why=why)
    )
    return find(connection, number) if changed.rowcount else None


def find(connection: Connection, number: int) -> Dispute | None:
    """The dispute with a number."""
    row = connection.execute(select(schema.dispute).where(schema.dispute.c.number == number)).first()
    return None if row is None else _dispute(row)


def of_agencies(connection: Connection, agencies: Collection[str]) -> list[Dispute]:
    """The disputes of agencies, the newest first."""
    dispute = schema.dispute.c
    rows = select(schema.dispute).where(dispute.agency.in_(agencies)).order_by(dispute.number.desc())
    return [_dispute(row) for row in connection.execute(rows)]


def undecided(connection: Connection) -> list[Dispute]:
    """The open disputes of everybody, the oldest first."""
    dispute = schema.dispute.c
    rows = select(schema.dispute).where(dispute.ruling == Ruling.OPEN.value).order_by(dispute.number)
    return [_dispute(row) for row in connection.execute(rows)]


def rulings(connection: Connection, wave: str) -> dict[bytes, Ruling]:
    """The commitments of a wave's disputed ratings that count, with what was decided."""
    found = connection.execute(_counted(wave, schema.dispute.c.ruling))
    return {bytes(commitment): Ruling(ruling) for commitment, ruling in found}


def upheld(connection: Connection, wave: str, agency: str | None) -> list[bytes]:
    """The commitments of a wave's ratings (of an agency's) that count, and should not as was decided."""
    dispute = schema.dispute.c
    query = _counted(wave).where(dispute.ruling == Ruling.UPHELD.value)
    if agency is not None:
        query = query.where(dispute.agency == agency)
    return list(connection.scalars(query))


def _counted(wave: str, *columns: ColumnElement[Any]) -> Select[Any]:
    """The disputed ratings of a wave that no quarantine leaves out."""
    dispute, disputed, mark = schema.dispute.c, schema.disputed.c, schema.quarantine.c
    uncounted = select(mark.commitment).where(mark.review != Review.RELEASED.value)
    return (
        select(disputed.commitment, *columns)
        .join(schema.dispute, disputed.dispute == dispute.number)
        .where(disputed.wave == wave, disputed.commitment.not_in(uncounted))
    )


def _dispute(row: Row[Any]) -> Dispute:
    told = dict(row._mapping)
    return Dispute(**told | {"reason": Reason(told["reason"]), "ruling": Ruling(told["ruling"])})
