"""Why what people wrote, or what became of it, can't be seen or done."""

from __future__ import annotations

from survey.errors.base import Refusal


class UnknownComment(Refusal):
    """No comment with this number, or none that this agency may see."""

    code = "unknown-comment"
    status = 404


class OwnAgency(Refusal):
    """Somebody of the agency itself wants to decide what others decide about it."""

    code = "own-agency"
    status = 403


class UnknownCase(Refusal):
    """No case with this number or receipt, or none of this agency."""

    code = "unknown-case"
    status = 404


class CaseClosed(Refusal):
    """The citizen has confirmed that it is solved: nothing is said after that."""

    code = "case-closed"
    status = 409


class CaseKnown(Refusal):
    """There is a case for this response already."""

    code = "case-known"
    status = 409


class MoveNotAllowed(Refusal):
    """Not in this state of a case."""

    code = "move-not-allowed"
    status = 409


class NothingSaid(Refusal):
    """An empty reply or answer."""

    code = "nothing-said"
    status = 422


class NotInComment(Refusal):
    """A text to mask that does not stand in the comment: nothing was masked."""

    code = "not-in-comment"
    status = 422


class UnknownDispute(Refusal):
    """No open dispute with this number, or none that this person may decide."""

    code = "unknown-dispute"
    status = 404


class OwnDispute(Refusal):
    """Whoever disputed ratings does not decide about them."""

    code = "own-dispute"
    status = 403


class NothingToDispute(Refusal):
    """No sealed rating fits, too few do, or all of them were disputed before."""

    code = "nothing-to-dispute"
    status = 422


class TargetRefused(Refusal):
    """An address that points inside, on to another, or is none with TLS."""

    code = "target-refused"
    status = 422


class SubscriptionKnown(Refusal):
    """Digests of the agency go to this address already."""

    code = "subscription-known"
    status = 409


class UnknownSubscription(Refusal):
    code = "unknown-subscription"
    status = 404
