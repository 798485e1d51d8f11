"""Whether a text was typed with diacritics: what is looked for in it depends on that."""

from __future__ import annotations

import re

from survey.agency import bare

_WORD = re.compile(r"[^\W\d_]+")

#: a text with marks on fewer of its words was typed without: a lone "quá" among them says nothing
_FEW = 0.25


def few_marks(text: str) -> bool:
    """Tell whether a text was typed without diacritics, or with hardly any."""
    words = _WORD.findall(text)
    marked = sum(bare(word) != word for word in words)
    return marked < _FEW * len(words) or not marked
