"""What is told of refusals where invitations and paper come in."""

from __future__ import annotations


def _(text: str) -> str:
    """Mark a text for translation; it is translated when a page is made."""
    return text


#: what is told of one-time invitations, to their holders and to those who hand them out
INVITATIONS: dict[str, tuple[str, str]] = {
    "unknown-invitation": (
        _("This invitation is not known"),
        _(
            "Please check the twelve letters and digits. You can answer without an invitation as well; "
            "every answer is welcome."
        ),
    ),
    "invitation-expired": (
        _("This invitation has run out"),
        _(
            "It could be used until the day that stands on it. You can still answer without it: every answer is welcome."
        ),
    ),
    "invitation-spent": (
        _("This invitation was used already"),
        _(
            "A dossier is rated once, and the first answers stay as they are. For another visit you can answer "
            "without an invitation."
        ),
    ),
    "foreign-invitation": (
        _("This counter belongs to others"),
        _("The dossier was handled at a counter that is not of this agency. Nothing was issued for it."),
    ),
    "malformed-dossier": (
        _("The number of the dossier is missing"),
        _(
            "A dossier needs its number, up to 60 letters and digits. It is not kept: it only makes sure that there is one invitation for it."
        ),
    ),
    "unknown-outcome": (
        _("There is no such outcome"),
        _("A dossier was granted, refused, or completed late. Please choose one of the three."),
    ),
    "bad-number": (
        _("A number does not fit"),
        _("Please give a month that has begun, as 2026-11, and a whole number of dossiers."),
    ),
    "bad-sender-name": (
        _("The name does not fit"),
        _("A dossier system has a name of 1 to 80 letters, on one line."),
    ),
    "unknown-sender": (
        _("This sender is not known"),
        _("The request carries no key of a dossier system that was let in here. Nothing was kept."),
    ),
    "sender-revoked": (
        _("This sender was shut out"),
        _("Its key is no longer valid. The head of the agency can let it in again with a new one."),
    ),
}

#: what is told of paper, to those who key it and to those who tore off a code
PAPER: dict[str, tuple[str, str]] = {
    "unknown-batch": (
        _("There is no such batch"),
        _("No batch of this number is at a counter of this agency."),
    ),
    "batch-out-of-range": (
        _("A batch of this size cannot be printed"),
        _("Please give a number of sheets from 1 to 999, and choose how many are keyed twice."),
    ),
    "batch-does-not-add-up": (
        _("The batch does not add up"),
        _(
            "Sheets that came back, spoiled and missing ones must together be as many as were issued. Nothing was "
            "changed; please count once more."
        ),
    ),
    "wrong-serial": (
        _("The number of the sheet does not fit"),
        _(
            "Please key the last four digits of its number once more: the check digit does not fit, or this batch has no such sheet."
        ),
    ),
    "foreign-sheet": (
        _("The sheet is of another batch"),
        _("Please open the batch that the first four digits of its number name. Nothing was kept."),
    ),
    "wrong-keys": (
        _("The digits do not fit the form"),
        _(
            "One column has a digit that means nothing there, or digits are missing or too many. Nothing was kept; please mend what stands in the field."
        ),
    ),
    "sheet-already-entered": (
        _("This sheet is entered already"),
        _(
            "It counts once, and what was keyed first stays. If two sheets bear this number, put both aside and tell the survey lead."
        ),
    ),
    "same-clerk": (
        _("Somebody else must key this sheet"),
        _("You keyed it the first time. It waits for a second person, so that mistakes are found."),
    ),
    "nothing-to-settle": (
        _("There is nothing to settle"),
        _("The two entries of this sheet are alike, or somebody has settled them already."),
    ),
    "sheet-not-entered": (
        _("This sheet is not counted yet"),
        _(
            "Either it waits to be entered, or the code is mistyped: three groups of four letters and digits. Please come back in some days."
        ),
    ),
}
