"""What a person wrote beside the answers: as it came in, and as people at work may read it.

    text = checked(typed)                       # as it is kept
    masked(text, personal_data(text))           # as staff read it
    weighed(text, lexicon)                      # what it is about, and which words say so

`written` is the comment as it is kept, `masking` finds personal data (by `forms` and as `called`), `lexicon`
tells topics and kinds, `search` makes the words that it is found by.
"""

from survey.comment.lexicon import GAP, Lexicon, Term, Weighed, weighed
from survey.comment.masking import personal_data
from survey.comment.reading import Kind, Reading, Released
from survey.comment.search import tokens
from survey.comment.span import Personal, Span, masked, merged, pieces
from survey.comment.written import LONGEST, Comment, checked, cut, key_of, normalised

__all__ = [
    "GAP",
    "LONGEST",
    "Comment",
    "Kind",
    "Lexicon",
    "Personal",
    "Reading",
    "Released",
    "Span",
    "Term",
    "Weighed",
    "checked",
    "cut",
    "key_of",
    "masked",
    "merged",
    "normalised",
    "personal_data",
    "pieces",
    "tokens",
    "weighed",
]
