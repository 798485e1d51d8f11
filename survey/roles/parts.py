"""The parts that people play, and what each may give and change."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A caller's part. `PUBLIC` is everybody, signed in or not; `STAFF` is whoever is signed in.

    interviewer: visits households of a wave · officer: hands out invitations, enters paper forms · analyst: reads figures
    head: leads an agency, and gives the parts of its people · reviewer: answers what people wrote
    survey lead: runs waves · methodologist: decides how is counted · auditor: reads every trace
    operator: keeps the service running, and gives every part
    """

    PUBLIC = "public"
    STAFF = "staff"
    INTERVIEWER = "interviewer"
    OFFICER = "officer"
    ANALYST = "analyst"
    HEAD = "head"
    REVIEWER = "reviewer"
    SURVEY_LEAD = "survey-lead"
    METHODOLOGIST = "methodologist"
    AUDITOR = "auditor"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Grant:
    """A part that a person has in the agency `agency` and in all below it."""

    role: Role
    agency: str


#: the parts that can be granted, the least powerful first
GRANTED = tuple(role for role in Role if role not in (Role.PUBLIC, Role.STAFF))

#: part -> parts that it gives, over agencies within its own
GIVES: dict[Role, frozenset[Role]] = {
    Role.HEAD: frozenset({Role.INTERVIEWER, Role.OFFICER, Role.ANALYST, Role.REVIEWER, Role.HEAD}),
    Role.OPERATOR: frozenset(GRANTED),
}

#: part -> files of the catalogue whose rows it changes, where they are of agencies within its own
CHANGES: dict[Role, frozenset[str]] = {
    Role.HEAD: frozenset({"counters.csv"}),
    Role.SURVEY_LEAD: frozenset({"targets.csv", "published.csv"}),
    Role.OPERATOR: frozenset(
        {"agencies.csv", "counters.csv", "fields.csv", "procedures.csv"}
        | {"targets.csv", "published.csv", "succession.csv"}
    ),
}
