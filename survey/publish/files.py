"""Figures as files: written when an edition is made, and written once more to be compared when it is checked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import NamedTuple

from survey.formats import figures
from survey.publish import voiced
from survey.publish.rebuilt import Rebuilder

#: bytes of an edition's figures, piece by piece
Pieces = Callable[[Rebuilder], Iterator[bytes]]


class File(NamedTuple):
    """A file whose bytes follow from the released counts and the catalogue."""

    name: str
    media_type: str
    pieces: Pieces


def _csv(rebuilder: Rebuilder) -> Iterator[bytes]:
    """Every figure of every report, under one header."""
    for number, report in enumerate(rebuilder.reports):
        text = figures.as_csv(report)
        yield text.encode() if number == 0 else text.partition("\n")[2].encode()


def _json(rebuilder: Rebuilder) -> Iterator[bytes]:
    """Every report as its page gives it, in one array."""
    for number, report in enumerate(rebuilder.reports):
        text = json.dumps(figures.as_json(report), ensure_ascii=False)
        yield (",\n" if number else "[\n").encode() + text.encode()
    yield b"\n]\n"


def _changes(rebuilder: Rebuilder) -> Iterator[bytes]:
    yield figures.changes_as_csv(rebuilder.changes()).encode()


def _voice(rebuilder: Rebuilder) -> Iterator[bytes]:
    yield from voiced.as_csv(rebuilder.voice)


FILES = (
    File("figures/figures.csv", "text/csv", _csv),
    File("figures/figures.json", "application/json", _json),
    File("figures/changes.csv", "text/csv", _changes),
    File("figures/voice.csv", "text/csv", _voice),
)
