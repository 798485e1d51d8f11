"""How a visit to a sampled household ended: one state machine, and the rates that follow from it.

Codes and groups are those of AAPOR for in-person household surveys (American Association for Public
Opinion Research, *Standard Definitions: Final Dispositions of Case Codes and Outcome Rates for
Surveys*, 10th edition, 2023). The phone of an interviewer is sent this table as data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    """The letters that AAPOR's rates are written in."""

    INTERVIEW = "I"
    PARTIAL = "P"
    REFUSAL = "R"
    NON_CONTACT = "NC"
    OTHER = "O"
    UNKNOWN_HOUSEHOLD = "UH"
    UNKNOWN_OTHER = "UO"
    NOT_ELIGIBLE = "NE"


class Disposition(StrEnum):
    """How things stand with a unit of the sample after a visit, or before the first."""

    NOT_ATTEMPTED = "not_attempted"
    COMPLETE = "complete"
    PARTIAL = "partial"
    PUT_OFF = "put_off"
    REFUSED = "refused"
    REFUSED_BY_HOUSEHOLD = "refused_by_household"
    BROKEN_OFF = "broken_off"
    NOT_ENTERED = "not_entered"
    NOBODY_HOME = "nobody_home"
    AWAY = "away"
    APPOINTMENT = "appointment"
    DIED = "died"
    UNABLE = "unable"
    LANGUAGE = "language"
    NOT_REACHED = "not_reached"
    NOT_FOUND = "not_found"
    NOT_SCREENED = "not_screened"
    OUT_OF_SAMPLE = "out_of_sample"
    NOT_A_HOME = "not_a_home"
    VACANT = "vacant"
    NOBODY_ELIGIBLE = "nobody_eligible"


@dataclass(frozen=True)
class Kind:
    """What a disposition means. code: AAPOR's · final: whether no visit follows it

    met: whether somebody of the household was met, so that it is known to be one
    """

    code: str
    group: Group
    final: bool = False
    met: bool = False


KINDS: Mapping[Disposition, Kind] = {
    Disposition.NOT_ATTEMPTED: Kind("3.11", Group.UNKNOWN_HOUSEHOLD),
    Disposition.COMPLETE: Kind("1.1", Group.INTERVIEW, final=True, met=True),
    Disposition.PARTIAL: Kind("1.2", Group.PARTIAL, final=True, met=True),
    Disposition.PUT_OFF: Kind("2.11", Group.REFUSAL, met=True),
    Disposition.REFUSED: Kind("2.112", Group.REFUSAL, final=True, met=True),
    Disposition.REFUSED_BY_HOUSEHOLD: Kind("2.111", Group.REFUSAL, final=True, met=True),
    Disposition.BROKEN_OFF: Kind("2.12", Group.REFUSAL, met=True),
    Disposition.NOT_ENTERED: Kind("2.23", Group.NON_CONTACT),
    Disposition.NOBODY_HOME: Kind("2.24", Group.NON_CONTACT),
    Disposition.AWAY: Kind("2.25", Group.NON_CONTACT, met=True),
    Disposition.APPOINTMENT: Kind("2.25", Group.NON_CONTACT, met=True),
    Disposition.DIED: Kind("2.31", Group.OTHER, final=True, met=True),
    Disposition.UNABLE: Kind("2.32", Group.OTHER, final=True, met=True),
    Disposition.LANGUAGE: Kind("2.33", Group.OTHER, met=True),
    Disposition.NOT_REACHED: Kind("3.17", Group.UNKNOWN_HOUSEHOLD),
    Disposition.NOT_FOUND: Kind("3.18", Group.UNKNOWN_HOUSEHOLD),
    Disposition.NOT_SCREENED: Kind("3.21", Group.UNKNOWN_OTHER),
    Disposition.OUT_OF_SAMPLE: Kind("4.1", Group.NOT_ELIGIBLE, final=True),
    Disposition.NOT_A_HOME: Kind("4.5", Group.NOT_ELIGIBLE, final=True),
    Disposition.VACANT: Kind("4.6", Group.NOT_ELIGIBLE, final=True),
    Disposition.NOBODY_ELIGIBLE: Kind("4.7", Group.NOT_ELIGIBLE, final=True, met=True),
}

#: ends of a visit that bring answers along
ANSWERED = frozenset({Disposition.COMPLETE, Disposition.PARTIAL})

