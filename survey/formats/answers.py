"""What became of the cases of each agency, as JSON and CSV. Too few cases have no numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from survey.agency import Agency
from survey.case import Counters
from survey.formats.figures import inert

FORMAT = "answers@1"

COUNTED = ("received", "in_time", "confirmed", "reopened", "overdue")


def as_json(counted: Mapping[str, Counters], agencies: Mapping[str, Agency]) -> dict[str, Any]:
    """Every agency that had cases to answer, in the order of the catalogue."""
    return {
        "format": FORMAT,
        "agencies": [
            {"agency": code, "name": dict(agency.name), **_told(counted[code])}
            for code, agency in agencies.items()
            if code in counted
        ],
    }


def as_csv(counted: Mapping[str, Counters], agencies: Mapping[str, Agency]) -> str:
    """The same as a table, a row for each agency."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(("agency", "name_vi", "name_en", *COUNTED, "withheld"))
    for row in as_json(counted, agencies)["agencies"]:
        numbers = ("" if row[name] is None else row[name] for name in COUNTED)
        names = [inert(row["name"].get(language, "")) for language in ("vi", "en")]
        table.writerow((row["agency"], *names, *numbers, "yes" if row["withheld"] else ""))
    return text.getvalue()


def _told(counters: Counters) -> dict[str, Any]:
    shown = {name: getattr(counters, name) if counters.told else None for name in COUNTED}
    return {**shown, "withheld": not counters.told}
