"""Refusals: what the service will not do, each a fact of the field with a stable code.

A refusal is raised where the rule lives and told once, at the door: one handler makes it a page or
`application/problem+json` in the reader's language. `detail` holds codes and numbers for that
sentence, never anything a respondent wrote.
"""

from __future__ import annotations


class Refusal(Exception):
    """The base of every named refusal; `code` is stable, `status` is its HTTP status."""

    code = "refused"
    status = 400

    def __init__(self, **detail: object) -> None:
        super().__init__(self.code, detail)
        self.detail = detail

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.detail.items())
        return f"{self.code}: {told}" if told else self.code


# What a response may not be.


class UnknownItem(Refusal):
    code = "unknown-item"
    status = 422


class UnknownStep(Refusal):
    code = "unknown-step"
    status = 422


class AnsweredAndMissing(Refusal):
    code = "answered-and-missing"
    status = 422


class NothingAnswered(Refusal):
    code = "nothing-answered"
    status = 422


class WrongVersion(Refusal):
    code = "wrong-version"
    status = 409


class UnknownWave(Refusal):
    code = "unknown-wave"
    status = 404


class WaveClosed(Refusal):
    code = "wave-closed"
    status = 409


class UnknownAgency(Refusal):
    code = "unknown-agency"
    status = 404


class UnknownCounter(Refusal):
    code = "unknown-counter"
    status = 404


class UnknownProcedure(Refusal):
    code = "unknown-procedure"
    status = 404


class UnknownChoice(Refusal):
    """A context value (mode, respondent kind, language, ...) that is not in its list."""

    code = "unknown-choice"
    status = 422


class MalformedId(Refusal):
    code = "malformed-id"
    status = 422


class DateOutOfRange(Refusal):
    code = "date-out-of-range"
    status = 422


class WeightNotPositive(Refusal, ValueError):
    code = "weight-not-positive"
    status = 422


class CommentTooLong(Refusal):
    code = "comment-too-long"
    status = 422


class SameIdOtherContent(Refusal):
    code = "same-id-other-content"
    status = 409


# What a kiosk may not be or send.


class UnknownDevice(Refusal):
    """Nobody activated this device, or another key has taken the place of its own."""

    code = "unknown-device"
    status = 401


class DeviceRevoked(Refusal):
    code = "device-revoked"
    status = 401


class WrongActivationCode(Refusal):
    """The code was never given out, was used already, or is too old."""

    code = "wrong-activation-code"
    status = 403


class TooManyAttempts(Refusal):
    """`seconds` until the next attempt is looked at."""

    code = "too-many-attempts"
    status = 429


class NotJson(Refusal):
    code = "not-json"
    status = 415


class MalformedJson(Refusal):
    code = "malformed-json"
    status = 400


class MalformedEntry(Refusal):
    """JSON of another shape than the one agreed upon; `name` is the part that does not fit."""

    code = "malformed-entry"
    status = 422


class SequenceOutOfRange(Refusal):
    code = "sequence-out-of-range"
    status = 422


class BatchTooLarge(Refusal):
    code = "batch-too-large"
    status = 413


# What a request may not be.


class BodyTooLarge(Refusal):
    code = "body-too-large"
    status = 413


class TooManyFields(Refusal):
    code = "too-many-fields"
    status = 413


class BrokenEncoding(Refusal):
    code = "broken-encoding"
    status = 400


class TooManyAtOnce(Refusal):
    """Far more came from one browser or at one place than people send; `seconds` is how long to wait."""

    code = "too-many-at-once"
    status = 429


class FormExpired(Refusal):
    code = "form-expired"
    status = 400


class PageNotFound(Refusal):
    code = "page-not-found"
    status = 404


class MethodNotAllowed(Refusal):
    code = "method-not-allowed"
    status = 405


class UnknownReceipt(Refusal):
    code = "unknown-receipt"
    status = 404


class TemporarilyUnavailable(Refusal):
    code = "temporarily-unavailable"
    status = 503


# Who may come in.


class NotSignedIn(Refusal):
    code = "not-signed-in"
    status = 401


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


# What a file, a database or a setting may not be.


class BadData(Refusal):
    """A catalogue, instrument or map that breaks a rule: `faults` name file, line and rule."""

    code = "bad-data"
    status = 422

    def __init__(self, faults: list[str]) -> None:
        super().__init__(faults=faults)
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(self.faults)


class BadSettings(BadData):
    code = "bad-settings"


class WrongDatabase(Refusal):
    """Real and simulated data never share a database."""

    code = "wrong-database"
    status = 409


class WrongSchema(Refusal):
    """The tables are not those of this version: older, newer, or none at all."""

    code = "wrong-schema"
    status = 503


class LedgerBroken(Refusal):
    """Kept counts or the ledger do not follow from the responses."""

    code = "ledger-broken"
    status = 500


# What the formulas cannot compute from.


class PlanOutOfRange(Refusal):
    """A plan of whom to ask with a number that is missing or that no plan can be made with."""

    code = "plan-out-of-range"
    status = 422


class PopulationBelowSample(Refusal, ValueError):
    """A stratum says that its population is smaller than its sample."""

    code = "population-below-sample"
    status = 422
