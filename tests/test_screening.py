"""Screening flags what is striking, tells why, and leaves alone what chance does every day."""

from __future__ import annotations

import math
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from scipy import stats as scipy_stats

from survey.comparison import Design, table_test, totals_of
from survey.screening import (
    LIMIT,
    Sign,
    answers,
    arrivals,
    bursts,
    concentration,
    digit_uniformity,
    distribution_shifts,
    excess,
    longest_runs,
    patterns,
    poisson_test,
    regularity,
    speed,
    straight_lines,
    straight_lining,
    too_fast,
)
from survey.screening.exact import binomial_tail, runs_test
from tests.golden.reading import RTOL, expected
from tests.mistakes import mistaken

EXACT = expected("exact_tests")
NAN = math.nan


# When and where.


def test_the_fullest_hour_is_held_against_an_even_share_of_all() -> None:
    reference = EXACT["hourly_burst"]
    counts = reference["counts"]
    (flag,) = concentration(counts, source=np.arange(10))
    assert flag.subject == 7
    assert flag.p is not None
    assert flag.p * len(counts) == pytest.approx(reference["max_bin_p_bonf"], rel=RTOL)
    assert binomial_tail(30, 82, 0.1) == pytest.approx(flag.p, rel=1e-15)


def _weeks(seed: int, agencies: int = 4, weeks: int = 20) -> dict[str, np.ndarray]:
    """Counts of forty working hours a week; hours and agencies differ."""
    rng = np.random.default_rng(seed)
    agency, week, hour = (a.ravel() for a in np.meshgrid(range(agencies), range(weeks), range(40)))
    rate = 2.0 * (1 + agency) * (1 + (hour % 8 == 1))
    began = week * 168 + hour
    return {"counts": rng.poisson(rate), "agency": agency, "hour": hour, "window": began}


def test_ordinary_weeks_raise_no_flag() -> None:
    for seed in range(5):
        assert bursts(**_weeks(seed)) == ()


def test_forty_answers_in_an_hour_of_four_are_a_burst() -> None:
    data = _weeks(1)
    row = int(np.flatnonzero((data["agency"] == 1) & (data["hour"] == 3))[6])
    data["counts"][row] = 40
    (flag,) = bursts(**data)
    assert flag.sign is Sign.BURST
    assert flag.subject == (1, int(data["window"][row]))
    same = (data["agency"] == 1) & (data["hour"] == 3)
    others = (data["counts"][same].sum() - 40) / 19
    assert (flag.statistic, flag.expected, flag.n) == (40, pytest.approx(others), 40)
    assert flag.compared == "own-hour-of-week"
    assert flag.tests == len(data["counts"])
    assert flag.p is not None and flag.q is not None
    assert flag.p < flag.q < LIMIT
    total = data["counts"][same].sum()
    assert flag.p == pytest.approx(scipy_stats.binom.sf(39, total, 1 / 20), rel=1e-8)


def test_an_agencys_busy_hour_is_no_burst_though_it_is_one_elsewhere() -> None:
    data = _weeks(2)
    busy = (data["agency"] == 0) & (data["hour"] == 5)
    data["counts"][busy] = 40
    assert bursts(**data) == ()
    data["counts"][busy] = 2
    data["counts"][np.flatnonzero(busy)[0]] = 40
    assert [flag.subject for flag in bursts(**data)] == [(0, int(data["window"][busy][0]))]


def test_nine_answers_are_no_burst_however_rare_answers_are() -> None:
    counts = np.zeros(200)
    rows = {"agency": np.zeros(200), "hour": np.zeros(200), "window": np.arange(200)}
    assert bursts(np.where(rows["window"] == 9, 9, counts), **rows) == ()
    assert len(bursts(np.where(rows["window"] == 9, 10, counts), **rows)) == 1


def test_a_first_day_has_nothing_to_be_held_against() -> None:
    rows = {"agency": [0] * 8, "hour": range(8), "window": range(8)}
    assert bursts([50, 0, 0, 0, 0, 0, 0, 0], **rows) == ()


def test_the_tail_of_a_burst_is_that_of_poisson_where_the_rate_is_well_known() -> None:
    windows, rate, count = 200_000, 3.0, 12
    tail = float(binomial_tail(count, rate * windows, 1 / windows))
    assert tail == pytest.approx(poisson_test(count, rate).p_greater, rel=1e-3)
    few = float(binomial_tail(count, rate * 4 + count, 1 / 5))
    assert few > 10 * tail


