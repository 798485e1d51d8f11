"""What a one-time invitation, a dossier or the sender of one may not be."""

from __future__ import annotations

from survey.errors.base import Refusal


class UnknownInvitation(Refusal):
    """Mistyped, made up, or so old that nothing is known of it any more."""

    code = "unknown-invitation"
    status = 404


class InvitationExpired(Refusal):
    code = "invitation-expired"
    status = 410


class InvitationSpent(Refusal):
    """A dossier is rated once."""

    code = "invitation-spent"
    status = 409


class ForeignInvitation(Refusal):
    """A counter, or an invitation issued before, of another agency."""

    code = "foreign-invitation"
    status = 403


class MalformedDossier(Refusal):
    """A dossier without a number that can be read."""

    code = "malformed-dossier"
    status = 422


class UnknownOutcome(Refusal):
    code = "unknown-outcome"
    status = 422


class BadNumber(Refusal):
    """A number of dossiers, or its month, that is none."""

    code = "bad-number"
    status = 422


class BadSenderName(Refusal):
    """A dossier system without a name, or with too long a one."""

    code = "bad-sender-name"
    status = 422


class UnknownSender(Refusal):
    code = "unknown-sender"
    status = 401


class SenderRevoked(Refusal):
    code = "sender-revoked"
    status = 401
