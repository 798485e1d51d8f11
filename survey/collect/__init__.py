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
    issue_all,
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
    commitment_to,
    import_table,
    receipt_of,
    submit,
    submit_many,
    trace,
)
from survey.collect.sheets import (
    Account,
    batch_of,
    batches_of,
    close_batch,
    differing,
    enter,
    issue_batch,
    settle,
)

__all__ = [
    "BULK",
    "ID",
    "Account",
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
    "batch_of",
    "batches_of",
    "check",
    "close_batch",
    "commitment_to",
    "dead_letters",
    "deliver",
    "differing",
    "enter",
    "hear",
    "import_table",
    "issue",
    "issue_all",
    "issue_batch",
    "kiosks",
    "missing",
    "next_number",
    "receipt_of",
    "reissue",
    "revoke",
    "settle",
    "submit",
    "submit_many",
    "trace",
]
