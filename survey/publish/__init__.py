"""Publishing: freezes a closed period at a checkpoint of the ledger, as a bundle that a stranger can check.

    edition = publish.propose(db, proposal, at=at, today=today)   # reads, computes, keeps; nothing is public
    publish.publish(db, edition, by=another, at=at)               # signs; from now on it never changes

`frozen` is what a bundle is written from, `released` the counts that may be known and from which every
figure follows (`rebuilt`), `contents` the files, `checking` what `survey verify` does.
"""

from survey.publish.deciding import publish, reject
from survey.publish.proposing import Proposal, closed, propose
from survey.publish.reading import (
    bundle,
    edition,
    editions,
    entry,
    latest,
    members,
    proposal,
    revisions,
    stream,
)

__all__ = [
    "Proposal",
    "bundle",
    "closed",
    "edition",
    "editions",
    "entry",
    "latest",
    "members",
    "proposal",
    "propose",
    "publish",
    "reject",
    "revisions",
    "stream",
]
