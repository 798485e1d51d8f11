"""The catalogue's files and columns in words: what they are called, and what may stand in them."""

from __future__ import annotations

from survey.formats.catalogue import FIELD_GROUPS, KINDS, LEVELS, MEASURES, OPERATORS, SERIES, TARGET_GROUPS


def _(text: str) -> str:
    """Mark a text for translation; it is translated when a page is made."""
    return text


#: file, without its ending -> what it is called, and what its rows are
FILES: dict[str, tuple[str, str]] = {
    "agencies": (_("Agencies"), _("Bodies that are rated, and the tree they form.")),
    "succession": (_("Succession"), _("Who came after whom: renamed, merged, split, abolished.")),
    "counters": (_("Counters"), _("Where people are received.")),
    "procedures": (_("Procedures"), _("What people come for, with official codes.")),
    "fields": (_("Fields"), _("Groups of procedures.")),
    "targets": (_("Targets"), _("What plans want to be reached.")),
    "published": (_("Published figures"), _("What others published, to stand beside ours.")),
}

#: column -> what it is called
COLUMNS: dict[str, str] = {
    "code": _("Code"),
    "name_vi": _("Name in Vietnamese"),
    "name_en": _("Name in English"),
    "kind": _("Kind"),
    "parent": _("Below"),
    "valid_from": _("First day"),
    "valid_to": _("Last day"),
    "source": _("Source"),
    "status": _("How far verified"),
    "receiver": _("Run by"),
    "agency": _("Rated there"),
    "ministry": _("Ministry"),
    "group": _("Target group"),
    "field": _("Field"),
    "department": _("Department"),
    "level": _("Decided at"),
    "at_commune": _("Received at communes"),
    "name_official": _("Official name"),
    "scope": _("Scope"),
    "document": _("Document"),
    "measure": _("Measure"),
    "groups": _("Target groups"),
    "year": _("Year"),
    "operator": _("Comparison"),
    "value": _("Value"),
    "place": _("Place"),
    "indicator": _("Indicator"),
    "indicator_vi": _("Indicator in Vietnamese"),
    "indicator_en": _("Indicator in English"),
    "series": _("Series"),
    "unit": _("Unit"),
    "note": _("Note"),
    "predecessor": _("Predecessor"),
    "successor": _("Successor"),
    "date": _("First day of the successor"),
    "share": _("Share"),
    "event": _("Event"),
}

#: column -> what to know when one fills it in
HINTS: dict[str, str] = {
    "code": _("Small letters, digits and hyphens. A code is never used again for anything else."),
    "valid_to": _("Empty for as long as it goes on. What is over gets a last day and is never deleted."),
    "source": _("The decision or list that it was read in."),
    "scope": _("national, or the code of the body that it is for, as son-la."),
    "share": _("What part of the predecessor goes there: 1, 0.25 or 1/3."),
    "successor": _("Empty only where a level is abolished."),
    "level": _("Several are parted by a semicolon."),
    "groups": _("Several are parted by a semicolon; empty is everything."),
}

#: columns that a table shows, the first as the name of its row
LISTED: dict[str, tuple[str, ...]] = {
    "agencies": ("code", "kind", "parent", "valid_from", "valid_to", "status"),
    "succession": ("predecessor", "successor", "date", "event", "share", "document", "status"),
    "counters": ("code", "receiver", "valid_from", "valid_to", "status"),
    "procedures": ("code", "field", "department", "at_commune", "valid_to", "status"),
    "fields": ("code", "ministry", "group", "status"),
    "targets": ("code", "year", "operator", "value", "document", "status"),
    "published": ("place", "year", "indicator", "value", "unit", "status"),
}

#: the word of the catalogue -> what it is called; where a word is not here it stands as it is
WORDS: dict[str, str] = {
    "province": _("province"),
    "department": _("department"),
    "office": _("office"),
    "inspectorate": _("inspectorate"),
    "board": _("board"),
    "centre": _("centre"),
    "vertical": _("body of a ministry"),
    "commune": _("commune"),
    "ward": _("ward"),
    "township": _("township"),
    "district": _("district"),
    "tax-office": _("tax office"),
    "land-office": _("land registration office"),
    "other": _("other"),
    "land": _("land"),
    "construction": _("construction"),
    "investment": _("investment"),
    "health": _("health"),
    "education": _("education"),
    "satisfaction": _("satisfaction"),
    "timeliness": _("on time"),
    "feedback": _("feedback answered on time"),
    "found": _("found"),
    "derived": _("derived"),
    "memory": _("from memory, not verified"),
    "assumed": _("assumed"),
    "missing": _("missing"),
    "rename": _("renamed"),
    "merge": _("merged"),
    "split": _("split"),
    "transfer": _("a part transferred"),
    "abolished": _("level abolished"),
}

FLAGS = {"0": _("no"), "1": _("yes")}
_STATUSES = ("found", "derived", "memory", "assumed", "missing")
_EVENTS = ("rename", "merge", "split", "transfer", "abolished")

#: column -> the words that may stand in it
CHOICES: dict[str, tuple[str, ...]] = {
    "kind": tuple(sorted(KINDS)),
    "group": ("", *sorted(FIELD_GROUPS)),
    "measure": tuple(sorted(MEASURES)),
    "operator": tuple(sorted(OPERATORS)),
    "series": tuple(sorted(SERIES)),
    "status": _STATUSES,
    "event": _EVENTS,
    "at_commune": tuple(FLAGS),
    "name_official": tuple(FLAGS),
}
#: column -> words of which several may stand in it
SEVERAL = {"level": tuple(sorted(LEVELS)), "groups": tuple(sorted(TARGET_GROUPS))}
#: columns that hold whole sentences
LONG = frozenset({"name_vi", "name_en", "source", "note"})
DAYS = frozenset({"valid_from", "valid_to", "date"})
#: columns that name an agency
BODIES = frozenset({"parent", "receiver", "agency", "department", "predecessor", "successor"})
#: cells that may be left empty
OPTIONAL = frozenset(
    {"parent", "agency", "valid_from", "valid_to", "group", "groups", "field", "ministry", "department"}
    | {"level", "year", "value", "note", "successor"}
)


def word_of(column: str, cell: str) -> str:
    """What a cell is called where its column holds words of the catalogue."""
    if column in ("at_commune", "name_official"):
        return FLAGS.get(cell, cell)
    return WORDS.get(cell, cell) if column in CHOICES else cell
