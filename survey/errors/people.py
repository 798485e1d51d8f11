"""Who may come in, and what an account may not be."""

from __future__ import annotations

from survey.errors.base import Refusal

# Who may come in.


class NotSignedIn(Refusal):
    code = "not-signed-in"
    status = 401


class SignedOut(NotSignedIn):
    """Signed out before: by a second press, or in another tab."""

    code = "signed-out"


class SessionEnded(Refusal):
    """The session is over, was ended elsewhere, or never was."""

    code = "session-ended"
    status = 401


class NotAllowed(Refusal):
    code = "not-allowed"
    status = 403


class WrongNameOrPassword(Refusal):
    """One refusal for an unknown name, a disabled account and a wrong password: it tells none of them."""

    code = "wrong-name-or-password"
    status = 403


class WrongCode(Refusal):
    code = "wrong-code"
    status = 403


class CodeAlreadyUsed(Refusal):
    code = "code-already-used"
    status = 403


class ConfirmationNeeded(Refusal):
    """The person showed who they are, but not lately."""

    code = "confirmation-needed"
    status = 403


class SecondFactorNeeded(Refusal):
    code = "second-factor-needed"
    status = 403


class PasskeyRefused(Refusal):
    """Of another address, of another account, for another question, or signed by another key."""

    code = "passkey-refused"
    status = 403


class PasskeyKnown(Refusal):
    code = "passkey-known"
    status = 409


class SignInExpired(Refusal):
    """A sign-in that was begun too long ago, in another browser, or finished already."""

    code = "sign-in-expired"
    status = 400


class ProviderRefused(Refusal):
    """What came back from the provider is not the answer to what was asked."""

    code = "provider-refused"
    status = 403


class ProviderDeclined(ProviderRefused):
    """The person, or the provider, said no there."""

    code = "provider-declined"


class ProviderUnavailable(Refusal):
    code = "provider-unavailable"
    status = 503


class NoAccountForIdentity(Refusal):
    code = "no-account-for-identity"
    status = 403


# What an account may not be.


class UnknownAccount(Refusal):
    code = "unknown-account"
    status = 404


class NameTaken(Refusal):
    code = "name-taken"
    status = 409


class AddressTaken(Refusal):
    code = "address-taken"
    status = 409


class BadName(Refusal):
    code = "bad-name"
    status = 422


class BadAddress(Refusal):
    code = "bad-address"
    status = 422


class UnknownRole(Refusal):
    code = "unknown-role"
    status = 422


class CannotGive(Refusal):
    """A part above one's own, or of another agency."""

    code = "cannot-give"
    status = 403


class BadPin(Refusal):
    code = "bad-pin"
    status = 422


class OwnAccount(Refusal):
    code = "own-account"
    status = 409


class PasswordTooShort(Refusal):
    code = "password-too-short"
    status = 422


class PasswordTooLong(Refusal):
    code = "password-too-long"
    status = 422


class PasswordTooCommon(Refusal):
    code = "password-too-common"
    status = 422


class PasswordUnchanged(Refusal):
    code = "password-unchanged"
    status = 422


class PasswordsDiffer(Refusal):
    code = "passwords-differ"
    status = 422


class AuditBroken(Refusal):
    """An entry of the audit does not follow from the one before it."""

    code = "audit-broken"
    status = 500
