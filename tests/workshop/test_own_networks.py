"""Networks in the styles of real repositories, graded without a line added to them.

`benchmarks/own_networks.py` does it at twenty seeds, with every bug in each.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from chainrule.workshop import Guard, NoAdapter, grade_file, own_files
from tests.support.own_networks import BUGS, Bug, OwnNetwork, own_networks

from .conftest import PATH

NETWORKS = own_networks()
STYLES = [one.style for one in NETWORKS]


def needs(one: OwnNetwork) -> None:
    for library in ("torch", "scipy", "sklearn"):
        if f"import {library}" in one.source:
            pytest.importorskip(library)


@pytest.mark.parametrize("one", NETWORKS, ids=STYLES)
def test_a_right_network_is_recognised_and_passes(one: OwnNetwork, guard: Guard):
    """At our values and at its own."""
    needs(one)
    cost = one.cost or None
    report = grade_file(one.right.encode(), PATH, guard, cost=cost)
    assert report.passed, report
    again = grade_file(
        one.right.encode(), PATH, guard, cost=cost, adapter=report.adapter, own_start=True, seed=1
    )
    assert again.passed, again
    assert 5 <= len(report.adapter.splitlines()) <= 20


@pytest.mark.parametrize(("number", "one"), [*enumerate(NETWORKS)], ids=STYLES)
def test_a_bug_in_it_is_found(number: int, one: OwnNetwork, guard: Guard):
    """One of those that can be seeded in it, another in each network."""
    needs(one)
    bug = one.bugs[number % len(one.bugs)]
    report = grade_file(one.with_bug(bug).encode(), PATH, guard, cost=one.cost or None)
    assert not report.passed
    assert report.arrays
    assert report.mistake in (None, bug.name)


OWN_BUGS = [
    pytest.param(one, bug, id=f"{one.style.partition(',')[0]}-{bug.name}")
    for one in NETWORKS
    if "torch" not in one.source
    for bug in one.bugs
    if bug not in BUGS
]


@pytest.mark.parametrize(("one", "bug"), OWN_BUGS[::3])  # all: benchmarks.own_networks
def test_a_bug_of_one_network_alone_is_named(one: OwnNetwork, bug: Bug, guard: Guard):
    """An engine is held to each of its operations, and to examples together where it takes them."""
    report = grade_file(one.with_bug(bug).encode(), PATH, guard, cost=one.cost or None)
    assert (report.passed, report.mistake) == (False, bug.name), report.explanation


FEWEST_BUGS = 8


@pytest.mark.parametrize("one", NETWORKS, ids=STYLES)
def test_enough_can_go_wrong_in_it(one: OwnNetwork):
    """Each bug changes the source, and none is another's."""
    wrong = {one.with_bug(bug) for bug in one.bugs}
    assert len(wrong - {one.right}) == len(one.bugs) >= FEWEST_BUGS


def test_each_bug_is_seeded_somewhere():
    pieces = {piece for one in NETWORKS for piece in one.pieces}
    assert {bug.piece for bug in BUGS} <= pieces


def faster(source: str) -> str:
    """A script with one loop whose updates are three times as large."""
    return source.replace("syn1 += ", "syn1 += 3 * ").replace("syn0 += ", "syn0 += 3 * ")


def test_an_adapter_is_corrected_in_one_line(guard: Guard):
    """A learning rate stands in the file, and it is not that of the step."""
    one = next(each for each in NETWORKS if each.style.startswith("a script with one loop"))
    source = faster(one.right).replace("import numpy as np", "import numpy as np\nlr = 0.5", 1)
    report = grade_file(source.encode(), PATH, guard, cost="quadratic")
    assert not report.passed
    assert "42 times" in report.explanation  # 3 / 0.5, of sums over 7 examples
    corrected = report.adapter.replace("rate = own.lr", "rate = 3")
    assert corrected != report.adapter
    again = grade_file(source.encode(), PATH, guard, cost="quadratic", adapter=corrected)
    assert again.passed


