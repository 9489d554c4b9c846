"""A write-up in plain words, read back: its ideas, its terms, its formulas, and its gaps.

    read_back(subject, text)          a Report: what was found, what was not, and where to read
    Drafts(folder).keep(text)         versions of a text as plain files, never overwritten
    changes(before, after)            what is new, mended or lost since the last draft

It looks for words and formulas and understands nothing: it says what it looked for and did not
find.
"""

from chainrule.explain.answers import placed
from chainrule.explain.boards import Board
from chainrule.explain.draft_changes import Changes, changes
from chainrule.explain.drafts import MOST_BYTES, Draft, Drafts, as_text, read_file
from chainrule.explain.errors import ExplainError
from chainrule.explain.matching import Matcher
from chainrule.explain.notation import compact
from chainrule.explain.phrasings import phrasing, synonyms
from chainrule.explain.readability import Readability, reading_ease
from chainrule.explain.reader import LONGEST, Gap, IdeaFound, Report, read_back, sentence_on
from chainrule.explain.sentences import read_text
from chainrule.explain.subject import Evidence, Idea, Source, Subject, Term, phrasings_of
from chainrule.explain.unmarked import unmarked_equations
from chainrule.explain.words import stem

__all__ = [
    "LONGEST",
    "MOST_BYTES",
    "Board",
    "Changes",
    "Draft",
    "Drafts",
    "Evidence",
    "ExplainError",
    "Gap",
    "Idea",
    "IdeaFound",
    "Matcher",
    "Readability",
    "Report",
    "Source",
    "Subject",
    "Term",
    "as_text",
    "changes",
    "compact",
    "phrasing",
    "phrasings_of",
    "placed",
    "read_back",
    "read_file",
    "read_text",
    "reading_ease",
    "sentence_on",
    "stem",
    "synonyms",
    "unmarked_equations",
]
