"""Names of a picture stand apart, however near to each other their marks are."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from survey.charts.labels import Box, labelled

ROOM = Box(64, 54, 696, 386)
LINE = 17.0
across, up = st.floats(ROOM.left, ROOM.right), st.floats(ROOM.bottom, ROOM.top)
marks = st.lists(st.tuples(across, up), min_size=1, max_size=10)


def apart(boxes: list[Box | None]) -> bool:
    assert None not in boxes
    told = [box for box in boxes if box is not None]
    return not any(one.overlaps(other) for one, other in combinations(told, 2))


@settings(max_examples=25)
@given(marks, st.lists(st.floats(10, 210), min_size=10, max_size=10))
def test_no_name_covers_another_or_leaves_the_plot(
    at: list[tuple[float, float]], widths: list[float]
) -> None:
    boxes = labelled(at, [(width, LINE) for width in widths[: len(at)]], room=ROOM)
    assert apart(boxes)
    assert all(box is not None and ROOM.holds(box) for box in boxes)


@settings(max_examples=25)
@given(marks)
def test_no_name_covers_a_mark_or_what_is_avoided(at: list[tuple[float, float]]) -> None:
    corner = Box(64, 369, 200, 386)
    boxes = labelled(at, [(140, LINE)] * len(at), room=ROOM, avoided=[corner])
    for box in boxes:
        assert box is not None
        assert not any(box.overlaps(Box(x - 6, y - 6, x + 6, y + 6)) for x, y in at)
        assert not box.overlaps(corner)


def test_ten_marks_in_one_place_have_ten_names_around_it() -> None:
    for place in ((380.0, 220.0), (64.0, 54.0), (696.0, 386.0), (64.0, 386.0), (696.0, 54.0)):
        boxes = labelled([place] * 10, [(200, LINE)] * 10, room=ROOM)
        assert apart(boxes)
        near = [box for box in boxes if box and abs((box.bottom + box.top) / 2 - place[1]) < 12 * LINE]
        assert len(near) == 10


def test_a_name_with_nothing_near_stands_to_the_right_of_its_mark() -> None:
    [box] = labelled([(300, 200)], [(100, LINE)], room=ROOM)
    assert box == Box(312, 191.5, 412, 208.5)


def test_what_is_avoided_gives_way_before_a_name_is_left_out() -> None:
    everywhere = [ROOM]
    boxes = labelled([(300, 200), (300, 200)], [(100, LINE)] * 2, room=ROOM, avoided=everywhere)
    assert apart(boxes)


def test_a_name_without_any_place_is_left_out() -> None:
    small = Box(0, 0, 100, 20)
    assert labelled([(50, 10)] * 2, [(90, LINE)] * 2, room=small)[1] is None
    assert labelled([(50, 10)], [(101, LINE)], room=small) == [None]
