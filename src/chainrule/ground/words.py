"""Names and numbers as they stand in a line for a person, whichever room says it."""

import unicodedata


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
