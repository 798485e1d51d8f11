"""A page that is the same for everybody but for a few values: compressed once, filled in for each reader.

A gzip member is a header, blocks of deflate, and the content's checksum and length (RFC 1952). The parts
between the gaps are compressed when the page is cut, each by itself, so that none refers back over a
gap; a reader's own values stand between them in stored blocks (RFC 1951, 3.2.4). A token that is never
compressed tells nothing by the size of the page, either.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest

#: deflate, no file name, no time, strongest compression, unknown system
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"


@dataclass(frozen=True)
class Stencil:
    """A page cut at its gaps: `parts` is one longer than `gaps`, the names of what comes between them."""

    parts: tuple[bytes, ...]
    deflated: tuple[bytes, ...]
    gaps: tuple[str, ...]


def cut(page: str, gaps: Iterable[str]) -> Stencil:
    """Cut a page wherever one of the `gaps` stands in it."""
    pieces = re.split(f"({'|'.join(map(re.escape, gaps))})", page)
    parts = tuple(text.encode() for text in pieces[::2])
    ends = (*(zlib.Z_FULL_FLUSH,) * (len(parts) - 1), zlib.Z_FINISH)
    return Stencil(parts, tuple(map(_deflated, parts, ends)), tuple(pieces[1::2]))


def filled(stencil: Stencil, values: Mapping[str, str]) -> bytes:
    """The page with `values` in its gaps."""
    return b"".join(_woven(stencil.parts, [values[gap].encode() for gap in stencil.gaps]))


def zipped(stencil: Stencil, values: Mapping[str, str]) -> bytes:
    """The page with `values` in its gaps, none longer than 65,535 bytes, as a gzip member."""
    own = [values[gap].encode() for gap in stencil.gaps]
    crc = size = 0
    for piece in _woven(stencil.parts, own):
        crc = zlib.crc32(piece, crc)
        size += len(piece)
    body = _woven(stencil.deflated, map(_stored, own))
    return b"".join((_HEAD, *body, struct.pack("<LL", crc, size & 0xFFFFFFFF)))


def _woven(parts: Iterable[bytes], own: Iterable[bytes]) -> Iterable[bytes]:
    return chain.from_iterable(zip_longest(parts, own, fillvalue=b""))


def _deflated(part: bytes, end: int) -> bytes:
    """A part as blocks of deflate that end with a whole byte."""
    press = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS)
    return press.compress(part) + press.flush(end)


def _stored(value: bytes) -> bytes:
    """A value as a block that is not compressed."""
    return struct.pack("<BHH", 0, len(value), len(value) ^ 0xFFFF) + value
