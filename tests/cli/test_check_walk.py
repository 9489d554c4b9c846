"""A whole backward pass at a pseudo-terminal, with slips on the way, and the notes it leaves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from chainrule.algebra import load_sheet, parse
from chainrule.derivation import check, check_chain, to_work_out
from tests.support.terminal import Terminal

WALK = [
    ("y/a2", "sign"),
    ("-y/a2", None),
    ("a2 * (dC/da2 - sum(dC/da2 * z2))", "symbol"),
    ("a2 * (dC/da2 - sum(dC/da2 * a2))", None),
    ("a2 - y", None),
    ("W2 @ delta2", "transpose"),
    ("W₂ᵀδ₂", None),
    ("W2.T @ delta2", "missing-factor"),
    ("(W2.T @ delta2) * sigma(z1)", "function"),
    ("(W2.T @ delta2) * sigma'(z1)", None),
    ("= (W2.T @ (a2 - y)) * a1 * (1 - a1)", None),
    ("", None),
    ("delta2", None),
    ("a1 @ delta2.T", "transpose"),
    ("dC/dW2 = δ₂ ⊙ a₁ᵀ", None),
    ("", None),
    ("dC/db1 = delta1", None),
    ("delta1 @ x.T", None),
]
"""Lines, each with the kind of its mistake; an empty line goes on."""

RIGHT = {"dC/da2", "delta2", "dC/da1", "delta1", "dC/db2", "dC/dW2", "dC/db1", "dC/dW1"}


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], Path]:
    """What was shown after each line, and the folder with the notes."""
    folder = tmp_path_factory.mktemp("walk")
    terminal = Terminal(["check", "softmax"], folder, columns=80)
    shown = []
    try:
        terminal.expect("1> ")
        for words, _ in WALK:
            terminal.send(f"{words}\n")
            terminal.expect("\n")  # the line itself
            shown.append(re.split(r"\d+> $", terminal.expect("> "))[0])
        terminal.send("save notes\n")
        terminal.expect("Saved in notes.md.")
        terminal.send("save notes.md\n")
        terminal.expect("Saved in notes.md.")  # its own file
        terminal.send("quit\n")
        assert terminal.process.wait(timeout=60) == 0
    finally:
        terminal.close()
    return shown, folder


def test_every_slip_is_named_and_none_is_given_away(walked) -> None:
    slips = [(words, kind, shown) for (words, kind), shown in zip(WALK, walked[0], strict=True)]
    assert sum(kind is not None for _, kind, _ in slips) == 6
    sheet = load_sheet("softmax")
    for words, kind, shown in slips:
        assert ("wrong" in shown) == (kind is not None), (words, shown)
        if kind is None:
            continue
        assert f"{kind}: " in shown, (words, shown)
        assert "^" in shown
        assert "repaired" not in shown
        said = re.sub(r"\s+", " ", shown)
        for piece in re.findall(r"`([^`]+)`", said):
            for name in to_work_out(sheet):
                given_away = check(sheet, name, piece, name_mistakes=False).passes
                assert not given_away or piece in words, (words, shown)


def test_the_end_is_the_whole_backward_pass(walked) -> None:
    end = walked[0][-1]
    assert "The whole backward pass, as you derived it:" in end
    assert "∂C/∂W₁ = δ₁ · xᵀ" in end
    assert "  save softmax.md" in end
    assert "  chainrule export softmax" in end


def test_every_line_of_the_notes_is_right(walked) -> None:
    _, folder = walked
    tokens = MarkdownIt("commonmark").parse((folder / "notes.md").read_text("utf-8"))
    fences = [token for token in tokens if token.type == "fence"]
    plain = [token.content for token in fences if token.info == ""]
    sheet = load_sheet("softmax")
    assert plain[0] == sheet.text()
    found = set()
    for block in plain[1:-1]:
        lines = block.splitlines()
        name = lines[0].partition(" = ")[0]
        told = check_chain(sheet, parse(name, sheet.scope).expression.params[0], lines)
        assert told.passes, (lines, told)
        assert all(line.verdict in ("right", "right-other-form") for line in told.lines)
        found.add(name)
    assert found == RIGHT
    for line in plain[-1].splitlines():
        name, _, right = line.partition(" = ")
        assert check(sheet, name, right).passes
        found.discard(name)
    assert found == set()
    formulas = [token.content for token in fences if token.info == "math"]
    assert len(formulas) == len(RIGHT) + 2
    for formula in formulas:
        assert formula.count("{") == formula.count("}")
        assert formula.count(r"\left") == formula.count(r"\right")


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text("mine", encoding="utf-8")
    terminal = Terminal(["check", "sigmoid"], tmp_path)
    try:
        terminal.expect("1> ")
        terminal.send("save mine.md\n")
        terminal.expect("nothing to save")
        terminal.send("f * (1 - f)\n")
        terminal.expect("right")
        terminal.send("save mine.md\n")
        terminal.expect("is there already: give another name.")
        terminal.send("quit\n")
        terminal.process.wait(timeout=60)
    finally:
        terminal.close()
    assert (tmp_path / "mine.md").read_text("utf-8") == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.md"]
