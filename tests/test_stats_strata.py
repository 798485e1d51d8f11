"""A stratum must not cut a sampling unit: the reason why an invitation is a domain (decision 36)."""

from __future__ import annotations

import numpy as np

from survey.stats import of_arrays, share

DAYS, PEOPLE, SAMPLES = 60, 10, 400


def _sample(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Answers of 60 days that are alike within a day (0.1), half of them with an invitation."""
    day = np.repeat(np.arange(DAYS), PEOPLE)
    level = rng.beta(0.8 * 9, 0.2 * 9, DAYS)  # likeness 1 / (1 + 9)
    satisfied = (rng.random(len(day)) < level[day]).astype(float)
    invited = np.tile(np.arange(PEOPLE) % 2, DAYS)
    return satisfied, day, invited


def test_a_stratum_that_cuts_days_understates_what_their_people_share() -> None:
    """Over 400 samples: whole days give the spread that there is, cut ones a seventh less."""
    rng = np.random.default_rng(20261127)
    values, whole, cut = [], [], []
    for _ in range(SAMPLES):
        satisfied, day, invited = _sample(rng)
        estimate = share(of_arrays(satisfied, psu=day))
        halves = share(of_arrays(satisfied, psu=day, strata=invited))
        assert estimate.value == halves.value and estimate.se is not None and halves.se is not None
        values.append(estimate.value)
        whole.append(estimate.se)
        cut.append(halves.se)
    spread = float(np.std(values, ddof=1))
    assert abs(np.mean(whole) / spread - 1) < 0.1
    assert np.mean(cut) / spread < 0.92
    # by the formula: design effects 1 + 9 * 0.1 of whole days, and 1 + 4 * 0.1 of halves
    assert abs(np.mean(cut) / np.mean(whole) - (1.4 / 1.9) ** 0.5) < 0.03


def test_a_domain_keeps_the_days_on_which_nobody_of_it_came() -> None:
    """The figure of the invited alone: as a domain all days are units, and its value is that of its people."""
    satisfied, day, invited = _sample(np.random.default_rng(1))
    invited = np.where(day % 4 == 0, 0, invited)
    domain = share(of_arrays(satisfied, psu=day, domain=invited == 1))
    alone = share(of_arrays(satisfied[invited == 1], psu=day[invited == 1]))
    assert domain.value == alone.value
    assert of_arrays(satisfied, psu=day, domain=invited == 1)[0].sampled == DAYS
    assert of_arrays(satisfied[invited == 1], psu=day[invited == 1])[0].sampled == DAYS - DAYS // 4
