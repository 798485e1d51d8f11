"""What a change is split from: its groups before and after, as sums from which value and error follow."""

from __future__ import annotations

from survey.analyse.reading import Reader
from survey.analyse.splits import AFTER, BEFORE, groups_of, overs
from survey.comparison import Merged
from survey.counts import Parts, grouped
from survey.publish.released import Halves, Released
from survey.report import Move


def put(released: Released, reader: Reader, against: str, move: Move) -> None:
    """Release the groups of every split of a change that is shown."""
    told = {split.over for split in move.splits}
    for over in overs(move):
        if over in told:
            groups = groups_of(reader.parts, move, over, reader.whole.held)
            released.halves[move.after.domain, against, over.value] = _halves(groups)


def _halves(both: Merged) -> Halves:
    """Groups of both periods, each of ten people or more, with what those of one period share.

    The periods have no sampling unit in common, so that nothing is shared between them.
    """
    if not isinstance(both.totals, Parts):
        raise TypeError("groups are released from kept counts")
    sums = grouped(both.totals, both.group_of)
    names = [(str(key[0]), str(key[1])) for key in both.keys if isinstance(key, tuple)]
    found = Halves({BEFORE: {}, AFTER: {}}, {BEFORE: {}, AFTER: {}})
    totals = zip(both.weight.tolist(), both.amount("y").tolist(), strict=True)
    for place, ((group, when), total) in enumerate(zip(names, totals, strict=True)):
        found.periods[when][group] = (*total, *sums[:, place, place].tolist())
        for other in range(place + 1, len(names)):
            (ww, wy, yy), yw = sums[:, place, other].tolist(), float(sums[1, other, place])
            if names[other][1] == when and any((ww, wy, yw, yy)):
                found.shared[when][group, names[other][0]] = (ww, wy, yw, yy)
    return found
