"""What is told of refusals about questionnaires: code -> headline, and what it means and what can be done."""

from __future__ import annotations


def _(text: str) -> str:
    """Mark a text for translation; it is translated when a page is made."""
    return text


INSTRUMENTS: dict[str, tuple[str, str]] = {
    "own-draft": (
        _("Somebody else has to publish it"),
        _("You wrote this draft. A second person with the right to do so looks at it and publishes it."),
    ),
    "item-code-taken": (
        _("The question needs another code"),
        _(
            "A new question has a code of its own, and another question of this draft has this one, or there is none."
        ),
    ),
    "version-taken": (
        _("This version cannot be used"),
        _("There is one of this name, or it is no version: digits with dots between them, as 2027.1."),
    ),
    "day-passed": (
        _("This day has come already"),
        _("A version can be set from today on. What people were asked before stays as it was."),
    ),
    "version-apart": (
        _("This version counts something else under the same name"),
        _(
            "A survey goes on with versions that can be counted together. Say in the draft how the questions that changed relate to the earlier ones, or open a new survey."
        ),
    ),
}
