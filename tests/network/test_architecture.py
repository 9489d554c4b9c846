"""Architectures: counts that are published, and one line that reads back as it was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.network import ACTIVATIONS, COSTS, Architecture, Network, NetworkError

from .by_hand import PAIRS


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("784-30-10 sigmoid quadratic", 23_860),  # Nielsen, chapter 1: 784*30 + 30*10 + 30 + 10
        ("784-16-16-10 sigmoid quadratic", 13_002),  # 3Blue1Brown, "But what is a neural network?"
        ("784-100-10 sigmoid cross-entropy", 79_510),
        ("784-800-10 relu log-likelihood", 636_010),
        ("784-2500-2000-1500-1000-500-10 tanh", 11_972_510),  # Ciresan and others, 2010: 12 M
        ("2-1 sigmoid", 3),
    ],
)
def test_the_number_of_parameters(text: str, parameters: int):
    assert Architecture.parse(text).parameters == parameters
    if parameters < 10**6:
        network = Network.of(text)
        assert sum(value.size for value in network.parameters.values()) == parameters
        assert f"{parameters:,} parameters" in repr(network)


def architectures() -> st.SearchStrategy[Architecture]:
    def build(sizes: list[int], names: list[str], pair: tuple[str, str]) -> Architecture:
        cost, output = pair
        hidden = [names[i % len(names)] for i in range(len(sizes) - 2)]
        activations = (*hidden, output)
        softmax = [False, *(name == "softmax" for name in activations)]  # never of one neuron
        whole = (max(size, 2) if of else size for size, of in zip(sizes, softmax, strict=True))
        return Architecture(tuple(whole), activations, cost)

    return st.builds(
        build,
        st.lists(st.integers(1, 999), min_size=2, max_size=6),
        st.lists(st.sampled_from(sorted(ACTIVATIONS)), min_size=1, max_size=4),
        st.sampled_from(PAIRS),
    )


@given(architectures())
def test_its_line_reads_back_as_the_same(architecture: Architecture):
    assert Architecture.parse(str(architecture)) == architecture
    assert "\n" not in str(architecture)


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("784-30-10", "784-30-10 sigmoid quadratic"),
        ("784-30-10 sigmoid", "784-30-10 sigmoid quadratic"),
        ("784-30-10 quadratic sigmoid", "784-30-10 sigmoid quadratic"),
        ("784-100-10 relu log-likelihood", "784-100-10 relu log-likelihood"),
        ("784-100-10 relu softmax", "784-100-10 relu log-likelihood"),
        ("784-100-10 softmax", "784-100-10 sigmoid log-likelihood"),
        ("784-100-50-10 relu tanh softmax", "784-100-50-10 relu tanh softmax log-likelihood"),
        ("4-5-3 RELU Leaky_ReLU QUADRATIC", "4-5-3 relu leaky-relu quadratic"),
        ("4-3 identity", "4-3 identity quadratic"),
        ("4-3 log-likelihood", "4-3 softmax log-likelihood"),
        ("  4-3   sigmoid   cross-entropy ", "4-3 sigmoid cross-entropy"),
    ],
)
def test_what_is_left_out_of_a_line(line: str, whole: str):
    assert str(Architecture.parse(line)) == whole


def test_the_output_that_a_cost_belongs_to():
    assert Network([3, 2], cost="quadratic").architecture.activations == ("sigmoid",)
    assert Network([3, 2], cost="cross-entropy").architecture.activations == ("sigmoid",)
    assert Network([3, 2], cost="log-likelihood").architecture.activations == ("softmax",)
    allowed = {(c, a) for c in COSTS for a in ACTIVATIONS if fits(c, a)}
    assert allowed == set(PAIRS)


def fits(cost: str, output: str) -> bool:
    try:
        return bool(Network([3, 2], output=output, cost=cost))
    except NetworkError:
        return False


def test_one_activation_or_one_per_hidden_layer():
    assert Network([5, 4, 3, 2], hidden="tanh").architecture.activations[:2] == ("tanh", "tanh")
    mixed = Network([5, 4, 3, 2], hidden=("tanh", "relu"))
    assert mixed.architecture.activations[:2] == ("tanh", "relu")
    with pytest.raises(NetworkError, match="hidden activations is 3, that of hidden layers 2"):
        Network([5, 4, 3, 2], hidden=("tanh", "relu", "relu"))


def test_an_unknown_word_is_named():
    with pytest.raises(NetworkError, match=r"'sigmiod'.*neither an activation.*nor a cost"):
        Architecture.parse("784-30-10 sigmiod")
