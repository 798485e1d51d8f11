"""Names in what people write: after a title, or by a family name; in capitals, small letters, and without marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from survey.agency import plain
from survey.comment.forms import CAPITAL, UPPER
from survey.comment.marks import few_marks
from survey.comment.names import (
    BARE_DOUBTFUL,
    BARE_FOLLOWERS,
    BARE_GIVEN,
    COMPOUNDS,
    DOUBTFUL,
    FOLLOWERS,
    GIVEN,
    OFFICES,
    PLACE_NAMES,
    PLACES,
    SURNAMES,
)
from survey.comment.span import Personal, Span

#: what people say before a name, the longer before the shorter
_TITLES = (
    r"ông/bà|anh/chị|anh trai|chị gái|em gái|em trai|con trai|con gái|đồng chí|đ/c|thầy giáo|cô giáo|cán bộ|chuyên viên|"
    r"bác sĩ|họ và tên|họ tên|tên là|tên|tôi là|tôi tên|ông|bà|anh|chị|cô|chú|bác|cậu|mợ|thím|dì|em|cháu|thầy|cụ|bạn|"
    r"mr\.?|mrs\.?|ms\.?"
)
#: in a text without marks some of them are other words ("co": there is); people shorten others
_BARE_TITLES = (
    "|".join(title for title in plain(_TITLES).split("|") if title not in ("co", "di", "cu")) + "|e"
)
_NAME = rf"((?:{CAPITAL})(?:\s+{CAPITAL}){{0,4}})"
_TITLED = re.compile(rf"\b(?i:{_TITLES})\s+(?:là\s+)?{_NAME}")
_BARE_TITLED = re.compile(rf"\b(?i:{_BARE_TITLES}|co)\s+(?:la\s+)?{_NAME}")
_INITIAL = re.compile(rf"\b(?i:ông|bà|anh|chị|cô|chú|bác|em|cháu|thầy)\s+([{UPPER}]\.)(?!\w)")
_SMALL = r"\s+(?:là\s+|la\s+)?(?=(\w+(?:\s+\w+){0,3}))"
_TITLED_SMALL = re.compile(rf"\b({_TITLES}|e){_SMALL}", re.IGNORECASE)
_BARE_TITLED_SMALL = re.compile(rf"\b({_BARE_TITLES}){_SMALL}", re.IGNORECASE)
_FULL = re.compile(rf"(?<!\w){CAPITAL}(?:\s+{CAPITAL}){{1,4}}")


def names(text: str) -> Iterator[Span]:
    """Names in a text; some may overlap."""
    shouted, bare = text.isupper(), few_marks(text)
    if not shouted:
        for match in (_BARE_TITLED if bare else _TITLED).finditer(text):
            yield from _name(match.start(1), match[1])
        for match in _INITIAL.finditer(text):
            yield Span(*match.span(1), Personal.NAME)
        for match in _FULL.finditer(text):
            yield from _full_name(text, match)
    for match in (_BARE_TITLED_SMALL if bare else _TITLED_SMALL).finditer(text):
        if not _is_compound(match[1], match[2].split()[0]):
            yield from _small_name(match.start(2), match[2], bare=bare, any_case=shouted)


def _name(start: int, words: str) -> Iterator[Span]:
    """A name after a title: what has capitals, unless it is an office."""
    first = plain(words.split(maxsplit=1)[0])
    if first not in OFFICES or (first in SURNAMES and len(words.split()) > 2):
        yield Span(start, start + len(words), Personal.NAME)


def _full_name(text: str, match: re.Match[str]) -> Iterator[Span]:
    """A full name without a title: a family name and one to four words more, and no place before it."""
    words, start = match[0].split(), match.start()
    before = plain(text[:start]).split()[-1:]
    while len(words) > 1 and (plain(words[0]) not in SURNAMES or plain(words[0]) in PLACES):
        before, start = [plain(words[0])], text.index(words[1], start + len(words[0]))
        words = words[1:]
    place = bool(before) and before[0].strip(",.:;()") in PLACES
    place = place or plain(" ".join(words[:2])) in PLACE_NAMES
    if len(words) > 1 and not place and not any(word.isupper() and len(word) > 1 for word in words):
        yield Span(start, match.end(), Personal.NAME)


def _small_name(start: int, words: str, *, bare: bool, any_case: bool) -> Iterator[Span]:
    """A name in small letters after a title: a given name, or a family name and what follows it.

    bare: whether the text is written without marks · any_case: whether it is all in capitals
    """
    parts = words.split()
    if parts[0][:1].isupper() and not any_case and not bare:
        return
    plainly = [plain(part) for part in parts]
    if len(parts) > 2 and plainly[0] in SURNAMES and plainly[1] in {"thi", "van"}:
        yield Span(start, start + len(" ".join(parts[:3])), Personal.NAME)
    elif len(parts) > 1 and plainly[0] in SURNAMES and _is_given(parts[1:], bare=bare):
        yield Span(start, start + len(" ".join(parts[:2])), Personal.NAME)
    elif _is_given(parts, bare=bare):
        yield Span(start, start + len(parts[0]), Personal.NAME)


def _is_given(words: Sequence[str], *, bare: bool) -> bool:
    """Tell whether the first of some words is a given name: one for sure, or one that the next word lets be one."""
    word, following = words[0].casefold(), words[1].casefold() if len(words) > 1 else None
    if _is_compound(word, following or ""):
        return False
    if word in (BARE_GIVEN if bare else GIVEN):
        return True
    doubtful, followers = (BARE_DOUBTFUL, BARE_FOLLOWERS) if bare else (DOUBTFUL, FOLLOWERS)
    return word in doubtful and (following is None or following in followers)


def _is_compound(word: str, following: str) -> bool:
    return f"{plain(word)} {plain(following)}" in COMPOUNDS
