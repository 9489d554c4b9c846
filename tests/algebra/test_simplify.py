"""The normal form and the search: values are kept, it ends, and doing it twice changes nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from chainrule.algebra import (
    NOTHING,
    Definition,
    DomainError,
    Expression,
    Facts,
    Point,
    Rewrite,
    Rule,
    SamplingError,
    Sheet,
    apply,
    cost,
    facts_of,
    gradient,
    moves,
    normal_form,
    parse,
    parse_sheet,
    sample,
    simplest,
    simplify,
    text,
)
from chainrule.algebra.rewriting import (
    arithmetic_rules,
    entry_rules,
    function_rules,
    matrix_rules,
    reduction_rules,
)

from .test_random_trees import SHAPES, SHEET, trees

LARGE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

SOURCE = """
x: (n,1)
u: (n,1) positive
v: (m,1)
r: (1,n)
A: (n,m)
B: (n,m)
S: (n,n)
Q: (n,n) symmetric
y: (n,1) onehot
Y: (n,m) prob
P: (m,n) onehot axis=1
s: scalar
t: scalar positive
z = S @ u
a = softmax(z)
h = sigma(x)
k = tanh(x)
e1 = exp(x)
C = sum(a) + s
"""

# Every rule at least once: what is written, and its normal form.
NORMAL = """
# Numbers and powers.
2*3*x => 6 * x
1/2*2*x => x
x/2/3 => x/6
0*x => 0 * ones(n, 1)
0.1*x*2 => 0.2 * x
x*s*2 => 2 * s * x
--x => x
-(-2*x) => 2 * x
x*-u => -x * u
x*x => x**2
x**2*x**3 => x**5
x**2/x => x
x/x**3 => 1/x**2
(x**2)**3 => x**6
x - (u + x**2) => x - x**2 - u
(2*t)**2 => 4 * t**2
sqrt(t)*sqrt(t) => t
t**(1/2) => sqrt(t)
t**-1 => 1/t
t**s*t => t**(s + 1)
1**x => ones(n, 1)
x/u*u => x
2**3*s => 8 * s
x/(s/t) => t/s * x
x*1 => x
s**0 => 1
(x*u)**2 => x**2 * u**2

# Sums.
x + x => 2 * x
x - x => 0 * ones(n, 1)
2*x - x/2 => 3/2 * x
x + 0 => x
s + (t + 1) + 2 => s + t + 3
-(x - u) => u - x
-x + u => u - x
1 - (1 - s) => s
x*u + u*x => 2 * x * u
3 + 4 => 7
-(1 - s)*x => -(1 - s) * x
x + s*ones(n,1) => x + s
x*ones(n,1) => x
x*ones(1,m) => x * ones(1, m)

# Transposes.
x.T.T => x
(S @ x).T => x.T @ S.T
(x*u).T => x.T * u.T
(x + u).T => x.T + u.T
s.T => s
(-x).T => -x.T
Q.T => Q
eye(n).T => eye(n)
ones(n,m).T => ones(m, n)
diag(x).T => diag(x)
sigma(x.T) => h.T
sin(A.T) => sin(A).T
sum(A, axis=0).T => sum(A.T, axis=1)
softmax(A.T, axis=1) => softmax(A).T
(A > B).T => A.T > B.T
maximum(A, B).T => maximum(A.T, B.T)
matrix(i, j, A[i,j]*s).T => s * A.T

# Matrix products.
(S @ S) @ x => S @ S @ x
S @ (2*x) => 2 * (S @ x)
(s*S) @ (x/t) => s/t * (S @ x)
x @ s => s * x
S @ (-x) => -S @ x
eye(n) @ x => x
S @ eye(n) @ x => S @ x
ones(1,n) @ A => sum(A, axis=0)
A @ ones(m,1) => sum(A, axis=1)
ones(1,n) @ A @ ones(m,1) => sum(A)
ones(1,n) @ x => sum(x)
x @ ones(1,m) => x * ones(1, m)
diag(x) @ u => x * u
diag(x) @ A => x * A
A @ diag(v) => v.T * A
x.T @ diag(u) => x.T * u.T
S @ (0*x) => 0 * ones(n, 1)
x @ (r @ u) => (r @ u) * x
x @ r @ u => (r @ u) * x
x.T @ S.T @ u => u.T @ S @ x

