"""What an interval says about a target: đạt, không đạt, chưa đủ căn cứ."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from survey.comparison import verdict
from survey.figure import Verdict
from survey.stats import Estimate, of_arrays, share

MET, NOT_MET, OPEN = Verdict.MET, Verdict.NOT_MET, Verdict.INSUFFICIENT
ESTIMATE = Estimate(value=0.9, low=0.85, high=0.93, n=200, df=20)


@pytest.mark.parametrize(
    ("target", "comparison", "answer"),
    [
        (0.80, ">=", MET),
        (0.85, ">=", MET),
        (0.86, ">=", OPEN),
        (0.93, ">=", OPEN),
        (0.94, ">=", NOT_MET),
        (0.80, ">", MET),
        (0.85, ">", OPEN),
        (0.93, ">", NOT_MET),
        (0.93, "<=", MET),
        (0.85, "<=", OPEN),
        (0.84, "<=", NOT_MET),
        (0.94, "<", MET),
        (0.93, "<", OPEN),
        (0.85, "<", NOT_MET),
        (0.90, "=", OPEN),
        (1.00, "=", NOT_MET),
        (0.80, "=", NOT_MET),
    ],
)
def test_the_whole_interval_decides(target: float, comparison: str, answer: Verdict) -> None:
    assert verdict(ESTIMATE, target, comparison) is answer


def test_a_value_above_the_target_is_not_yet_a_target_met() -> None:
    estimate = share(of_arrays([1.0] * 46 + [0.0] * 4, psu=np.arange(50) % 10))
    assert (estimate.value or 0) > 0.9
    assert verdict(estimate, 0.9) is OPEN


@pytest.mark.parametrize(("n", "answer"), [(29, OPEN), (30, MET)])
def test_fewer_than_thirty_people_decide_nothing(n: int, answer: Verdict) -> None:
    assert verdict(replace(ESTIMATE, n=n), 0.8) is answer


def test_what_has_no_interval_has_no_verdict() -> None:
    assert verdict(Estimate(reason="no-answers"), 0.9) is OPEN
    assert verdict(replace(ESTIMATE, low=None, high=None, reason="too-few"), 0.8) is OPEN


def test_one_good_day_does_not_meet_a_target() -> None:
    one_day = share(of_arrays([1.0] * 200, psu=["monday"] * 200))
    ten_days = share(of_arrays([1.0] * 200, psu=np.arange(200) % 10))
    assert one_day.reason == "one-psu"
    assert verdict(one_day, 0.9) is OPEN
    assert verdict(ten_days, 0.9) is MET


def test_an_unknown_comparison_is_an_error() -> None:
    with pytest.raises(KeyError):
        verdict(ESTIMATE, 0.9, "at least")
