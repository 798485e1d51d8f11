"""Issued invitations as their holders get them: with the address of this service, in words."""

from __future__ import annotations

import segno

from survey import design
from survey.device import grouped
from survey.formats.dossiers import Slip
from survey.invite import Issued
from survey.web.context import address, store


def slip_of(issued: Issued) -> Slip:
    """The slip of an invitation."""
    known, bound = design.reference(store()), issued.bound
    procedure = known.procedures.get(bound.procedure or "")
    return Slip(
        issued.code,
        f"{address()}/i/{grouped(issued.code)}",
        bound,
        known.agency(bound.agency).name,
        known.counters[bound.counter].name,
        procedure.name if procedure else None,
    )


def drawing(link: str) -> str:
    """The code of a link to show on a page."""
    return segno.make(link, error="q").svg_inline(svgclass="qr", lineclass=None, omitsize=True, border=4)