def test_a_rate_that_is_not_found_is_that_of_all_gradients(guard: Guard):
    one = next(each for each in NETWORKS if each.style.startswith("a script with one loop"))
    source = faster(one.right)
    report = grade_file(source.encode(), PATH, guard, cost="quadratic")
    assert report.passed, report
    assert "learning rate was not found" in report.explanation
    other = source.replace("syn0 += 3 * ", "syn0 += 6 * ")
    assert not grade_file(other.encode(), PATH, guard, cost="quadratic").passed
    assert not grade_file(faster(one.right).replace("+= 3", "-= 3").encode(), PATH, guard).passed


FORWARD_ALONE = (
    "import numpy as np\nW = np.ones((3, 2)) / 2\ndef forward(X): return np.tanh(X @ W)\n"
)


def test_what_gives_outputs_alone_is_said_and_begun(guard: Guard):
    with pytest.raises(NoAdapter, match="`forward\\(x\\)` gives outputs") as raised:
        grade_file(FORWARD_ALONE.encode(), PATH, guard)
    assert "def gradients(x, y)" in raised.value.adapter
    done = raised.value.adapter.replace(
        "gradients(x, y): ...",
        "gradients(x, y): return [x.T @ ((forward(x) - y) * (1 - forward(x)**2)) / len(x)]",
    )
    assert grade_file(FORWARD_ALONE.encode(), PATH, guard, adapter=done).passed


def notebook(source: str) -> bytes:
    """A notebook with a cell for each part of a source, magics and shell lines among them."""
    import nbformat

    cells = [nbformat.v4.new_code_cell(part) for part in source.split("\n\n") if part.strip()]
    cells.insert(0, nbformat.v4.new_code_cell("%matplotlib inline\n!pip install numpy\nx = 1"))
    cells.insert(1, nbformat.v4.new_markdown_cell("# A network\n`true` and **false**"))
    cells.insert(2, nbformat.v4.new_code_cell("%%bash\nls | wc -l"))
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()


def test_a_notebook_is_read(tmp_path: Path, guard: Guard):
    one = next(each for each in NETWORKS if each.style.startswith("functions with a dictionary"))
    file = tmp_path / "net.ipynb"
    file.write_bytes(notebook(one.right.replace("import sklearn.datasets\n", "")))
    (own,) = own_files(file)
    assert grade_file(own.source, file, guard).passed


def test_a_folder_with_a_package_is_read(tmp_path: Path, guard: Guard):
    one = next(each for each in NETWORKS if each.style.startswith("attributes, rows"))
    folder = tmp_path / "deep"
    folder.mkdir()
    (folder / "functions.py").write_text(
        "import numpy as np\ndef sigmoid(z): return 1 / (1 + np.exp(-z))\n"
    )
    source = one.right.replace(
        "import numpy as np", "import numpy as np\nfrom .functions import sigmoid"
    )
    source = source.replace("return 1 / (1 + np.exp(-z))", "return sigmoid(z)")
    (folder / "network.py").write_text(source)
    (folder / "plots.py").write_text("import matplotlib.pyplot as plt\nplt.show()\n")
    first = own_files(folder)[0]
    assert first.path.name == "network.py"
    assert grade_file(first.source, first.path, guard, cost="quadratic").passed


SCRIPT = next(one for one in NETWORKS if one.style.startswith("a script with one loop"))


def seeded(one: OwnNetwork, piece: str, code: str) -> str:
    return one.with_bug(next(bug for bug in BUGS if (bug.piece, bug.code) == (piece, code)))


def test_a_loop_that_has_trained_into_saturation_keeps_its_first_layer(guard: Guard):
    """The slip makes `l1` 1 everywhere at import: `syn0` then moves no output and gets no step."""
    report = grade_file(seeded(SCRIPT, "slope", "({1})").encode(), PATH, guard, cost="quadratic")
    assert not report.passed
    assert [each.name for each in report.arrays] == ["syn0", "syn1"]
    assert report.mistake == "a for sigma' in the hidden layers"


