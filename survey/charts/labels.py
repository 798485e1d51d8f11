"""Names beside marks: none covers another, a mark or the border of the plot.

    boxes = labelled([(120, 80), (124, 83)], [(90, 17), (140, 17)], room=Box(0, 0, 632, 332))
    boxes[0]                          # where the first name stands, None where no place is left

All lengths are pixels, upwards and to the right. Names are placed one after the other, each as near to
its mark as those before it let it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Point = tuple[float, float]

#: between a mark's centre and its name; half a mark
_GAP, _HALF = 12.0, 6.0
#: how much farther a place counts that is left of the mark, or above or below it
_LEFT, _ABOVE = 3.0, 6.0
#: steps of the search for any place at all
_STEP = 8.0


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle."""

    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: Box) -> bool:
        """Whether both have a part in common; boxes that touch have none."""
        across = self.left < other.right and other.left < self.right
        return across and self.bottom < other.top and other.bottom < self.top

    def holds(self, other: Box) -> bool:
        across = self.left <= other.left and other.right <= self.right
        return across and self.bottom <= other.bottom and other.top <= self.top

    def nearest(self, point: Point) -> Point:
        """The point of the box that is nearest to another."""
        x, y = point
        return min(max(x, self.left), self.right), min(max(y, self.bottom), self.top)


def labelled(
    marks: Sequence[Point], sizes: Sequence[Point], *, room: Box, avoided: Sequence[Box] = ()
) -> list[Box | None]:
    """A place for each name, in the order given: inside the room, over no other name and over no mark.

    sizes: width and height of each name · avoided: what else names should not cover; where that leaves no
    place to one, it may. None where the room is too full even so.
    """
    others = [Box(x - _HALF, y - _HALF, x + _HALF, y + _HALF) for x, y in marks]
    found: list[Box | None] = []
    for mark, size in zip(marks, sizes, strict=True):
        names = [box for box in found if box is not None]
        free = (_first(mark, size, room, names + kept) for kept in ([*others, *avoided], others, []))
        found.append(next((box for box in free if box is not None), None))
    return found


def _first(mark: Point, size: Point, room: Box, taken: Sequence[Box]) -> Box | None:
    """The first place that is inside the room and free."""
    inside = (box for box in _places(mark, size, room) if room.holds(box))
    return next((box for box in inside if not any(map(box.overlaps, taken))), None)


def _places(mark: Point, size: Point, room: Box) -> Iterator[Box]:
    """Where a name could stand, the best first: beside its mark, above and below it, then anywhere."""
    (x, y), (width, height) = mark, size
    beside = [
        (abs(rows) * height + farther, left, y - height / 2 + rows * height)
        for left, farther in ((x + _GAP, 0.0), (x - _GAP - width, _LEFT), (x - width / 2, _ABOVE))
        for rows in range(-6, 7)
    ]
    yield from (Box(left, bottom, left + width, bottom + height) for _, left, bottom in sorted(beside))
    anywhere = [
        (math.dist(mark, Box(left, bottom, left + width, bottom + height).nearest(mark)), left, bottom)
        for left in _steps(room.left, room.right - width)
        for bottom in _steps(room.bottom, room.top - height)
    ]
    yield from (Box(left, bottom, left + width, bottom + height) for _, left, bottom in sorted(anywhere))


def _steps(first: float, last: float) -> list[float]:
    return [first + number * _STEP for number in range(int((last - first) // _STEP) + 1)]
