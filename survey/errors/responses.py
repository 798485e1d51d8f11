"""What a response, and what a kiosk may not be or send."""

from __future__ import annotations

from survey.errors.base import Refusal

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
