"""Ways of answering beside each other: modes, invitations into mode online, and who helped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from survey import analyse, collect, design, errors, process
from survey.comparison import Design, Direction, joint, totals_of
from survey.formats.records import records
from survey.report import Ways
from survey.response import Assistance, Invitation, Mode, Sealed
from survey.store.database import Database
from tests.analyse.rating import answers, taken, wards
from tests.answering import rated
from tests.conftest import TODAY


def ways_of(province: Database, family: str) -> Ways:
    return next(ways for ways in analyse.report(province).ways if ways.family == family)


def test_modes_are_held_against_the_most_used_one(province: Database) -> None:
    agency = wards(province)[0]
    at_home = {"mode": Mode.ONLINE, "counter": None}
    taken(province, answers(agency, 7, days=30, each=8, until=TODAY))
    taken(province, answers(agency, 2, days=30, each=4, until=TODAY, **at_home))
    report = analyse.report(province)
    (ways,) = report.ways
    (contrast,) = ways.contrasts
    assert (contrast.reference.domain, contrast.figure.domain) == ("mode:kiosk", "mode:online")
    assert contrast.difference.value == pytest.approx(
        (contrast.figure.estimate.value or 0) - (contrast.reference.estimate.value or 0)
    )
    assert contrast.difference.p is not None and contrast.difference.p < 0.01
    assert [f.domain for f in ways.trend] == ["mode:kiosk", "mode:online"]


def test_two_modes_at_one_counter_share_its_days(province: Database) -> None:
    """The error of the difference is that of the answers themselves, with what the modes share."""
    agency = wards(province)[0]
    given = [
        *answers(agency, 5, days=30, each=6, until=TODAY),
        *answers(agency, 3, days=30, each=5, until=TODAY, mode=Mode.ONLINE),
    ]
    taken(province, given)
    steps = [float(r.answers[1].values[0]) for r in given]
    plan = Design(psu=[str(r.day) for r in given])
    together = joint(totals_of(steps, [r.mode.value for r in given], design=plan, satisfied_from=4))
    c = together.coefficients({"online": 1.0, "kiosk": -1.0})
    assert c is not None
    (contrast,) = ways_of(province, "mode").contrasts
    assert contrast.difference.se == pytest.approx(float(c @ together.covariance @ c) ** 0.5, rel=1e-9)
    assert contrast.difference.df == together.totals.df(["online", "kiosk"])


def test_invitations_split_what_was_answered_online(province: Database) -> None:
    """The poster's code in view of the counter and the portal's link at home are told apart, with both series."""
    agency = wards(province)[0]
    online = {"mode": Mode.ONLINE}
    at_home = online | {"counter": None}
    taken(province, answers(agency, 9, days=30, each=9, until=TODAY))
    taken(province, answers(agency, 6, days=30, each=8, until=TODAY, **online, invitation=Invitation.POSTER))
    taken(province, answers(agency, 3, days=30, each=5, until=TODAY, **at_home, invitation=Invitation.LINK))
    taken(province, answers(agency, 2, days=30, each=2, until=TODAY, **at_home))
    found = ways_of(province, "invitation")
    assert [f.domain.partition(":")[2] for f in found.figures] == ["poster", "link", "none"]
    people = {f.domain: f.estimate.n for f in (*ways_of(province, "mode").figures, *found.figures)}
    parts = [n for domain, n in people.items() if domain.startswith("invitation:")]
    assert parts == [240, 150, 60] and sum(parts) == people["mode:online"]
    assert {c.reference.domain for c in found.contrasts} == {"invitation:poster"}
    assert [c.difference.direction() for c in found.contrasts] == [Direction.DOWN, Direction.NOT_SHOWN]
    assert [f.domain for f in found.trend] == [f.domain for f in found.figures]
    assert process.rebuild(province).equal


def test_two_ways_that_share_a_counters_days_have_the_covariance_of_the_answers(province: Database) -> None:
    """Who helped, from kept counts and from the answers themselves: the same error to the last digits."""
    agency = wards(province)[0]
    given = [
        *answers(agency, 5, days=30, each=6, until=TODAY),
        *answers(agency, 4, days=30, each=4, until=TODAY, assisted=Assistance.STAFF),
    ]
    taken(province, given)
    steps = [float(r.answers[1].values[0]) for r in given]
    together = joint(
        totals_of(
            steps,
            [f"assisted:{r.assisted.value}" for r in given],
            design=Design(psu=[str(r.day) for r in given]),
            satisfied_from=4,
        )
    )
    c = together.coefficients({"assisted:staff": 1.0, "assisted:none": -1.0})
    (contrast,) = ways_of(province, "assisted").contrasts
    assert c is not None and contrast.figure.domain == "assisted:staff"
    assert contrast.difference.se == pytest.approx(float(c @ together.covariance @ c) ** 0.5, rel=1e-9)


def test_ways_that_tell_nothing_apart_are_not_shown(province: Database) -> None:
    taken(province, [rated(5, mode=Mode.ONLINE, counter=None) for _ in range(40)])
    assert [ways.family for ways in analyse.report(province).ways] == ["mode"]


def test_where_mode_online_is_withheld_its_invitations_are(province: Database) -> None:
    """Nine on paper hide the twelve online with them; a poster's twelve would tell both."""
    at_home = {"mode": Mode.ONLINE, "counter": None}
    taken(province, [rated(5) for _ in range(40)])
    taken(province, [rated(2, mode=Mode.PAPER) for _ in range(9)])
    taken(province, [rated(4, **at_home, invitation=Invitation.LINK) for _ in range(12)])
    taken(province, [rated(4, **at_home) for _ in range(13)])
    report = analyse.report(province)
    modes, invitations = report.ways
    assert {f.domain for f in modes.figures if f.withheld} == {"mode:paper", "mode:online"}
    assert all(f.withheld and not f.estimate.n for f in (*invitations.figures, *invitations.trend))
    assert len(invitations.figures) == 2 and not invitations.contrasts


def test_what_was_sealed_before_invitations_were_known_counts_as_uninvited(province: Database) -> None:
    """Its bytes name no invitation, and stay what was committed to."""
    response = rated(4, mode=Mode.ONLINE)
    sealed = collect.check(design.reference(province), response, on=TODAY)
    assert b"invitation" not in sealed.canonical()
    assert Sealed.parse(sealed.canonical()) == sealed
    invited = collect.check(
        design.reference(province), replace(response, invitation=Invitation.POSTER), on=TODAY
    )
    assert b'"invitation":"poster"' in invited.canonical()
    broken = replace(response, invitation="a bribe")  # type: ignore[arg-type]
    with pytest.raises(errors.UnknownChoice):
        collect.check(design.reference(province), broken, on=TODAY)


def test_every_way_is_in_the_records_of_the_report(province: Database) -> None:
    """Pages, JSON and CSV read these."""
    agency = wards(province)[0]
    taken(province, answers(agency, 5, days=20, each=6, until=TODAY))
    taken(province, answers(agency, 3, days=20, each=4, until=TODAY, assisted=Assistance.RELATIVE))
    found = [r for r in records(analyse.report(province)) if r["part"].startswith("assisted")]
    assert [(r["part"], r["domain"], r["n"]) for r in found] == [
        ("assisted", "assisted:none", 120),
        ("assisted", "assisted:relative", 80),
        ("assisted-trend", "assisted:none", 120),
        ("assisted-trend", "assisted:relative", 80),
        ("assisted-difference", "assisted:relative", 80),
    ]
    assert found[-1]["change"]["against"] == "assisted:none"
