"""The statement on data quality: who was asked, how, and what is missing.

The parts are those that the European Statistics Code of Practice asks statements for: coverage, response,
measurement, timeliness, and what was changed since the last time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from survey import disclosure
from survey.analyse import Snapshot
from survey.counts import measures_of
from survey.formats.figures import rates_record
from survey.instrument import Instrument
from survey.report import Report
from survey.response import Sealed

#: what stands for a number of 1 to 9 people
FEW = "1-9"


@dataclass
class Observed:
    """What is counted over the responses of a period, beside figures.

    late: positions from which on a response was sealed after the period was over
    """

    instrument: Instrument
    late: int
    counted: int = 0
    uncounted: int = 0
    modes: Counter[str] = field(default_factory=Counter)
    assisted: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    agencies: set[str] = field(default_factory=set)
    procedures: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)
    partial: int = 0
    sealed_late: int = 0
    missing: Counter[str] = field(default_factory=Counter)
    doubted: dict[str, float] = field(default_factory=lambda: {"w": 0.0, "y": 0.0, "n": 0})

    def see(self, response: Sealed, position: int, *, counted: bool) -> None:
        if not counted:
            self.uncounted += 1
            self._doubt(response)
            return
        self.counted += 1
        self.modes[response.mode] += 1
        self.assisted[response.assisted or "none"] += 1
        self.languages[response.language] += 1
        self.agencies.add(response.agency)
        self.procedures.add(response.procedure or "")
        self.fields.add(response.field or "")
        self.partial += bool(response.partial)
        self.sealed_late += position >= self.late
        for answer in response.answers.values():
            if isinstance(answer, str):
                self.missing[answer] += 1

    def _doubt(self, response: Sealed) -> None:
        """What the index would gain if responses in doubt counted."""
        instrument = self.instrument
        code = next((m for m in measures_of(instrument) if m.startswith("index:")), "")
        seen = False
        for name in measures_of(instrument).get(code, ()):
            step = response.answers.get(name)
            if isinstance(step, int):
                scale = instrument.scale_of(instrument.by_code[name])
                self.doubted["w"] += response.weight
                self.doubted["y"] += response.weight * (step >= (scale.satisfied_from or 0))
                seen = True
        self.doubted["n"] += seen


def statement(
    snapshot: Snapshot, page: Report, root: Report, observed: Observed, levels: Mapping[str, int]
) -> dict[str, Any]:
    """The statement as `quality.json` holds it; numbers of 1 to 9 people are told as that.

    page, root: the report of the whole as its page has it, and as the edition has it
    """
    known, counts = snapshot.known, snapshot.whole().counts
    day = (root.through or "")[:10]
    in_force = {p.code for p in known.procedures.values() if p.valid_to is None}
    n = observed.counted
    return {
        "coverage": {
            "agencies": len(counts.bodies),
            "agencies_without_answers": sum(body.code not in observed.agencies for body in counts.bodies),
            "procedures_in_force": len(in_force),
            "procedures_without_answers": len(in_force - observed.procedures),
            "fields": len(known.fields),
            "fields_without_answers": len(set(known.fields) - observed.fields),
        },
        "response": {
            "responses": n,
            "partial": _number(observed.partial),
            "missing_answers": _numbers(observed.missing),
            "rate": None,
            "rate_is_unknown_because": "people come by themselves: nobody knows how many were asked",
        },
        "measurement": {
            "modes": _numbers(observed.modes),
            "assisted": _numbers(observed.assisted),
            "languages": _numbers(observed.languages),
        },
        "timeliness": {"sealed_through": day, "sealed_after_the_period": _number(observed.sealed_late)},
        "screening": _with_and_without(root, observed),
        "disputes": disputes(root),
        "dossiers": _dossiers(page),
        "disclosure": {
            "k": 10,
            "microdata_rows": sum(count for level, count in levels.items() if level != "suppressed"),
            "microdata_rows_by_level": dict(levels),
            "microdata_rows_left_out": levels.get("suppressed", 0),
        },
    }


def disputes(root: Report) -> dict[str, Any]:
    """How much was disputed, and the index with and without."""
    told = rates_record(root.disputes) if root.disputes else {}
    return told | {"index_with_and_without": {f.code: f.estimate.value for f in root.beside}}


def _with_and_without(root: Report, observed: Observed) -> dict[str, Any]:
    """The index without responses in doubt, as it is published, and with them."""
    index, doubted = root.index.estimate, observed.doubted
    told: dict[str, Any] = {
        "in_review": _number(root.in_review),
        "set_aside": _number(root.set_aside),
        "in_the_period": _number(observed.uncounted),
        "index_without": index.value,
        "index_with": None,
    }
    enough = doubted["n"] == 0 or doubted["n"] >= disclosure.SMALLEST
    if enough and index.value is not None:
        weight = index.weight_total + doubted["w"]
        told["index_with"] = (index.value * index.weight_total + doubted["y"]) / weight
    return told


def _dossiers(page: Report) -> dict[str, Any] | None:
    """Of the dossiers that were completed, how many were invited and answered; None where nobody told of any."""
    whole = next(iter(page.coverage), None)
    if whole is None:
        return None
    answered = None if whole.answered.withheld else whole.answered.estimate.n
    return {"completed": whole.completed, "invited": _number(whole.invited), "answered": answered}


def _numbers(counted: Mapping[str, int]) -> dict[str, int | str]:
    return {name: _number(n) for name, n in sorted(counted.items())}


def _number(n: int) -> int | str:
    return FEW if 0 < n < disclosure.SMALLEST else n
