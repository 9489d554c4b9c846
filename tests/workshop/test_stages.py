"""Every stage: its words, its reference, the empty file, and an oracle that is right."""

from __future__ import annotations

import ast
import re
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from chainrule.workshop import (
    GIVEN_FUNCTIONS,
    Case,
    Guard,
    Stage,
    WorkshopError,
    all_stages,
    backprop_equations,
    empty_file,
    fixtures,
    grade,
    grade_all,
    reference_network,
    references,
    stage,
    stage_names,
)

from .conftest import PATH

EVERY = pytest.mark.parametrize("one", all_stages(), ids=lambda s: s.name)


def test_every_folder_is_a_stage():
    folders = {
        p.name
        for p in stage("relu").folder.parent.iterdir()
        if p.is_dir() and p.name != "__pycache__"
    }
    assert folders == set(stage_names())


@EVERY
def test_words_are_whole(one: Stage):
    """Every stage has prose, exact places to read, and no praise."""
    assert one.title
    assert 1 <= one.concept <= 21
    assert one.read
    assert all(re.match(r"(K[12]|N[123]|B[1-4]|W[12]), ", place) for place in one.read)
    for text in (one.task, one.idea, one.rule, one.start):
        assert len(text) > 20
        assert "!" not in text
    texts = [
        text
        for each in one.mistakes.values()
        for text in ([each] if isinstance(each, str) else each)
    ]
    says = [mistake.says for mistake in one.oracle.mistakes]
    assert [text for text in texts if says.count(text) != texts.count(text)] == []
    for mistake in one.oracle.mistakes:
        assert mistake.says[-1] in ".?"
        assert "!" not in mistake.says


@EVERY
def test_the_stub_has_signature_and_docstring_and_nothing_of_the_solution(one: Stage):
    function = ast.parse("import numpy as np\n" + one.stub).body[-1]
    assert isinstance(function, ast.FunctionDef)
    assert function.name == one.name
    assert function.returns is not None
    assert all(a.annotation is not None for a in function.args.args)
    assert len(function.body) == 2
    assert (ast.get_docstring(function) or "").count("Returns") == 1
    assert isinstance(function.body[1], ast.Raise)


def test_the_stages_follow_the_order_of_the_roadmap():
    concepts = [one.concept for one in all_stages()]
    assert concepts == sorted(concepts)


def test_an_unknown_stage_names_the_nearest():
    with pytest.raises(WorkshopError, match="did you mean sigmoid_prime"):
        stage("sigmoid_prim")


def test_the_reference_passes_every_stage(guard: Guard):
    verdicts = list(grade_all(references().encode(), PATH, guard))
    assert [v.stage for v in verdicts] == list(stage_names())
    assert {v.stage: v.message for v in verdicts if v.outcome != "right"} == {}


def test_the_file_of_stubs_fails_every_stage_and_says_what_to_write(guard: Guard):
    for verdict in grade_all(empty_file().encode(), PATH, guard):
        assert verdict.outcome == "missing"
        assert stage(verdict.stage).task in verdict.message


def test_an_empty_file_fails_every_stage_and_says_what_to_write(guard: Guard):
    for verdict in grade_all(b"", PATH, guard):
        assert verdict.outcome == "missing"
        assert stage(verdict.stage).task in verdict.message
        assert any(f"def {verdict.stage}(" in detail for detail in verdict.details)


def test_bodies_of_pass_fail_every_stage(guard: Guard):
    source = empty_file().replace("raise NotImplementedError", "pass").encode()
    assert {v.outcome for v in grade_all(source, PATH, guard)} == {"missing"}


@EVERY
def test_no_mistake_is_right_and_no_two_are_the_same(one: Stage):
    """On the cases of a stage each mistake has an answer of its own."""
    oracle = one.oracle
    cases = [c for c in oracle.cases() if c.kind in ("small", "plain", "integer", "square")]
    answers = {}
    for number, mistake in enumerate(oracle.mistakes):
        answers[number] = [oracle.predicted(mistake, case) for case in cases]
        expected = [oracle.expected(case) for case in cases]
        assert any(
            a is not None and not oracle.close(a, e)
            for a, e in zip(answers[number], expected, strict=True)
        ), f"{mistake.name} is right everywhere"
    for first, second in combinations(answers, 2):
        names = oracle.mistakes[first].name, oracle.mistakes[second].name
        if names[0] != names[1]:
            assert not all(
                oracle.close(a, b) for a, b in zip(answers[first], answers[second], strict=True)
            ), f"{names[0]} and {names[1]} cannot be told apart"


