"""Every classic mistake is rejected; nearly all are named; none is named wrongly."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from chainrule.workshop import (
    RIGHT,
    SLIPS,
    Call,
    Case,
    Equations,
    Guard,
    Mistake,
    One,
    Oracle,
    Read,
    Slip,
    grade,
    gradients,
    known_mistake,
    references,
    stage,
    stage_names,
)
from tests.support import cases

from .conftest import PATH


class Mutant(NamedTuple):
    """A change in the text of one reference, and the name that the mistake has."""

    stage: str
    old: str
    new: str
    name: str | None = None

    @property
    def source(self) -> bytes:
        reference = stage(self.stage).reference
        assert reference.count(self.old) == 1, f"{self.stage}: {self.old!r}"
        return references().replace(reference, reference.replace(self.old, self.new)).encode()


MUTANTS = cases(Path(__file__).with_name("mutants.toml"), "mutant", Mutant)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: f"{m.stage}: {m.name}")
def test_a_mutant_is_rejected_and_named_if_it_has_a_name(mutant: Mutant, guard: Guard):
    verdict = grade(mutant.stage, mutant.source, PATH, guard)
    assert not verdict.passed
    assert verdict.mistake == mutant.name


def test_nine_in_ten_have_a_name():
    assert len(MUTANTS) >= 60
    assert sum(mutant.name is not None for mutant in MUTANTS) >= 0.9 * len(MUTANTS)


def test_nearly_every_stage_has_mutants():
    assert set(stage_names()) - {m.stage for m in MUTANTS} == {"tanh"}


def judged(answer: Any, *mistakes: Mistake) -> str | None:
    """The name of the mistake for a constant answer where 2 * x was right."""
    oracle = Oracle(
        cases=lambda: [Case({"x": 1.0}), Case({"x": 3.0})],
        right=lambda x: 2 * x,
        returns=One("y", {}),
        mistakes=mistakes,
    )
    reads = [
        Read(Call(case, True, answer(case.arguments["x"])), oracle.expected(case),
             oracle.parts(answer(case.arguments["x"])))
        for case in oracle.cases()
    ]  # fmt: skip
    found = known_mistake(oracle, reads)
    return None if found is None else found.name


def test_a_mistake_is_named_only_if_exactly_one_fits_in_every_case():
    square = Mistake("square", lambda x: x**2)
    nine = Mistake("nine", lambda x: 1.0 if x == 1 else 9.0)
    cube = Mistake("cube", lambda x: x**3)
    never = Mistake("never runs", lambda x: np.ones(2) + np.ones(3))
    assert judged(lambda x: x**2, square, cube, never) == "square"
    assert judged(lambda x: x**2, square, nine) is None
    assert judged(lambda x: x**2, cube) is None
    assert judged(lambda x: 2 * x, square, cube) is None


@pytest.mark.parametrize("first", SLIPS, ids=lambda s: s.name)
def test_two_mistakes_at_once_are_not_named_as_one(first: Slip):
    """Unless the two together come to the very gradients of that one."""
    oracle = stage("backprop_batch").oracle
    tried = [c for c in oracle.cases() if c.kind in ("small", "plain", "integer", "square")]
    changed = changes(first)
    for second in SLIPS:
        if changed.keys() & changes(second).keys():
            continue
        equations = replace(RIGHT, **changed, **changes(second))
        both = Mistake("", lambda *a, e=equations: gradients(e, *a))
        found = [oracle.predicted(both, case) for case in tried]
        reads = [
            Read(Call(case, True), oracle.expected(case), f)
            for case, f in zip(tried, found, strict=True)
        ]
        name = known_mistake(oracle, reads)
        if name is not None:
            same = [oracle.predicted(name, case) for case in tried]
            assert all(oracle.close(f, s) for f, s in zip(found, same, strict=True))
            assert name.name in TOGETHER.get(frozenset({first.name, second.name}), set())


def changes(slip: Slip) -> dict[str, Any]:
    """The equations that a mistake replaces."""
    return {
        f.name: getattr(slip.equations, f.name)
        for f in fields(Equations)
        if getattr(slip.equations, f.name) is not getattr(RIGHT, f.name)
    }


OUT, HIDDEN = "sigma' left out at the output", "sigma' left out in the hidden layers"
SKIPPED = "a layer skipped"
BACK = "sigma' of the output left out on the way back"
TOGETHER = {
    frozenset({OUT, HIDDEN}): {"sigma' left out everywhere"},
    frozenset({HIDDEN, SKIPPED}): {HIDDEN},
    frozenset({"sigma' left out everywhere", SKIPPED}): {"sigma' left out everywhere"},
    frozenset(
        {
            "sigma'(a) for sigma'(z) at the output",
            "sigma'(a) for sigma'(z) in the hidden layers",
        }
    ): {"sigma'(a) for sigma'(z)"},
    frozenset({"upstream ignored", SKIPPED}): {"upstream ignored"},
    frozenset({"upstream ignored", BACK}): {"upstream ignored"},
    frozenset({OUT, BACK}): {OUT},
    frozenset({"sigma' left out everywhere", BACK}): {"sigma' left out everywhere"},
    frozenset({"W not transposed", SKIPPED}): {"W not transposed"},
    frozenset({"sum for mean in the weights", "sum for mean in the biases"}): {"sum for mean"},
    frozenset({"sign", "sign of dW"}): {"sign of db"},
    frozenset({"sign", "sign of db"}): {"sign of dW"},
    frozenset({"sign of dW", "sign of db"}): {"sign"},
    frozenset({"= for += over the examples", "sum for mean"}): {"= for += over the examples"},
    frozenset({"bias gradient averaged twice", "weight gradient averaged twice"}): {
        "mean taken twice"
    },
}
"""Pairs that come to one mistake by right."""
