"""Waves as TOML: when, with which instrument and about whom people are asked."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from datetime import date

from survey.errors import BadData
from survey.formats.faults import Faults
from survey.formats.located import Source, Table
from survey.frame import Wave, WaveKind

LANGUAGES = ("vi", "en")


def parse(
    name: str, text: str, *, instruments: Collection[str], agencies: Collection[str]
) -> tuple[Wave, ...]:
    """Read the `[[waves]]` of a file. Raises `BadData` with every fault.

    instruments, agencies: the references and codes that a wave may name.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise BadData([f"{name}: is no TOML: {fault}"]) from fault
    faults = Faults()
    top = Table(Source(name, text, faults, LANGUAGES), (), data)
    waves = [_wave(table, instruments, agencies) for table in top.tables("waves")]
    top.done()
    codes = [wave.code for wave in waves]
    for number, code in enumerate(codes):
        if code in codes[:number]:
            top.source.fault(("waves", number), f"{code!r} is already there")
    for number in [i for i, wave in enumerate(waves) if wave.headline][1:]:
        top.source.fault(("waves", number), "a second headline")
    faults.refuse()
    return tuple(waves)


def _wave(table: Table, instruments: Collection[str], agencies: Collection[str]) -> Wave:
    kind = table.choice("kind", tuple(WaveKind))
    wave = Wave(
        code=table.code(),
        title=table.wording(),
        kind=WaveKind(kind) if kind in tuple(WaveKind) else WaveKind.CONTINUOUS,
        instrument=table.choice("instrument", instruments),
        root=table.choice("root", agencies),
        starts=_day(table, "starts") or date.min,
        ends=_day(table, "ends") if "ends" in table else None,
        headline=table.value("headline", False),
    )
    table.done()
    if wave.ends is not None and wave.ends < wave.starts:
        table.fault("ends is before starts", "ends")
    return wave


def _day(table: Table, key: str) -> date | None:
    """A date written as text, like "2025-07-01"."""
    value = table.text(key)
    try:
        return date.fromisoformat(value)
    except ValueError:
        table.fault(f"{key} {value!r} is not a date like 2025-07-01", key)
        return None
