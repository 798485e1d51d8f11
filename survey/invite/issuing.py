"""Issuing: the same dossier gets the same invitation, however often and by whomever it is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from survey import design, errors
from survey.account import Deed
from survey.store import audit, tokens
from survey.store.agencies import Reference
from survey.store.database import Connection, Database
from survey.token import (
    KEY,
    LONGEST_DOSSIER,
    NONCE,
    Bound,
    Dossier,
    Token,
    close,
    code_of,
    is_over,
    issued_hash,
    last_day,
    open_,
    period_of,
    unwrapped,
    wrapped,
)

#: random bytes, as many as asked for
Chance = Callable[[int], bytes]


@dataclass(frozen=True)
class Issued:
    """The invitation of a dossier: its code, and what it is bound to. new: whether there was none before."""

    code: str
    bound: Bound
    new: bool


def checked(db: Database, dossier: Dossier, *, within: str, on: date) -> Bound:
    """What the token of a dossier is bound to, if an agency may have it issued.

    within: the agency at whose counters, or those of agencies below it, the dossier was handled.
    Raises MalformedDossier, UnknownCounter, ForeignInvitation, UnknownAgency, UnknownProcedure.
    """
    known = design.reference(db)
    if not 0 < len(dossier.plain) <= LONGEST_DOSSIER:
        raise errors.MalformedDossier
    desk = design.desk(db, dossier.counter, on=on)
    if not reaches(known, within, desk.counter.code):
        raise errors.ForeignInvitation(counter=desk.counter.code)
    asked = design.questionnaire(
        db, dossier.agency or desk.agency.code, on=on, procedure=dossier.procedure or None
    )
    procedure = asked.procedure.code if asked.procedure else None
    return Bound(asked.agency.code, desk.counter.code, dossier.outcome, last_day(on), procedure)


def issue(
    db: Database,
    dossiers: Sequence[tuple[Dossier, Bound]],
    *,
    within: str,
    at: datetime,
    chance: Chance,
    by: int | None = None,
) -> list[Issued | errors.ForeignInvitation]:
    """Issue tokens for dossiers that were checked, or find those they have; in the same order.

    A dossier that another agency had a token issued for gets a refusal in its place. by: the account that
    asked, None for a sender.
    """
    known, on = design.reference(db), at.date()
    with db.write_in_turn() as connection:
        keys = living_keys(connection, db, on, chance)
        codes = [{period: code_of(key, each) for period, key in keys.items()} for each, _ in dossiers]
        hashes = {code: issued_hash(keys[period], code) for own in codes for period, code in own.items()}
        found = tokens.find(connection, list(hashes.values()))
        new: dict[str, Bound] = {}
        issued: list[Issued | errors.ForeignInvitation] = []
        for own, (_, bound) in zip(codes, dossiers, strict=True):
            period = next((p for p, code in own.items() if hashes[code] in found), None)
            if period is None:
                code = own[period_of(on)]
                issued.append(Issued(code, new.setdefault(code, bound), True))
                continue
            kept = open_(keys[period], own[period], found[hashes[own[period]]].sealed)
            mine = reaches(known, within, kept.counter)
            issued.append(Issued(own[period], kept, False) if mine else errors.ForeignInvitation())
        _keep(connection, db, keys[period_of(on)], new, at, by)
    return issued


def _keep(
    connection: Connection, db: Database, key: bytes, new: dict[str, Bound], at: datetime, by: int | None
) -> None:
    """Keep new tokens, and how many there are of each counter and outcome."""
    period = period_of(at.date())
    made = {issued_hash(key, code): bound for code, bound in new.items()}
    kept = tokens.add(
        connection,
        [Token(issued_hash(key, code), period, close(key, code, bound)) for code, bound in new.items()],
    )
    counted = Counter((made[each].counter, period, made[each].outcome) for each in kept)
    tokens.count_invited(connection, counted)
    for counter, number in Counter(made[each].counter for each in kept).items():
        audit.record(
            connection,
            db.keys.salt,
            at=int(at.timestamp()),
            account=by,
            what=Deed.INVITATIONS_ISSUED,
            thing=f"{number} at {counter}",
        )


def reaches(known: Reference, within: str, counter: str) -> bool:
    """Whether a counter is run by, or serves, an agency or one below it."""
    found = known.counters[counter]
    return known.under(within, found.receiver) or bool(found.agency and known.under(within, found.agency))


def living_keys(
    connection: Connection, db: Database, on: date, chance: Chance | None = None
) -> dict[str, bytes]:
    """Period -> key of every period whose tokens may still be used; with chance this day's is made if there is none."""
    kept = tokens.keys(connection)
    if chance is not None and period_of(on) not in kept:
        tokens.add_key(connection, period_of(on), wrapped(db.keys.salt, chance(KEY), chance(NONCE)))
        kept = tokens.keys(connection)
    return {period: unwrapped(db.keys.salt, each) for period, each in kept.items() if not is_over(period, on)}
