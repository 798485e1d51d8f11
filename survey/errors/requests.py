"""What a request may not be."""

from __future__ import annotations

from survey.errors.base import Refusal


class BodyTooLarge(Refusal):
    code = "body-too-large"
    status = 413


class FileTooLarge(Refusal):
    """A file that is larger than any part of the catalogue."""

    code = "file-too-large"
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


class AskedByMany(Refusal):
    """More people wait for figures than may at once, so that there is room for those who answer.

    seconds: after which to ask again
    """

    code = "asked-by-many"
    status = 503


class FormExpired(Refusal):
    code = "form-expired"
    status = 400


class PageNotFound(Refusal):
    code = "page-not-found"
    status = 404


class UnknownSelection(Refusal):
    """A dashboard was asked for answers that there are none of: a period, or a value of a filter."""

    code = "unknown-selection"
    status = 404


class ContradictoryFilters(Refusal):
    """A dashboard was asked for answers of two kinds that exclude each other: two values of one filter, or a
    procedure of another field.
    """

    code = "contradictory-filters"
    status = 400


class TooManyFilters(Refusal):
    """More filters than may be set at once: what is left would be so few that they could be guessed."""

    code = "too-many-filters"
    status = 400


class MethodNotAllowed(Refusal):
    code = "method-not-allowed"
    status = 405


class UnknownReceipt(Refusal):
    code = "unknown-receipt"
    status = 404


class TemporarilyUnavailable(Refusal):
    code = "temporarily-unavailable"
    status = 503
