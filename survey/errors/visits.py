"""What a visit to a household may not be."""

from __future__ import annotations

from survey.errors.base import Refusal


class UnknownDisposition(Refusal):
    """No visit ends like this."""

    code = "unknown-disposition"
    status = 422


class DispositionUnfit(Refusal):
    """An end with answers that brings none, or answers with an end that has none."""

    code = "disposition-unfit"
    status = 422


class UnitAnswered(Refusal):
    """Somebody of the household was interviewed before: the first interview stands."""

    code = "unit-answered"
    status = 409


class VisitNotPossible(Refusal):
    """The unit was done with before, or the visit contradicts an earlier one."""

    code = "visit-not-possible"
    status = 409
