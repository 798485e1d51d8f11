"""Who came after whom: whatever happens to bodies, nothing that was counted is lost or made."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from survey.agency import Edge, Event
from survey.counts import Moments
from survey.formats import catalogue
from survey.succession import NOBODY, Origin, Succession, estimated

FOLDER = Path(__file__).parents[1] / "survey" / "catalogue"
DAY = date(2025, 1, 1)


def edge(before: str, after: str, on: date, share: str = "1", event: Event = Event.MERGE) -> Edge:
    return Edge(before, after, on, Fraction(share), event)


JULY, YEAR_END, NEXT = date(2025, 7, 1), date(2026, 1, 1), date(2027, 1, 1)
#: a and b are merged into m, m is split into x and y, and x gives a quarter of itself to y
CHAIN = Succession(
    (
        edge("a", "m", JULY),
        edge("b", "m", JULY),
        edge("m", "x", YEAR_END, "2/3", Event.SPLIT),
        edge("m", "y", YEAR_END, "1/3", Event.SPLIT),
        edge("x", "y", NEXT, "1/4", Event.TRANSFER),
        edge("level", NOBODY, JULY, "1", Event.ABOLISHED),
    )
)


def test_a_count_goes_along_every_event_until_the_day() -> None:
    assert CHAIN.later("a", DAY, date(2025, 6, 30)) == {"a": 1}
    assert CHAIN.later("a", DAY, JULY) == {"m": 1}
    assert CHAIN.later("a", DAY, YEAR_END) == {"x": Fraction(2, 3), "y": Fraction(1, 3)}
    assert CHAIN.later("a", DAY, NEXT) == {"x": Fraction(1, 2), "y": Fraction(1, 2)}
    # what was counted after an event has been through it already
    assert CHAIN.later("m", JULY, JULY) == {"m": 1}
    assert CHAIN.later("x", YEAR_END, NEXT) == {"x": Fraction(3, 4), "y": Fraction(1, 4)}


def test_what_a_level_had_that_was_abolished_is_told_apart() -> None:
    assert CHAIN.carried({"level": 7, "a": 3}, DAY, JULY) == {NOBODY: 7, "m": 3}


def test_the_way_back_tells_which_bodies_one_of_today_is_made_of() -> None:
    assert CHAIN.origins("m", DAY, JULY) == (
        Origin("a", Fraction(1)),
        Origin("b", Fraction(1)),
        Origin("m", Fraction(1)),
    )
    halves = CHAIN.origins("y", DAY, NEXT)
    assert {origin.code: origin.share for origin in halves}["a"] == Fraction(1, 2)
    assert estimated(halves) and not estimated(CHAIN.origins("m", DAY, JULY))


@st.composite
def histories(draw: st.DrawFn) -> Succession:
    """Bodies that are merged, split and partly transferred, one event after the other."""
    there, edges, born = ["b0", "b1", "b2", "b3"], list[Edge](), 4
    for number in range(draw(st.integers(1, 6))):
        on = DAY + timedelta(days=30 * (number + 1))
        event = draw(
            st.sampled_from((Event.MERGE, Event.SPLIT, Event.TRANSFER, Event.RENAME, Event.ABOLISHED))
        )
        body = draw(st.sampled_from(there))
        cut = Fraction(draw(st.integers(1, 96)), 97)
        heirs = [f"b{born}", f"b{born + 1}"]
        born += 2
        if event is Event.TRANSFER and len(there) > 1:
            edges.append(Edge(body, draw(st.sampled_from([b for b in there if b != body])), on, cut, event))
        elif event is Event.SPLIT:
            edges += [Edge(body, heirs[0], on, cut, event), Edge(body, heirs[1], on, 1 - cut, event)]
            there = [*(b for b in there if b != body), *heirs]
        elif event is Event.ABOLISHED and len(there) > 1:
            edges.append(Edge(body, NOBODY, on, Fraction(1), event))
            there.remove(body)
        else:
            gone = {body, draw(st.sampled_from(there))} if event is Event.MERGE else {body}
            edges += [Edge(b, heirs[0], on, Fraction(1), event) for b in sorted(gone)]
            there = [*(b for b in there if b not in gone), heirs[0]]
    return Succession(tuple(draw(st.permutations(edges))))


@given(histories(), st.integers(0, 220), st.lists(st.integers(0, 10**6), min_size=16, max_size=16))
def test_sums_reconcile_exactly_through_every_history(
    succession: Succession, days: int, counts: list[int]
) -> None:
    counted = {f"b{number}": count for number, count in enumerate(counts)}
    carried = succession.carried(counted, DAY, DAY + timedelta(days=days))
    assert sum(carried.values()) == sum(counts)
    middle = DAY + timedelta(days=days // 2)  # stopping on the way changes nothing
    on_the_way = succession.carried(
        succession.carried(counted, DAY, middle), middle, DAY + timedelta(days=days)
    )
    assert nonzero(on_the_way) == nonzero(carried)
    for code in carried:  # and the way back names exactly what went in
        back = sum(
            o.share * counted.get(o.code, 0)
            for o in succession.origins(code, DAY, DAY + timedelta(days=days))
        )
        assert back == carried[code] or code == NOBODY


def nonzero(counts: dict[str, Fraction]) -> dict[str, Fraction]:
    return {code: count for code, count in counts.items() if count}


def test_the_200_communes_are_the_75_to_the_last_answer() -> None:
    files = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.csv")}
    known = catalogue.parse(files)
    succession = Succession(known.succession)
    old = [a.code for a in known.agencies if a.valid_to and a.kind != "district"]
    counts = {code: 1000 + 7 * number for number, code in enumerate(old)}
    carried = succession.carried(counts, date(2025, 6, 30), date(2026, 11, 23))
    assert (len(old), len(carried)) == (200, 75)
    assert sum(carried.values()) == sum(counts.values())
    assert all(count.denominator == 1 for count in carried.values())  # no merger has to be estimated
    of_to_hieu = {o.code for o in succession.origins("03646", date(2025, 6, 30), date(2026, 11, 23))}
    names = {a.code: a.name["vi"] for a in known.agencies}
    assert {names[code] for code in of_to_hieu - {"03646"}} == {
        *("Phường Quyết Thắng", "Phường Quyết Tâm", "Phường Chiềng Lề", "Phường Tô Hiệu"),
    }


def test_parts_of_moments_never_rest_on_more_people_than_there_were() -> None:
    moments = Moments(3, 10, 11, 10.0, 10.0, 7.0, 30.0, 100.0, 34.0, 25.0, 19.0, 101.0, 302.0)
    third, rest = moments.part(Fraction(1, 3)), moments.part(Fraction(2, 3))
    assert third.people + rest.people <= 10 and moments.part(Fraction(1)) is moments
    assert abs(third.y + rest.y - moments.y) < 1e-12
    assert third.y / third.w == rest.y / rest.w == moments.y / moments.w


def test_edges_are_known_from_both_ends() -> None:
    assert [each.successor for each in CHAIN.after("m")] == ["x", "y"]
    assert [each.predecessor for each in CHAIN.before("m")] == ["a", "b"]
    assert not list[Iterable[Edge]](CHAIN.before("a"))