#: what can't be said of a unit any more once somebody of the household was met
_UNMET_ALONE = frozenset(
    {
        Disposition.NOT_FOUND,
        Disposition.NOT_SCREENED,
        Disposition.OUT_OF_SAMPLE,
        Disposition.NOT_A_HOME,
        Disposition.VACANT,
    }
)

#: shares of the criteria, from which on an interview is complete, and is worth counting in part
COMPLETE_FROM, PARTIAL_FROM = 0.8, 0.5

#: what a unit without a final disposition counts as: the first of these that any visit ended with
_PRECEDENCE = (
    Disposition.BROKEN_OFF,
    Disposition.PUT_OFF,
    Disposition.LANGUAGE,
    Disposition.APPOINTMENT,
    Disposition.AWAY,
    Disposition.NOBODY_HOME,
    Disposition.NOT_ENTERED,
    Disposition.NOT_SCREENED,
    Disposition.NOT_REACHED,
    Disposition.NOT_FOUND,
)


def following(now: Disposition) -> frozenset[Disposition]:
    """The dispositions that a visit to a unit which stands at `now` may end with; none after a final one."""
    if KINDS[now].final:
        return frozenset()
    never = {Disposition.NOT_ATTEMPTED} | (_UNMET_ALONE if KINDS[now].met else frozenset())
    return frozenset(Disposition) - never


def of_answers(answered: int, asked: int) -> Disposition:
    """What an interview is that was ended with `answered` of the `asked` criteria.

    "Don't know" and "not applicable" are answers; a refused question is none. The limits are those that
    AAPOR proposes (2023, section on partial interviews and break-offs).
    """
    share = answered / asked if asked else 0.0
    if share >= COMPLETE_FROM:
        return Disposition.COMPLETE
    return Disposition.PARTIAL if share >= PARTIAL_FROM else Disposition.BROKEN_OFF


def standing(visits: Iterable[Disposition]) -> Disposition:
    """What a unit counts as after these visits, in their order: the final disposition, or the most telling one.

    AAPOR's order of precedence: a refusal outweighs a later locked door, a contact outweighs none.
    """
    seen = list(visits)
    final = next((one for one in seen if KINDS[one].final), None)
    return final or next((one for one in _PRECEDENCE if one in seen), Disposition.NOT_ATTEMPTED)


@dataclass(frozen=True)
class Rates:
    """AAPOR's outcome rates; None where nothing is left to divide by.

    response: RR1 to RR4 · cooperation: COOP1 to COOP4 · refusal: REF1, REF2 · contact: CON1, CON2
    eligible: e, the share of units of unknown eligibility that are taken for eligible
    """

    response: tuple[float | None, float | None, float | None, float | None]
    cooperation: tuple[float | None, float | None, float | None, float | None]
    refusal: tuple[float | None, float | None]
    contact: tuple[float | None, float | None]
    eligible: float | None


def grouped(counts: Mapping[Disposition, int]) -> dict[Group, int]:
    """Units by AAPOR's group; every group is named."""
    found = dict.fromkeys(Group, 0)
    for one, units in counts.items():
        found[KINDS[one].group] += units
    return found


def rates(counts: Mapping[Disposition, int]) -> Rates:
    """The rates of a sample whose units stand so (disposition -> units).

    e is that of the proportional allocation (CASRO): among the units whose eligibility is known, the
    eligible. RR1, REF1 and CON1 take all of unknown eligibility for eligible; the others a share e of them.
    """
    n = {group.value: units for group, units in grouped(counts).items()}
    interviews, known = n["I"] + n["P"], n["I"] + n["P"] + n["R"] + n["NC"] + n["O"]
    unknown = n["UH"] + n["UO"]
    e = _of(known, known + n["NE"])
    all_, likely = known + unknown, known + (e or 0.0) * unknown
    met = interviews + n["R"] + n["O"]
    return Rates(
        response=(_of(n["I"], all_), _of(interviews, all_), _of(n["I"], likely), _of(interviews, likely)),
        cooperation=(
            _of(n["I"], met),
            _of(interviews, met),
            _of(n["I"], interviews + n["R"]),
            _of(interviews, interviews + n["R"]),
        ),
        refusal=(_of(n["R"], all_), _of(n["R"], likely)),
        contact=(_of(met, all_), _of(met, likely)),
        eligible=e,
    )


def _of(part: float, whole: float) -> float | None:
    return part / whole if whole else None
