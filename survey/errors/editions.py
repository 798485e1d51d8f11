"""What can't be published, and what a bundle may not be."""

from __future__ import annotations

from survey.errors.base import Refusal

# Making an edition.


class UnknownEdition(Refusal):
    """No edition, or no revision of it, has this name."""

    code = "unknown-edition"
    status = 404


class PeriodOpen(Refusal):
    """A period that is not over, or whose answers are not all sealed, has no edition yet."""

    code = "period-open"
    status = 409


class NothingToPublish(Refusal):
    """Nobody answered in the period."""

    code = "nothing-to-publish"
    status = 409


class CheckpointMoved(Refusal):
    """The checkpoint that was named is not the ledger's newest one, or is none of this ledger."""

    code = "checkpoint-mismatch"
    status = 409


class EditionProposed(Refusal):
    """One proposal of an edition waits for a decision already."""

    code = "edition-proposed"
    status = 409


class NotProposed(Refusal):
    """The edition was published or rejected before: it does not change any more."""

    code = "edition-is-frozen"
    status = 409


class SamePerson(Refusal):
    """Whoever proposed an edition does not publish it."""

    code = "same-person"
    status = 403


class ReasonMissing(Refusal):
    """A revision says why it is there."""

    code = "reason-missing"
    status = 422


class TooFewChanged(Refusal):
    """Fewer than ten people lie between two revisions: their difference would tell what those said."""

    code = "too-few-changed"
    status = 409


class FiguresDiffer(Refusal):
    """The figures do not follow from the counts that would be published with them."""

    code = "figures-differ"
    status = 500


# Reading a bundle.


class BadBundle(Refusal):
    """A file that is no bundle of an edition, or not a whole one."""

    code = "bundle-unreadable"
    status = 422


class BundleNewer(BadBundle):
    """The bundle was made by a newer version."""

    code = "bundle-newer"


class BundlePath(BadBundle):
    """The bundle holds a link, a path that leads out of it, or one name twice."""

    code = "bundle-path"


class BundleTooLarge(BadBundle):
    """A file of the bundle is larger than it says, or unpacks to far more than it should."""

    code = "bundle-too-large"