def test_one_counter_with_nearly_all_answers_is_flagged() -> None:
    counts = [10, 12, 9, 80, 11, 10, 9, 13]
    where = {"agency": ["a"] * 5 + ["b"] * 3, "source": list("12345123")}
    (flag,) = concentration(counts, **where)
    assert (flag.subject, flag.compared, flag.n) == (("a", "4"), "equal-shares", 122)
    assert (flag.statistic, flag.expected) == (pytest.approx(80 / 122), pytest.approx(0.2))
    assert flag.p == pytest.approx(scipy_stats.binom.sf(79, 122, 0.2), rel=1e-9)
    assert flag.tests == 8


def test_a_counter_that_is_usually_large_is_not_flagged_for_it() -> None:
    counts, source = [10, 12, 9, 80, 11], list("12345")
    assert concentration(counts, source=source, usual=[100, 110, 95, 700, 105]) == ()
    (flag,) = concentration(counts, source=source, usual=[100, 110, 95, 90, 105])
    assert (flag.subject, flag.compared) == ("4", "usual-shares")


def test_an_agencys_only_counter_is_not_concentrated() -> None:
    assert concentration([5000, 0, 0], source=[1, 1, 2], agency=[1, 2, 2]) == ()


@pytest.mark.parametrize("wrong", [[1.5], [-1], [NAN], [[1]]])
def test_counts_are_whole_numbers(wrong: list[float]) -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        concentration(wrong, source=[1])


