"""How much longer a repair may be than the line that it mends."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter


def at_most_one_more(line: str, repaired: str) -> bool:
    """Whether the words that a text has more than another stand together in it."""
    before, after = (_words(words) for words in (line, repaired))
    added, removed = Counter(after) - Counter(before), Counter(before) - Counter(after)
    more = added.total() - removed.total()
    most = added.total() + removed.total()
    spans = (after[i : i + most] for i in range(len(after)))
    return (
        more <= 1
        or len(added) == 1
        or any((added - Counter(span)).total() <= removed.total() for span in spans)
    )


def _words(line: str) -> list[str]:
    """Names, numbers and functions, without transposes and axes."""
    plain = unicodedata.normalize("NFKC", re.sub(r"ᵀ|\.T\b|\^T\b|axis *= *\d", " ", line))
    return re.findall(r"[^\W\d]+\d*'*|\d+", plain)
