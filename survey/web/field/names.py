"""What dispositions are called, on a phone and on the pages of whoever leads a wave."""

from __future__ import annotations

from survey.disposition import Disposition


def _(text: str) -> str:
    """Mark a text for translation; it is translated when it is shown."""
    return text


DISPOSITIONS: dict[Disposition, str] = {
    Disposition.NOT_ATTEMPTED: _("not visited yet"),
    Disposition.COMPLETE: _("interviewed"),
    Disposition.PARTIAL: _("interviewed in part"),
    Disposition.PUT_OFF: _("put off: does not want to answer now"),
    Disposition.REFUSED: _("the selected person refused for good"),
    Disposition.REFUSED_BY_HOUSEHOLD: _("the household refused for good"),
    Disposition.BROKEN_OFF: _("interview broken off"),
    Disposition.NOT_ENTERED: _("could not get to the door"),
    Disposition.NOBODY_HOME: _("nobody at home"),
    Disposition.AWAY: _("the selected person is away"),
    Disposition.APPOINTMENT: _("appointment made"),
    Disposition.DIED: _("the selected person has died"),
    Disposition.UNABLE: _("not able to answer"),
    Disposition.LANGUAGE: _("no common language"),
    Disposition.NOT_REACHED: _("place not reached: road or weather"),
    Disposition.NOT_FOUND: _("address not found"),
    Disposition.NOT_SCREENED: _("not known whether an adult lives here"),
    Disposition.OUT_OF_SAMPLE: _("outside the area of the survey"),
    Disposition.NOT_A_HOME: _("not a home"),
    Disposition.VACANT: _("nobody lives here"),
    Disposition.NOBODY_ELIGIBLE: _("no adult lives here"),
}
