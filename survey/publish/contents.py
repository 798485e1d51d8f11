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


def readme(frozen: Frozen) -> bytes:
    """What somebody reads who unpacks the bundle."""
    title, name = frozen.wave.title, f"{frozen.code}, revision {frozen.revision}"
    return (
        f"{title.get('vi', '')} · {frozen.period}\n{title.get('en', '')} · {frozen.period}\n{name}\n\n"
        + ("SIMULATED DATA · DỮ LIỆU MÔ PHỎNG\n\n" if frozen.simulated else "")
        + _README
    ).encode()


_README = """\
Gói này chứa các số liệu của một kỳ đã đóng, số đếm mà từ đó mọi số liệu được tính lại, và dữ liệu vi mô đã
bảo vệ danh tính. Kiểm tra gói trên máy bất kỳ, không cần mạng và cơ sở dữ liệu:

    survey verify GÓI.zip --key KHÓA

This bundle holds the figures of a closed period, the counts from which each of them can be computed anew, and
microdata that single nobody out. Check it on any machine, without network and database:

    survey verify BUNDLE.zip --key KEY

figures/      figures.csv and .json: every figure, as the pages show it; changes.csv, groups.csv
counts/       what the figures follow from, summed so that nobody is singled out
microdata/    one row for each response, coarsened (CSV, SPSS); codebook in DDI
sdmx/         the main series as SDMX-CSV 2.0
ledger/       the commitments of all sealed responses, in their order: their Merkle root (RFC 6962) is the one in
              the manifest; a receipt's code is the beginning of a commitment, in Base32
quality.json  coverage, response, modes, screening with and without, disclosure control and what it cost
revisions.json  earlier revisions, and every figure that differs from them
manifest.json   SHA-256 of every file, the checkpoint, its signature (Ed25519) and the public key
signature.json  the signature over the manifest

Licence: CC BY 4.0. Cite as the file CITATION.cff says.
"""