# Sums and means of matrices.
sum(2*x) => 2 * sum(x)
sum(-x) => -sum(x)
sum(s*x/t) => s * sum(x) / t
sum(x, axis=1) => x
sum(x, axis=0) => sum(x)
sum(A.T) => sum(A)
sum(sum(A, axis=0)) => sum(A)
sum(ones(n,m)) => n * m
sum(x*A, axis=1) => x * sum(A, axis=1)
sum(r*A.T, axis=0) => r * sum(A.T, axis=0)
sum(x*ones(1,m)) => m * sum(x)
sum(y) => 1
sum(y.T) => 1
sum(Y, axis=0) => ones(1, m)
sum(Y) => m
sum(Y.T, axis=1) => ones(m, 1)
sum(P, axis=1) => ones(m, 1)
sum(P, axis=0) => sum(P, axis=0)
sum(a) => 1
sum(softmax(x)) => 1
sum(1 - y) => n - 1
sum(s*y) => s
sum(x - 2*y) => sum(x) - 2
sum(diag(x)) => sum(x)
sum(diag(x) @ S, axis=0) => sum(x * S, axis=0)
sum(eye(n), axis=0) => ones(1, n)
mean(2*x) => 2 * mean(x)
mean(s*ones(n,1)) => s
mean(x, axis=0) => mean(x)
mean(x, axis=1) => x
mean(A.T) => mean(A)
max(A.T) => max(A)
max(x, axis=1) => x

# Softmax.
softmax(x + s) => softmax(x)
softmax(A + r.T*0 + v.T) => softmax(A)
softmax(x + r, axis=1) => softmax(x + r, axis=1)
softmax(r) => ones(1, n)
exp(z)/sum(exp(z)) => a
2*exp(A)/sum(exp(A), axis=1) => 2 * softmax(A, axis=1)

# Diagonals, traces, norms.
diag(diag(x)) => x
diag(S.T) => diag(S)
diag(x @ u.T) => x * u
diag(eye(n)) => ones(n, 1)
diag(2*S) => 2 * diag(S)
trace(S.T) => trace(S)
trace(eye(n)) => n
trace(2*S) => 2 * trace(S)
trace(x @ u.T) => u.T @ x
trace(diag(x)) => sum(x)
norm(-x) => norm(x)
norm(A.T) => norm(A)
norm(s) => abs(s)
trace(s) => s

# Functions.
exp(0) => 1
log(1) => 0
ln(e) => 1
sigma(0) => 1/2
exp(log(t)) => t
log(exp(s)) => s
sin(-s) => -sin(s)
cos(-s) => cos(s)
tanh(-s) => -tanh(s)
abs(-s) => abs(s)
exp'(s) => exp(s)
sin''(s) => -sin(s)
cos'(s) => -sin(s)
log'(t) => 1/t
softplus''(x) => sigma'(x)
sqrt'(t) => 1/(2 * sqrt(t))
tan'(s) => 1 + tan(s)**2
1/(1 + exp(-s)) => sigma(s)
sqrt(4*s**2) => sqrt(4 * s**2)
sqrt(1) => 1

# Definitions.
softmax(z) => a
sigma(x) => h
S @ u => z
sigma'(x) => sigma'(x)
1 - exp(x) => 1 - e1

