"""A questionnaire that is being written: a version made from an earlier one, and what it still lacks.

A draft is the content of a TOML file before it is one: words may be missing. It can be changed in what
the method leaves open: words in each language, the order of questions, their factor, which of the scales
there are, the reasons for no answer, questions added or left out, and whether an item goes on from the
earlier one. `faults` tells what keeps it from being published.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from survey.errors import BadData
from survey.formats import instrument as instrument_format
from survey.instrument import Instrument, Item, Kind

#: what a TOML file holds
Data = dict[str, Any]

_SCALARS = ("code", "version", "form", "minutes", "languages", "source", "status")
_WORDINGS = ("title", "intro", "index")


def begin(text: str, version: str) -> Data:
    """A draft of a new version, as the earlier one's file reads."""
    return tomllib.loads(text) | {"version": version}


def ref_of(data: Mapping[str, Any]) -> str:
    return f"{data['code']}@{data['version']}"


def item_of(data: Mapping[str, Any], code: str) -> Data | None:
    """The item of this code, None where there is none."""
    return next((item for item in data["items"] if item.get("code") == code), None)


def put_item(data: Data, item: Data, place: int) -> Data:
    """The draft with this item at a place (1 is the first), in the stead of one with its code."""
    others = [one for one in data["items"] if one.get("code") != item.get("code")]
    at = min(max(place, 1), len(others) + 1) - 1
    return data | {"items": [*others[:at], item, *others[at:]]}


def without_item(data: Data, code: str) -> Data:
    """The draft without an item, and without a factor that nobody asks about any more."""
    items = [one for one in data["items"] if one.get("code") != code]
    used = {one.get("factor") for one in items}
    factors = [factor for factor in data.get("factors", []) if factor.get("code") in used]
    return data | {"items": items, "factors": factors}


def decided(item: Mapping[str, Any], base: Instrument) -> Mapping[str, Any] | None:
    """What was decided about going on from the item of the earlier version, None where nothing was."""
    names = (item.get("code"), f"{base.ref}.{item.get('code')}")
    return next((line for line in item.get("lineage", []) if line.get("item") in names), None)


def with_decision(item: Data, base: Instrument, equated: bool | None, note: str) -> Data:
    """The item with a decision about its earlier version; None takes it back."""
    name = f"{base.ref}.{item.get('code')}"
    others = [line for line in item.get("lineage", []) if line.get("item") not in (name, item.get("code"))]
    own = [] if equated is None else [{"item": name, "equated": equated, **({"note": note} if note else {})}]
    kept = {key: value for key, value in item.items() if key != "lineage"}
    return kept | ({"lineage": [*others, *own]} if others or own else {})


def faults(data: Mapping[str, Any], base: Instrument, published: Iterable[Instrument]) -> list[str]:
    """What keeps a draft from being published; nothing where it is whole."""
    known = tuple(published)
    if unworded := _unworded(data):
        return unworded
    name = f"{ref_of(data)}.toml"
    try:
        made = instrument_format.parse(name, text(data))
    except BadData as refusal:
        return [_without_line(fault) for fault in refusal.faults]
    told = [f"version {made.ref} is published already"] if made.ref in {one.ref for one in known} else []
    if _same(made, base):
        told.append(f"nothing differs from {base.ref}")
    for item in made.items:
        told += _faults_of_item(item, made, base, known)
    told += [
        f"index {base.index.code} pools other questions than in {base.ref}: it needs another code"
        for part in made.parts_from(base)
        if part.startswith("index ") and base.index
    ]
    return told


def _unworded(data: Mapping[str, Any]) -> list[str]:
    """Every wording that a language lacks, by what it is of."""
    worded = [(part, data.get(part, {})) for part in ("title", "intro")]
    worded += [(f"factor {factor.get('code')}", factor) for factor in data.get("factors", [])]
    worded += [(f"item {item.get('code')}", item) for item in data["items"]]
    return [
        f"{what}: no wording in {language}"
        for what, words in worded
        for language in data["languages"]
        if not words.get(language)
    ]


def _without_line(fault: str) -> str:
    """A fault of the file without its place: nobody sees the file."""
    return fault.split(":", 2)[2].strip()


def _same(made: Instrument, base: Instrument) -> bool:
    parts = ("title", "intro", "items", "factors", "scales", "index", "languages")
    return all(getattr(made, part) == getattr(base, part) for part in parts)


def _faults_of_item(item: Item, made: Instrument, base: Instrument, known: Sequence[Instrument]) -> list[str]:
    told = []
    scale = made.scale_of(item)
    if all(scale not in one.scales.values() for one in known):
        told.append(f"item {item.code}: its scale is of no published questionnaire")
    if item.kind is Kind.RATING and item.factor is None and item.code not in base.by_code:
        told.append(f"item {item.code} has no factor")
    before = base.by_code.get(item.code)
    if before is None:
        used = next((one.ref for one in known if one.code == made.code and item.code in one.by_code), None)
        return [*told, f"code {item.code} was another question's in {used}: choose another"] if used else told
    lines = [line for line in item.lineage if line.item in (item.code, f"{base.ref}.{item.code}")]
    other_scale = scale.values != base.scale_of(before).values
    if (item.text != before.text or other_scale) and not lines:
        told.append(f"item {item.code} has changed: decide whether it may be compared with {base.ref}")
    if other_scale and any(line.equated for line in lines):
        told.append(f"item {item.code} has another scale: it can't be compared with {base.ref}")
    return told


def apart(data: Mapping[str, Any], base: Instrument) -> tuple[str, ...]:
    """What may not be counted together with the earlier version; () where a wave may go on with this one."""
    made = instrument_format.parse(f"{ref_of(data)}.toml", text(data))
    return made.parts_from(base)


# Writing.


def text(data: Mapping[str, Any]) -> str:
    """A draft as the text of its file, in the order of the shipped ones."""
    lines = [f"{key} = {_value(data[key])}" for key in _SCALARS if key in data]
    for key in _WORDINGS:
        if key in data:
            lines += ["", f"[{key}]", *_pairs(data[key])]
    for key in ("scales", "groups"):
        for code, table in data.get(key, {}).items():
            lines += ["", f"[{key}.{code}]", *_pairs(table)]
    for key in ("factors", "items", "bands"):
        for table in data.get(key, []):
            lines += ["", f"[[{key}]]", *_pairs(table)]
    return "\n".join(lines) + "\n"


def _pairs(table: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in table.items()]


def _value(value: Any) -> str:
    """A value as TOML writes it; strings of JSON are strings of TOML."""
    if isinstance(value, dict):
        return "{ " + ", ".join(_pairs(value)) + " }"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + "".join(f"    {_value(one)},\n" for one in value) + "]"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
