"""Who was invited, and who answered: invitations that keep the refused away, and counters where hardly anybody answers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey.counts.arrays import column
from survey.screening.arrivals import whole
from survey.screening.exact import hypergeometric_tail
from survey.screening.flags import LIMIT, Evidence, Flag, Sign

Column = NDArray[Any]

#: people answer more at one counter than at another; a share is striking from so many times the others' on, or below
FAR = 2.0

#: invited dossiers below which a share of answers says nothing
LEAST_INVITED = 30


def selective(
    completed: ArrayLike, invited: ArrayLike, *, source: ArrayLike, limit: float = LIMIT
) -> tuple[Flag, ...]:
    """Sources (counters) at which refused and late dossiers were invited more rarely than granted ones.

    completed, invited: (S, 2) dossiers, the granted first, the refused and late second; completed NaN where
    nobody has told it · source: (S,). p: of as few refused and late ones among the invited if every completed
    dossier were as likely to be invited. statistic and expected: the invited share of the refused and late, and
    of the granted; n: the invited. Not tested where a number is not known, there is but one kind, nobody or
    everybody was invited, or more were invited than completed. Source: Fisher 1935.
    """
    done, asked = np.asarray(completed, dtype=float), np.asarray(invited, dtype=float)
    if done.shape != asked.shape or done.ndim != 2 or done.shape[1] != 2:
        raise ValueError("one row of granted, and refused or late, for each source")
    names = column(source, len(done), name="source").tolist()
    fits = np.isfinite(done).all(axis=1) & (done > 0).all(axis=1) & (asked <= done).all(axis=1)
    fits &= (asked.sum(axis=1) > 0) & (asked.sum(axis=1) < done.sum(axis=1))
    p = np.full(len(done), np.nan)
    for row in np.flatnonzero(fits).tolist():
        granted, all_invited = int(asked[row, 0]), int(asked[row].sum())
        p[row] = hypergeometric_tail(granted, all_invited, int(done[row, 0]), int(done[row].sum()))
    shares = np.divide(asked, done, out=np.zeros_like(asked), where=done > 0)
    evidence = Evidence(names, shares[:, 1], shares[:, 0], asked.sum(axis=1), p)
    return evidence.raised(Sign.SELECTIVE, "granted", limit)


def answering(
    invited: ArrayLike, answered: ArrayLike, *, source: ArrayLike, limit: float = LIMIT
) -> tuple[Flag, ...]:
    """Sources (counters) whose invited answer far more rarely, or far more often, than those of all others.

    invited, answered: (S,) dossiers; of those who answered more than were invited, the invited count. p: of as
    few or fewer (twice the smaller tail with as many or more) if each invited were as likely to answer. Raised
    below half and from twice the others' share on: counters differ a little for many reasons.
    """
    asked = whole(invited)
    came = np.minimum(whole(answered), asked)
    names = column(source, len(asked), name="source").tolist()
    all_asked, all_came = int(asked.sum()), int(came.sum())
    others = np.divide(
        all_came - came, all_asked - asked, out=np.full(len(asked), np.nan), where=all_asked > asked
    )
    share = np.divide(came, asked, out=np.zeros(len(asked)), where=asked > 0)
    tested = (asked >= LEAST_INVITED) & np.isfinite(others)
    p = np.full(len(asked), np.nan)
    for row in np.flatnonzero(tested).tolist():
        n, x = int(asked[row]), int(came[row])
        more = hypergeometric_tail(x, n, all_came, all_asked)
        fewer = hypergeometric_tail(n - x, n, all_asked - all_came, all_asked)
        p[row] = min(1.0, 2 * min(more, fewer))
    far = (share * FAR <= others) | (share >= FAR * others)
    return Evidence(names, share, others, asked, p).raised(Sign.ANSWERING, "other-counters", limit, far)
