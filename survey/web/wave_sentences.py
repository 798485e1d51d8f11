"""What is told of refusals around household waves: code -> headline, and what it means and what can be done."""

from __future__ import annotations


def _(text: str) -> str:
    """Mark a text for translation; it is translated when a page is made."""
    return text


WAVES: dict[str, tuple[str, str]] = {
    "unknown-disposition": (
        _("A visit ends otherwise"),
        _(
            "The phone told an end of a visit that this service does not know. Please renew the app on the phone."
        ),
    ),
    "disposition-unfit": (
        _("The end of the visit and the answers do not fit"),
        _(
            "An interview needs at least half of its questions answered, and no other end of a visit has answers."
        ),
    ),
    "unit-answered": (
        _("This household was interviewed before"),
        _("The first interview counts. This one is kept apart, and whoever leads the survey decides."),
    ),
    "visit-not-possible": (
        _("This visit does not agree with an earlier one"),
        _(
            "The household was done with, or somebody was met there. The visit is kept apart for whoever leads the survey."
        ),
    ),
    "bad-frame": (
        _("The frame has mistakes"),
        _(
            "Nothing was loaded. Each mistake is named with its line; please mend them and send the file again."
        ),
    ),
    "bad-margins": (
        _("The population figures do not fit"),
        _("Nothing was weighted. Each fault is named; please mend the file and send it again."),
    ),
    "wave-taken": (
        _("There is a wave of this code"),
        _("Codes are never used twice. Please choose another one."),
    ),
    "wave-fixed": (
        _("The wave has opened"),
        _(
            "What it was planned with, its frame and its sample stay as they are, so that nobody can choose after seeing answers."
        ),
    ),
    "wave-out-of-range": (
        _("A wave cannot be planned like this"),
        _("One of the numbers or dates is missing or makes no sense. Nothing was changed."),
    ),
    "not-drawn": (
        _("There is no sample yet"),
        _("Please load the frame and draw the sample first."),
    ),
    "wave-not-open": (
        _("Nobody is in the field for this wave"),
        _("It has not opened yet, or it is closed. Nothing was changed."),
    ),
    "wave-too-early": (
        _("It is too early to close this wave"),
        _("Its last day is not over: somebody may still be visited. Nothing was changed."),
    ),
    "units-unfinished": (
        _("Some visits have no result yet"),
        _(
            "Please finish them, or say that the rest counts as not known to be eligible. Nothing was changed."
        ),
    ),
    "wave-not-closed": (
        _("The wave is not closed"),
        _("Weights are made when no more answers come in. Please close the wave first."),
    ),
    "nobody-answered": (
        _("In one part of the sample nobody answered"),
        _("Nobody can stand for these people. Please choose larger classes. Nothing was weighted."),
    ),
    "weights-do-not-converge": (
        _("No weights agree with these population figures"),
        _(
            "Within the limits the figures cannot be reached together. Please use fewer or coarser groups, or wider limits. Nothing was weighted."
        ),
    ),
    "unknown-unit": (
        _("There is no household of this code"),
        _("The code is mistyped: it has eight letters and digits, and the last one checks the others."),
    ),
    "foreign-unit": (
        _("This household is not yours to visit"),
        _("Somebody else visits it. Whoever leads the survey can assign it to you. Nothing was kept."),
    ),
    "unknown-interviewer": (
        _("That is no interviewer of this survey"),
        _("Please choose an account that works for this agency or one below it. Nothing was changed."),
    ),
    "substitute-refused": (
        _("No other household can stand in here"),
        _(
            "A substitute stands in once, in its own village, for a household of the sample, with a reason. Nothing was changed."
        ),
    ),
}
