"""What a change comes from: the groups' own changes (level), or that other groups came in (mix)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence

import numpy as np

from survey import disclosure
from survey.analyse import periods
from survey.analyse.answers import Answers, Chosen
from survey.comparison import Merged, Totals, decomposed, merged
from survey.counts import ALL, Parts, stacked
from survey.counts.monthly import Monthly, distinct
from survey.dashboard import MOST, Dimension
from survey.intervals import t_quantile
from survey.report import Move, Over, Portion, Split

#: the parts of a family of domains in a period
Reading = Callable[[str, tuple[str, str]], Parts]

BEFORE, AFTER = "before", "after"
#: the small groups together
REST = "rest"


def splits(read: Reading, move: Move, held: Collection[str] = ()) -> tuple[Split, ...]:
    """The splits of a change that is shown: of an agency over fields and modes, of the whole over agencies.

    held: agencies (domains) whose index is withheld, which are only told of together.
    Fields of the whole are left out: what hundreds of fields share would have to be read from every unit.
    """
    if move.change.value is None:
        return ()
    found = (split_of(over, move, groups_of(read, move, over, held)) for over in overs(move))
    return tuple(split for split in found if split)


def overs(move: Move) -> tuple[Over, Over]:
    """What the change of a domain is split over."""
    return (Over.AGENCY, Over.MODE) if move.after.domain == ALL else (Over.FIELD, Over.MODE)


def of_chosen(answers: Answers, chosen: Chosen, move: Move) -> tuple[Split, ...]:
    """The splits of a change of what is chosen by one filter, over what is told apart within it.

    Groups that are held back in a period are taken together there and then: they are the rest, which
    follows from those that are told anyway. With two filters no more is told apart.
    """
    if move.change.value is None or len(chosen) >= MOST:
        return ()
    found = (split_of(over, move, _within(answers, chosen, move, over)) for over in _left(chosen))
    return tuple(split for split in found if split)


def _left(chosen: Chosen) -> tuple[Over, ...]:
    """What a part can be told apart by: a field by its procedures, all others by fields; and by mode."""
    taken = {dimension for dimension, _ in chosen}
    subject = Over.PROCEDURE if Dimension.FIELD in taken else Over.FIELD
    about = () if Dimension.PROCEDURE in taken else (subject,)
    return about if taken & {Dimension.MODE, Dimension.INVITATION} else (*about, Over.MODE)


def _within(answers: Answers, chosen: Chosen, move: Move, over: Over) -> Merged:
    dimension, periods = Dimension(over.value), {BEFORE: move.before.period, AFTER: move.after.period}
    monthly = answers.monthly(dimension, chosen)
    months = {when: answers.months(period) for when, period in periods.items()}
    small = disclosure.too_small(*(monthly.people(some) for some in months.values()))
    held = {value for period in periods.values() for value in answers.held_of(dimension, chosen, period)}
    sampled = [answers.sampled(some) for some in months.values()]
    return merged(_totals(monthly, months, sampled), dict.fromkeys({*small, *held}, REST))


def _totals(
    monthly: Monthly, months: Mapping[str, Sequence[str]], sampled: Sequence[Mapping[str, int]]
) -> Totals:
    """The values in periods that have no month in common, with keys (value, period).

    months: of each period · sampled: of each, all units of each stratum
    """
    of_unit, size, strata = monthly.period_of(list(months.values())), len(monthly.values), monthly.strata
    rows = np.flatnonzero(of_unit[monthly.unit] >= 0)
    unit, names = monthly.unit[rows], list(months)
    found, key = distinct(of_unit[unit] * size + monthly.of[rows], size * len(names))
    return Totals(
        tuple((monthly.values[code % size], names[code // size]) for code in found.tolist()),
        unit,
        key,
        monthly.sums[rows],
        np.maximum(of_unit, 0) * len(strata) + monthly.label % max(1, len(strata)),
        np.array([of.get(name, 0) for of in sampled for name in strata], dtype=np.intp),
        (None,) * (len(sampled) * len(strata)),
    )


def groups_of(read: Reading, move: Move, over: Over, held: Collection[str] = ()) -> Merged:
    """The groups before and after a change, those of few people and those that are withheld together."""
    domain = move.after.domain
    family = over.value if domain == ALL else f"{domain}/{over.value}"
    before, after = (read(family, _span(figure.period)) for figure in (move.before, move.after))
    small = {*disclosure.too_small(_people(before), _people(after)), *held}
    return merged(stacked({BEFORE: before, AFTER: after}), dict.fromkeys(small, REST))


def split_of(over: Over, move: Move, both: Parts | Merged) -> Split | None:
    """None where only one group can be told from the others."""
    groups = len({key[0] for key in both.keys if isinstance(key, tuple)})
    found = decomposed(both, BEFORE, AFTER)
    if groups < 2 or found.level is None or found.mix is None:
        return None
    told = ((found.level, found.level_se), (found.mix, found.mix_se))
    level, mix = (_portion(value, se, move) for value, se in told)
    return Split(over, level, mix, groups)


def _portion(value: float, se: float | None, move: Move) -> Portion:
    if se is None or move.change.df <= 0:
        return Portion(value, None, None, None)
    half = t_quantile(move.change.level, move.change.df) * se
    return Portion(value, se, value - half, value + half)


def _people(parts: Parts) -> dict[Hashable, int]:
    return dict(zip(parts.keys, (int(n) for n in parts.people.tolist()), strict=True))


def _span(period: str) -> tuple[str, str]:
    """A period's first and last month."""
    months = periods.months_of(period)
    return months[0], months[-1]
