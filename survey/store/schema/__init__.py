"""Every table, once. `migrations/` makes them; a test holds the two together.

Tables that are keyed by a hash have no row numbers on SQLite (`WITHOUT ROWID`), so that the order
in which people answered is not in the file.
"""

from __future__ import annotations

from survey.store.schema.base import (
    metadata,
)
from survey.store.schema.catalogue import (
    about,
    agency,
    counter,
    field,
    instrument,
    procedure,
    published_figure,
    reform,
    target,
    wave,
    wave_instrument,
)
from survey.store.schema.counts import (
    cell,
    domain,
    layout,
    moment,
    product,
    profile,
    psu,
    tally,
)
from survey.store.schema.documents import (
    document,
)
from survey.store.schema.editions import (
    edition,
    edition_piece,
)
from survey.store.schema.people import (
    account,
    attempt,
    audit,
    ceremony,
    identity,
    part,
    passkey,
    recovery_code,
    staff_session,
)
from survey.store.schema.responses import (
    arrival,
    checkpoint,
    comment,
    dead_letter,
    device,
    inbox,
    late,
    ledger_node,
    quarantine,
    response,
    sequence,
    submission,
)

__all__ = [
    "about",
    "account",
    "agency",
    "arrival",
    "attempt",
    "audit",
    "cell",
    "ceremony",
    "checkpoint",
    "comment",
    "counter",
    "dead_letter",
    "device",
    "document",
    "domain",
    "edition",
    "edition_piece",
    "field",
    "identity",
    "inbox",
    "instrument",
    "late",
    "layout",
    "ledger_node",
    "metadata",
    "moment",
    "part",
    "passkey",
    "procedure",
    "product",
    "profile",
    "psu",
    "published_figure",
    "quarantine",
    "recovery_code",
    "reform",
    "response",
    "sequence",
    "staff_session",
    "submission",
    "tally",
    "target",
    "wave",
    "wave_instrument",
]
