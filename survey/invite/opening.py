"""Opening: what the holder of a code is asked about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from survey import design, errors
from survey.design import Asked
from survey.device import read_code
from survey.invite.issuing import living_keys
from survey.response import Invitation
from survey.store import tokens
from survey.store.database import Database
from survey.token import Bound, Spent, issued_hash, open_, spent_hash


@dataclass(frozen=True)
class Opened:
    """A token that was shown: what it is bound to, what is kept when it is spent, and whether it was."""

    code: str
    bound: Bound
    spent: Spent
    used: bool

    def asked(self, db: Database, *, form: str | None, on: date) -> Asked:
        """The questionnaire about what the token is bound to. Errors as in `design.questionnaire`."""
        bound = self.bound
        asked = design.questionnaire(
            db, bound.agency, on=on, form=form, counter=bound.counter, procedure=bound.procedure
        )
        return replace(asked, invitation=Invitation.DOSSIER)


def opened(db: Database, typed: str, *, on: date) -> Opened:
    """The token with this code, whether it was spent or not.

    Raises UnknownInvitation, InvitationExpired.
    """
    code = read_code(typed)
    if code is None:
        raise errors.UnknownInvitation
    with db.read() as connection:
        keys = living_keys(connection, db, on)
        by_hash = {issued_hash(key, code): key for key in keys.values()}
        token = next(iter(tokens.find(connection, list(by_hash)).values()), None)
        if token is None:
            raise errors.UnknownInvitation
        key = by_hash[token.hash]
        spent = Spent(spent_hash(key, code), token.period)
        used = bool(tokens.spent_among(connection, [spent.hash]))
    bound = open_(key, code, token.sealed)
    if on > bound.until:
        raise errors.InvitationExpired(bound=bound)
    return Opened(code, bound, spent, used)
