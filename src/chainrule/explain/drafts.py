"""Drafts as plain files, `draft-001.md` and so on: none is ever written over.

Beside them lies `there.txt`, with what the learner answered: an idea, and the sentence it is in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from chainrule.explain.errors import ExplainError
from chainrule.ground import writing

NAME = re.compile(r"draft-(\d{3,})\.md")
ANSWERS = "there.txt"
MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Draft:
    """One version: its number from 1, its file, its text; new if it was not there before."""

    number: int
    path: Path
    text: str
    new: bool = False


@dataclass(frozen=True, slots=True)
class Drafts:
    """The versions of one explanation, in a folder that need not exist yet."""

    folder: Path

    def numbers(self) -> list[int]:
        if not self.folder.is_dir():
            return []
        names = (NAME.fullmatch(path.name) for path in self.folder.iterdir())
        return sorted(int(match[1]) for match in names if match)

    def read(self, number: int) -> Draft:
        path = self.folder / f"draft-{number:03}.md"
        return Draft(number, path, read_file(path))

    def last(self) -> Draft | None:
        numbers = self.numbers()
        return self.read(numbers[-1]) if numbers else None

    def before(self, draft: Draft) -> Draft | None:
        """The version before this one."""
        earlier = [number for number in self.numbers() if number < draft.number]
        return self.read(earlier[-1]) if earlier else None

    def keep(self, text: str) -> Draft:
        """The text as a new version; the last one, if it has the same text."""
        last = self.last()
        if last is not None and last.text == text:
            return last
        self.make_folder()
        number = last.number + 1 if last else 1
        while True:
            path = self.folder / f"draft-{number:03}.md"
            try:
                writing.create(path, text.encode("utf-8"))
            except FileExistsError:
                number += 1
                continue
            return Draft(number, path, text, new=True)

    def make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            reason = writing.reason(fault)
            raise ExplainError(
                f"no folder can be made there: {reason}", file=self.folder
            ) from fault

    def answers(self) -> dict[str, str]:
        """What the learner answered: for an idea, the sentence it is in."""
        path = self.folder / ANSWERS
        if not path.is_file():
            return {}
        pairs = (line.partition(": ") for line in read_file(path).splitlines())
        return {idea.strip(): sentence.strip() for idea, _, sentence in pairs if sentence}

    def answer(self, idea: str, sentence: str) -> None:
        """Keep the answer that an idea is in this sentence."""
        self.make_folder()
        known = {**self.answers(), idea: sentence}
        lines = "".join(f"{each}: {' '.join(text.split())}\n" for each, text in known.items())
        writing.replace(self.folder / ANSWERS, lines.encode("utf-8"))


def read_file(path: Path) -> str:
    """The text of a file. ExplainError where it is none, or too long."""
    try:
        if path.is_dir():
            raise ExplainError("it is a folder", file=path)
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as fault:
        raise ExplainError(f"it cannot be read: {writing.reason(fault)}", file=path) from fault
    return as_text(content, path)


def as_text(content: bytes, name: Path | str) -> str:
    """Bytes as text. ExplainError where they are none, or too many."""
    if len(content) > MOST_BYTES:
        raise ExplainError(f"it is longer than {MOST_BYTES:,} bytes", file=name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise ExplainError("it is no text in UTF-8", file=name) from fault
    if "\0" in text:
        raise ExplainError("it is no text: it has zero bytes in it", file=name)
    return text
