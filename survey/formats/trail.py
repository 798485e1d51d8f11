"""The audit as CSV: every entry with its hash, so that the chain can be followed from the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from survey.account import Entry
from survey.formats.figures import inert

COLUMNS = ("number", "at", "account", "name", "what", "thing", "hash")


def as_csv(entries: Iterable[Entry], names: Mapping[int, str]) -> str:
    """A row for each entry; moments in UTC."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for entry in entries:
        at = datetime.fromtimestamp(entry.at, UTC).isoformat()
        who = "" if entry.account is None else str(entry.account)
        name = names.get(entry.account or 0, "")
        row = (str(entry.number), at, who, name, entry.what, entry.thing, entry.hash.hex())
        table.writerow(inert(cell) for cell in row)
    return text.getvalue()
