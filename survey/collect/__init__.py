"""Collecting: the one door in. Every response comes through `submit`, `submit_many` or `deliver`.

A response is checked against its instrument and the catalogue, completed with what the catalogue
knows, committed to, and kept in the inbox. It is acknowledged only after a durable commit.
"""

from __future__ import annotations

from survey.collect.deliveries import Delivered, Result, deliver
from survey.collect.devices import (
    Activated,
    Issued,
    activate,
    asked_at,
    authorised,
    dead_letters,
    hear,
    issue,
    kiosks,
    missing,
    next_number,
    reissue,
    revoke,
)
from survey.collect.responses import (
    BULK,
    ID,
    Imported,
    Taken,
    Trace,
    check,
    import_table,
    submit,
    submit_many,
    trace,
)

__all__ = [
    "BULK",
    "ID",
    "Activated",
    "Delivered",
    "Imported",
    "Issued",
    "Result",
    "Taken",
    "Trace",
    "activate",
    "asked_at",
    "authorised",
    "check",
    "dead_letters",
    "deliver",
    "hear",
    "import_table",
    "issue",
    "kiosks",
    "missing",
    "next_number",
    "reissue",
    "revoke",
    "submit",
    "submit_many",
    "trace",
]
