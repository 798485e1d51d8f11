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
    draft,
    edited,
    field,
    instrument,
    procedure,
    published_figure,
    reform,
    revision,
    succession,
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
from survey.store.schema.replies import (
    WORDS,
    case,
    case_event,
    dispute,
    disputed,
    looked,
    reading,
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
from survey.store.schema.sheets import (
    paper_batch,
    paper_sheet,
)
from survey.store.schema.tokens import (
    answered,
    coverage,
    sender,
    token,
    token_key,
    token_spent,
)

__all__ = [
    "WORDS",
    "about",
    "account",
    "agency",
    "answered",
    "arrival",
    "attempt",
    "audit",
    "case",
    "case_event",
    "cell",
    "ceremony",
    "checkpoint",
    "comment",
    "counter",
    "coverage",
    "dead_letter",
    "device",
    "dispute",
    "disputed",
    "document",
    "domain",
    "draft",
    "edited",
    "edition",
    "edition_piece",
    "field",
    "identity",
    "inbox",
    "instrument",
    "late",
    "layout",
    "ledger_node",
    "looked",
    "metadata",
    "moment",
    "paper_batch",
    "paper_sheet",
    "part",
    "passkey",
    "procedure",
    "product",
    "profile",
    "psu",
    "published_figure",
    "quarantine",
    "reading",
    "recovery_code",
    "reform",
    "response",
    "revision",
    "sender",
    "sequence",
    "staff_session",
    "submission",
    "succession",
    "tally",
    "target",
    "token",
    "token_key",
    "token_spent",
    "wave",
    "wave_instrument",
]
