"""Replying: what people wrote reaches those who can do something about it, and what became of it is told.

`comments` masks and releases what was written, `cases` follow up on it, `disputes`
are about ratings that should not count, `rights` says who decides about whom, `lexicons` holds
the words that topics and kinds are told by.
"""

from survey.reply.cases import (
    Followed,
    Step,
    ask,
    case_of,
    citizen_moves,
    counters,
    escalate,
    listed,
    move,
    of_receipt,
    open_case,
    public_answers,
)
from survey.reply.comments import (
    Found,
    Masking,
    Written,
    find,
    masking,
    read,
    release,
    review_mask,
    search,
    topics,
    written,
)
from survey.reply.disputes import Claim, decide, dispute_comment, dispute_day, disputes_of, to_decide
from survey.reply.flags import look, looks
from survey.reply.lexicons import lexicons
from survey.reply.rights import apart, check_apart

__all__ = [
    "Claim",
    "Followed",
    "Found",
    "Masking",
    "Step",
    "Written",
    "apart",
    "ask",
    "case_of",
    "check_apart",
    "citizen_moves",
    "counters",
    "decide",
    "dispute_comment",
    "dispute_day",
    "disputes_of",
    "escalate",
    "find",
    "lexicons",
    "listed",
    "look",
    "looks",
    "masking",
    "move",
    "of_receipt",
    "open_case",
    "public_answers",
    "read",
    "release",
    "review_mask",
    "search",
    "to_decide",
    "topics",
    "written",
]
