"""Who may decide about an agency: nobody of its own."""

from __future__ import annotations

from survey import errors
from survey.account import Account
from survey.store.agencies import Reference


def apart(known: Reference, person: Account, agency: str) -> bool:
    """Tell whether a person belongs to another agency: by home, and by every role."""
    own = (person.agency, *(grant.agency for grant in person.grants))
    return not any(known.under(agency, each) for each in own)


def check_apart(known: Reference, person: Account, agency: str) -> None:
    """Raise `errors.OwnAgency` where a person belongs to the agency that is decided about."""
    if not apart(known, person, agency):
        raise errors.OwnAgency(agency=agency)