@pytest.mark.parametrize("name", ["forward", "backprop", "backprop_batch", "train"])
def test_sizes_of_the_cases_differ_and_exceed_one(name: str):
    for case in stage(name).oracle.cases():
        if case.kind not in ("plain", "extreme", "integer"):
            continue
        weights = case.arguments["weights"]
        sizes = [weights[0].shape[1], *(len(w) for w in weights)]
        assert len(set(sizes)) == len(sizes)
        assert min(sizes) > 1
        assert all(np.all(b != 0) for b in case.arguments["biases"])
        m = len(case.arguments["X"]) if "X" in case.arguments else 0
        assert m not in sizes or case.kind == "extreme" or case.words


# --- the oracles' numbers, held against other ways to them --------------------------------------


def complex_step(f: Any, z: Any) -> Any:
    return np.imag(f(np.asarray(z, complex) + 1e-30j)) / 1e-30


def test_slopes_equal_the_complex_step():
    z = np.random.default_rng(0).normal(0, 2, 50)
    for name, f in (
        ("sigmoid_prime", lambda t: 1 / (1 + np.exp(-t))),
        ("tanh_prime", np.tanh),
    ):
        oracle = stage(name).oracle
        assert oracle.right is not None
        np.testing.assert_allclose(oracle.right(z), complex_step(f, z), rtol=1e-12)


def test_differences_come_to_the_complex_step():
    """The centred difference is the slope up to h**2, as it should be."""
    for case in plain_cases("numerical_derivative"):
        f, x, h = case.arguments.values()
        call = GIVEN_FUNCTIONS[f.name]
        found = right("numerical_derivative", case)
        np.testing.assert_allclose(found, complex_step(call, x), atol=4 * h**2 + 1e-9)


def test_sigmoid_equals_its_definition():
    z = np.random.default_rng(1).normal(0, 3, 50)
    np.testing.assert_allclose(backprop_equations.sigmoid(z), 1 / (1 + np.exp(-z)), rtol=1e-13)


def cost_of(X: Any, Y: Any, weights: Any, biases: Any) -> Any:
    a = X
    for w, b in zip(weights, biases, strict=True):
        a = 1 / (1 + np.exp(-(a @ w.T + b)))
    return np.sum((a - Y) ** 2) / (2 * len(X))


@pytest.mark.parametrize("sizes", [fixtures.SIZES, fixtures.DEEP])
def test_gradients_equal_the_complex_step(sizes: tuple[int, ...]):
    """The oracle of `backprop_batch`, and of `backprop` with one row."""
    rng = np.random.default_rng(2)
    weights, biases = fixtures.layers(rng, sizes)
    for m in (1, 7):
        X, Y = fixtures.examples(rng, m, sizes)
        dW, db = reference_network.gradients(X, Y, weights, biases)
        for arrays, gradients in ((weights, dW), (biases, db)):
            for i, (array, gradient) in enumerate(zip(arrays, gradients, strict=True)):
                for place in np.ndindex(array.shape):
                    moved = [a.astype(complex) for a in arrays]
                    moved[i][place] += 1e-30j
                    pair = (moved, biases) if arrays is weights else (weights, moved)
                    slope = np.imag(cost_of(X, Y, *pair)) / 1e-30
                    assert gradient[place] == pytest.approx(slope, rel=1e-10, abs=1e-15)


def test_the_right_equations_of_the_catalogue_equal_the_network():
    rng = np.random.default_rng(3)
    weights, biases = fixtures.layers(rng, fixtures.DEEP)
    X, Y = fixtures.examples(rng, 8, fixtures.DEEP)
    ours_found = reference_network.gradients(X, Y, weights, biases)
    found = backprop_equations.gradients(backprop_equations.RIGHT, X, Y, weights, biases)
    for one, other in zip(ours_found, found, strict=True):
        for a, b in zip(one, other, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-10)


def plain_cases(name: str) -> list[Case]:
    return [c for c in stage(name).oracle.cases() if c.kind in ("small", "plain")]


def right(name: str, case: Case) -> Any:
    oracle = stage(name).oracle
    assert oracle.right is not None
    return oracle.right(*case.arguments.values())


