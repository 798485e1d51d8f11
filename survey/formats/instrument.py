"""Questionnaires as TOML, one file for each version, named `code@version.toml`.

The file holds the wording in every language side by side, and is checked whole: every fault at once,
with its file and line. An instrument's digest is of its content, not of its text: comments, the order
of keys and white space do not change it, a changed word does.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from functools import lru_cache
from itertools import pairwise

from survey.agency import Status
from survey.formats.faults import Faults
from survey.formats.located import Source, Table
from survey.instrument import (
    Band,
    Factor,
    Index,
    Instrument,
    Item,
    Kind,
    Lineage,
    Missing,
    Scale,
    Step,
)

FORMS = frozenset({"rating", "household", "process"})
COMPONENTS = frozenset({"service", "policy", "process"})
#: the contents of the reform plan that a factor may inform, as in the catalogue's reforms.csv
REFORMS = frozenset(
    {"institutions", "procedures", "organisation", "civil-service", "public-finance", "e-government"}
)
#: what a person may say instead of an answer; that an item was not asked is never theirs to say
REASONS = frozenset(Missing) - {Missing.NOT_ASKED}
#: languages no instrument may lack
REQUIRED = ("vi", "en")
#: read questionnaires that are kept: they never change, and are read again with every change of the catalogue
KEPT = 64

_VERSION = re.compile(r"\d+(\.\d+)*")
_INDEX = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*@\d+(\.\d+)*")
_AT_LINE = re.compile(r"at line (\d+)")


@lru_cache(maxsize=KEPT)
def parse(name: str, text: str) -> Instrument:
    """Read one instrument from the text of the file `name`. Raises `BadData` with every fault."""
    return parse_all({name: text})[0]


def parse_all(files: Mapping[str, str]) -> tuple[Instrument, ...]:
    """Read instruments from file name -> text, by name. Raises `BadData` with every fault of all files."""
    faults = Faults()
    instruments = [_instrument(name, text, faults) for name, text in sorted(files.items())]
    faults.refuse()
    return tuple(instrument for instrument in instruments if instrument)


def digest(instrument: Instrument) -> str:
    """SHA-256 of the instrument's canonical content: UTF-8 JSON, sorted keys, no white space."""
    content = asdict(replace(instrument, digest=""))
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _instrument(name: str, text: str, faults: Faults) -> Instrument | None:
    """The instrument, with its digest; None where the text is no TOML."""
    try:
        data = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        faults.add(name, int(at[1]) if at else len(text.splitlines()) or 1, f"is no TOML: {error}")
        return None
    root = Table(Source(name, text, faults, REQUIRED), (), data)
    instrument = _content(root)
    _check_name(root, instrument)
    _check_whole(root, instrument)
    return replace(instrument, digest=digest(instrument))


def _content(root: Table) -> Instrument:
    root.source.languages = _languages(root)
    scales = {code: _scale(code, table) for code, table in _named(root, "scales").items()}
    groups = {code: _closed_wording(table) for code, table in _named(root, "groups").items()}
    factors = tuple(_factor(table) for table in root.tables("factors"))
    status = root.choice("status", tuple(Status), "found")
    source = root.text("source")
    codes: Mapping[str, Collection[str]] = {
        "scale": scales,
        "group": groups,
        "factor": [factor.code for factor in factors],
    }
    instrument = Instrument(
        code=root.code(),
        version=root.code("version", _VERSION),
        form=root.choice("form", FORMS),
        title=_closed_wording(root.table("title")),
        intro=_closed_wording(root.table("intro")),
        languages=root.source.languages,
        scales=scales,
        factors=factors,
        items=tuple(_item(table, codes, groups, source, status) for table in root.tables("items")),
        index=_index(root.table("index")) if "index" in root else None,
        bands=tuple(_band(table) for table in root.tables("bands")),
        minutes=root.value("minutes", 1),
        source=source,
        status=status,
    )
    root.done()
    return instrument


def _languages(root: Table) -> tuple[str, ...]:
    languages = tuple(str(language) for language in root.value("languages", list(REQUIRED)))
    for language in REQUIRED:
        if language not in languages:
            root.fault(f"languages lack {language!r}", "languages")
    return languages


def _named(root: Table, key: str) -> dict[str, Table]:
    """The tables under `[key.code]`."""
    return {code: root.table(key).table(code) for code in root.value(key, {})}


def _closed_wording(table: Table) -> dict[str, str]:
    wording = table.wording()
    table.done()
    return wording


def _scale(code: str, table: Table) -> Scale:
    steps = tuple(_step(step) for step in table.tables("steps"))
    if len(steps) < 2:
        table.fault("a scale has at least two steps", "steps")
    for number, (before, after) in enumerate(pairwise(steps), start=1):
        if after.value <= before.value:
            path = (*table.path, "steps", number)
            table.source.fault(path, f"value {after.value} does not increase after {before.value}")
    satisfied = table.value("satisfied_from", 0) if "satisfied_from" in table else None
    if satisfied is not None and satisfied not in {step.value for step in steps}:
        table.fault(f"satisfied_from {satisfied} is no step of the scale", "satisfied_from")
    table.done()
    return Scale(code=code, steps=steps, satisfied_from=satisfied)