@pytest.mark.parametrize("usual", [0.0, -1.0, NAN])
def test_a_usual_size_is_above_nothing(usual: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        concentration([1, 2], source=[1, 2], usual=[1.0, usual])


def test_answers_like_clockwork_are_flagged_and_people_are_not() -> None:
    rng = np.random.default_rng(5)
    people = np.cumsum(rng.exponential(60, 60))
    clock = np.arange(60) * 60 + rng.uniform(-3, 3, 60)
    times, source = np.concatenate([people, clock]), np.repeat(["hall", "kiosk"], 60)
    mixed = rng.permutation(120)
    (flag,) = regularity(times[mixed], source=source[mixed])
    gaps = np.diff(np.sort(clock))
    assert (flag.sign, flag.subject, flag.n, flag.p) == (Sign.REGULARITY, "kiosk", 59, None)
    assert flag.statistic == pytest.approx(gaps.std(ddof=1) / gaps.mean(), rel=1e-9)


def test_twenty_gaps_are_needed_to_speak_of_regularity() -> None:
    assert regularity(np.arange(20.0), source=["a"] * 20) == ()
    assert len(regularity(np.arange(21.0), source=["a"] * 21)) == 1
    assert len(regularity(np.zeros(21), source=["a"] * 21)) == 1
    assert regularity([], source=[]) == ()


# What was said.


def test_the_same_step_ten_times_is_a_straight_line_and_nine_times_is_not() -> None:
    same = np.full((4, 12), 4.0)
    same[1, :3] = NAN
    same[2, :2] = NAN
    same[3, 11] = 5
    assert straight_lines(same).tolist() == [True, False, True, False]
    assert straight_lines(np.full((1, 12), NAN), least=0).tolist() == [False]


def test_the_longest_run_passes_over_missing_answers() -> None:
    answers = [[4, 4, NAN, 4, 5, 5], [1, 2, 3, 4, 5, 1], [NAN] * 6, [3, 5, 5, 5, 5, 3]]
    assert longest_runs(answers).tolist() == [3, 1, 0, 4]


def test_an_interviewer_with_many_straight_lines_is_flagged() -> None:
    rng = np.random.default_rng(6)
    answers = rng.integers(3, 6, (400, 12)).astype(float)
    group = np.repeat(np.arange(8), 50)
    answers[rng.random(400) < 0.1] = 5
    assert straight_lining(answers, group=group) == ()
    answers[np.flatnonzero(group == 3)[:30]] = 4
    (flag,) = straight_lining(answers, group=group)
    lines = straight_lines(answers)
    assert (flag.sign, flag.subject, flag.n) == (Sign.STRAIGHT_LINING, 3, 50)
    assert flag.statistic == pytest.approx(lines[group == 3].mean())
    assert flag.expected == pytest.approx(lines[group != 3].mean())
    assert flag.p == pytest.approx(
        scipy_stats.hypergeom.sf(lines[group == 3].sum() - 1, 400, lines.sum(), 50), rel=1e-8
    )


def test_where_everybody_is_satisfied_with_everything_nobody_stands_out() -> None:
    assert straight_lining(np.full((200, 12), 5.0), group=np.arange(200) % 4) == ()


def test_who_answered_few_items_does_not_dilute_the_share() -> None:
    answers = np.full((30, 12), NAN)
    answers[:, :4] = 5
    assert straight_lining(answers, group=[1, 2, 3] * 10) == ()


def test_a_group_that_is_the_whole_wave_is_not_tested() -> None:
    assert excess([True, False], group=["a", "a"], sign=Sign.SPEED) == ()
    assert excess([], group=[], sign=Sign.SPEED) == ()


def test_a_third_of_the_median_or_a_second_per_answer_is_fast() -> None:
    seconds = np.array([60.0, 15.0, 21.0, 62.0, 64.0, 13.0, NAN])
    answered = np.array([16.0, 16.0, 22.0, 16.0, 16.0, 6.0, 16.0])
    assert too_fast(seconds, answered).tolist() == [False, True, True, False, False, True, False]
    flags = speed(seconds, answered, subject=list("abcdefg"))
    assert [(flag.subject, flag.compared, flag.expected) for flag in flags] == [
        ("b", "second-per-answer", 16.0),
        ("c", "second-per-answer", 22.0),
        ("f", "third-of-median", 13.5),
    ]


def test_a_counter_of_fast_responses_is_flagged_as_a_group() -> None:
    fast = np.arange(300) % 20 == 0
    counter = np.repeat(["x", "y", "z"], 100)
    assert excess(fast, group=counter, sign=Sign.SPEED) == ()
    (flag,) = excess(fast | (counter == "y") & (np.arange(300) % 2 == 0), group=counter, sign=Sign.SPEED)
    assert (flag.subject, flag.compared) == ("y", "rest-of-wave")


@pytest.mark.parametrize("outcomes", [[1] * 30 + [0] * 30, [1, 0] * 30])
def test_outcomes_in_a_pattern_are_flagged(outcomes: list[int]) -> None:
    rng = np.random.default_rng(7)
    chance = rng.integers(0, 2, 60)
    values = np.stack([chance, outcomes], axis=1).ravel()
    (flag,) = patterns(values, source=np.tile(["hall", "kiosk"], 60))
    assert (flag.subject, flag.n, flag.expected, flag.tests) == ("kiosk", 60, 0.0, 2)
    assert flag.statistic == runs_test(outcomes).z


def test_invented_digits_are_flagged_and_few_digits_are_not() -> None:
    rng = np.random.default_rng(8)
    genuine, invented = rng.integers(0, 10, 200), rng.choice([0, 5, 7], 200)
    digits, group = np.concatenate([genuine, invented]), np.repeat(["an", "binh"], 200)
    (flag,) = digit_uniformity(digits, group=group)
    assert (flag.sign, flag.subject, flag.tests) == (Sign.DIGITS, "binh", 2)
    assert digit_uniformity([5] * 49, group=["an"] * 49) == ()
    with pytest.raises(ValueError, match="0 to 9"):
        digit_uniformity([10], group=["an"])


def _two_periods(seed: int, shifted: float, likeness: float) -> Any:
    """Two periods of 40 days of 25 people; days differ as `likeness` says."""
    rng = np.random.default_rng(seed)
    day = np.repeat(np.arange(80), 25)
    mood = rng.normal(0, likeness, 80)[day] + rng.normal(0, 1, len(day)) + shifted * (day >= 40)
    step = np.digitize(mood, [-1.5, -0.7, 0.3, 1.2]) + 1
    design = Design(psu=day)
    return totals_of(np.ones(len(day)), np.where(day >= 40, "this", "before"), step, design=design)


def test_a_shift_of_the_steps_is_flagged_and_days_that_differ_are_not() -> None:
    tables = {name: _two_periods(seed, 0.0, 0.6) for seed, name in enumerate(["a", "b", "c", "d"])}
    naive = [scipy_stats.chi2.sf(table_test(t).chi2, 4) for t in tables.values()]
    assert min(naive) < LIMIT, "people of one day counted as if they were alone"
    assert distribution_shifts(tables) == ()
    tables["c"] = _two_periods(9, 0.8, 0.6)
    (flag,) = distribution_shifts(tables)
    assert (flag.sign, flag.subject, flag.n, flag.tests) == (Sign.SHIFT, "c", 2000, 4)
    assert flag.statistic == table_test(tables["c"]).f


def test_the_most_striking_flag_comes_first() -> None:
    flags = concentration([90, 10, 10, 10, 60, 10, 10], source=range(7), usual=[1] * 7)
    assert [flag.subject for flag in flags] == [0, 4]
    assert flags[0].p is not None and flags[1].p is not None
    assert flags[0].p < flags[1].p


def test_no_rows_raise_no_flags() -> None:
    assert bursts([], agency=[], hour=[], window=[]) == ()
    assert concentration([], source=[]) == ()
    assert straight_lining(np.empty((0, 12)), group=[]) == ()
    assert speed([], []) == ()
    assert patterns([], source=[]) == ()
    assert digit_uniformity([], group=[]) == ()
    assert distribution_shifts({}) == ()


MISTAKES = {
    "a share of the other windows": (arrivals, "total, 1 / windows)", "total, 1 / np.maximum(windows - 1, 1))"),
    "a burst within what it is held against": (arrivals, "others = (total - x)", "others = total"),
    "the rate of all agencies": (arrivals, "first * (len(one) + 1) + second", "second"),
    "all counters of the province": (arrivals, "else codes_of(agency, len(x))", "else np.zeros(len(x), int)"),
    "gaps with n for n - 1": (arrivals, "np.maximum(n - 1, 1))\n    variation", "np.maximum(n, 1))\n    variation"),
    "gaps across sources": (arrivals, "== 0\n    gaps", ">= 0\n    gaps"),
    "the group within the rest of the wave": (answers, "others = (all_marked - x)", "others = all_marked"),
    "half of the median": (answers, "PART_OF_MEDIAN = 1 / 3", "PART_OF_MEDIAN = 1 / 2"),
    "the lower of the two limits": (answers, "return np.maximum(typical,", "return np.minimum(typical,"),
    "who answered little in the base": (answers, "enough = np.isfinite(items).sum(axis=1) >= least", "enough = items[:, 0] > 0"),
}  # fmt: skip


def _noticed(where_and_when: ModuleType, said: ModuleType) -> bool:
    """Whether the evidence of some flags, worked out by hand, comes out otherwise."""
    windows = {"agency": [1] * 5 + [2] * 5, "hour": [9] * 10, "window": range(10)}
    (burst,) = where_and_when.bursts([40, 2, 3, 2, 1, 2, 2, 2, 2, 2], **windows)
    (source,) = where_and_when.concentration([40, 2, 2, 2, 2], source=range(5), agency=[1, 1, 1, 2, 2])
    times = np.concatenate([np.arange(0, 220, 10) + np.tile([0, 1], 11), [500.0]])
    (clock,) = where_and_when.regularity(times, source=[1] * 22 + [0])
    few = np.full((60, 12), NAN)
    few[:, :2] = np.arange(2)
    lines = np.concatenate([few, np.full((40, 12), 5.0), np.tile(np.arange(12.0), (40, 1))])
    (group,) = said.straight_lining(lines, group=[1] * 60 + [1] * 38 + [2] * 42)
    (fast,) = said.speed([30, 34, 11, 36, 40], [10, 10, 4, 10, 10])
    gaps = np.diff(times[:22])
    found = [burst.p, burst.expected, source.p, clock.statistic, clock.n]
    found += [group.n, group.statistic, group.expected, fast.statistic, fast.expected]
    by_hand = [scipy_stats.binom.sf(39, 48, 1 / 5), 2, scipy_stats.binom.sf(39, 44, 1 / 3)]
    by_hand += [gaps.std(ddof=1) / gaps.mean(), 21, 38, 1, 2 / 42, 11, 34 / 3]
    return not np.allclose(found, by_hand, rtol=1e-9, atol=0)


def test_the_evidence_is_what_a_hand_works_out() -> None:
    assert not _noticed(arrivals, answers)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_evidence_is_noticed(mistake: str) -> None:
    module, right, wrong = MISTAKES[mistake]
    copy = mistaken(module, right, wrong)
    try:
        noticed = _noticed(*(copy if module is each else each for each in (arrivals, answers)))
    except ValueError:  # other flags than the ones that are looked at
        noticed = True
    assert noticed
