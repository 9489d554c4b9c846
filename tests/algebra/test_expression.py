"""Interned trees: identity is structure, nothing recurses, nothing can be changed."""

from __future__ import annotations

import copy
import gc
import pickle
import sys
import threading

import pytest

from chainrule.algebra import (
    MAX_DEPTH,
    ONE,
    Expression,
    LimitError,
    Scope,
    add,
    apply,
    at,
    matmul,
    multiply,
    negate,
    number,
    occurrences,
    parse,
    postorder,
    rebuild,
    replace_at,
    substitute,
    symbol,
    text,
    transpose,
)

W = symbol("W", ("n", "m"))
x = symbol("x", ("m", 1))
s = symbol("s", (1, 1))


def test_the_same_structure_is_the_same_object() -> None:
    assert matmul(W, x) is matmul(W, x)
    assert matmul(W, x) != matmul(W, x, ONE)
    assert symbol("x", ("m", 1)) is x
    assert symbol("x", ("n", 1)) is not x
    assert number(2) is not number(3)
    assert apply("sigma", x, 1) is not apply("sigma", x, 2)
    scope = Scope({"W": ("n", "m"), "x": ("m", 1)})
    assert parse(" W@( x ) ", scope).expression is matmul(W, x)


def test_a_node_cannot_be_changed_and_a_copy_is_itself() -> None:
    tree = matmul(W, x)
    with pytest.raises(AttributeError):
        tree.shape = (1, 1)
    with pytest.raises(AttributeError):
        del tree.args
    assert copy.copy(tree) is tree
    assert copy.deepcopy(tree) is tree
    with pytest.raises(TypeError):
        pickle.dumps(tree)


def test_deep_trees_are_built_walked_rewritten_and_forgotten_without_recursion() -> None:
    depth = 5 * sys.getrecursionlimit()
    tree = s
    for _ in range(depth):
        tree = negate(add(tree, ONE)) if tree.depth % 2 else apply("sigma", tree)
    assert sum(1 for _ in postorder(tree)) > depth
    other = symbol("t", (1, 1))
    assert substitute(substitute(tree, {s: other}), {other: s}) is tree
    assert rebuild(tree, lambda node: node) is tree
    assert len(text(tree)) > depth
    kept = tree.args[0]
    del tree
    gc.collect()
    assert kept.depth > depth
    del kept
    gc.collect()


def test_trees_that_nobody_holds_are_forgotten() -> None:
    def alive() -> int:
        gc.collect()
        return sum(type(o) is Expression for o in gc.get_objects())

    before = alive()
    trees = [add(s, number(10**6 + i)) for i in range(500)]
    assert len(trees) == 500
    del trees
    for _ in range(4):  # the dead are dropped as new nodes are made, one layer at a time
        assert number(7).size == 1
        assert number(10**9).size == 1
    assert alive() < before + 100


def test_too_deep_is_an_error() -> None:
    tree = s
    for _ in range(MAX_DEPTH - 1):
        tree = apply("tanh", tree)
    with pytest.raises(LimitError):
        apply("tanh", tree)


def test_threads_get_the_same_nodes() -> None:
    results: list[list[Expression]] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        results.append([add(s, number(2_000_000 + i)) for i in range(300)])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    for row in zip(*results, strict=True):
        assert len(set(row)) == 1


def test_shared_nodes_are_met_once_and_their_places_each() -> None:
    product = multiply(s, s)
    tree = add(product, product)
    assert list(postorder(tree)) == [s, product, tree]
    assert tree.size == 7
    places = dict(occurrences(tree))
    assert len(places) == 7
    assert all(at(tree, path) is node for path, node in places.items())


def test_one_place_is_replaced_and_the_others_stay() -> None:
    tree = add(multiply(s, s), s)
    assert text(replace_at(tree, (0, 1), number(2))) == "s * 2 + s"
    assert replace_at(tree, (), s) is s


def test_substitution_is_simultaneous() -> None:
    t = symbol("t", (1, 1))
    assert text(substitute(add(s, multiply(t, s)), {s: t, t: s})) == "t + s * t"


def test_shapes_follow_a_rewrite() -> None:
    assert matmul(W, x).shape == ("n", 1)
    assert transpose(matmul(W, x)).shape == (1, "n")
