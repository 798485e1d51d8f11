"""Faults of files in the reader's language.

Files are read where nobody knows of languages; their faults are English sentences with names and numbers
in them. Each template here finds its sentence again, and is translated with what stood in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Flask
from flask_babel import gettext


def _(text: str) -> str:
    """Mark a text for translation; it is translated when a page is made."""
    return text


@dataclass(frozen=True)
class Place:
    """One fault: in which file, on which line (None where it is of none), and what it is."""

    file: str
    line: int | None
    sentence: str


#: every sentence that a file of the catalogue may be refused with, the special ones before the general
TEMPLATES = (
    _("no file was chosen"),
    _("there is an account %(name)s already"),
    _("role %(role)s in %(agency)s is not yours to give"),
    _("name or person is malformed"),
    _("address is malformed"),
    _("the file is empty"),
    _("the file has no heading line"),
    _("there is no row under the heading"),
    _("there are more than %(count)s rows"),
    _("column %(column)s is missing"),
    _("unknown column %(column)s"),
    _("a column occurs twice"),
    _("%(count)s cells under a heading of %(width)s"),
    _("%(column)s holds a formula; only values are taken"),
    "this is not %(encoding)s text; declare [file] encoding in the map: %(encodings)s",
    _("a NUL byte stands here: the file is damaged, or it is UTF-16"),
    _("a line of more than %(count)s characters is no table"),
    _("the quotation marks or the length of a cell are wrong (%(fault)s)"),
    _("this is %(kind)s; the service reads %(supported)s"),
    _("an Excel 97-2003 workbook (.xls), or a workbook with a password"),
    _("a PDF document"),
    _("a gzip archive"),
    _("an XML document, as a LimeSurvey .lss is one"),
    _("a .%(ending)s file"),
    _("CSV (.csv, .tsv, .txt), Excel workbooks (.xlsx) and SPSS data (.sav, .zsav)"),
    _("this archive is damaged or no Excel workbook; the service reads %(supported)s"),
    _("the workbook is damaged (%(fault)s)"),
    _("the sheet %(sheet)s is empty"),
    "declare [file] sheet in the map, one of: %(sheets)s",
    _("%(key)s is already on line %(line)s"),
    _("%(code)s is its own ancestor"),
    _("a second root; the first is on line %(line)s"),
    _("valid_to %(last)s is before valid_from %(first)s"),
    _("%(column)s %(cell)s is not a date like 2025-07-01"),
    _("%(column)s %(cell)s is not a number from %(low)s to %(high)s"),
    _("%(column)s %(cell)s is not a whole number"),
    _("%(column)s %(cell)s is not a share like 1, 0.25 or 1/3"),
    _("%(column)s %(cell)s is malformed"),
    _("%(column)s is not in Unicode normal form C"),
    _("%(column)s has odd white space"),
    _("value is empty, so status must be missing"),
    _("%(column)s is empty"),
    _("a level that is abolished has no successor, and everything else has one"),
    _("%(code)s can't come after itself"),
    _("%(code)s was not there on %(day)s, the day before"),
    _("%(code)s is not there on %(day)s"),
    _("the shares of %(code)s on %(day)s add up to %(total)s and not to 1, though it ends"),
    _("the shares of %(code)s on %(day)s add up to %(total)s, though it goes on"),
    _("event %(event)s does not fit: by its days and shares it is %(fitting)s"),
    _("%(code)s would come after itself on %(day)s"),
    _("code %(code)s looks like %(other)s without its leading zeros"),
    _("kind of %(code)s can't change: a body of another kind has a code of its own"),
    _("%(code)s ended on %(day)s: its code is never used again for anything else"),
    _("%(code)s is not within %(agency)s"),
    _("version %(ref)s is published already"),
    _("nothing differs from %(ref)s"),
    _("%(what)s: no wording in %(language)s"),
    _("item %(code)s: its scale is of no published questionnaire"),
    _("item %(code)s has no factor"),
    _("code %(code)s was another question's in %(ref)s: choose another"),
    _("item %(code)s has changed: decide whether it may be compared with %(ref)s"),
    _("item %(code)s has another scale: it can't be compared with %(ref)s"),
    _("index %(index)s pools other questions than in %(ref)s: it needs another code"),
    _("code %(code)s occurs twice in %(key)s"),
    _("factor %(code)s has no item"),
    _("has no items"),
    _("the index has no items"),
    _("item %(code)s is in no index"),
    _("item %(code)s does not tell who is satisfied"),
    _("%(column)s %(cell)s is longer than %(count)s characters, or holds a slash"),
    _("%(column)s is longer than %(count)s characters"),
    _("commune %(code)s is not known"),
    _("commune %(code)s lies in stratum %(one)s and in %(other)s"),
    _("size %(cell)s is no whole number from 1 to %(most)s"),
    _("unit %(unit)s of this village stands in line %(line)s already"),
    _("there may be more; the rest was not looked at"),
    _("margin %(margin)s is neither 'stratum' nor a question with one choice"),
    _("category %(category)s of %(margin)s stands there twice"),
    _("category %(category)s is none of %(known)s"),
    _("people %(cell)s is no number above 0"),
    _("margin %(margin)s lacks %(categories)s"),
    _("margin %(margin)s: nobody who answered is in %(categories)s"),
    _("the margins are not of one population: %(sums)s"),
    _("%(column)s is missing"),
    _("unknown %(column)s %(cell)s; one of %(known)s"),
    _("unknown %(column)s %(cell)s"),
)

#: sentences that speak of the map of an import, and what is said where no map is
WITHOUT_MAP = {
    "this is not %(encoding)s text; declare [file] encoding in the map: %(encodings)s": _(
        "this is not text in %(encoding)s: please save it as CSV UTF-8"
    ),
    "declare [file] sheet in the map, one of: %(sheets)s": _(
        "the workbook has several sheets: please leave one of %(sheets)s"
    ),
}

#: what stands in a sentence in words of its own
_IN_WORDS = frozenset({"kind", "supported"})

_SLOT = re.compile(r"%\\\((\w+)\\\)s")
_PATTERNS = tuple(
    (template, re.compile(_SLOT.sub(r"(?P<\1>.+?)", re.escape(template)))) for template in TEMPLATES
)


def place_of(fault: str) -> Place:
    """A fault, `file:line: sentence`, taken apart and in the reader's language."""
    file, line, sentence = (*fault.split(":", 2), "", "")[:3]
    if not sentence:
        return Place("", None, translated(fault))
    number = int(line) if line.strip().isdecimal() else 0
    return Place(file, number or None, translated(sentence.strip()))


def translated(sentence: str) -> str:
    """A fault's sentence in the reader's language, or as it is where it is not known here."""
    for template, pattern in _PATTERNS:
        if found := pattern.fullmatch(sentence):
            told = {
                name: translated(text) if name in _IN_WORDS else text
                for name, text in found.groupdict().items()
            }
            return gettext(WITHOUT_MAP.get(template, template), **told)
    return sentence


def hang(app: Flask) -> None:
    """Give templates a fault's place."""
    app.jinja_env.filters["place"] = place_of
    app.jinja_env.filters["lacking"] = translated
