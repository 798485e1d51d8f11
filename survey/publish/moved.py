"""How agencies moved between periods, and what a change is split in, from the released counts of a bundle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from survey.agency import Agency
from survey.analyse.changes import move_of
from survey.analyse.splits import overs, split_of
from survey.comparison import adjusted
from survey.counts import ALL, Parts
from survey.publish.figured import Figured
from survey.publish.released import Group, Halves, When
from survey.report import Against, Comparison, Move, Split


@dataclass(frozen=True)
class Moved:
    """The comparisons of an edition. figured: what gives the figures before and after"""

    figured: Figured

    def of_everybody(self) -> tuple[Comparison, ...]:
        """Every comparison with every agency's change."""
        return tuple(self._with_moves(comparison, wave) for comparison, wave in self._bare())

    def own(self, everybody: tuple[Comparison, ...], body: Agency) -> tuple[Comparison, ...]:
        """The comparisons with the change of one agency, or of the whole, and what that change comes from."""
        one = ((each, each.of(body.code)) for each in everybody)
        return tuple(
            replace(each, agencies=(), whole=move and replace(move, splits=self._splits(each, move)))
            for each, move in one
        )

    def _bare(self) -> Iterator[tuple[Comparison, str | None]]:
        """Every comparison without its figures, and the wave that the earlier ones are of."""
        names = ("before", "after", "unfinished", "refused", "earlier")
        for told in self.figured.released.parameters["comparisons"]:
            yield Comparison(Against(told["against"]), *(told[name] for name in names)), told["wave"]

    def _with_moves(self, comparison: Comparison, wave: str | None) -> Comparison:
        if wave is None:
            return comparison
        counts = self.figured.counts
        root = self.figured.known.agency(counts.wave.root)
        moves = [self._move(b, f"agency:{b.code}", comparison, wave) for b in counts.bodies]
        q = adjusted([one.change.p for one in moves])
        tested = [replace(m, change=replace(m.change, q=value)) for m, value in zip(moves, q, strict=True)]
        return replace(comparison, whole=self._move(root, ALL, comparison, wave), agencies=tuple(tested))

    def _move(self, body: Agency, domain: str, comparison: Comparison, wave: str | None) -> Move:
        code, label = self.figured.counts.index_code, self.figured.counts.index_label
        before = self.figured.share(domain, code, label, period=comparison.before, wave=wave)
        return move_of(body, before, self.figured.share(domain, code, label, period=comparison.after))

    def _splits(self, comparison: Comparison, one: Move) -> tuple[Split, ...]:
        if one.change.value is None or not self.figured.continuous:
            return ()
        told = self.figured.released.halves
        found = ((o, told.get((one.after.domain, comparison.against.value, o.value))) for o in overs(one))
        splits = (split_of(over, one, parts_of(halves)) for over, halves in found if halves)
        return tuple(split for split in splits if split)


def parts_of(halves: Halves) -> Parts:
    """Groups before and after a change, with what they share, as one stratum whose products are centred."""
    rows = {(group, when): sums for when, groups in halves.periods.items() for group, sums in groups.items()}
    moments = np.zeros((len(rows), 13))
    for row, sums in zip(moments, rows.values(), strict=True):
        row[[0, 1, 3, 5, 8, 9, 10]] = (1.0, 1.0, *sums)
    first, second, crosses = _crosses(halves, {key: place for place, key in enumerate(rows)})
    return Parts(
        tuple(rows),
        np.zeros(len(rows), dtype=np.intp),
        np.arange(len(rows)),
        moments,
        np.zeros(len(first), dtype=np.intp),
        np.array(first, dtype=np.intp),
        np.array(second, dtype=np.intp),
        crosses,
        np.ones(1, dtype=np.intp),
    )


def _crosses(
    halves: Halves, place: Mapping[tuple[Group, When], int]
) -> tuple[list[int], list[int], np.ndarray]:
    """Numbers of the groups of each pair, and what they share."""
    pairs = [(when, pair, sums) for when, shared in halves.shared.items() for pair, sums in shared.items()]
    first = [place[one, when] for when, (one, _), _ in pairs]
    second = [place[other, when] for when, (_, other), _ in pairs]
    crosses = np.zeros((len(pairs), 5))
    if pairs:
        crosses[:, 1:] = [sums for _, _, sums in pairs]
    return first, second, crosses
