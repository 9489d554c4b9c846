"""Layers alone: right ones in many styles pass, and the mistakes of a table are found and named."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from chainrule.workshop import Guard, LayersReport, grade_layers, layers_alone

LAYERS = tomllib.loads(Path(__file__).with_name("layers.toml").read_text("utf-8"))["layer"]
HEAD = "import numpy as np\n\n\n"
PATH = Path("layers.py").absolute()


def graded(source: str, guard: Guard) -> LayersReport:
    report = grade_layers((HEAD + source).encode(), PATH, guard)
    assert report is not None
    return report


def test_right_layers_pass(guard: Guard):
    source = "\n\n\n".join(each["source"] for each in LAYERS)
    assert layers_alone((HEAD + source).encode())
    report = graded(source, guard)
    assert [layer.message for layer in report.layers if not layer.passed] == []
    assert len(report.layers) >= len(LAYERS) >= 16
    kinds = {layer.words for layer in report.layers}
    assert kinds >= {
        *("a dense layer", "a relu", "a leaky relu", "a sigmoid", "a tanh", "a softmax"),
        *("a dropout", "a batch normalisation", "a layer normalisation", "a convolution"),
        *("a max pooling", "a mean pooling", "a recurrent layer"),
    }


@pytest.mark.parametrize("number", range(4))
def test_a_bug_is_found_and_named(number: int, guard: Guard):
    """One bug in each of the layers, all in one file: none hides another."""
    pieces = []
    for each in LAYERS:
        old, new, _ = each["bugs"][number]
        assert old in each["source"]
        pieces.append(each["source"].replace(old, new))
    report = graded("\n\n\n".join(pieces), guard)
    verdicts = {layer.name.removesuffix("_forward"): layer for layer in report.layers}
    named = 0
    for each in LAYERS:
        layer, expected = verdicts[each["name"]], each["bugs"][number][2]
        assert not layer.passed, each["name"]
        assert (layer.mistake or "") == expected, (each["name"], layer.message)
        named += layer.mistake is not None
    assert named >= 0.8 * len(LAYERS)


def test_layers_that_are_put_together_are_no_layers_alone():
    """A network of right layers may still be wrong: it is graded as a network."""
    source = HEAD + LAYERS[0]["source"]
    assert layers_alone(source.encode())
    loop = (
        "\nlayer = Dense(3, 2)\nfor x in np.ones((4, 1, 3)):\n    layer.backward(layer.forward(x))"
    )
    assert not layers_alone((source + loop).encode())
    assert not layers_alone((source + "\ndef train(net): pass\n").encode())
    assert not layers_alone(b"class Net:\n    def forward(self, X): pass\n"
                            b"    def backward(self, X, y): pass\n")  # fmt: skip
