"""Law 8: Vietnamese and English are complete, and say the same with the same figures in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po

from survey import errors
from survey.web.errors import SENTENCES

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("vi", "en")
KEYWORDS = {**DEFAULT_KEYWORDS, **parse_keywords(["lazy_gettext"])}
PLACEHOLDER = re.compile(r"%\(\w+\)\w")

Said = str | tuple[str, ...]


@pytest.fixture(scope="module")
def wording() -> set[Said]:
    """Every sentence that code and templates say."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = extract_from_dir(ROOT, methods, options, KEYWORDS, directory_filter=_is_ours)
    return {message if isinstance(message, str) else tuple(message) for _, _, message, _, _ in found}


def _is_ours(folder: str) -> bool:
    return not Path(folder).name.startswith(".")


def catalogue(language: str) -> Catalog:
    path = ROOT / "survey" / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as source:
        return read_po(source, locale=language)


def messages(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def forms(said: Said) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_has_its_words_and_no_word_is_left_over(language: str, wording: set[Said]) -> None:
    assert {message.id for message in messages(language)} == wording
    assert not catalogue(language).obsolete


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_wording_is_empty_or_uncertain(language: str) -> None:
    unfinished = [m.id for m in messages(language) if m.fuzzy or not all(forms(m.string))]
    assert unfinished == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_names_the_same_figures(language: str) -> None:
    for message in messages(language):
        wanted = set(PLACEHOLDER.findall(" ".join(forms(message.id))))
        for said in forms(message.string):
            assert set(PLACEHOLDER.findall(said)) == wanted, message.id


def test_english_says_its_keys() -> None:
    assert all(forms(message.string) == forms(message.id) for message in messages("en"))


def test_vietnamese_is_not_left_in_english() -> None:
    same_in_both = {"Cookies"}
    copied = {m.id for m in messages("vi") if forms(m.string)[0] == forms(m.id)[0]}
    worded = {each for each in copied if re.search(r"[^\W\d_]", re.sub(r"%\(\w+\)s", "", forms(each)[0]))}
    assert worded <= same_in_both


def _below_refusal(kind: type[errors.Refusal]) -> set[type[errors.Refusal]]:
    return {kind}.union(*(_below_refusal(each) for each in kind.__subclasses__()))


def test_every_refusal_has_a_sentence_for_the_citizen() -> None:
    codes = {kind.code for kind in _below_refusal(errors.Refusal)}
    assert codes <= set(SENTENCES)
    assert set(SENTENCES) <= codes
