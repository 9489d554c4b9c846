"""Whatever is typed, the answer is a Check: nothing crashes, nothing runs, nothing is slow.

`benchmarks/fuzz_checker.py` does the same with a million inputs.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chainrule.algebra import Point, load_sheet
from chainrule.derivation import VERDICTS, Check, check, check_chain

SHEET = load_sheet("quadratic")
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
WORDS = [
    "x", "W1", "W2", "a1", "z2", "delta2", "dC/dW2", "C", "n1", "sigma(", "softmax(", "log(",
    "(", ")", "[", "]", ",", "+", "-", "*", "@", "/", "**", ".T", "'", "=", "axis=0", "2", "0.5",
    "σ'(", "δ₁", "ᵀ", "·", "⊙", "∂C/∂W1", "1e9", ">", "vector(j,", "sum(k,", "j", "sum(",
]  # fmt: skip
NASTY = [
    "(" * 10**6, ")" * 10**6, "9**9**9", "9" * 10**6, "\0" * 100, "\u202ex", "\ud800", "=" * 10**6,
    "((((" * 900, "-" * 3999, "x" + ".T" * 1900, "sum(" * 700, "2^" * 1900 + "2", "dC/d" * 900,
    "ones(1000000, 1000000)", "eye(1000000) @ eye(1000000)", "x[a]*x[b]*x[c]*x[d]*x[e]*x[f]*x[g]",
    "exp(exp(exp(exp(9))))", "1/0", "0**-1", "a1 = b = " * 300, "W1[j,k]" * 200, "lambda: 0",
]  # fmt: skip


def answered(words: str, wrt: str = "W2") -> Check:
    told = check(SHEET, wrt, words)
    assert told.verdict in VERDICTS
    assert len(told.message) < 2_000
    assert told.text == words
    return told


@pytest.mark.parametrize("words", NASTY, ids=range(len(NASTY)))
def test_hostile_text(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    """A text that cannot be read costs no arithmetic. The benchmark takes the time."""
    evaluated: list[object] = []
    value = Point.value
    monkeypatch.setattr(
        Point, "value", lambda self, root: evaluated.append(root) or value(self, root)
    )
    if answered(words).verdict == "unreadable":
        assert not evaluated


def test_nothing_that_is_typed_runs(tmp_path: Path) -> None:
    made = tmp_path / "made"
    for words in (
        f"__import__('os').system('touch {made}')",
        f"exec(\"open('{made}','w')\")",
        f"{{open('{made}','w')}}",
        f"`touch {made}`",
    ):
        assert check(SHEET, "W2", words).verdict == "unreadable"
    assert not made.exists()


@settings(max_examples=300, deadline=None, suppress_health_check=SLOW)
@given(st.text(max_size=60))
def test_any_text(words: str) -> None:
    answered(words)


@settings(max_examples=200, deadline=None, suppress_health_check=SLOW)
@given(st.binary(max_size=60))
def test_any_bytes(raw: bytes) -> None:
    answered(raw.decode("utf-8", errors="replace"))
    answered(raw.decode("latin-1"))


@settings(max_examples=120, deadline=None, suppress_health_check=SLOW)
@given(st.lists(st.sampled_from(WORDS), max_size=9), st.sampled_from(["W2", "z1", "b1", "a1"]))
def test_the_languages_own_words_in_any_order(words: list[str], wrt: str) -> None:
    answered(" ".join(words), wrt)


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join), max_size=4))
def test_any_lines(lines: list[str]) -> None:
    assert check_chain(SHEET, "W2", lines).verdict in VERDICTS
