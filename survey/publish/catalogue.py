"""What figures are named and measured by, as a file of the bundle: agencies, fields, targets and the wave."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any, get_args, get_type_hints

from survey import errors
from survey.agency import Agency, Field, PublishedFigure, Target
from survey.formats import instrument as instruments
from survey.frame import Wave
from survey.store.agencies import Reference
from survey.succession import Succession

NAME = "catalogue.json"

_KINDS = {"agencies": Agency, "fields": Field, "targets": Target, "published": PublishedFigure}


def dumped(known: Reference, wave: Wave, fields: set[str]) -> bytes:
    """The catalogue as far as the figures of a wave need it. fields: codes of those that have figures"""
    content = {
        "wave": _plain(wave),
        "agencies": [_plain(a) for a in known.agencies.values() if known.under(wave.root, a.code)],
        "fields": [_plain(field) for code, field in known.fields.items() if code in fields],
        "targets": [_plain(target) for target in known.targets],
        "published": [_plain(figure) for figure in known.published],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"


def loaded(content: bytes, name: str, text: str) -> Reference:
    """The catalogue of a bundle. name, text: of its questionnaire. Raises BadBundle."""
    try:
        told = json.loads(content)
        rows = {key: [_read(kind, row) for row in told[key]] for key, kind in _KINDS.items()}
        wave = _read(Wave, told["wave"])
        instrument = instruments.parse(name, text)
    except (ValueError, KeyError, TypeError) as fault:
        raise errors.BadBundle(file=NAME, fault=str(fault)[:200]) from fault
    return Reference(
        agencies={agency.code: agency for agency in rows["agencies"]},
        counters={},
        fields={field.code: field for field in rows["fields"]},
        procedures={},
        targets=tuple(rows["targets"]),
        published=tuple(rows["published"]),
        reforms=(),
        waves={wave.code: wave},
        instruments={instrument.ref: instrument},
        versions={},
        succession=Succession(),
    )


def _plain(thing: Any) -> dict[str, Any]:
    """A row of the catalogue with what JSON can hold."""
    return {field.name: _value(getattr(thing, field.name)) for field in dataclasses.fields(thing)}


def _value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


def _read(kind: Any, row: Mapping[str, Any]) -> Any:
    hints = get_type_hints(kind)
    return kind(**{name: _typed(hints[name], value) for name, value in row.items() if name in hints})


def _typed(hint: Any, value: Any) -> Any:
    """A value of JSON as the type that a field has."""
    if value is None:
        return None
    kinds = [each for each in (*get_args(hint), hint) if isinstance(each, type)]
    if date in kinds:
        return date.fromisoformat(value)
    named = next((each for each in kinds if issubclass(each, Enum)), None)
    if named:
        return named(value)
    return tuple(value) if isinstance(value, list) else value
