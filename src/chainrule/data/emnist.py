"""EMNIST: letters and digits in the format of MNIST, stored column by column.

G. Cohen, S. Afshar, J. Tapson, A. van Schaik, "EMNIST: an extension of MNIST to handwritten
letters", 2017.
"""

from __future__ import annotations

import re
from string import ascii_lowercase, ascii_uppercase, digits

NAME = re.compile(r"emnist[-_](byclass|bymerge|balanced|letters|digits|mnist)[-_]", re.IGNORECASE)
MERGED = digits + ascii_uppercase + "abdefghnqrt"
CLASSES = {
    "byclass": digits + ascii_uppercase + ascii_lowercase,
    "bymerge": MERGED,
    "balanced": MERGED,
    "letters": ascii_lowercase,
    "digits": digits,
    "mnist": digits,
}
"""The character of each label, of `letters` from 1."""


def is_emnist(name: str) -> bool:
    """Whether a file of images is one of EMNIST's, whose rows and columns are exchanged."""
    return NAME.search(name) is not None


def emnist_classes(name: str) -> tuple[str, ...] | None:
    """The characters of the labels in a file of EMNIST's."""
    match = NAME.search(name)
    return None if match is None else tuple(CLASSES[match[1].casefold()])
