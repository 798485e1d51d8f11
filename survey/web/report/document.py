"""A report as a document: one HTML text for the browser and for paper, and the PDF that is made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from flask import current_app, render_template
from flask_babel import gettext

from survey.disclosure import FEW
from survey.figure import Figure
from survey.formats import pdf
from survey.report import Report
from survey.web.context import language
from survey.web.numbers import period
from survey.web.report import pictures
from survey.web.report.chapters import Matter, chapters_of

STYLE = "report.css"

#: told how far the work is: what is done now, how many steps are behind it, and of how many
Progress = Callable[[str, int, int], None]


def title_of(report: Report) -> str:
    return gettext(
        "Report on the satisfaction of citizens and businesses, %(period)s", period=period(report.period)
    )


def html(matter: Matter, places: Mapping[str, str], style: str) -> str:
    """The document in the reader's language. places: picture -> its address · style: that of the style sheet."""
    report = matter.report
    return render_template(
        "report/document.html",
        report=report,
        changes=matter.changes,
        plan=matter.plan,
        edition=matter.edition,
        voice=matter.voice,
        chapters=chapters_of(matter),
        title=title_of(report),
        pictures=places,
        style=style,
        reached=matter.reached,
        few=sum(1 for line in report.lines if _is_few(line.figure)),
        alphas=[f for f in report.reliabilities if f.kind == "alpha" and f.estimate.value is not None],
        satisfied_from=_satisfied_from(report),
    )


def as_pdf(matter: Matter, told: Progress) -> bytes:
    """The document as PDF. Raises PdfPartsMissing."""
    names = pictures.names_of(matter.report)
    steps = len(names) + 2
    drawn: dict[str, bytes | str] = {}
    for number, name in enumerate(names):
        told(name, number, steps)
        drawn[f"{name}.svg"] = pictures.drawn(name, matter.report, language())
    told("text", steps - 2, steps)
    text = html(matter, {name: f"{name}.svg" for name in names}, STYLE)
    drawn[STYLE] = Path(str(current_app.static_folder), STYLE).read_text(encoding="utf-8")
    told("pages", steps - 1, steps)
    return pdf.as_pdf(text, drawn)


def _is_few(figure: Figure) -> bool:
    return figure.withheld is None and 0 < figure.estimate.n < FEW


def _satisfied_from(report: Report) -> int:
    scales = (report.instrument.scale_of(item) for item in report.instrument.ratings)
    return next((scale.satisfied_from for scale in scales if scale.satisfied_from), 4)
