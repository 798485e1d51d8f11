"""What a change is made of: people served better, or other cases."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.comparison import Design, decomposed, mix, totals_of
from tests.mistakes import mistaken


def test_an_office_that_gets_the_easy_cases_has_not_improved() -> None:
    """Both procedures stay at 90 % and 50 %; the easy one grows from half to four fifths."""
    values = [1.0] * 9 + [0.0] + [1.0] * 5 + [0.0] * 5 + [1.0] * 36 + [0.0] * 4 + [1.0] * 5 + [0.0] * 5
    procedure = ["easy"] * 10 + ["hard"] * 10 + ["easy"] * 40 + ["hard"] * 10
    found = decomposed(totals_of(values, procedure, [0] * 20 + [1] * 50), 0, 1)
    assert found.change == pytest.approx(0.82 - 0.70)
    assert (found.level, found.mix) == pytest.approx((0.0, 0.12))
    easy, hard = found.parts
    assert (easy.group, easy.before, easy.after) == ("easy", 0.5, 0.8)
    assert (easy.mix, hard.mix) == pytest.approx((0.3 * 0.14, 0.3 * 0.26))


def test_where_the_cases_stay_the_same_all_is_level() -> None:
    values = [1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0]
    found = decomposed(totals_of(values, list("aabbaabb"), [0] * 4 + [1] * 4), 0, 1)
    assert (found.level, found.mix) == (0.25, 0.0)
    assert [part.level for part in found.parts] == [0.25, 0.0]


def test_a_new_procedure_is_all_mix() -> None:
    values = [1.0, 0.0, 1.0, 0.0, 1.0, 1.0]
    found = decomposed(totals_of(values, list("aaaabb"), [0, 0, 1, 1, 1, 1]), 0, 1)
    assert found.change == pytest.approx(0.25)
    assert (found.level, found.mix) == pytest.approx((0.0, 0.25))
    assert found.parts[1].level == 0.0 and found.parts[1].before == 0.0


def test_a_period_without_answers_is_not_split() -> None:
    assert decomposed(totals_of([1.0, 0.0], ["a", "b"], [0, 0]), 0, 1).reason == "no-answers"


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 3), st.integers(0, 1), st.floats(0.1, 9)), max_size=40
    )
)
def test_level_and_mix_and_their_parts_add_up_to_the_change(rows: list[tuple[Any, ...]]) -> None:
    values, group, wave, weights = np.array([*rows, (1, 0, 0, 1.0), (0, 1, 1, 2.0)]).T
    found = decomposed(totals_of(values, group, wave, design=Design(weights=weights)), 0.0, 1.0)
    ends = [np.average(values[wave == one], weights=weights[wave == one]) for one in (0, 1)]
    assert found.level is not None and found.mix is not None
    assert found.change == found.level + found.mix
    assert found.change == pytest.approx(ends[1] - ends[0], abs=1e-12)
    assert sum(part.level for part in found.parts) == pytest.approx(found.level, abs=1e-12)
    assert sum(part.mix for part in found.parts) == pytest.approx(found.mix, abs=1e-12)
    assert sum(part.before for part in found.parts) == pytest.approx(1)


def _split(seed: int = 4) -> dict[str, np.ndarray]:
    """Four procedures, of which the last appears in the second wave; twelve villages, visited twice."""
    rng = np.random.default_rng(seed)
    wave = rng.integers(0, 2, 500)
    group = np.where(wave == 1, rng.integers(0, 4, 500), rng.integers(0, 3, 500))
    values = (rng.random(500) < 0.5 + 0.1 * group + 0.05 * wave).astype(float)
    return {"values": values, "group": group, "wave": wave, "psu": rng.integers(0, 12, 500)}


def _influence(data: dict[str, np.ndarray]) -> np.ndarray:
    """How level and mix (12, 2) move when one village's weights do, by differences."""
    step, moved = 1e-5, []
    for unit in range(12):
        ends = []
        for sign in (1, -1):
            weights = 1 + sign * step * (data["psu"] == unit)
            design = Design(weights=weights, psu=data["psu"])
            totals = totals_of(data["values"], data["group"], data["wave"], design=design)
            found = decomposed(totals, 0, 1)
            ends.append((found.level, found.mix))
        moved.append(np.subtract(*ends) / (2 * step))
    return np.array(moved)


def _errors(module: Any) -> tuple[float, float]:
    data = _split()
    totals = totals_of(data["values"], data["group"], data["wave"], design=Design(psu=data["psu"]))
    found = module.decomposed(totals, 0, 1)
    return found.level_se, found.mix_se


def test_level_and_mix_have_the_error_of_what_each_village_does_to_them() -> None:
    right = np.sqrt(12 * np.var(_influence(_split()), axis=0, ddof=1))
    assert _errors(mix) == pytest.approx(tuple(right), rel=1e-6)


MISTAKES = {
    "parts taken for known": ("(r2 - r1) / 2, sign * (r1 + r2) / 2", "0 * r1, 0 * r2"),
    "rates taken for known": ("by_amount[at] = by_rate[there] / weight", "by_amount[at] = 0.0"),
    "a new procedure improves": ("np.where(both, sign * usual, 0.0)", "sign * usual"),
    "parts that need not add up to one": ("by_share - period.share @ by_share", "by_share"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_errors_is_noticed(mistake: str) -> None:
    assert _errors(mistaken(mix, *MISTAKES[mistake])) != pytest.approx(_errors(mix), rel=1e-3)
