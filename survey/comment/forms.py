"""Numbers and addresses that point at a person, found by their form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from survey.comment.span import Personal, Span

UPPER = "A-ZÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
#: a word with a capital
CAPITAL = rf"[{UPPER}][\w']*"

_DIGIT = r"(?:không|một|mốt|hai|ba|bốn|tư|năm|lăm|sáu|bảy|bẩy|tám|chín)"

_DOSSIER = re.compile(
    r"(?<![\w.])(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Z]\d{2}(?:\.\d+)*[-.]\d{6}[-.]\d{3,6}\b", re.IGNORECASE
)
_EMAIL = re.compile(
    r"[\w.+-]{1,64}\s?(?:@|[(\[]at?[)\]]|\ba còng\b)\s?[a-z0-9-]+"
    r"(?:\s?(?:\.|\(dot\)|\[dot\])\s?[a-z]{2,})+",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"(?:https?://)?(?:www\.)?(?:facebook|fb|m|zalo|tiktok|instagram|youtube)\.(?:com|me)/[\w.@%/?=&-]*[\w/]",
    re.IGNORECASE,
)
_PLATE = re.compile(
    r"\b\d{2}\s?-?\s?(?:[A-ZĐ]{1,2}|[A-ZĐ]\d)\s?[-. ]\s?(?:\d{3}[. ]?\d{2}|\d{4})\b"
    r"|\b\d{2}(?:[A-ZĐ]{1,2}|[A-ZĐ]\d)(?:\d{3}\.\d{2}|\d{5})\b",
    re.IGNORECASE,
)
_GAP = r"[ .\-()]{0,3}"
_PHONE = re.compile(
    rf"\(?(?:(?<![\d.,])(?:\+?84|0084|0)|(?<!\w)o)(?:{_GAP}[\do]){{8,10}}(?![ .\-]?\d)"
    rf"|\+\d(?:{_GAP}\d){{8,13}}\b",
    re.IGNORECASE,
)
_SPELLED = re.compile(rf"\b{_DIGIT}(?:[ ,.-]+{_DIGIT}){{8,11}}\b", re.IGNORECASE)
_INSURANCE = re.compile(r"\b[A-ZĐ]{2} ?\d(?:[ .-]?\d){12}\b")
#: a number that is called an identity card's: those of Sơn La begin with 0 as telephone numbers do
_CARD = re.compile(
    r"\b(?:cmnd|cmt|cccd|căn cước(?: công dân)?|can cuoc(?: cong dan)?"
    r"|chứng minh(?: nhân dân| thư)?|chung minh(?: nhan dan| thu)?)\b"
    r"[^\d\n]{0,12}(\d(?:[ .\-]?\d){8,11})(?![ .\-]?\d)",
    re.IGNORECASE,
)
#: passports and certificates of land; and whatever is long
_NUMBER = re.compile(r"\b[A-ZĐ]{1,2} ?\d{6,8}\b|(?<![\d.,/])\d(?:[ .\-]?\d){8,15}(?![\d/])")
_MONEY = re.compile(r"[1-9]\d{0,2}(?:[. ]\d{3}){2,}")
_MONEY_AFTER = re.compile(r"\s?(?:đ\b|đồng|vnđ|vnd|triệu|tr\b|usd)", re.IGNORECASE)
#: digits of an identity card of the old kind, which people group in threes as well
_OLD_ID = 9

_HOUSE = r"\d+[a-zA-Z]?(?:/\d+[a-zA-Z]?)*"
_LANE = rf"(?:\s*,?\s*(?i:ngõ|ngách|hẻm|kiệt|ngo|ngach|hem)\s+{_HOUSE})"
_STREET = rf"(?:\s*,?\s*(?i:đường|phố|duong|pho)\s+{CAPITAL}(?:\s+{CAPITAL}){{0,4}})"
_GROUP = (
    r"(?:(?i:tổ dân phố|to dan pho|tdp|tổ|xóm|tiểu khu|tieu khu)\s+(?i:số\s+|so\s+)?"
    r"\d+\b(?!\s*(?:người|nguoi)))"
)
_OF_GROUP = rf"(?:\s*,?\s*{_GROUP})"
_ADDRESS = re.compile(
    rf"\b(?i:số nhà|nhà số|so nha|nha so)\s+{_HOUSE}{_LANE}*(?:{_OF_GROUP}|{_STREET})?"
    rf"|\b(?i:số|so)\s+{_HOUSE}(?:{_LANE}+{_STREET}?|{_OF_GROUP}|{_STREET})"
    rf"|\b{_GROUP}"
    r"|\b(?i:thửa|thua)(?:\s+(?i:đất|dat))?\s+(?i:số\s+|so\s+)?\d+"
    r"(?:\s*,?\s*(?i:tờ|to)(?:\s+(?i:bản đồ|ban do))?\s+(?i:số\s+|so\s+)?\d+)?"
)
_BIRTH = re.compile(
    r"\b(?:sinh|sn)(?:\s+(?:ngày|ngay))?\s*:?\s*(\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?(?:19|20)\d{2})\b",
    re.IGNORECASE,
)

#: in this order: what one form has taken is not looked at by the next
_ORDER = (
    (Personal.DOSSIER, _DOSSIER),
    (Personal.EMAIL, _EMAIL),
    (Personal.OTHER, _LINK),
    (Personal.BIRTH, _BIRTH),
    (Personal.PLATE, _PLATE),
    (Personal.ID, _INSURANCE),
    (Personal.ID, _CARD),
    (Personal.PHONE, _PHONE),
    (Personal.PHONE, _SPELLED),
    (Personal.ID, _NUMBER),
    (Personal.ADDRESS, _ADDRESS),
)


def forms(text: str) -> Iterator[Span]:
    """Numbers and addresses in a text, no two on one character."""
    taken: list[Span] = []
    for kind, form in _ORDER:
        for match in form.finditer(text):
            span = Span(*match.span(form.groups), kind)
            free = all(span.end <= other.start or other.end <= span.start for other in taken)
            if free and not (kind is Personal.ID and _is_other_number(text, match)):
                taken.append(span)
    yield from taken


def _is_other_number(text: str, match: re.Match[str]) -> bool:
    """Money: groups of three that begin with no 0, or a number before a currency."""
    if _MONEY_AFTER.match(text, match.end()):
        return True
    return bool(_MONEY.fullmatch(match[0])) and sum(map(str.isdigit, match[0])) != _OLD_ID