# Entries.
(S @ u)[i] => z[i]
vector(j, S[j,j])[i] => S[i,i]
(S.T)[i,j] => S[j,i]
vector(j, sum(l, S[j,l]*S[j,j]))[l] => S[l,l] * sum(p, S[l,p])
x[i] - x[i] => 0 * ones(n, 1)[i]
matrix(i, j, A[i,j]*S[i,i]).T => matrix(i, j, A[j,i] * S[j,j])
(A @ v)[i] => sum(l, A[i,l] * v[l])
(A.T)[i,j] => A[j,i]
(x + s)[i] => x[i] + s
(2*x*u)[i] => 2 * x[i] * u[i]
sigma'(x)[i] => sigma'(x[i])
(x*A)[i,j] => A[i,j] * x[i]
sum(A, axis=1)[i] => sum(l, A[i,l])
diag(S)[i] => S[i,i]
vector(j, x[j]*s)[i] => s * x[i]
vector(j, x[j]) => x
vector(j, sum(p, A[j,p]*v[p])) => A @ v
matrix(j, l, x[j]*v[l]) => x @ v.T
matrix(j, l, A[l,j]) => A.T
vector(j, sum(p, A[j,p])) => sum(A, axis=1)
sum(g, x[g] * vector(j, sum(g, S[j,g]*S[j,j]))[g]) => sum(p, S[p,p] * x[p] * sum(l, S[p,l]))
sum(p, x[p]) => sum(x)
sum(p, 2*s*x[p]) => 2 * s * sum(x)
sum(q, x[q]*u[q]*r[q]) => sum(l, x[l] * u[l] * r[l])
sum(p, ones(n,1)[p]) => n
x[i]/x[i] => ones(n, 1)[i]
sum(p, A[p,j]*x[p]) => sum(l, A[l,j] * x[l])
x[i]*ones(n,1)[i] => x[i]
vector(i, sum(p, S[i,p]*vector(l, sum(j, A[l,j]*v[j]))[p])) => S @ A @ v
"""


def pairs(table: str) -> list[tuple[str, str]]:
    lines = [line for line in table.splitlines() if line and not line.startswith("#")]
    return [(left.strip(), right.strip()) for left, _, right in (x.partition("=>") for x in lines)]


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    return parse_sheet(SOURCE)


@pytest.fixture(scope="module")
def facts(sheet: Sheet) -> Facts:
    return facts_of(sheet)


@pytest.fixture(scope="module")
def point(sheet: Sheet) -> Point:
    return sample(sheet, np.random.default_rng(3))


def assert_equal(point: Point, one: Expression, other: Expression, rule: str = "") -> None:
    assert one.shape == other.shape, rule
    assert one.indices == other.indices, rule
    expected = point.value(one)
    scale = max(1.0, float(np.abs(expected).max()))
    np.testing.assert_allclose(
        point.value(other), expected, rtol=1e-9, atol=1e-11 * scale, err_msg=rule
    )


@pytest.mark.parametrize(("words", "expected"), pairs(NORMAL))
def test_the_normal_form(
    sheet: Sheet, facts: Facts, point: Point, words: str, expected: str
) -> None:
    tree = parse(words, sheet.scope).expression
    steps: list[Rewrite] = []
    found = normal_form(tree, facts, steps.append)
    assert text(found) == expected
    assert normal_form(tree, facts) is found
    assert_equal(point, tree, found)
    for step in steps:
        assert_equal(point, step.before, step.after, step.rule.name)


def test_every_rule_has_an_example(sheet: Sheet, facts: Facts) -> None:
    used: set[str] = set()
    for words, _ in pairs(NORMAL):
        steps: list[Rewrite] = []
        normal_form(parse(words, sheet.scope).expression, facts, steps.append)
        used.update(step.rule.name for step in steps)
    files = (arithmetic_rules, entry_rules, function_rules, matrix_rules, reduction_rules)
    values = [value for file in files for value in vars(file).values()]
    assert {rule.name for rule in values if isinstance(rule, Rule)} - used == set()


SIMPLEST = """
a*(1 - y/a) => a - y
a*(-y/a - sum(-y/a*a)) => a - y
((1-y)/(1-h) - y/h)*sigma'(x) => h - y
(-y/h + (1-y)/(1-h))*h*(1-h) => h - y
h*(1-h) => sigma'(x)
2*(1 - h)*h*u => 2 * u * sigma'(x)
1 - k**2 => tanh'(x)
Y/t - A/t => (Y - A)/t
S @ x + S @ h => S @ (x + h)
A @ v - S @ u => A @ v - z
x*s + u*s => s * (x + u)
(s + 1)*(s - 1) + 1 => s**2
(x - u)*s + u*s => s * x
e1/sum(e1) => e1/sum(e1)
"""


@pytest.mark.parametrize(("words", "expected"), pairs(SIMPLEST))
def test_the_simplest_form(
    sheet: Sheet, facts: Facts, point: Point, words: str, expected: str
) -> None:
    tree = parse(words, sheet.scope).expression
    found = simplify(tree, facts)
    assert text(found.result) == expected
    assert_equal(point, tree, found.result)
    for step in found.steps:
        assert_equal(point, step.before, step.after, step.rule.name)
    assert simplest(tree, facts) is found.result
    assert found.to_dict()["result"] == expected


@settings(max_examples=300, deadline=None, suppress_health_check=LARGE)
@given(st.data())
def test_any_tree_keeps_its_value_step_by_step(data: st.DataObject) -> None:
    tree = data.draw(trees(data.draw(SHAPES), smooth=data.draw(st.booleans())))
    steps: list[Rewrite] = []
    found = normal_form(tree, NOTHING, steps.append)
    assert normal_form(found) is found
    assert found.shape == tree.shape
    try:
        point = sample(SHEET, np.random.default_rng(data.draw(st.integers(0, 99))))
        before = point.value(tree)
    except (SamplingError, DomainError):
        reject()
    scale = max(1.0, float(np.abs(before).max()))
    np.testing.assert_allclose(point.value(found), before, rtol=1e-8, atol=1e-9 * scale)
    for step in steps:
        assert step.before.shape == step.after.shape, step.rule
        assert step.before.indices == step.after.indices, step.rule
        try:
            one, other = point.value(step.before), point.value(step.after)
        except DomainError:  # a part that the whole never works out, such as x/x at 0
            continue
        size = max(1.0, float(np.abs(one).max()))
        np.testing.assert_allclose(
            other, one, rtol=1e-8, atol=1e-9 * size, err_msg=str(step.to_dict())
        )


@settings(max_examples=100, deadline=None, suppress_health_check=LARGE)
@given(st.data())
def test_the_search_keeps_values_and_never_ends_with_more(data: st.DataObject) -> None:
    tree = data.draw(trees(data.draw(SHAPES), depth=3, smooth=True))
    found = simplify(tree, NOTHING, forms=12)
    assert cost(found.result, NOTHING) <= cost(normal_form(tree), NOTHING)
    assert normal_form(found.result) is found.result
    try:
        point = sample(SHEET, np.random.default_rng(1))
        before = point.value(tree)
    except (SamplingError, DomainError):
        reject()
    scale = max(1.0, float(np.abs(before).max()))
    np.testing.assert_allclose(point.value(found.result), before, rtol=1e-8, atol=1e-9 * scale)
    for move in moves(normal_form(tree), NOTHING):
        one, other = point.value(move.before), point.value(move.after)
        assert move.before.shape == move.after.shape
        np.testing.assert_allclose(other, one, rtol=1e-8, atol=1e-9 * max(1.0, np.abs(one).max()))


@settings(max_examples=60, deadline=None, suppress_health_check=LARGE)
@given(st.data())
def test_a_derivative_keeps_its_value(data: st.DataObject) -> None:
    body = data.draw(trees((1, 1), depth=3, smooth=True))
    sheet = Sheet(SHEET.declarations, (Definition("C", body),), "C")
    try:
        point = sample(sheet, np.random.default_rng(2))
        for name in sheet.shapes:
            raw = gradient(sheet, name)
            before, after = point.value(raw), point.value(normal_form(raw))
            scale = max(1.0, float(np.abs(before).max()))
            np.testing.assert_allclose(after, before, rtol=1e-8, atol=1e-9 * scale)
    except (SamplingError, DomainError):
        reject()


def test_a_deep_tree_does_not_recurse(sheet: Sheet) -> None:
    tree = sheet.symbol("s")
    for _ in range(3000):
        tree = apply("sin", tree)
    assert normal_form(tree) is tree


def test_no_fact_is_used_that_was_not_declared(sheet: Sheet) -> None:
    tree = parse("sum(y) + sum(Q.T @ x)", sheet.scope).expression
    assert text(normal_form(tree)) == "sum(y) + sum(Q.T @ x)"
