"""Responses for tests: a citizen of Tô Hiệu ward rates, unless a test says otherwise."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from survey.instrument import Missing
from survey.response import Answer, Mode, Response

SHORT = ("overall", "access", "procedure", "officer", "result", "feedback")
_NUMBERS = itertools.count(1)


def new_id() -> str:
    """An id that no other response of the test run has."""
    return f"response-{next(_NUMBERS):012}"


def answers(*steps: int | Missing) -> tuple[Answer, ...]:
    """Answers to the short form in its order; one step is for every item."""
    given = steps * len(SHORT) if len(steps) == 1 else steps
    return tuple(
        Answer(item, missing=step) if isinstance(step, Missing) else Answer(item, (step,))
        for item, step in zip(SHORT, given, strict=True)
    )


def rated(*steps: int | Missing, **more: Any) -> Response:
    """A response to the short form, with these steps (all satisfied without any)."""
    told: dict[str, Any] = {
        "id": new_id(),
        "wave": "rating-short",
        "instrument": "onestop-short@2026.1",
        "agency": "03646",
        "day": date(2026, 11, 23),
        "answers": answers(*(steps or (5,))),
        "mode": Mode.KIOSK,
        "counter": "03646-1",
    }
    return Response(**told | more)
