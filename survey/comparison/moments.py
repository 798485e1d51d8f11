"""The covariance of many domains of one sample from kept moments, without going back to its units.

    covariance_of_moments([moments_of_land, moments_of_health], {"03646": 212, "03664": 180})

Moments know every unit's square and no product of two domains. The products are needed where domains
share units (two ways of answering at one counter on one day), and come in beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from survey.counts import Moments, Stratum
from survey.stats import linearised_variance

Array = NDArray[np.float64]


class Products(NamedTuple):
    """Sums over the units of one stratum that two domains d and e share: of w_d w_e, w_d y_e, y_d w_e, y_d y_e."""

    ww: float
    wy: float
    yw: float
    yy: float


#: places of two domains -> stratum -> products over the units that both have answers in
Shared = Mapping[tuple[int, int], Mapping[str, Products]]


def covariance_of_moments(
    domains: Sequence[Mapping[str, Moments]], sampled: Mapping[str, int], shared: Shared | None = None
) -> Array:
    """The design covariance (D, D) of the shares sum(y) / sum(w) of D domains.

    domains: stratum -> moments of each, none of them without answers · sampled: all PSUs of each stratum
    shared: of each pair of domains that have units in common, once in either order; others have none
    V_de = sum_h n_h / (n_h - 1) [sum_c z_cd z_ce - Z_hd Z_he / n_h] as in `linear_covariance`. The
    diagonal is `survey.stats.linearised_variance`. Source: Binder 1983.
    """
    strata = list(dict.fromkeys(stratum for domain in domains for stratum in domain))
    n = np.array([sampled[stratum] for stratum in strata], dtype=float)
    w, y = (_sums(domains, strata, field) for field in ("w", "y"))
    weight = w.sum(axis=0)
    ratio = y.sum(axis=0) / weight
    z = y - ratio * w
    several = n > 1
    between = np.where(several, 1 / np.where(several, n - 1, 1.0), 0.0)
    covariance = -(z * between[:, None]).T @ z
    factors = dict(zip(strata, np.where(several, n * between, 1.0).tolist(), strict=True))
    for (d, e), products in (shared or {}).items():
        together = sum(
            factors[stratum] * (p.yy - ratio[e] * p.yw - ratio[d] * p.wy + ratio[d] * ratio[e] * p.ww)
            for stratum, p in products.items()
        )
        covariance[d, e] += together
        covariance[e, d] += together
    covariance /= np.outer(weight, weight)
    for place, domain in enumerate(domains):
        own = [Stratum(moments, sampled[stratum]) for stratum, moments in sorted(domain.items())]
        covariance[place, place] = linearised_variance(own, float(ratio[place]), of="y")
    return np.asarray(covariance)


def _sums(domains: Sequence[Mapping[str, Moments]], strata: Sequence[str], field: str) -> Array:
    """One field of the moments: (strata, domains)."""
    found = np.zeros((len(strata), len(domains)))
    places = {stratum: number for number, stratum in enumerate(strata)}
    for column, domain in enumerate(domains):
        for stratum, moments in domain.items():
            found[places[stratum], column] = getattr(moments, field)
    return found
