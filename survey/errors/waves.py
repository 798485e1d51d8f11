"""What a household wave, its frame, its sample and its weights may not be."""

from __future__ import annotations

from survey.errors.base import Refusal
from survey.errors.data import BadData


class BadFrame(BadData):
    """A frame with rows that break a rule: `faults` name file, line and rule."""

    code = "bad-frame"


class BadMargins(BadData):
    """Margins that are none, or of different populations: `faults` say which."""

    code = "bad-margins"


class WaveTaken(Refusal):
    """There is a wave of this code already."""

    code = "wave-taken"
    status = 409


class WaveFixed(Refusal):
    """The wave has opened: what it was planned with, its frame and its sample stay."""

    code = "wave-fixed"
    status = 409


class WaveOutOfRange(Refusal):
    """A wave cannot be planned like this; `what` says why."""

    code = "wave-out-of-range"
    status = 422


class NotDrawn(Refusal):
    """A wave has no frame or no sample yet."""

    code = "not-drawn"
    status = 409


class WaveNotOpen(Refusal):
    """Interviewers are not in the field: the wave has not opened, or is closed."""

    code = "wave-not-open"
    status = 409


class WaveTooEarly(Refusal):
    """A wave is not closed before its last day is over."""

    code = "wave-too-early"
    status = 409


class UnitsUnfinished(Refusal):
    """Units without a final disposition: whoever closes the wave says that they count as unknown."""

    code = "units-unfinished"
    status = 409


class WaveNotClosed(Refusal):
    """Weights are made when nothing comes in any more."""

    code = "wave-not-closed"
    status = 409


class NobodyAnswered(Refusal):
    """A class of the sample has units and no answer: nobody can stand for them."""

    code = "nobody-answered"
    status = 409


class WeightsDoNotConverge(Refusal):
    """No weights within the limits agree with the margins; `error` is what is left between them."""

    code = "weights-do-not-converge"
    status = 422


class UnknownUnit(Refusal):
    """No unit of a sample has this code, or it was mistyped."""

    code = "unknown-unit"
    status = 404


class ForeignUnit(Refusal):
    """The unit is somebody else's to visit."""

    code = "foreign-unit"
    status = 403


class UnknownInterviewer(Refusal):
    """An account that is no interviewer of the wave's agency."""

    code = "unknown-interviewer"
    status = 422


class SubstituteRefused(Refusal):
    """No substitution: `why` is "not-main", "not-of-village", "used", "no-reason" or "none-left"."""

    code = "substitute-refused"
    status = 409
