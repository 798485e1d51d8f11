"""Parts that overlap: what is held back follows from nothing that is told beside it."""

from __future__ import annotations

import numpy as np
import pytest

from survey.disclosure import SMALLEST
from survey.lattice import Axis, Lattice, Whole, tree

MODES = tree(("kiosk", "online", "paper"))
KINDS = tree(("citizen", "business", "unstated"))
SUBJECT = tree(("land", "justice"), {"land": ("l1", "l2"), "justice": ("j1", "j2", "j3")})
#: a year of two quarters of two months each
TIME = Axis(("2026", "Q1", "Q2", "m1", "m2", "m4", "m5"), ((1, (3, 4)), (2, (5, 6)), (0, (1, 2))))
AXES = {"subject": SUBJECT, "mode": MODES, "kind": KINDS}
FINEST = {"subject": (3, 4, 5, 6, 7), "mode": (1, 2, 3), "kind": (1, 2, 3), "time": (3, 4, 5, 6)}


def leaves_of(people: np.ndarray) -> dict[tuple[str, str], np.ndarray]:
    """people: (5, 3, 3, 4) of the finest parts."""
    leaves = {}
    for first, second in (("subject", "mode"), ("subject", "kind"), ("mode", "kind")):
        left = ({"subject", "mode", "kind"} - {first, second}).pop()
        counts = np.zeros((len(AXES[first].nodes), len(AXES[second].nodes), len(TIME.nodes)), np.int64)
        place = np.ix_(FINEST[first], FINEST[second], FINEST["time"])
        counts[place] = people.sum(axis=("subject", "mode", "kind").index(left))
        leaves[first, second] = counts
    return leaves


def lattice(people: np.ndarray) -> Lattice:
    return Lattice.of(AXES, TIME, leaves_of(people))


def is_held(made: Lattice, axis: str, node: str, period: str) -> bool:
    _, held = made.along(axis, {}, [period])
    return bool(held[AXES[axis].number[node], 0])


def members(axis: Axis, node: str, finest: tuple[int, ...]) -> np.ndarray:
    """Which of the finest values a node is the sum of."""
    held = {axis.nodes.index(node)}
    for total, parts in reversed(axis.sums):
        if total in held:
            held |= set(parts)
    return np.array([float(place in held) for place in finest])


def told_sums(made: Lattice) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """As rows over the finest parts: what is told, what is held back, and how many people the latter are."""
    told, held, people = [], [], []
    for (first, second), flags in made.held.items():
        for a, one in enumerate(AXES[first].nodes):
            for b, two in enumerate(AXES[second].nodes):
                for t, when in enumerate(TIME.nodes):
                    of = {first: one, second: two}
                    parts = [members(AXES[name], of.get(name, ""), FINEST[name]) for name in AXES]
                    row = np.einsum("i,j,k,l", *parts, members(TIME, when, FINEST["time"])).ravel()
                    n = int(made.people[first, second][a, b, t])
                    (held if flags[a, b, t] else told).append(row)
                    if flags[a, b, t]:
                        people.append(n)
    return np.array(told), np.array(held), people


@pytest.mark.parametrize("seed", range(8))
def test_nobody_can_solve_for_a_part_of_fewer_than_ten(seed: int) -> None:
    """With everything that is told at once as equations over those who answered, small parts stay open."""
    rng = np.random.default_rng(seed)
    people = rng.poisson(rng.gamma(0.7, 6.0, size=(5, 3, 3, 4)))
    told, held, counts = told_sums(lattice(people))
    there = people.ravel() > 0
    told, held = told[:, there], held[:, there]
    small = held[[0 < n < SMALLEST for n in counts]]
    assert len(small)
    fitted = np.linalg.lstsq(told.T, small.T, rcond=None)[0]
    apart = np.abs(told.T @ fitted - small.T).max(axis=0)
    assert (apart > 1e-6).all()


