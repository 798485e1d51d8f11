"""Frames, margins and samples as files: what a survey lead brings, and what interviewers take along.

A frame has a row for each household or dossier: stratum, commune, village, unit, size. `unit` tells it
from the others of its village; `size` is its adults. Margins have a row for each category: the item of
the questionnaire (or "stratum"), the category, and its people in the population.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import IO, Any

from survey.disposition import Disposition
from survey.errors import BadFrame, BadMargins
from survey.formats.catalogue_upload import read_columns
from survey.formats.figures import inert
from survey.household import (
    LONGEST_COMMUNE,
    LONGEST_STRATUM,
    LONGEST_VILLAGE,
    FieldProgress,
    FrameKind,
    FrameUnit,
    SampleUnit,
)
from survey.instrument import Instrument, Kind

FRAME = ("stratum", "commune", "village", "unit", "size")
MARGINS = ("margin", "category", "people")
SAMPLE = (
    *("code", "stratum", "commune", "commune_name", "village", "unit", "adults", "part", "place"),
    *("probability", "weight", "interviewer", "disposition"),
)

#: rows of the largest frame: all households of a large province
MOST_UNITS = 1_000_000

#: adults of the largest household, and letters of the longest name of one
MOST_ADULTS, LONGEST_UNIT = 50, 120

#: mistakes that one answer tells
MOST_FAULTS = 50

#: the margin whose categories are the strata of the frame
STRATUM = "stratum"

#: digits of a commune's code, which spreadsheets take for a number
_COMMUNE_DIGITS = 5

#: item -> category -> people
Margins = Mapping[str, Mapping[str, float]]


# In.


def read_frame(
    stream: IO[bytes], name: str, kind: FrameKind, known: Collection[str]
) -> tuple[FrameUnit, ...]:
    """The units of a frame in the order of the file. Raises `BadFrame` with every fault (of the first fifty).

    known: the codes of communes that may be drawn. Of dossiers the number of the line is kept, and not
    the code, which points at a person.
    """
    rows = read_columns(stream, name, FRAME, most=MOST_UNITS)
    faults: list[str] = []
    units: list[FrameUnit] = []
    lines: dict[tuple[str, str, str], int] = {}
    strata: dict[str, str] = {}
    for line, cells in rows:
        wrong = list(_faults_of_unit(line, cells, kind, known, lines, strata))
        faults += [f"{name}:{line}: {sentence}" for sentence in wrong]
        if len(faults) >= MOST_FAULTS:
            faults = [*faults[:MOST_FAULTS], f"{name}:{line}: there may be more; the rest was not looked at"]
            break
        if not wrong:
            label = cells["unit"] if kind is FrameKind.HOUSEHOLDS else str(line)
            size = int(cells["size"] or 1)
            village = cells["village"] or "-"
            units.append(FrameUnit(line, cells["stratum"], _commune(cells["commune"]), village, label, size))
    if faults:
        raise BadFrame(faults)
    return tuple(units)


def _faults_of_unit(
    line: int,
    cells: Mapping[str, str],
    kind: FrameKind,
    known: Collection[str],
    lines: dict[tuple[str, str, str], int],
    strata: dict[str, str],
) -> Iterable[str]:
    """What is wrong with a row; `lines` and `strata` hold the rows before it."""
    commune = _commune(cells["commune"])
    for column, longest in (
        ("stratum", LONGEST_STRATUM),
        ("village", LONGEST_VILLAGE),
        ("unit", LONGEST_UNIT),
    ):
        if not cells[column] and not (column == "village" and kind is FrameKind.DOSSIERS):
            yield f"{column} is empty"
        elif len(cells[column]) > longest or "/" in cells[column][: 0 if column == "unit" else None]:
            yield f"{column} {cells[column][:40]!r} is longer than {longest} characters, or holds a slash"
    if commune not in known or len(commune) > LONGEST_COMMUNE:
        yield f"commune {cells['commune']!r} is not known"
    elif cells["stratum"] and strata.setdefault(commune, cells["stratum"]) != cells["stratum"]:
        yield f"commune {commune!r} lies in stratum {strata[commune]!r} and in {cells['stratum']!r}"
    if not _is_size(cells["size"], kind):
        most = MOST_ADULTS if kind is FrameKind.HOUSEHOLDS else 1
        yield f"size {cells['size']!r} is no whole number from 1 to {most}"
    key = (commune, cells["village"], cells["unit"])
    if cells["unit"] and lines.setdefault(key, line) != line:
        yield f"unit {cells['unit'][:40]!r} of this village stands in line {lines[key]} already"


def _commune(code: str) -> str:
    """A commune's code with the zeros that a spreadsheet took from it."""
    return code.zfill(_COMMUNE_DIGITS) if code.isascii() and code.isdecimal() else code


def _is_size(text: str, kind: FrameKind) -> bool:
    if kind is FrameKind.DOSSIERS:
        return text in ("", "1")
    return text.isascii() and text.isdecimal() and len(text) <= 2 and 1 <= int(text) <= MOST_ADULTS


