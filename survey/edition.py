"""Editions: the figures of one closed period, frozen at a checkpoint of the ledger, and never changed again.

A correction is a new revision beside the earlier ones. Two people make an edition: one proposes it, another
one publishes or rejects it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from survey.frame import Wave, WaveKind


class Stage(StrEnum):
    """How far an edition is. A published one stays as it is; a rejected one keeps no bundle."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Edition:
    """One revision of an edition.

    code, revision: its address · period: as figures name it · title: of the wave
    reason: why there is a revision after the first · size, root, sealed: the checkpoint, and its day
    digest, length: SHA-256 (hex) and bytes of the bundle · manifest: SHA-256 (hex) of its manifest
    software, method: versions · summary: what lists show of it without opening the bundle
    proposed_by, decided_by: numbers of accounts · proposed_at, decided_at: seconds since 1970
    """

    code: str
    revision: int
    wave: str
    period: str
    title: Mapping[str, str]
    stage: Stage
    reason: str
    size: int
    root: bytes
    sealed: str
    digest: str
    length: int
    manifest: str
    software: str
    method: str
    summary: Mapping[str, Any]
    proposed_by: int
    proposed_at: int
    decided_by: int | None = None
    decided_at: int | None = None

    @property
    def name(self) -> str:
        """The edition and its revision: "rating-short-2025/r1"."""
        return f"{self.code}/r{self.revision}"

    @property
    def file_name(self) -> str:
        """What the bundle is called."""
        return f"{self.code}-r{self.revision}.zip"


def code_of(wave: Wave, period: str) -> str:
    """The code of the edition of a period: the wave's, with the year where it is continuous."""
    return f"{wave.code}-{period}" if wave.kind is WaveKind.CONTINUOUS else wave.code