def test_errors_of_a_layer_equal_the_complex_step():
    for case in plain_cases("output_error"):
        z, y = case.arguments["z"], case.arguments["y"]

        def half_square(t: Any, y: Any = y) -> Any:
            return (1 / (1 + np.exp(-t)) - y) ** 2 / 2

        np.testing.assert_allclose(
            right("output_error", case), complex_step(half_square, z), rtol=1e-10
        )
    for case in plain_cases("hidden_error"):
        d, w, z = case.arguments.values()
        for j in range(len(z)):
            moved = z.astype(complex)
            moved[j] += 1e-30j
            carried = np.imag(d @ (w @ (1 / (1 + np.exp(-moved))))) / 1e-30
            assert right("hidden_error", case)[j] == pytest.approx(carried, rel=1e-10)


def test_softmax_backward_equals_the_complex_step():
    for case in plain_cases("softmax_backward"):
        a, g = case.arguments.values()
        z = np.log(a)
        for j in range(len(z)):
            moved = z.astype(complex)
            moved[j] += 1e-30j
            shares = np.exp(moved) / np.exp(moved).sum()
            slope = np.imag(g @ shares) / 1e-30
            assert right("softmax_backward", case)[j] == pytest.approx(slope, rel=1e-10, abs=1e-14)


def test_costs_and_softmax_equal_pytorch():
    torch = pytest.importorskip("torch")
    for case in plain_cases("cross_entropy"):
        z, y = (torch.tensor(v) for v in case.arguments.values())
        found = torch.nn.functional.binary_cross_entropy_with_logits(z, y, reduction="sum")
        assert right("cross_entropy", case) == pytest.approx(found.item() / len(z), rel=1e-10)
    for case in plain_cases("cost"):
        a, y = (torch.tensor(v) for v in case.arguments.values())
        found = torch.nn.functional.mse_loss(a, y, reduction="sum") / 2 / len(a)
        assert right("cost", case) == pytest.approx(found.item(), rel=1e-10)
    for case in plain_cases("softmax"):
        z = torch.tensor(case.arguments["z"])
        np.testing.assert_allclose(right("softmax", case), z.softmax(-1).numpy(), rtol=1e-10)


def test_training_and_its_relatives_equal_pytorch():
    torch = pytest.importorskip("torch")
    for case in plain_cases("train"):
        X, Y, weights, biases, epochs, size, rate, _ = case.arguments.values()
        tensors = [torch.tensor(a, requires_grad=True) for a in (*weights, *biases)]
        optimizer = torch.optim.SGD(tensors, lr=rate)
        for _ in range(epochs):
            for start in range(0, len(X), size):
                a = torch.tensor(X[start : start + size])
                y = torch.tensor(Y[start : start + size])
                for w, b in zip(tensors[: len(weights)], tensors[len(weights) :], strict=True):
                    a = torch.sigmoid(a @ w.T + b)
                optimizer.zero_grad()
                (((a - y) ** 2).sum() / 2 / len(y)).backward()
                optimizer.step()
        found = [t.detach().numpy() for t in tensors]
        new_weights, new_biases = right("train", case)
        for ours_is, theirs in zip((*new_weights, *new_biases), found, strict=True):
            np.testing.assert_allclose(ours_is, theirs, rtol=1e-9, atol=1e-12)


def test_the_penalty_equals_pytorch():
    torch = pytest.importorskip("torch")
    for case in plain_cases("l2"):
        weights, dW, lam, n = case.arguments.values()
        for w, g, found in zip(weights, dW, right("l2", case), strict=True):
            t = torch.tensor(w, requires_grad=True)
            (lam / (2 * n) * (t**2).sum()).backward()
            np.testing.assert_allclose(found, g + t.grad.numpy(), rtol=1e-9, atol=1e-12)


def test_a_timed_or_extreme_case_is_never_named(guard: Guard):
    """A slow or overflowing function is right but fragile, whatever the catalogue has."""
    source = references().replace(
        stage("sigmoid").reference,
        "def sigmoid(z):\n    return 1 / (1 + np.exp(-np.asarray(z, float)))",
    )
    verdict = grade("sigmoid", source.encode(), PATH, guard)
    assert verdict.outcome == "fragile"
    assert "overflow" in verdict.message
    assert verdict.mistake is None
