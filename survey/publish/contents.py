"""The files of a bundle beside figures, counts and microdata: a maker for each, in the order of the bundle.

A maker gets the frozen content and a file to write to. The same content gives the same bytes: no clock, no
chance, no set in an order of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from survey.publish.frozen import Frozen


class File(Protocol):
    """Where a maker writes to."""

    def write(self, some: bytes, /) -> int: ...


class Part(NamedTuple):
    """A file of the bundle. name: its path in it, as "report/report-vi.pdf" · make: writes its bytes"""

    name: str
    media_type: str
    make: Callable[[Frozen, File], object]


#: the report that people read; made by `formats.report`
REPORT: tuple[Part, ...] = ()
