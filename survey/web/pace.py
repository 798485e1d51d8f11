"""How fast forms come: from one browser, at one place, after one opening.

Nobody is refused for the address they come from, since a whole hall may share one. What comes faster than people
do is taken in doubt, for a person to look at; only what still goes on far beyond that is asked to wait.
Everything is in the memory of the process, forgotten within minutes and written nowhere.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from threading import Lock
from time import monotonic, time

from flask import Flask, current_app, g, request, session

from survey import forms
from survey.errors import TooManyAtOnce
from survey.quarantine import Doubt
from survey.response import Invitation, Response
from survey.web import tokens

#: seconds in which a budget is filled again from empty
PERIOD = 600.0
#: budgets that a key may be in debt; what is sent on debt is taken in doubt
DEBT = 5
#: keys that a budget remembers; the one that was quiet for longest is forgotten first
REMEMBERED = 50_000


class Budget:
    """A token bucket for each key, that may go into debt before it refuses."""

    def __init__(self, amount: int) -> None:
        self.amount = amount
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def spend(self, key: str, *, at: float) -> bool:
        """Take one from a key's budget at a moment (seconds); whether there was one left.

        Raises `errors.TooManyAtOnce` where the debt is as large as it may be.
        """
        with self._lock:
            left, then = self._left.get(key, (float(self.amount), at))
            left = min(float(self.amount), left + (at - then) * self.amount / PERIOD) - 1
            if left < -self.amount * DEBT:
                wait = (-self.amount * DEBT - left) * PERIOD / self.amount
                raise TooManyAtOnce(seconds=math.ceil(wait))
            self._left[key] = left, at
            self._left.move_to_end(key)
            if len(self._left) > REMEMBERED:
                self._left.popitem(last=False)
        return left >= 0


def doubt_of(response: Response) -> Doubt | None:
    """Why this request's response should be looked at before it counts; None for nearly everybody.

    Raises `errors.TooManyAtOnce`.
    """
    browser: Budget = current_app.extensions["browser_budget"]
    place: Budget = current_app.extensions["place_budget"]
    at, once = monotonic(), response.invitation is Invitation.DOSSIER  # a token is a budget of one
    doubts = {
        Doubt.TRAP: forms.is_trapped(request.form),
        Doubt.SPEED: _seconds_open() < current_app.config["SETTINGS"].form_seconds,
        Doubt.BROWSER: not once and not browser.spend(session.get(tokens.NAME, ""), at=at),
        Doubt.PLACE: not once
        and not place.spend(response.counter or f"{response.mode}:{response.agency}", at=at),
    }
    return next((doubt for doubt, found in doubts.items() if found), None)


def _seconds_open() -> float:
    """How long ago the form was first opened, as its tokens say; never shorter than it was.

    A form that came back has the token of its first opening with it.
    """
    first = request.form.get("opened")
    opened = tokens.made_at(first) if first else None
    return time() - min(float(g.opened), opened or math.inf)


def hang(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    app.extensions["browser_budget"] = Budget(settings.browser_budget)
    app.extensions["place_budget"] = Budget(settings.place_budget)
