"""Drafts are plain files: kept, numbered, compared, never written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from chainrule.explain import LONGEST, Drafts, ExplainError, as_text, changes, read_back, read_file
from chainrule.roadmap import write_up

SHORT = "The errors come back along the weights, and the hidden neuron adds them up."
WITH_WRONG = SHORT + "\n\n    delta1 = (W2 @ delta2) * sigma'(z1)\n"
MENDED = SHORT + "\n\n    delta1 = (W2.T @ delta2) * sigma'(z1)\n"


def test_each_text_is_a_version_and_the_same_text_is_not(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "hidden-error")
    assert drafts.last() is None
    assert drafts.keep("one").number == 1
    assert drafts.keep("two").number == 2
    again = drafts.keep("two")
    assert (again.number, again.new) == (2, False)
    assert drafts.keep("one").number == 3
    assert [path.read_text("utf-8") for path in sorted(drafts.folder.glob("*.md"))] == [
        "one", "two", "one",
    ]  # fmt: skip


def test_a_version_that_another_process_made_is_not_written_over(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    drafts.keep("one")
    (tmp_path / "draft-007.md").write_text("theirs", "utf-8")
    assert drafts.keep("mine").number == 8
    assert (tmp_path / "draft-007.md").read_text("utf-8") == "theirs"
    before = drafts.before(drafts.keep("mine"))
    assert before is not None
    assert before.text == "theirs"


def test_an_answer_is_kept_in_a_plain_file_and_counts_while_its_sentence_stands(
    tmp_path: Path,
) -> None:
    drafts = Drafts(tmp_path)
    sentence = "Lay the table on its other edge."
    drafts.answer("transpose", sentence)
    assert (tmp_path / "there.txt").read_text("utf-8") == f"transpose: {sentence}\n"
    subject = write_up("hidden-error")

    def by(text: str) -> str | None:
        ideas = read_back(subject, text, drafts.answers()).ideas
        return next(one.by for one in ideas if one.idea.id == "transpose")

    assert by(f"{SHORT} {sentence}") == "you"
    assert by(SHORT) is None


def test_what_changed_between_two_drafts() -> None:
    subject = write_up("hidden-error")
    first, second = read_back(subject, WITH_WRONG), read_back(subject, MENDED)
    since = changes(first, second)
    assert any("is wrong" in what for what in since.closed)
    assert not since.opened
    assert since.words[0] == since.words[1]
    back = changes(second, first)
    assert set(back.opened) == set(since.closed)


def test_what_is_no_text_is_refused_in_one_line(tmp_path: Path) -> None:
    binary = tmp_path / "picture.png"
    binary.write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff")
    for path in (binary, tmp_path, tmp_path / "nowhere.md"):
        with pytest.raises(ExplainError) as caught:
            read_file(path)
        assert "\n" not in str(caught.value)
        assert path.name in str(caught.value)
    with pytest.raises(ExplainError, match="zero bytes"):
        as_text(b"a\0b", "it")
    with pytest.raises(ExplainError, match="longer"):
        as_text(b"a" * 1_000_001, "it")


@pytest.mark.parametrize("text", ["", " \n\n", "one two", "<!-- a b c d e f g -->", "`a = b`"])
def test_an_empty_text_is_refused(text: str) -> None:
    with pytest.raises(ExplainError, match="fewer than"):
        read_back(write_up("slope"), text)


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(ExplainError, match="characters"):
        read_back(write_up("slope"), "word " * LONGEST)
