"""Making documents in the background: a thread of this process, one document after the other."""

from __future__ import annotations

import logging
from threading import Lock, Thread

from flask import Flask

from survey import analyse
from survey.edition import Edition
from survey.errors import Refusal
from survey.formats import pdf
from survey.publish import documents, reported
from survey.publish.contents import REPORT, Part, Progress
from survey.publish.reported import Reported
from survey.report import document_name
from survey.store.database import Database
from survey.web.context import LANGUAGES, moment, today
from survey.web.report import document
from survey.web.report.chapters import Matter

log = logging.getLogger(__name__)

#: one document at a time: laying out pages takes a processor for itself
_ONE = Lock()


def matter_of(db: Database, wave: str | None = None, year: int | None = None) -> Matter:
    """What the document of a wave and year is made of."""
    report = analyse.report(db, wave=wave, year=year)
    changes = analyse.changes(db, wave=report.wave.code, year=year)
    plan = analyse.reform_plan(db, year=year if report.wave.headline else None)
    return Matter(report, changes, plan, voice=analyse.voice(db, report.wave.code, year, on=today()))


def matter_of_edition(db: Database, edition: Edition) -> Matter:
    """What the document of an edition is made of: its bundle, and nothing else."""
    return _matter(reported.of_edition(db, edition))


def _matter(told: Reported) -> Matter:
    return Matter(told.report, told.changes, told.plan, told.name, told.voice)


def name_of(matter: Matter, language: str) -> str:
    """What the document is kept as."""
    if not matter.edition:
        return document_name(matter.report, language)
    return f"editions/{matter.edition}/{language}"


def parts(app: Flask) -> tuple[Part, ...]:
    """The report in every language for the bundle of an edition; () where the system lacks the libraries."""
    if not pdf.there():
        return ()

    def part(language: str) -> Part:
        def make(told: Reported, progress: Progress) -> bytes:
            with _ONE, app.test_request_context(f"/?lang={language}"):
                return document.as_pdf(_matter(told), progress)

        return Part(REPORT.format(language=language), "application/pdf", make)

    return tuple(part(language) for language in LANGUAGES)


def start(app: Flask, matter: Matter) -> Thread:
    """Make the documents of a report in every language, in a thread. Those that somebody is at are left to them."""
    thread = Thread(target=_make_all, args=(app, matter), name="documents", daemon=True)
    thread.start()
    return thread


def _make_all(app: Flask, matter: Matter) -> None:
    with _ONE:
        for language in LANGUAGES:
            make(app, matter, language)


def make(app: Flask, matter: Matter, language: str) -> bool:
    """Make one document and keep it; False where somebody is at it, or where it can't be made."""
    db: Database = app.extensions["store"]
    name = name_of(matter, language)
    if not documents.begin(db, name, root=matter.report.root, at=moment()):
        return False
    content = None
    try:
        with app.test_request_context(f"/?lang={language}"):
            content = document.as_pdf(matter, lambda *told: documents.step(db, name, *told))
    except Refusal as refusal:
        documents.step(db, name, refusal.code, 0, 1)
    except Exception:
        log.exception("the document %s could not be made", name)
        raise
    finally:
        documents.finish(db, name, content)
    return content is not None