@pytest.mark.parametrize("seed", range(8))
def test_nor_where_the_whole_is_told_elsewhere_by_a_rule_of_its_own(seed: int) -> None:
    """Months of the whole are held back elsewhere by who else is beside it: others than the parts would need."""
    rng = np.random.default_rng(seed)
    people = rng.choice([0, 0, 2, 5, 12, 40], size=(5, 3, 3, 4))
    people[:, 2 if seed % 2 else 1 :] = 0
    counts = people.sum(axis=(0, 1, 2))
    whole = np.zeros(len(TIME.nodes), np.int64)
    whole[list(FINEST["time"])] = counts
    TIME.added(whole, 0)
    hidden = (whole > 0) & (whole < SMALLEST)
    hidden[[1, 3, 4] if rng.random() < 0.5 else [3, 5, 6]] |= rng.random() < 0.7
    hidden[[0, 1, 2]] |= hidden[list(FINEST["time"])].sum() == 1
    made = Lattice.of(AXES, TIME, leaves_of(people), Whole(hidden, ~hidden))
    told, held, counted = told_sums(made)
    elsewhere = [
        np.einsum(
            "i,j,k,l", *(np.ones(len(FINEST[name])) for name in AXES), members(TIME, when, FINEST["time"])
        )
        for when, out in zip(TIME.nodes, hidden, strict=True)
        if not out
    ]
    told = np.concatenate([told, *(row.reshape(1, -1) for row in elsewhere)])
    used = people.ravel() > 0
    small = held[[0 < n < SMALLEST for n in counted]][:, used]
    apart = np.abs(told[:, used].T @ np.linalg.lstsq(told[:, used].T, small.T, rcond=None)[0] - small.T).max(
        axis=0
    )
    assert len(small) and (apart > 1e-6).all()


def test_what_would_have_to_be_held_back_and_is_told_elsewhere_leaves_no_part() -> None:
    """All answered in one way: what is told of it in a month is what is told of everybody."""
    people = np.zeros((5, 3, 3, 4), np.int64)
    people[0, 0, 0] = (3, 40, 40, 40)
    hidden = np.array([node in ("m1", "m4") or node in ("Q1", "Q2") for node in TIME.nodes])
    assert not Lattice.of(AXES, TIME, leaves_of(people), Whole(hidden, ~hidden)).held["subject", "mode"][
        0, 0, 4
    ]
    first = np.array([node == "m1" for node in TIME.nodes])
    open_ = Lattice.of(AXES, TIME, leaves_of(people), Whole(first, ~first))
    people_of, held = open_.along("mode", {}, TIME.nodes)
    assert held[people_of > 0].all()


def test_what_ten_or_more_people_say_is_told_where_nothing_small_stands_beside_it() -> None:
    made = lattice(np.full((5, 3, 3, 4), 20))
    assert not any(flags.any() for flags in made.held.values())
    people, held = made.along("kind", {"mode": "kiosk"}, ["Q1", "2026"])
    assert people[KINDS.number["citizen"]].tolist() == [5 * 2 * 20, 5 * 4 * 20] and not held.any()
    people, _ = made.along("subject", {}, ["2026"])
    assert people[SUBJECT.number["land"]].tolist() == [2 * 3 * 3 * 4 * 20]


def test_a_procedure_is_not_left_over_when_its_field_is_told() -> None:
    people = np.full((5, 3, 3, 4), 20)
    people[1] = 0
    people[1, 0, 0, 0] = 4
    made = lattice(people)
    assert is_held(made, "subject", "l2", "2026")
    assert is_held(made, "subject", "l1", "2026") or is_held(made, "subject", "land", "2026")
    assert not is_held(made, "subject", "j1", "Q2")


def test_a_month_is_not_left_over_when_its_quarter_is_told() -> None:
    people = np.full((5, 3, 3, 4), 20)
    people[:, 2, :, 0] = 0
    people[0, 2, 0, 0] = 3
    made = lattice(people)
    assert is_held(made, "mode", "paper", "m1") and is_held(made, "mode", "paper", "m2")
    assert not is_held(made, "mode", "paper", "Q2")
