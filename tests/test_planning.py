"""A plan: one number of invitations that its parts, its margins and its other numbers agree with."""

from __future__ import annotations

import math

import pytest

from survey import sampling
from survey.planning import LADDER, WAYS, Part, Question, planned

PLACES = [Part("town", 32_000), Part("valley", 14_500), Part("hamlet", 900)]


def test_a_question_without_numbers_is_the_default_of_the_method() -> None:
    plan = planned(Question())
    assert plan.size.exact == sampling.for_share().exact
    assert (plan.size.answers, plan.size.invitations, plan.simple.answers) == (692, 988, 385)
    assert plan.margin == pytest.approx(0.05, abs=1e-4) and plan.margin <= 0.05
    assert plan.deff == sampling.USUAL_DEFF and plan.units is None and plan.parts == ()


def test_people_of_one_village_make_the_design_effect() -> None:
    plan = planned(Question(deff=9, people_per_unit=20, icc=0.04))
    assert plan.deff == pytest.approx(1.76)
    assert plan.units == math.ceil(plan.size.answers / 20)
    assert planned(Question(deff=9, people_per_unit=20)).deff == 9


def test_yamane_stands_beside_with_the_margin_that_it_really_has() -> None:
    plan = planned(Question(population=12_000))
    assert plan.yamane.size.exact == pytest.approx(12_000 / (1 + 12_000 * 0.0025))
    assert plan.yamane.promised == 0.05 and plan.yamane.margin > 0.06
    assert planned(Question()).yamane.size.answers == 400


def test_the_strata_say_how_many_people_there_are_and_what_is_expected() -> None:
    parts = [Part("town", 30_000, 0.9), Part("valley", 10_000, 0.7)]
    plan = planned(Question(share=0.5), parts)
    assert plan.population == 40_000
    assert plan.share == pytest.approx(0.85)
    assert plan.size.exact == sampling.for_share(p=plan.share, population=40_000).exact


@pytest.mark.parametrize("way", WAYS)
def test_every_way_gives_out_the_same_answers(way: str) -> None:
    plan = planned(Question(margin=0.03), PLACES)
    given = [part.by[way] for part in plan.parts]
    told = next(each for each in plan.ways if each.code == way)
    assert sum(each.answers for each in given) == told.answers == plan.size.answers
    assert sum(each.invitations for each in given) == told.invitations
    margins = [each.margin for each in given]
    assert told.widest == max(margin for margin in margins if margin is not None)


def test_neyman_is_best_for_the_whole_and_equal_parts_for_the_smallest() -> None:
    neyman, power, equal = planned(Question(margin=0.03), PLACES).ways
    assert neyman.margin is not None and power.margin is not None and equal.margin is not None
    assert neyman.margin < power.margin < equal.margin
    assert neyman.widest is not None and power.widest is not None and equal.widest is not None
    assert neyman.widest > power.widest > equal.widest


def test_the_margin_of_a_stratum_is_that_of_its_own_people() -> None:
    hamlet = planned(Question(margin=0.03), PLACES).parts[2]
    for given in hamlet.by.values():
        assert given.margin == pytest.approx(sampling.margin_of_share(given.answers, population=900))
    assert hamlet.alone.exact == pytest.approx(sampling.for_share(0.03, population=900).exact)


def test_a_figure_of_its_own_for_each_takes_far_more() -> None:
    plan = planned(Question(), PLACES)
    assert plan.apart is not None
    assert plan.apart.answers == sum(part.alone.answers for part in plan.parts)
    assert plan.apart.answers > 2 * plan.size.answers


def test_strata_of_unknown_size_are_never_used_up() -> None:
    plan = planned(Question(), [Part("a"), Part("b"), Part("c")])
    assert [part.by["neyman"].answers for part in plan.parts] == [231, 231, 230]
    assert plan.parts[0].alone.exact == plan.size.exact
    assert plan.ways[0].margin == pytest.approx(plan.margin, rel=1e-5)


def test_a_stratum_that_nobody_answers_in_has_no_margin_and_neither_has_the_whole() -> None:
    plan = planned(Question(margin=0.4, deff=1.0), [Part(str(number), 1000) for number in range(20)])
    assert plan.size.answers < 20
    assert plan.parts[-1].by["equal"].margin is None
    assert (plan.ways[2].margin, plan.ways[2].widest) == (None, None)


def test_nobody_is_invited_who_is_not_there() -> None:
    plan = planned(Question(response_rate=0.3), [Part("a", 50), Part("b", 60)])
    assert not plan.size.attainable
    assert all(part.by["equal"].invitations <= (part.part.people or 0) for part in plan.parts)


def test_a_change_is_seen_as_often_as_the_power_says() -> None:
    plan = planned(Question(margin=0.03, share=0.84, change=0.05))
    seen = plan.seen
    assert seen.power == sampling.power_for_change_of_share(0.84, 0.89, plan.size.answers, deff=1.8)
    assert seen.smallest is not None
    again = sampling.power_for_change_of_share(0.84, 0.84 + seen.smallest, plan.size.answers, deff=1.8)
    assert again == pytest.approx(0.8, abs=1e-9)


def test_a_change_goes_down_where_there_is_no_room_above() -> None:
    down = planned(Question(share=0.98, change=0.05)).seen
    assert down.power == sampling.power_for_change_of_share(
        0.98, 0.93, planned(Question(share=0.98)).size.answers, deff=1.8
    )
    impossible = planned(Question(share=0.5, change=0.9)).seen
    assert (impossible.power, impossible.size) == (None, None)


def test_the_ladder_holds_the_margin_that_was_asked_for() -> None:
    assert [rung.margin for rung in planned(Question()).ladder] == list(LADDER)
    plan = planned(Question(margin=0.025))
    assert {rung.margin: rung.size for rung in plan.ladder}[0.025] == plan.size


@pytest.mark.parametrize(
    ("question", "parts", "told"),
    [
        (Question(margin=0), (), "margin"),
        (Question(margin=float("nan")), (), "margin"),
        (Question(response_rate=0), (), "response rate"),
        (Question(people_per_unit=0.5, icc=0.1), (), "people per unit"),
        (Question(population=10), PLACES, "strata of 47400 people"),
        (Question(), [Part("a", 10), Part("b")], "some strata"),
        (Question(), [Part("a", 10), Part("b", -1)], "range"),
        (Question(), [Part("a", 10), Part("b", 5, share=1.0)], "range"),
    ],
)
def test_a_plan_that_cannot_be_made_is_refused(question: Question, parts: list[Part], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        planned(question, parts)