def read_margins(
    stream: IO[bytes], name: str, instrument: Instrument, strata: Collection[str]
) -> dict[str, dict[str, float]]:
    """Margins of the population. Raises `BadMargins` with every fault.

    All must be of one population: each adds up to the same number of people.
    """
    faults: list[str] = []
    found: dict[str, dict[str, float]] = {}
    for line, cells in read_columns(stream, name, MARGINS):
        wrong = _fault_of_margin(cells, instrument, strata, found)
        if wrong is None:
            found.setdefault(cells["margin"], {})[cells["category"]] = float(cells["people"])
        else:
            faults.append(f"{name}:{line}: {wrong}")
    faults += _faults_of_all(name, found, instrument, strata)
    if faults:
        raise BadMargins(faults)
    return found


def _fault_of_margin(
    cells: Mapping[str, str], instrument: Instrument, strata: Collection[str], found: Margins
) -> str | None:
    margin, category = cells["margin"], cells["category"]
    known = categories_of(margin, instrument, strata)
    if not known:
        return f"margin {margin!r} is neither {STRATUM!r} nor a question with one choice"
    if category not in known:
        return f"category {category!r} is none of {', '.join(known)}"
    if category in found.get(margin, {}):
        return f"category {category!r} of {margin} stands there twice"
    try:
        people = float(cells["people"])
    except ValueError:
        people = math.nan
    return None if 0 < people < math.inf else f"people {cells['people']!r} is no number above 0"


def _faults_of_all(
    name: str, found: Margins, instrument: Instrument, strata: Collection[str]
) -> Iterable[str]:
    for margin, people in found.items():
        lacking = [each for each in categories_of(margin, instrument, strata) if each not in people]
        if lacking:
            yield f"{name}:0: margin {margin} lacks {', '.join(lacking)}"
    sums = {margin: math.fsum(people.values()) for margin, people in found.items()}
    if sums and not math.isclose(min(sums.values()), max(sums.values()), rel_tol=1e-9):
        told = ", ".join(f"{margin} {total:,.0f}" for margin, total in sums.items())
        yield f"{name}:0: the margins are not of one population: {told}"


def categories_of(margin: str, instrument: Instrument, strata: Collection[str]) -> tuple[str, ...]:
    """The categories of a margin, in their order; none where it is no margin."""
    if margin == STRATUM:
        return tuple(sorted(strata))
    item = instrument.by_code.get(margin)
    if item is None or item.kind is not Kind.CHOICE:
        return ()
    return tuple(str(step.value) for step in instrument.scale_of(item).steps)


# Out.


def sample_as_csv(
    units: Sequence[SampleUnit],
    communes: Mapping[str, str],
    interviewers: Mapping[str, str],
    standing: Mapping[str, str],
) -> str:
    """The drawn units as a table for the office. communes: their names · interviewers, standing: by unit."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(SAMPLE)
    for unit in units:
        place = (unit.stratum, unit.commune, communes[unit.commune], unit.village, unit.label or "")
        drawn = (unit.size, unit.part.value, unit.place, repr(unit.probability), repr(unit.weight))
        work = (inert(interviewers.get(unit.code, "")), standing.get(unit.code, ""))
        writer.writerow((unit.code, *map(inert, place), *drawn, *work))
    return "\ufeff" + file.getvalue()


def progress_rows(progress: FieldProgress) -> Iterator[dict[str, Any]]:
    """A row for each stratum and one for all (""): units, dispositions and AAPOR's rates as parts of 1."""
    for one in (*progress.strata, progress.whole):
        rates: dict[str, Sequence[float | None]] = {
            "RR": one.rates.response,
            "COOP": one.rates.cooperation,
            "REF": one.rates.refusal,
            "CON": one.rates.contact,
        }
        yield {
            "stratum": one.name,
            "units": one.units,
            "answered": one.answered,
            "unfinished": one.unfinished,
            "substitutes": one.substitutes,
            **{each.value: one.counts.get(each, 0) for each in Disposition},
            **{f"{name}{n}": value for name, some in rates.items() for n, value in enumerate(some, 1)},
            "e": one.rates.eligible,
        }


def progress_as_csv(progress: FieldProgress) -> str:
    """The same as a table."""
    rows = list(progress_rows(progress))
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(rows[0])
    for row in rows:
        writer.writerow(inert(value) if isinstance(value, str) else value for value in row.values())
    return "\ufeff" + file.getvalue()


def weighting_as_text(record: Mapping[str, Any]) -> str:
    """How weights were made, for a terminal."""
    lines = [
        f"{record['responses']} answers, {record['classes']} classes, calibration {record['calibration']}"
    ]
    lines += [
        f"{step['step']:>12}: {step['people']:,.0f} people, weights {step['least']:.3g} to {step['most']:.3g}, "
        f"deff of the weights {step['deff']:.3f}"
        for step in record["steps"]
    ]
    lines += [
        f"{row['margin']} {row['category']}: {100 * row['population']:.1f}% of the people; "
        + ", ".join(
            f"{name} {100 * (row[name] or 0):.1f}%" for name in ("design", "nonresponse", "calibration")
        )
        for row in record["margins"]
    ]
    return "\n".join(lines)