def test_layers_put_together_here_do_not_stand_for_those_of_the_file(guard: Guard):
    """Two of its dense layers by themselves have no activation whose slope could be wrong."""
    one = next(one for one in NETWORKS if one.style.startswith("layers added one by one"))
    report = grade_file(seeded(one, "slopes", "1.0").encode(), PATH, guard, cost=one.cost)
    assert (report.passed, report.mistake) == (False, "sigma' left out everywhere")


def test_one_sum_of_all_errors_of_softmax_is_said_where_a_bias_does_not_move(guard: Guard):
    """A step shows such a sum, 1e-17, as 0: it may as well be left out."""
    one = next(one for one in NETWORKS if one.style.startswith("a loop inside a function that"))
    wrong = seeded(one, "db", "({0}) * 0 + np.sum({0})")
    report = grade_file(wrong.encode(), PATH, guard, cost=one.cost)
    assert (report.passed, report.mistake) == (False, "gradient of 0")
    assert "of softmax they come to 0" in report.explanation


TWO_LAYERS = """
import numpy as np

rng = np.random.default_rng(4)
W1, b1 = rng.normal(0, 0.5, (3, 4)) {first}, np.zeros(4)
W2, b2 = rng.normal(0, 0.5, (4, 2)) {second}, np.zeros(2)

def sigmoid(z): return 1 / (1 + np.exp(-z))
def forward(X):
    a1 = sigmoid(X @ W1 + b1)
    return a1, sigmoid(a1 @ W2 + b2)
def backward(X, Y):
    a1, a2 = forward(X)
    d2 = (a2 - Y) * a2 * (1 - a2) / len(X)
    d1 = d2 @ W2.T * {slope}
    return X.T @ d1, d1.sum(axis=0), a1.T @ d2, d2.sum(axis=0)
"""
STARTS = {"saturated": ("* 1e5", ""), "zero": ("", "* 0"), "both saturated": ("* 1e5", "* 1e5")}


@pytest.mark.parametrize("start", STARTS)
def test_a_start_that_hides_a_layer_hides_it_not_from_the_reading(start: str, guard: Guard):
    first, second = STARTS[start]
    for slope, right in (("a1 * (1 - a1)", True), ("a1", False)):
        source = TWO_LAYERS.format(first=first, second=second, slope=slope)
        report = grade_file(source.encode(), PATH, guard, cost="quadratic")
        assert report.passed is right, report
        assert [each.name for each in report.arrays] == ["W1", "b1", "W2", "b2"]


def test_weights_that_a_loop_never_moves_are_no_pass(guard: Guard):
    """The update of the first layer is forgotten: the gradients of the second are right."""
    source = SCRIPT.right.replace("    syn0 += l0.T.dot(l1_delta)\n", "")
    assert source != SCRIPT.right
    report = grade_file(source.encode(), PATH, guard, cost="quadratic")
    assert not report.passed
    assert report.left_out == ("syn0",)
    assert "`syn0`" in report.message


SMALLER_IN_MAIN = (
    TWO_LAYERS.format(first="", second="", slope="a1 * (1 - a1)").replace(
        "return X.T @ d1, d1.sum(axis=0), a1.T @ d2, d2.sum(axis=0)", "return (a1.T @ d2).sum()"
    )
    + """
class Network:
    def __init__(self):
        self.w, self.c = np.ones((3, 2)) / 3, np.zeros(2)
    def forward(self, X): return X @ self.w + self.c
    def backward(self, X, Y):
        d = (self.forward(X) - Y) / len(X)
        return X.T @ d, d.sum(axis=0)

if __name__ == "__main__":
    line = Network()
"""
)


def test_a_smaller_network_that_is_right_is_no_pass_for_a_larger_one(guard: Guard):
    report = grade_file(SMALLER_IN_MAIN.encode(), PATH, guard, cost="quadratic")
    assert not report.passed
    assert report.left_out == ("W1", "b1", "W2", "b2")
    assert "`W1`" in report.message
    alone = grade_file(SMALLER_IN_MAIN.encode(), PATH, guard, cost="quadratic",
                       adapter=report.adapter)  # fmt: skip
    assert alone.passed, alone
