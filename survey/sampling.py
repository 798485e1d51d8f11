"""How many people to ask, and where: sample sizes, power and allocation.

    for_share(margin=0.05, population=12_000, response_rate=0.7)     # -> Size(exact, answers, invitations)
    for_change_of_share(0.80, 0.85, deff=clustered(people_per_unit=20, icc=0.05))
    in_whole_people(allocated(600, [4421, 755, 1018], spread=[45, 30, 25]), [4421, 755, 1018])

A share is in 0..1: a margin of five points is 0.05. Margins are half of the interval at `level`. A
design effect multiplies the number of people; its default is that of household waves with some
twenty people from each village. Source: Cochran 1977, chapters 4 and 5, unless said otherwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from survey.intervals import t_quantile

Columns = NDArray[Any]

#: the usual design effect of a household wave: twenty people in a village, alike to 0.04
USUAL_DEFF = 1.8

#: digits after which a number of people is whole up to rounding
_WHOLE = 9

#: no change of a share smaller than this is looked for
_SMALLEST = 1e-9

#: a stratum is not full for what rounding puts on top of it
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Size:
    """A sample size.

    exact: people who answer, not yet whole · answers: the same, rounded up · invitations: how many to
    ask, so that as many answer · attainable: the population has so many people to ask.
    """

    exact: float
    answers: int
    invitations: int
    attainable: bool = True


@dataclass(frozen=True, slots=True)
class Yamane:
    """size: what the rule of thumb says · margin: what such a sample really has · promised: what it says."""

    size: Size
    margin: float
    promised: float


# Sizes for a margin.


def for_share(
    margin: float = 0.05,
    *,
    p: float = 0.5,
    level: float = 0.95,
    deff: float = USUAL_DEFF,
    population: float | None = None,
    response_rate: float = 1.0,
) -> Size:
    """The people who must answer for a share to be known to `margin`.

    n0 = deff z^2 p (1 - p) / margin^2, n = n0 / (1 + (n0 - 1) / N); p = 0.5 needs the most.
    Raises ValueError for a number outside of its range.
    """
    _in_range(0 < margin < 1 and 0 < p < 1, f"margin {margin}, p {p}")
    _design_in_range(level, deff, population)
    n0 = deff * _z(level) ** 2 * p * (1 - p) / margin**2
    return _size(n0 if population is None else n0 / (1 + (n0 - 1) / population), population, response_rate)


def for_mean(
    margin: float,
    spread: float,
    *,
    level: float = 0.95,
    deff: float = USUAL_DEFF,
    population: float | None = None,
    response_rate: float = 1.0,
) -> Size:
    """The people who must answer for a mean to be known to `margin`, on its own scale.

    spread: the standard deviation between people. n0 = deff (z spread / margin)^2, n = n0 / (1 + n0 / N).
    Raises ValueError for a number outside of its range.
    """
    _in_range(margin > 0 and spread > 0, f"margin {margin}, spread {spread}")
    _design_in_range(level, deff, population)
    n0 = deff * (_z(level) * spread / margin) ** 2
    return _size(n0 if population is None else n0 / (1 + n0 / population), population, response_rate)


def margin_of_share(
    n: float,
    *,
    p: float = 0.5,
    level: float = 0.95,
    deff: float = USUAL_DEFF,
    population: float | None = None,
) -> float:
    """The margin that a share has with n people: the inverse of `for_share`; 0 when all were asked."""
    _in_range(0 < p < 1 and n > 0, f"p {p}, n {n}")
    _design_in_range(level, deff, population)
    finite = 1.0
    if population is not None:
        _in_range(n <= population, f"{n} people of {population}")
        finite = (population - n) / (population - 1) if population > 1 else 0.0
    return _z(level) * math.sqrt(deff * p * (1 - p) / n * finite)


def margin_of_strata(
    n: ArrayLike,
    sizes: ArrayLike,
    *,
    p: ArrayLike = 0.5,
    level: float = 0.95,
    deff: float = USUAL_DEFF,
) -> float | None:
    """The margin of a share of all strata, of which n_h people each answer: shape (strata,).

    z sqrt(deff sum_h W_h^2 p_h (1 - p_h) / n_h (N_h - n_h) / (N_h - 1)), W_h the stratum's part of the
    people. None where a stratum with people has no answer: the others say nothing of it.
    Raises ValueError as `margin_of_share`. Source: Cochran 1977, 5.25 and 3.8.
    """
    answers, people = np.asarray(n, dtype=float), np.asarray(sizes, dtype=float)
    share = np.broadcast_to(np.asarray(p, dtype=float), people.shape)
    _in_range(answers.shape == people.shape and people.size > 0, f"{answers.size} of {people.size} strata")
    _in_range(bool((np.isfinite(people) & (people >= 1)).all()), "each stratum has people")
    _in_range(bool(((share > 0) & (share < 1)).all()), "a share of a stratum")
    _in_range(bool(((answers >= 0) & (answers <= people)).all()), "a stratum has more answers than people")
    _design_in_range(level, deff, None)
    if not (answers > 0).all():
        return None
    finite = np.where(people > 1, (people - answers) / np.maximum(people - 1, 1), 0.0)
    parts = (people / people.sum()) ** 2 * share * (1 - share) / answers * finite
    return _z(level) * math.sqrt(deff * float(parts.sum()))


def yamane(
    population: float | None,
    margin: float = 0.05,
    *,
    p: float = 0.5,
    level: float = 0.95,
    deff: float = USUAL_DEFF,
    response_rate: float = 1.0,
) -> Yamane:
    """Yamane's rule N / (1 + N margin^2), for those who ask for it, beside its real margin.

    The rule takes 2 for z, p = 0.5 and people drawn one by one; with clusters it promises too much.
    Without a population it is 1 / margin^2. p, level, deff: of the real margin. Source: Yamane 1967.
    """
    _in_range((population is None or population >= 1) and 0 < margin < 1, f"{population=}, {margin=}")
    exact = 1 / margin**2 if population is None else population / (1 + population * margin**2)
    real = margin_of_share(exact, p=p, level=level, deff=deff, population=population)
    return Yamane(_size(exact, population, response_rate), real, margin)


def clustered(people_per_unit: float, icc: float) -> float:
    """The design effect 1 + (m - 1) icc of m people from each sampling unit. Source: Kish 1965.

    icc: how alike people of one unit are, from 0 (not at all) to 1 (they all say the same).
    """
    _in_range(people_per_unit >= 1 and -1 <= icc <= 1, f"{people_per_unit} people per unit, icc {icc}")
    deff = 1 + (people_per_unit - 1) * icc
    _in_range(deff > 0, f"an icc of {icc} is impossible with {people_per_unit} people per unit")
    return deff


def clustered_in_stages(people: float, villages: float, icc_village: float, icc_commune: float) -> float:
    """The design effect of `people` from each of `villages` of a commune, where communes are the units.

    1 + (m - 1) icc_village + m (v - 1) icc_commune: how alike two people of one village are, and two of
    different villages of a commune. Source: Särndal, Swensson & Wretman 1992, section 4.4; Kish 1965.
    """
    _in_range(people >= 1 and villages >= 1, f"{people} people of {villages} villages")
    _in_range(
        0 <= icc_commune <= icc_village <= 1, f"likeness {icc_village} in a village, {icc_commune} beyond"
    )
    return 1 + (people - 1) * icc_village + people * (villages - 1) * icc_commune


# Sizes for seeing a change.


def for_change_of_share(
    p1: float,
    p2: float,
    *,
    power: float = 0.8,
    level: float = 0.95,
    deff: float = 1.0,
    response_rate: float = 1.0,
) -> Size:
    """The people who must answer in each of two samples for a change from p1 to p2 to be seen.

    n = deff [z_a sqrt(2 p q) + z_b sqrt(p1 q1 + p2 q2)]^2 / (p1 - p2)^2 with p = (p1 + p2) / 2: a
    two-sided test at 1 - level of two independent samples. Raises ValueError for equal shares and
    for a number outside of its range. Source: Fleiss, Levin & Paik 2003, chapter 4.
    """
    _in_range(0 <= p1 <= 1 and 0 <= p2 <= 1 and p1 != p2, f"a change from {p1} to {p2}")
    _power_in_range(power, level)
    _design_in_range(level, deff, None)
    under_none, under_change = _spreads(p1, p2)
    n = deff * ((_z(level) * under_none + float(scipy.special.ndtri(power)) * under_change) / (p1 - p2)) ** 2
    return _size(n, None, response_rate)


def power_for_change_of_share(
    p1: float, p2: float, n: float, *, level: float = 0.95, deff: float = 1.0
) -> float:
    """The chance that two samples of n people each show a change from p1 to p2: 0..1.

    The inverse of `for_change_of_share`, and raises as it does.
    """
    _in_range(0 <= p1 <= 1 and 0 <= p2 <= 1 and p1 != p2 and n > 0, f"a change from {p1} to {p2}, n {n}")
    _design_in_range(level, deff, None)
    under_none, under_change = _spreads(p1, p2)
    distance = math.sqrt(n / deff) * abs(p1 - p2) - _z(level) * under_none
    if under_change == 0:
        return float(distance > 0)
    return float(scipy.special.ndtr(distance / under_change))


def smallest_change_of_share(
    p: float, n: float, *, power: float = 0.8, level: float = 0.95, deff: float = 1.0
) -> float | None:
    """The smallest change from p that two samples of n people each show with this power; None: none is.

    Up from p where there is room for it, otherwise down. Raises as `power_for_change_of_share`.
    """
    _in_range(0 < p < 1, f"p {p}")
    _power_in_range(power, level)

    def lacking(to: float) -> float:
        return power - power_for_change_of_share(p, to, n, level=level, deff=deff)

    for end in (1.0, 0.0):
        nearest = p + math.copysign(_SMALLEST, end - p)
        if lacking(end) <= 0:
            return (
                abs(float(scipy.optimize.brentq(lacking, nearest, end, xtol=1e-12)) - p)
                if lacking(nearest) > 0
                else _SMALLEST
            )
    return None


def for_change_of_mean(
    change: float,
    spread: float,
    *,
    power: float = 0.8,
    level: float = 0.95,
    deff: float = 1.0,
    response_rate: float = 1.0,
) -> Size:
    """The people who must answer in each of two samples for a change of a mean to be seen.

    spread: the standard deviation between people. The power is that of Student's test, from the
    noncentral t distribution with 2 (n - 1) degrees of freedom; at least two people.
    Raises ValueError for a number outside of its range. Source: Cohen 1988, chapter 2.
    """
    _in_range(change != 0 and spread > 0, f"a change of {change}, spread {spread}")
    _power_in_range(power, level)
    _design_in_range(level, deff, None)

    def lacking(n: float) -> float:
        return power - power_for_change_of_mean(change, spread, n, level=level)

    least, most = 2.0, 2.0
    while lacking(most) > 0:
        least, most = most, 2 * most
    n = float(scipy.optimize.brentq(lacking, least, most, xtol=1e-10, rtol=1e-14)) if least < most else least
    return _size(deff * n, None, response_rate)


def power_for_change_of_mean(
    change: float, spread: float, n: float, *, level: float = 0.95, deff: float = 1.0
) -> float:
    """The chance that two samples of n people each show a change of a mean: 0..1.

    The inverse of `for_change_of_mean`, and raises as it does, also for fewer than two people.
    """
    _in_range(change != 0 and spread > 0, f"a change of {change}, spread {spread}")
    _design_in_range(level, deff, None)
    simple = n / deff
    _in_range(simple > 1, f"{n} people at a design effect of {deff}")
    df = 2 * (simple - 1)
    missed = float(
        scipy.special.nctdtr(df, math.sqrt(simple / 2) * abs(change) / spread, t_quantile(level, df))
    )
    return 1.0 if math.isnan(missed) else 1 - missed  # no number: too small for one


# Allocation to strata.


def allocated(
    n: float,
    sizes: ArrayLike,
    *,
    spread: ArrayLike | None = None,
    costs: ArrayLike | None = None,
    power: float = 1.0,
) -> Columns:
    """The parts of n people, as N_h^power S_h / sqrt(c_h), for strata of N_h people: shape (strata,).

    Proportional as it is; with `spread` (the standard deviation within each stratum) Neyman's, the
    best for the overall figure; with `costs` of an answer too, the best for the money; with a power
    of 0.5, or 0 for equal parts, a compromise in favour of figures of small strata (there `spread` is
    the coefficient of variation). No stratum gets more than it has; the others share the rest.
    Raises ValueError for more people than there are and for a number outside of its range.
    Source: Neyman 1934; Bankier 1988.
    """
    people = np.asarray(sizes, dtype=float)
    parts = (
        people**power * _per_stratum(spread, people, "spread") / np.sqrt(_per_stratum(costs, people, "costs"))
    )
    _in_range(bool((np.isfinite(people) & (people > 0)).all()), "each stratum has people")
    _in_range(0 <= n <= people.sum(), f"{n} people of {people.sum():g}")
    shares, whole = parts * n / parts.sum(), np.zeros(len(people), bool)
    while (over := (shares > people * (1 + _ROUNDING)) & ~whole).any():
        whole |= over
        shares = np.where(whole, people, parts * (n - people[whole].sum()) / parts[~whole].sum())
    within: Columns = np.minimum(shares, people)
    return within


def in_whole_people(shares: ArrayLike, sizes: ArrayLike, *, at_least: int = 0) -> tuple[int, ...]:
    """An allocation in whole people with the same sum: the largest remainders are rounded up.

    at_least: people in each stratum, or all of them where it has fewer; the sum grows with it.
    """
    exact, people = np.asarray(shares, dtype=float), np.asarray(sizes, dtype=float)
    _in_range(exact.shape == people.shape, f"{exact.size} shares of {people.size} strata")
    _in_range(bool((np.round(exact - people, _WHOLE) <= 0).all()), "a stratum gets more people than it has")
    whole = np.floor(np.round(exact, _WHOLE))
    missing = round(exact.sum() - whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:missing]] += 1
    return tuple(int(n) for n in np.minimum(np.maximum(whole, at_least), np.floor(people)))


def _per_stratum(values: ArrayLike | None, people: Columns, name: str) -> Columns:
    if values is None:
        return np.ones(len(people))
    each = np.asarray(values, dtype=float)
    _in_range(each.shape == people.shape and bool((np.isfinite(each) & (each > 0)).all()), f"{name} {values}")
    return each


# What all of them need.


def _z(level: float) -> float:
    return t_quantile(level, math.inf)


def _spreads(p1: float, p2: float) -> tuple[float, float]:
    """The standard deviation of a difference of one person's answers, without and with the change."""
    p = (p1 + p2) / 2
    return math.sqrt(2 * p * (1 - p)), math.sqrt(p1 * (1 - p1) + p2 * (1 - p2))


def _size(exact: float, population: float | None, response_rate: float) -> Size:
    _in_range(0 < response_rate <= 1, f"a response rate of {response_rate}")
    invitations = _rounded_up(exact / response_rate)
    attainable = population is None or invitations <= population
    return Size(exact, _rounded_up(exact), invitations, attainable)


def _rounded_up(people: float) -> int:
    return math.ceil(round(people, _WHOLE))


def _power_in_range(power: float, level: float) -> None:
    _in_range(1 - level < power < 1, f"a power of {power} at a level of {level}")


def _design_in_range(level: float, deff: float, population: float | None) -> None:
    _in_range(0 < level < 1 and 0 < deff < math.inf, f"level {level}, deff {deff}")
    _in_range(population is None or population >= 1, f"population {population}")


def _in_range(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(f"outside of its range: {what}")
