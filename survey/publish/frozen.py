"""What an edition is made of, before it is written: one state of the service, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from survey.frame import Wave
from survey.instrument import Instrument
from survey.report import Changes, Report
from survey.store.agencies import Reference
from survey.store.ledger import Checkpoint


@dataclass(frozen=True)
class Frozen:
    """The content of an edition: what every file of its bundle is written from.

    reports: of every agency by its code, the wave's root first · changes: of every agency
    quality: the statement on data quality, as `quality.json` holds it
    at: when it was proposed, seconds since 1970 · address: of the service, for links; "" for none
    """

    code: str
    revision: int
    reason: str
    wave: Wave
    instrument: Instrument
    period: str
    known: Reference
    last: Checkpoint
    reports: Mapping[str, Report]
    changes: Changes
    quality: Mapping[str, Any]
    simulated: bool
    software: str
    at: int
    address: str = ""

    @property
    def root(self) -> Report:
        """The report of the whole."""
        return self.reports[self.wave.root]
