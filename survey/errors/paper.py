"""What a sheet of paper and a batch of them may not be."""

from __future__ import annotations

from survey.errors.base import Refusal


class UnknownBatch(Refusal):
    code = "unknown-batch"
    status = 404


class BatchOutOfRange(Refusal):
    """A batch of no sheets, or of too many."""

    code = "batch-out-of-range"
    status = 422


class BatchDoesNotAddUp(Refusal):
    """Issued sheets are not those returned, spoiled and missing."""

    code = "batch-does-not-add-up"
    status = 409


class WrongSerial(Refusal):
    """Mistyped: the check digit does not fit, or the batch has no such sheet."""

    code = "wrong-serial"
    status = 422


class ForeignSheet(Refusal):
    """A sheet of another batch."""

    code = "foreign-sheet"
    status = 409


class WrongKeys(Refusal):
    """`column` is the first that the digits do not fit."""

    code = "wrong-keys"
    status = 422


class SheetAlreadyEntered(Refusal):
    code = "sheet-already-entered"
    status = 409


class SameClerk(Refusal):
    """The second entry is another person's."""

    code = "same-clerk"
    status = 409


class NothingToSettle(Refusal):
    """The two entries of the sheet are alike, or were settled already."""

    code = "nothing-to-settle"
    status = 409


class SheetNotEntered(Refusal):
    """A code that was torn off: its sheet has not arrived, or the code was mistyped."""

    code = "sheet-not-entered"
    status = 404
