"""Personal data in what people write, found by its form: shown to no one before a person has seen to it.

Rules and not a trained model: each can be read, tested and corrected, and none is sent anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from survey.agency import plain
from survey.comment.names import BARE_GIVEN, GIVEN, OFFICES, PLACES, SURNAMES


class Personal(StrEnum):
    """What points at a person."""

    DOSSIER = "dossier"
    EMAIL = "e-mail"
    PLATE = "plate"
    PHONE = "phone"
    ID = "id-number"
    NAME = "name"
    ADDRESS = "address"
    BIRTH = "birth"
    OTHER = "other"


@dataclass(frozen=True, order=True)
class Span:
    """Characters from `start` to `end` (excluded) of a text, and what they are."""

    start: int
    end: int
    kind: Personal


#: around the name of what was masked; no keyboard has them, and `masked` takes them out of the text
OPENS, CLOSES = "⟦", "⟧"

_UPPER = "A-ZÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
_DIGIT = r"(?:không|một|mốt|hai|ba|bốn|tư|năm|lăm|sáu|bảy|bẩy|tám|chín)"

_DOSSIER = re.compile(
    r"(?<![\w.])(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Z]\d{2}(?:\.\d+)*[-.]\d{6}[-.]\d{3,6}\b", re.IGNORECASE
)
_EMAIL = re.compile(
    r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\]|\ba còng\b)\s?[a-z0-9-]+(?:\s?(?:\.|\(dot\))\s?[a-z]{2,})+",
    re.IGNORECASE,
)
_PLATE = re.compile(
    r"\b\d{2}\s?-?\s?(?:[A-ZĐ]{1,2}|[A-ZĐ]\d)\s?[-. ]\s?(?:\d{3}[. ]?\d{2}|\d{4})\b"
    r"|\b\d{2}(?:[A-ZĐ]{1,2}|[A-ZĐ]\d)(?:\d{3}\.\d{2}|\d{5})\b",
    re.IGNORECASE,
)
_GAP = r"[ .\-]{0,2}"
_PHONE = re.compile(
    rf"(?:(?<![\d.,])(?:\+?84|0084|0)|(?<!\w)o)(?:{_GAP}[\do]){{8,10}}(?![ .\-]?\d)", re.IGNORECASE
)
_SPELLED = re.compile(rf"\b{_DIGIT}(?:[ ,.-]+{_DIGIT}){{8,11}}\b", re.IGNORECASE)
_NUMBER = re.compile(r"\b[A-Z]\d{7,8}\b|(?<![\d.,/])\d(?:[ .\-]?\d){8,15}(?![\d/])")
_MONEY = re.compile(r"[1-9]\d{0,2}(?:[. ]\d{3}){2,}")
_MONEY_AFTER = re.compile(r"\s?(?:đ\b|đồng|vnđ|vnd|triệu|tr\b|usd)", re.IGNORECASE)
#: digits of an identity card of the old kind, which people group in threes as well
_OLD_ID = 9

#: what people say before a name
_TITLES = (
    r"ông/bà|anh/chị|ông|bà|anh|chị|cô|chú|bác|cậu|mợ|thím|dì|em|cháu|đồng chí|đ/c|thầy|thầy giáo|cô giáo|"
    r"cán bộ|chuyên viên|bác sĩ|tên|tên là|họ tên|họ và tên|tôi là|tôi tên"
)
_BARE_TITLES = plain(_TITLES)
_WORD = rf"[{_UPPER}][\w']*"
_TITLED = re.compile(rf"\b(?i:{_TITLES})\s+(?:là\s+)?((?:{_WORD})(?:\s+{_WORD}){{0,4}})")
_TITLED_SMALL = re.compile(
    rf"\b(?:{_TITLES}|{_BARE_TITLES})\s+(?:là\s+)?(?=(\w+(?:\s+\w+){{0,3}}))", re.IGNORECASE
)
_FULL = re.compile(rf"(?<!\w){_WORD}(?:\s+{_WORD}){{1,4}}")


def personal_data(text: str) -> tuple[Span, ...]:
    """Where personal data stands in a text, in order, no two on one character."""
    return merged((*_forms(text), *_names(text)))


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order; of those that overlap the first found stays, and takes in what is longer."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if found and span.start < found[-1].end:
            last = found[-1]
            found[-1] = Span(last.start, max(last.end, span.end), last.kind)
        else:
            found.append(span)
    return tuple(found)


def masked(text: str, spans: Iterable[Span]) -> str:
    """The text with the name of what it was in the place of each span: "gọi ⟦phone⟧"."""
    return "".join(f"{OPENS}{kind}{CLOSES}" if kind else part for part, kind in _cut(text, spans))


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """A masked text as (text, "") and ("", kind) in turn, for a page to show."""
    rest = text
    while OPENS in rest:
        before, _, rest = rest.partition(OPENS)
        kind, _, rest = rest.partition(CLOSES)
        yield before, ""
        yield "", kind
    yield rest, ""


def _cut(text: str, spans: Iterable[Span]) -> Iterator[tuple[str, Personal | None]]:
    at = 0
    for span in spans:
        yield _unmarked(text[at : span.start]), None
        yield "", span.kind
        at = span.end
    yield _unmarked(text[at:]), None


def _unmarked(text: str) -> str:
    return text.replace(OPENS, "[").replace(CLOSES, "]")


def _forms(text: str) -> Iterator[Span]:
    """Numbers and addresses; what one form has taken is not looked at by the next."""
    taken: list[Span] = []
    for kind, form in (
        (Personal.DOSSIER, _DOSSIER),
        (Personal.EMAIL, _EMAIL),
        (Personal.PLATE, _PLATE),
        (Personal.PHONE, _PHONE),
        (Personal.PHONE, _SPELLED),
        (Personal.ID, _NUMBER),
    ):
        for match in form.finditer(text):
            span = Span(*match.span(), kind)
            free = all(span.end <= other.start or other.end <= span.start for other in taken)
            if free and not (kind is Personal.ID and _is_other_number(text, match)):
                taken.append(span)
    yield from taken


def _is_other_number(text: str, match: re.Match[str]) -> bool:
    """Money: groups of three that begin with no 0, or a number before a currency."""
    if _MONEY_AFTER.match(text, match.end()):
        return True
    return bool(_MONEY.fullmatch(match[0])) and sum(map(str.isdigit, match[0])) != _OLD_ID


def _names(text: str) -> Iterator[Span]:
    shouted, bare = text.isupper(), text.isascii()
    if not shouted:
        for match in _TITLED.finditer(text):
            yield from _name(match.start(1), match[1])
        for match in _FULL.finditer(text):
            yield from _full_name(text, match)
    for match in _TITLED_SMALL.finditer(text):
        yield from _small_name(match.start(1), match[1], bare=bare, any_case=shouted)


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
    given = BARE_GIVEN if bare else GIVEN
    if len(parts) > 2 and plainly[0] in SURNAMES and plainly[1] in {"thi", "van"}:
        yield Span(start, start + len(" ".join(parts[:3])), Personal.NAME)
    elif len(parts) > 1 and plainly[0] in SURNAMES and parts[1].casefold() in given:
        yield Span(start, start + len(" ".join(parts[:2])), Personal.NAME)
    elif parts[0].casefold() in given:
        yield Span(start, start + len(parts[0]), Personal.NAME)
