"""A verdict does not wait for the mistake's name."""

from __future__ import annotations

import pytest

from chainrule.algebra import load_sheet
from chainrule.derivation import Search, check


@pytest.mark.parametrize("line", ["(W2 @ delta2) * sigma'(z1)", "(W2.T @ delta2) * z1", "delta2"])
def test_without_time_the_verdict_stands(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    sheet = load_sheet("quadratic")
    assert check(sheet, "z1", line).mistakes
    monkeypatch.setattr("chainrule.derivation.asking.time_limit.SECONDS", -1.0)
    answer = check(sheet, "z1", line)
    assert answer.verdict == "wrong"
    assert "looked for no further" in answer.message
    assert "no small change" not in answer.message
    assert answer.witness is not None


def test_right_lines_do_not_need_any(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chainrule.derivation.asking.time_limit.SECONDS", -1.0)
    assert check(load_sheet("quadratic"), "W2", "delta2 @ a1.T").message == "right"


def test_time_runs_out_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once it is spent no detector goes on, and none finds half a mistake."""
    seconds = iter([0.0] * 40 + [99.0] * 10_000)
    monkeypatch.setattr(
        "chainrule.derivation.asking.time_limit.time.thread_time", lambda: next(seconds)
    )
    started: list[Search] = []
    carry = Search.__init__
    monkeypatch.setattr(
        Search, "__init__", lambda search, case: started.append(search) or carry(search, case)
    )
    answer = check(load_sheet("quadratic"), "z1", "(W2.T @ (y - a2)) * a1 * a1")
    assert started
    assert (answer.verdict, answer.mistakes) == ("wrong", ())
    assert "looked for no further" in answer.message
