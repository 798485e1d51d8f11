"""Reading the reference numbers, and the data that they were made from."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from survey.counts import Stratum
from survey.stats import of_arrays

HERE = Path(__file__).parent
RTOL = 1e-10


@cache
def expected(name: str) -> dict[str, Any]:
    """The reference numbers of one file."""
    return json.loads((HERE / f"{name}.json").read_text())


@cache
def table(name: str) -> dict[str, np.ndarray]:
    """A file of data by column: numbers where all are numbers (an empty field is NaN), else text."""
    with (HERE / f"{name}.csv").open() as lines:
        next(lines)
        rows = list(csv.DictReader(lines))
    return {column: _typed([row[column] for row in rows]) for column in rows[0]}


def _typed(column: list[str]) -> np.ndarray:
    try:
        return np.array([float(field or "nan") for field in column])
    except ValueError:
        return np.array(column)


@dataclass(frozen=True)
class Design:
    """How a sample was drawn, as the columns of its table."""

    name: str
    table: str
    strata: str | None = None
    psu: str | None = None
    population: str | None = None
    nested: bool = False

    def column(self, variable: str) -> np.ndarray:
        """A variable of the reference numbers, from the columns that it is made of."""
        data = table(self.table)
        made = {"sw": ("sch.wide", "Yes"), "ci": ("comp.imp", "Yes"), "rare": ("ell", 0.0)}
        made |= {f"stype{kind}": ("stype", kind) for kind in "EHM"}
        if variable not in made:
            return data[variable]
        source, value = made[variable]
        return (data[source] == value).astype(float)

    @property
    def weights(self) -> np.ndarray:
        """The weights; in two stages with known sizes the inverse of both fractions."""
        data = table(self.table)
        if not self.nested:
            return data["pw"]
        schools = np.array([np.sum(data["dnum"] == district) for district in data["dnum"]])
        return data["fpc1"] / len(np.unique(data["dnum"])) * data["fpc2"] / schools

    def arguments(self) -> dict[str, Any]:
        """The design as arguments of `of_arrays`."""
        data = table(self.table)
        named = {"strata": self.strata, "psu": self.psu, "population": self.population}
        return {"weights": self.weights} | {role: data[column] for role, column in named.items() if column}

    def strata_of(self, values: np.ndarray, **more: Any) -> tuple[Stratum, ...]:
        """The strata; where schools were drawn from each district, with the districts from inside."""
        people = {"people": table(self.table)["fpc2"]} if self.nested else {}
        return of_arrays(values, **(self.arguments() | people | more))


DESIGNS = (
    Design("srs", "apisrs", population="fpc"),
    Design("srs_nofpc", "apisrs"),
    Design("strat", "apistrat", strata="stype", population="fpc"),
    Design("strat_nofpc", "apistrat", strata="stype"),
    Design("clus1", "apiclus1", psu="dnum", population="fpc"),
    Design("clus1_nofpc", "apiclus1", psu="dnum"),
    Design("clus2", "apiclus2", psu="dnum", population="fpc1", nested=True),
    Design("clus2_pw", "apiclus2", psu="dnum"),
    Design("clus2_1st", "apiclus2", psu="dnum"),
)
