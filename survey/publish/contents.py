"""What people read of a bundle: its README, and the report, which whoever proposes an edition brings along."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from survey.publish.frozen import Frozen
from survey.publish.reported import Reported

#: where the report of a language lies in a bundle
REPORT = "report/report-{language}.pdf"

#: told what is being made, which step it is, and of how many
Progress = Callable[[str, int, int], None]


class Part(NamedTuple):
    """A document of the bundle. name: its path in it · make: its bytes, the same each time it is made of the same"""

    name: str
    media_type: str
    make: Callable[[Reported, Progress], bytes]


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

figures/      figures.csv and .json: every figure, as the pages show it; changes.csv,
              voice.csv: what people asked for and what became of it
counts/       what the figures follow from, summed so that nobody is singled out
report/       the report as PDF, where the service could lay it out
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
