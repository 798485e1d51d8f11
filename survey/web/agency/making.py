"""Editions in the making: a thread for each, so that nobody waits for a page, and how far each one is.

What is being made lives in this process alone; a process that ends leaves nothing behind it, for a proposal is
kept whole or not at all.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from flask import Flask, current_app

from survey import publish
from survey.errors import Refusal
from survey.publish import Proposal
from survey.store.database import Database
from survey.web.report import making as reports


@dataclass(frozen=True)
class Making:
    """One edition on its way. refusal: why there will be none · done: the name of the proposal"""

    wave: str
    year: int | None
    step: str = "figures"
    number: int = 0
    of: int = 1
    refusal: Refusal | None = None
    done: str = ""

    @property
    def running(self) -> bool:
        return not self.done and self.refusal is None

    @property
    def percent(self) -> int:
        return 100 * self.number // max(1, self.of)


class Makings:
    """What is being made in this process, an edition of each agency at a time."""

    def __init__(self) -> None:
        self._of: dict[str, Making] = {}
        self._lock = threading.Lock()

    def of(self, agency: str) -> Making | None:
        return self._of.get(agency)

    def begin(self, app: Flask, agency: str, proposal: Proposal, *, at: int, today: date) -> bool:
        """Begin to make an edition; False where one is being made already."""
        with self._lock:
            known = self._of.get(agency)
            if known is not None and known.running:
                return False
            self._of[agency] = Making(proposal.wave, proposal.year)
        threading.Thread(
            target=self.make, args=(app, agency, proposal), kwargs={"at": at, "today": today}, daemon=True
        ).start()
        return True

    def make(self, app: Flask, agency: str, proposal: Proposal, *, at: int, today: date) -> None:
        """Make an edition in this thread."""
        self._of[agency] = Making(proposal.wave, proposal.year)

        def progress(step: str, number: int, of: int) -> None:
            self._of[agency] = replace(self._of[agency], step=step, number=number, of=of)

        try:
            db: Database = app.extensions["store"]
            edition = publish.propose(
                db, proposal, at=at, today=today, documents=reports.parts(app), progress=progress
            )
            self._of[agency] = replace(self._of[agency], done=edition.name)
        except Refusal as refusal:
            self._of[agency] = replace(self._of[agency], refusal=refusal)
        except Exception:
            self._of[agency] = replace(self._of[agency], refusal=Refusal())
            raise


def makings() -> Makings:
    return cast(Makings, current_app.extensions.setdefault("makings", Makings()))
