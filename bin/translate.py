"""Bring the catalogues up to the wording in code and templates; `--check` only tells what they lack.

The keys are English sentences, so the English catalogue is its own keys; Vietnamese is written by hand.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
TRANSLATIONS = ROOT / "survey" / "translations"
LANGUAGES = ("vi", "en")
KEYWORDS = ("lazy_gettext", "lazy_ngettext:1,2", "lazy_pgettext:1c,2")


def wording() -> Catalog:
    """Every sentence that code and templates ask for."""
    found = Catalog()
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    keywords = {**DEFAULT_KEYWORDS, **parse_keywords(KEYWORDS)}
    for name, _, message, comments, context in extract_from_dir(
        ROOT, methods, options, keywords, directory_filter=lambda folder: not folder.endswith("/.venv")
    ):
        found.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    return found


def catalogue_file(language: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def kept(language: str) -> Catalog:
    """The catalogue as it lies in the repository, empty when there is none."""
    path = catalogue_file(language)
    if not path.exists():
        return Catalog(
            locale=language,
            project="hai-long",
            version="1",
            msgid_bugs_address="",
            header_comment=f"# The wording of Hài lòng: {language}",
            last_translator="",
            language_team="",
            fuzzy=False,
        )
    with path.open("rb") as source:
        return read_po(source, locale=language)


def sentences(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def brought_up(language: str, template: Catalog) -> Catalog:
    """The kept catalogue with the template's sentences and no others; a changed key is a new one."""
    catalogue = kept(language)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    if language == "en":
        for message in sentences(catalogue):
            message.string = message.id
    return catalogue


def is_blank(message: Message) -> bool:
    told = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return message.fuzzy or not all(told)


def faults(language: str, template: Catalog) -> list[str]:
    """What keeps a language's catalogue from being complete, one line each."""
    catalogue, wanted = kept(language), {(message.context, message.id) for message in sentences(template)}
    there = {(message.context, message.id): message for message in sentences(catalogue)}
    lacks = [f"{language}: lacks {key[1]!r}" for key in sorted(wanted - there.keys(), key=str)]
    idle = [f"{language}: nothing asks for {key[1]!r}" for key in sorted(there.keys() - wanted, key=str)]
    blank = [f"{language}: no wording for {key[1]!r}" for key, message in there.items() if is_blank(message)]
    return lacks + idle + blank


def save(language: str, catalogue: Catalog) -> None:
    path = catalogue_file(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        write_po(target, catalogue, width=100, sort_output=True, include_lineno=False)
    with path.with_suffix(".mo").open("wb") as target:
        write_mo(target, catalogue)


def main(arguments: list[str]) -> int:
    template = wording()
    if "--check" not in arguments:
        for language in LANGUAGES:
            save(language, brought_up(language, template))
    told = [line for language in LANGUAGES for line in faults(language, template)]
    print(
        "\n".join(told)
        if told
        else f"complete: {len(sentences(template))} sentences in {len(LANGUAGES)} languages"
    )
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
