"""Microdata and figures in the forms that other programs read, and what describes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.analyse.groups import KINDS
from survey.analyse.wave import WAYS
from survey.formats import archive, counts, described, figures, sav, sdmx
from survey.formats.described import Description, Variable
from survey.instrument import Missing, Text
from survey.publish import tables, voiced
from survey.publish.frozen import Frozen
from survey.publish.microdata import Microdata
from survey.store.agencies import Reference

ROWS = "microdata/responses.csv"
#: rows that are held at a time
_CHUNK = 20_000

#: codes of reasons in SPSS, where they are declared to be missing
REASONS: dict[str, tuple[int, Text]] = {
    Missing.NOT_ASKED.value: (91, {"vi": "Không hỏi", "en": "Not asked"}),
    Missing.REFUSED.value: (92, {"vi": "Không trả lời", "en": "Refused"}),
    Missing.DONT_KNOW.value: (93, {"vi": "Không biết", "en": "Don't know"}),
    Missing.NOT_APPLICABLE.value: (94, {"vi": "Không áp dụng", "en": "Not applicable"}),
}
_UNTOLD: Text = {"vi": "Không công bố", "en": "Not told"}

_LABELS: dict[str, Text] = {
    "agency": {"vi": "Cơ quan được đánh giá", "en": "Agency that is rated"},
    "period": {"vi": "Quý hoặc năm", "en": "Quarter or year"},
    "mode": {"vi": "Hình thức thu thập", "en": "Mode of collection"},
    "respondent": {"vi": "Người trả lời", "en": "Respondent"},
    "group": {"vi": "Nhóm lĩnh vực", "en": "Group of fields"},
    "weight": {"vi": "Trọng số", "en": "Weight"},
}


def write(
    writer: archive.Writer, frozen: Frozen, rows: Microdata, progress: Callable[[str, int, int], None]
) -> None:
    """The rows as CSV and for SPSS, and the main series as SDMX-CSV."""
    with writer.member(ROWS, "text/csv") as file:
        file.write((",".join(rows.columns) + "\n").encode())
        for some in rows.pieces():
            file.write(some)
    progress("microdata", 1, 2)
    about = _described(frozen, rows)
    with writer.member("microdata/responses.sav", "application/x-spss-sav") as file:
        codes = [_codes(variable) for variable in about.variables]
        chunks = _numbers(rows, about, codes)
        title = about.title.get("vi", "")
        for some in sav.encoded(_spss(about, codes), chunks, rows=rows.rows, label=title):
            file.write(some)
    progress("microdata", 2, 2)
    with writer.member("sdmx/figures.csv", "text/csv") as file:
        for some in counts.encoded(sdmx.COLUMNS, sdmx.rows(frozen.reports.values())):
            file.write(some)


def describe(writer: archive.Writer, frozen: Frozen, rows: Microdata) -> None:
    """What describes the files that were written so far."""
    about = _described(frozen, rows)
    text = [{"name": name, "titles": name, "datatype": "string"} for name in figures.COLUMNS]
    described_tables = {
        "figures/figures.csv": text,
        "figures/changes.csv": text,
        "figures/voice.csv": [{"name": n, "titles": n, "datatype": "string"} for n in voiced.COLUMNS],
        ROWS: described.columns_of(about.variables),
        **{
            tables.path(table): [{"name": n, "titles": n, "datatype": "string"} for n in table.columns]
            for table in tables.TABLES
        },
    }
    writer.add("csv-metadata.json", "application/csvm+json", described.csvw(about, described_tables))
    writer.add("microdata/codebook.xml", "application/xml", described.ddi(about))
    writer.add("CITATION.cff", "text/plain", described.citation(about))
    writer.add("dcat.jsonld", "application/ld+json", described.dcat(about, writer.members))


# The columns of the microdata.


def variables_of(frozen: Frozen) -> tuple[Variable, ...]:
    """Every column with all that it may hold; "" is what was coarsened away."""
    known, instrument = frozen.known, frozen.instrument
    untold = {"": _UNTOLD}
    quasi = {
        "agency": {a.code: a.name for a in _rated(frozen, known)} | untold,
        "period": {p: {"vi": p, "en": p} for p in _periods(frozen)},
        "mode": _modes() | untold,
        "respondent": KINDS | untold,
        "group": {g: {"vi": g, "en": g} for g in _groups(known)} | untold,
        "weight": {},
    }
    reasons = {reason: text for reason, (_, text) in REASONS.items()}
    found = [Variable(name, _LABELS[name], values) for name, values in quasi.items()]
    for item in instrument.ratings:
        steps = {str(step.value): step.label for step in instrument.scale_of(item).steps}
        found.append(Variable(item.code, item.text, steps | reasons, tuple(reasons)))
    return tuple(found)


def _modes() -> dict[str, Text]:
    return {domain.removeprefix("mode:"): text for domain, text in WAYS["mode"].items()}


def _rated(frozen: Frozen, known: Reference) -> Iterator[Any]:
    return (a for a in known.agencies.values() if known.under(frozen.wave.root, a.code))


def _periods(frozen: Frozen) -> list[str]:
    years = {figure.period[:4] for figure in frozen.root.years} or {frozen.period[:4]}
    return sorted({f"{year}{part}" for year in years for part in ("", "-Q1", "-Q2", "-Q3", "-Q4")})


def _groups(known: Reference) -> list[str]:
    return sorted({"none", *(field.group for field in known.fields.values() if field.group)})


def _codes(variable: Variable) -> dict[str, float]:
    """The number of each value in SPSS: a step's own, a reason's, or its place."""
    if variable.missing:
        return {
            value: float(REASONS[value][0] if value in variable.missing else int(value))
            for value in variable.values
        }
    return {value: float(number) for number, value in enumerate(variable.values, 1)}


def _spss(about: Description, codes: list[dict[str, float]]) -> list[sav.Variable]:
    return [
        sav.Variable(
            variable.name,
            variable.label.get("vi") or variable.name,
            {codes_of[v]: text.get("vi") or v for v, text in variable.values.items()},
            tuple(codes_of[value] for value in variable.missing),
        )
        for variable, codes_of in zip(about.variables, codes, strict=True)
    ]


def _numbers(
    rows: Microdata, about: Description, codes: list[Mapping[str, float]] | list[dict[str, float]]
) -> Iterator[NDArray[np.float64]]:
    """The rows as numbers, some thousand at a time."""
    lines = rows.lines()
    while some := list(islice(lines, _CHUNK)):
        cells = [line.decode().rstrip("\n").split(",") for line in some]
        found = np.zeros((len(cells), len(codes)))
        for place, known in enumerate(codes):
            column = [row[place] for row in cells]
            found[:, place] = [known[c] for c in column] if known else [float(c) for c in column]
        yield found


# What is said of the edition.


def _described(frozen: Frozen, rows: Microdata) -> Description:
    root, wave = frozen.known.agency(frozen.wave.root), frozen.wave
    year = frozen.period[:4]
    whole = len(frozen.period) == 4
    return Description(
        code=frozen.code,
        revision=frozen.revision,
        title={
            language: f"{text}, {root.name.get(language, '')}, {frozen.period}"
            for language, text in wave.title.items()
        },
        abstract={
            "vi": "Số liệu hài lòng của người dân, tổ chức đối với thủ tục hành chính, kèm dữ liệu vi mô đã bảo vệ "
            "danh tính và số đếm để tính lại mọi số liệu."
            + (" DỮ LIỆU MÔ PHỎNG." if frozen.simulated else ""),
            "en": "How satisfied citizens and organisations were with administrative procedures, with microdata "
            "that single nobody out and the counts from which every figure can be computed anew."
            + (" SIMULATED DATA." if frozen.simulated else ""),
        },
        publisher=root.name,
        publisher_address=frozen.address or "http://localhost",
        address=f"{frozen.address or 'http://localhost'}/editions/{frozen.code}/r{frozen.revision}",
        day=datetime.fromtimestamp(frozen.at, UTC).date().isoformat(),
        starts=f"{year}-01-01" if whole else wave.starts.isoformat(),
        ends=f"{year}-12-31" if whole else (wave.ends or wave.starts).isoformat(),
        software=frozen.software,
        universe={
            "vi": "Người đã giải quyết thủ tục hành chính trong kỳ",
            "en": "People who dealt with an administrative procedure in the period",
        },
        modes=[
            text["vi"] for mode, text in _modes().items() if mode in frozen.quality["measurement"]["modes"]
        ],
        variables=variables_of(frozen),
        rows=rows.rows,
    )
