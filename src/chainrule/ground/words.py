"""Names and numbers as they stand in a line for a person, whichever room writes it."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

LONGEST = 60
"""Characters of a typed name that are compared; whatever is longer is no slip of the finger."""

ALIKE = 0.6
"""How alike two names must be, as difflib's ratio, for one to be taken for a slip of the other."""


def visible(text: str) -> str:
    r"""The text with what would steer a terminal shown instead: ESC as `\x1b`, a new line as `\n`.

    A file may be called anything. Letters of every script, and spaces, stay as they are.
    """
    return "".join(
        character
        if character.isprintable() or unicodedata.category(character) == "Zs"
        else repr(character)[1:-1]
        for character in text
    )


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """`1 example`, `1,200 examples`, `2 classes`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def with_article(words: str) -> str:
    """`an 8-7-4 network`, `a 784-30-10 network`: by the sound of the first word."""
    first = re.match(r"\d+", words.replace(",", ""))
    if first is None:
        return f"{'an' if words[:1].lower() in 'aeiou' else 'a'} {words}"
    number = int(first[0])
    while number >= 1000:
        number //= 1000
    return f"{'an' if str(number)[0] == '8' or number in (11, 18) else 'a'} {words}"


def nearest(name: str, known: Iterable[str], most: int = 1, alike: float = ALIKE) -> list[str]:
    """The known names that this one was probably meant to be, the likeliest first.

    Upper and lower case, `_` and `-` make no difference. Names less `alike` are left out.
    """
    folded = {fold(word): word for word in reversed(list(known))}
    close = difflib.get_close_matches(fold(name)[:LONGEST], folded, n=most, cutoff=alike)
    return [folded[word] for word in close]


def fold(name: str) -> str:
    """The name as it is compared."""
    return name.casefold().replace("_", "-")


def quoted(names: Iterable[str], last: str = "or") -> str:
    """`a`, `b` or `c`, each between backticks."""
    return listed([f"`{name}`" for name in names], last)


def listed(names: Iterable[str], last: str = "or") -> str:
    """a, b or c."""
    *before, end = names
    return f"{', '.join(before)} {last} {end}" if before else end


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """`did you mean momentum?`, or what to say where no known name is near."""
    close = nearest(name, known)
    return f"did you mean {close[0]}?" if close else otherwise
