"""Conditions: each holds in general, the sheet does not declare it, and it is no pass."""

from __future__ import annotations

import pytest

from chainrule.algebra import parse_sheet
from chainrule.derivation import PASSES, check, check_chain

CLASSIFIER = "x: (n0,1)\ny: (n1,1)\nW: (n1,n0)\nz = W @ x\na = softmax(z)\nC = -sum(y * log(a))"
RECURRENT = (
    "x: (n,1)\ny: (h,1)\nh0: (h,1)\nW: (h,h)\nU: (h,n)\nz1 = W @ h0 + U @ x\nh1 = tanh(z1)\n"
    "z2 = W @ h1\nh2 = tanh(z2)\nC = sum((h2 - y)**2)/2"
)
QUADRATIC = "A: (n,n)\nx: (n,1)\nb: (n,1)\nf = x.T @ A @ x + b.T @ x"


@pytest.mark.parametrize(
    ("source", "wrt", "words", "condition"),
    [
        (CLASSIFIER, "z", "a - y", "`y` is positive and sums to 1"),
        (CLASSIFIER, "z", "a - y**2", "`y` is one-hot"),
        (CLASSIFIER, "z", "a*sum(y**3) - y**2", "`y` has only entries 0 and 1"),
        (QUADRATIC, "x", "2 A x + b", "`A` is symmetric"),
    ],
)
def test_a_condition_holds_in_general_and_is_no_pass(
    source: str, wrt: str, words: str, condition: str
) -> None:
    sheet = parse_sheet(source)
    told = check(sheet, wrt, words)
    assert (told.verdict, told.condition) == ("right-if", condition)
    assert not told.passes
    assert not check_chain(sheet, wrt, [words]).passes
    name, word = condition.split("`")[1], {"p": "prob", "o": "onehot", "h": "binary"}
    said = word.get(condition.split("is ")[-1][0], "symmetric")
    declared = "\n".join(
        f"{line} {'binary' if 'entries' in condition else said}"
        if line.startswith(f"{name}:")
        else line
        for line in source.splitlines()
    )
    assert check(parse_sheet(declared), wrt, words).verdict in PASSES


def test_every_label_is_tried_not_only_the_few_that_were_drawn() -> None:
    """The last factor is 0 where the label is the likeliest class, which none of those drawn is."""
    sheet = parse_sheet(CLASSIFIER.replace("n1", "5"))
    told = check(sheet, "z", "a - y * (1 - sum(y * softmax(10**9 * z)))", name_mistakes=False)
    assert told.verdict == "wrong"


@pytest.mark.parametrize(
    "words",
    [
        "W @ ((W @ delta2) * tanh'(z1))",
        "W @ ((W.T @ delta2) * tanh'(z1))",
        "W.T @ ((W @ delta2) * tanh'(z1))",
        "W @ delta1",
    ],
)
def test_a_forgotten_transpose_is_wrong_also_where_symmetry_would_hide_it(words: str) -> None:
    told = check(parse_sheet(RECURRENT), "h0", words)
    assert told.verdict == "wrong"
    assert [mistake.kind for mistake in told.mistakes] in (["transpose"], ["transpose"] * 2)
    assert not told.passes