def _step(table: Table) -> Step:
    if "value" not in table:
        table.fault("value is missing")
    face = table.value("face", 0) if "face" in table else None
    if face is not None and not 1 <= face <= 5:
        table.fault(f"face {face} is not from 1 to 5", "face")
    step = Step(value=table.value("value", 0), label=table.wording(), face=face)
    table.done()
    return step


def _factor(table: Table) -> Factor:
    factor = Factor(
        code=table.code(),
        label=table.wording(),
        reforms=table.choices("reforms", REFORMS),
        component=table.choice("component", COMPONENTS, "service"),
    )
    table.done()
    return factor


def _item(
    table: Table,
    codes: Mapping[str, Collection[str]],
    groups: Mapping[str, Mapping[str, str]],
    source: str,
    status: str,
) -> Item:
    """One item; codes: what its scale, group and factor may be; source and status where it has none."""
    factor = table.choice("factor", codes["factor"]) if "factor" in table else None
    group = table.choice("group", codes["group"]) if "group" in table else ""
    kind = table.choice("kind", tuple(Kind), Kind.RATING.value)
    reasons = table.choices("missing", REASONS, (Missing.REFUSED,))
    item = Item(
        code=table.code(),
        text=table.wording(),
        scale=table.choice("scale", codes["scale"]),
        kind=Kind(kind) if kind in tuple(Kind) else Kind.RATING,
        factor=factor,
        in_index=table.value("in_index", False),
        missing=tuple(Missing(reason) for reason in reasons if reason in REASONS),
        group=groups.get(group),
        lineage=tuple(_lineage(line) for line in table.tables("lineage")),
        source=table.value("source", source),
        status=table.choice("status", tuple(Status), status),
    )
    table.done()
    return item


def _lineage(table: Table) -> Lineage:
    if "equated" not in table:
        table.fault("equated is missing")
    lineage = Lineage(table.text("item"), table.value("equated", False), table.value("note", ""))
    table.done()
    return lineage


def _index(table: Table) -> Index:
    index = Index(code=table.code("code", _INDEX), label=table.wording())
    table.done()
    return index


def _band(table: Table) -> Band:
    if "low" not in table:
        table.fault("low is missing")
    high = table.value("high", 0.0) if "high" in table else None
    band = Band(code=table.code(), label=table.wording(), low=table.value("low", 0.0), high=high)
    table.done()
    return band


def _check_name(root: Table, instrument: Instrument) -> None:
    if root.source.name != f"{instrument.ref}.toml":
        root.fault(f"holds {instrument.ref}, so its name must be {instrument.ref}.toml", "version")


def _check_whole(root: Table, instrument: Instrument) -> None:
    """What no table can know alone: doubles, idle factors, the index's items, the bands."""
    for key in ("items", "factors", "bands"):
        _check_doubles(root, key, [part.code for part in getattr(instrument, key)])
    if not instrument.items:
        root.fault("has no items")
    used = {item.factor for item in instrument.items}
    for number, factor in enumerate(instrument.factors):
        if factor.code not in used:
            root.source.fault(("factors", number), f"factor {factor.code!r} has no item")
    _check_index(root, instrument)
    if instrument.bands:
        _check_bands(root, instrument)


def _check_doubles(root: Table, key: str, codes: list[str]) -> None:
    for number, code in enumerate(codes):
        if code in codes[:number]:
            root.source.fault((key, number, "code"), f"code {code!r} occurs twice in {key}")


def _check_index(root: Table, instrument: Instrument) -> None:
    counted = [number for number, item in enumerate(instrument.items) if item.in_index]
    if instrument.index and not counted:
        root.fault("the index has no items", "index")
    if instrument.form == "process":
        return
    for number in counted:
        item = instrument.items[number]
        scale = instrument.scales.get(item.scale)
        if not instrument.index:
            root.source.fault(("items", number, "in_index"), f"item {item.code!r} is in no index")
        if item.kind is not Kind.RATING or (scale and scale.satisfied_from is None):
            root.source.fault(
                ("items", number, "scale"), f"item {item.code!r} does not tell who is satisfied"
            )


def _check_bands(root: Table, instrument: Instrument) -> None:
    """Bands meet without gap or overlap, from the lowest score that the items can give, and end open."""
    counted = [instrument.scales.get(item.scale) for item in instrument.items if item.in_index]
    lowest = sum(scale.low for scale in counted if scale and scale.steps)
    bands = sorted(enumerate(instrument.bands), key=lambda band: band[1].low)
    if bands[0][1].low > lowest:
        root.source.fault(("bands", bands[0][0]), f"no band holds a score of {lowest}")
    for (_, below), (number, above) in pairwise(bands):
        if below.high is None or below.high != above.low:
            told = "overlaps" if below.high is None or below.high > above.low else "leaves a gap to"
            root.source.fault(("bands", number), f"band {below.code!r} {told} band {above.code!r}")
    if bands[-1][1].high is not None:
        root.source.fault(("bands", bands[-1][0]), "the highest band has an upper end")
