"""SPSS system files (.sav), written row by row: memory does not grow with the rows.

Every variable is a number with labels for its values; answers that are missing for a reason are values that
SPSS is told to take for missing. Source of the format: the PSPP developers' guide, "System File Format"; what
is written here is read by pyreadstat (ReadStat) in the tests.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: what is added to a small whole number to make its byte; the byte that says that a number follows
_BIAS, _FOLLOWS = 100, 253
#: whole numbers that one byte holds
_LEAST, _MOST = 1 - _BIAS, 251 - _BIAS
#: an eight-byte record label may say no more than this
_LONGEST = 120
_F8 = 5 << 16 | 8 << 8


@dataclass(frozen=True)
class Variable:
    """A column. name: any; SPSS's short names are made from its place

    label: what it asks · values: number -> label · missing: values that stand for a missing answer (three
    at the most, or the first and the last of a range)
    """

    name: str
    label: str
    values: Mapping[float, str] = field(default_factory=dict)
    missing: tuple[float, ...] = ()


def encoded(
    variables: Sequence[Variable], chunks: Iterable[NDArray[np.float64]], *, rows: int, label: str
) -> Iterator[bytes]:
    """The file, piece by piece. chunks: (n, variables) values; whole numbers up to 151 take a byte each

    rows: how many there will be · label: of the file
    """
    yield _header(variables, rows, label)
    yield b"".join(_variable(number, each) for number, each in enumerate(variables))
    yield b"".join(_value_labels(number, each) for number, each in enumerate(variables, 1) if each.values)
    yield _extensions(variables)
    yield struct.pack("<ii", 999, 0)
    rest = np.zeros(0)
    for chunk in chunks:
        flat = np.concatenate([rest, chunk.ravel()])
        whole = len(flat) // 8 * 8
        yield _compressed(flat[:whole])
        rest = flat[whole:]
    if len(rest):
        yield _compressed(rest)


def _header(variables: Sequence[Variable], rows: int, label: str) -> bytes:
    return struct.pack(
        "<4s60siiiiid9s8s64s3x",
        b"$FL2",
        b"@(#) SPSS DATA FILE - hai-long".ljust(60),
        2,
        len(variables),
        1,
        0,
        rows,
        float(_BIAS),
        b"01 Jan 80",
        b"00:00:00",
        _cut(label, 64),
    )


def _variable(number: int, variable: Variable) -> bytes:
    label = _cut(variable.label, _LONGEST).rstrip()
    padded = label.ljust(-(-len(label) // 4) * 4)
    missing = variable.missing
    ranged = len(missing) > 3
    told = (missing[0], missing[-1]) if ranged else missing
    return (
        struct.pack("<iiiiii8s", 2, 0, 1, -2 if ranged else len(told), _F8, _F8, _short(number))
        + struct.pack("<i", len(label))
        + padded
        + b"".join(struct.pack("<d", value) for value in told)
    )


def _short(number: int) -> bytes:
    return f"V{number + 1:05}".encode().ljust(8)


def _value_labels(number: int, variable: Variable) -> bytes:
    found = struct.pack("<ii", 3, len(variable.values))
    for value, text in variable.values.items():
        label = _cut(text, _LONGEST).rstrip()
        size = -(-(len(label) + 1) // 8) * 8
        found += struct.pack("<dB", value, len(label)) + label.ljust(size - 1)
    return found + struct.pack("<iii", 4, 1, number)


def _extensions(variables: Sequence[Variable]) -> bytes:
    """What older readers pass over: how numbers and text are written, and the whole names."""
    names = "\t".join(f"V{number + 1:05}={each.name}" for number, each in enumerate(variables)).encode()
    integers = struct.pack("<8i", 1, 0, 0, -1, 1, 1, 2, 65001)
    limits = np.finfo(float)
    floats = struct.pack("<3d", -limits.max, limits.max, np.nextafter(-limits.max, 0.0))
    return (
        struct.pack("<4i", 7, 3, 4, 8)
        + integers
        + struct.pack("<4i", 7, 4, 8, 3)
        + floats
        + struct.pack("<4i", 7, 13, 1, len(names))
        + names
        + struct.pack("<4i", 7, 20, 1, 5)
        + b"UTF-8"
    )


def _compressed(values: NDArray[np.float64]) -> bytes:
    """Values in groups of eight: a byte for each, and after the eight bytes the numbers that had no byte."""
    small = (values == np.floor(values)) & (values >= _LEAST) & (values <= _MOST)
    codes = np.where(small, values + _BIAS, _FOLLOWS).astype(np.uint8)
    padded = np.zeros(-(-len(codes) // 8) * 8, np.uint8)
    padded[: len(codes)] = codes
    groups = padded.reshape(-1, 8)
    following = (groups == _FOLLOWS).sum(axis=1)
    if not following.any():
        return groups.tobytes()
    before = np.concatenate([[0], np.cumsum(following)[:-1]])
    found = np.zeros((len(groups) + int(following.sum()), 8), np.uint8)
    at = np.arange(len(groups)) + before
    found[at] = groups
    rest = np.ones(len(found), bool)
    rest[at] = False
    found[rest] = np.ascontiguousarray(values[~small], dtype="<f8").view(np.uint8).reshape(-1, 8)
    return found.tobytes()


def _cut(text: Any, most: int) -> bytes:
    """Text in UTF-8, filled up or cut off between two letters."""
    return str(text).encode()[:most].decode(errors="ignore").encode().ljust(most)
