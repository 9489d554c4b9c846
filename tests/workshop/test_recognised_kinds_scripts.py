"""What real scripts lean on that is not here: data, helpers, other Pythons, functions that run."""

from __future__ import annotations

from pathlib import Path

import pytest

from chainrule.workshop import Guard, NetworkReport, NoAdapter, grade_file, not_graded, own_files

from .conftest import PATH

TRAINING = """\
for _ in range(2):
    hid = sigmoid(X @ W1 + b1)
    out = sigmoid(hid @ W2 + b2)
    d2 = (out - Y) * out * (1 - out) / len(X)
    d1 = d2 @ W2.T * hid * (1 - hid)
    W2 -= 0.1 * hid.T @ d2
    b2 -= 0.1 * d2.sum(axis=0)
    W1 -= 0.1 * X.T @ d1
    b1 -= 0.1 * d1.sum(axis=0)
"""
ARRAYS = """\
W1, b1 = np.random.randn({n}, 5) / 3, np.zeros(5)
W2, b2 = np.random.randn(5, {k}) / 3, np.zeros({k})
"""
SIGMOID = "def sigmoid(v): return 1 / (1 + np.exp(-v))\n"


def graded(source: str, guard: Guard, path: Path = PATH) -> NetworkReport:
    return grade_file(source.encode(), path, guard, cost="quadratic")


@pytest.mark.parametrize(
    ("data", "n", "k"),
    [
        ("from nnfs.datasets import spiral_data\nX, t = spiral_data(samples=20, classes=3)", 2, 3),
        ("from sklearn.datasets import load_iris\nX, t = load_iris(return_X_y=True)", 4, 3),
        (
            "import pickle\nwith open('points.pkl', 'rb') as file:\n    X, t = pickle.load(file)",
            9,
            3,
        ),
    ],
)
def test_data_that_are_not_there_are_given(data: str, n: int, k: int, guard: Guard):
    head = f"import numpy as np\n{data}\nY = np.eye(10)[t][:, :{k}]\n"
    source = head + SIGMOID + ARRAYS.format(n=n, k=k) + TRAINING
    assert graded(source, guard).passed


def test_as_many_digits_are_given_as_are_asked_for(guard: Guard):
    source = f"""\
import numpy as np
from keras.datasets import mnist
(images, labels), _ = mnist.load_data()
X = images[:1000].reshape(1000, 784) / 255
Y = np.zeros((1000, 10))
for i, label in enumerate(labels[:1000]): Y[i, label] = 1
assert len(X) == 1000
{SIGMOID}{ARRAYS.format(n=784, k=10)}{TRAINING}"""
    report = graded(source, guard)
    assert report.passed
    assert "inputs = 784" in report.adapter


def test_an_activation_of_a_helper_that_is_not_there_stands_in(guard: Guard):
    head = "import numpy as np\nfrom course_tools import sigmoid\n"
    data = "X, Y = np.random.randn(9, 3), np.random.rand(9, 2)\n"
    assert graded(head + data + ARRAYS.format(n=3, k=2) + TRAINING, guard).passed


def test_a_helper_that_is_not_there_is_named_first(guard: Guard):
    with pytest.raises(NoAdapter, match=r"^`course_tools` is not installed, nor beside"):
        graded("from course_tools import build\nnet = build()\nnet.go()\n", guard)


OLD = """\
import numpy as np
parser = __import__("argparse").ArgumentParser()
parser.add_argument("data")
parser.add_argument("--rate", type=float, default=0.1)
options = parser.parse_args()
best = np.NaN
class Net:
    def __init__(self, n, k):
        self.W = np.random.randn(n, k).astype(np.float)
        self.rate = options.rate
    def forward(self, x): return np.tanh(x @ self.W)
    def backward(self, x, y):
        out = self.forward(x)
        slope = np.ones_like(out, dtype=np.float) - out**2
        for _ in xrange(1): self.dW = x.T @ ((out - y) * slope) / np.product((len(x),))
net = Net(4, 3)
"""


def test_old_names_and_arguments_of_a_command_are_put_back(guard: Guard):
    assert graded(OLD, guard).passed


@pytest.mark.parametrize(
    "line",
    ["print 'epoch', 3", "try: pass\nexcept ValueError, e: pass", "if 1:\n\tx = 1\n        y = 2"],
)
def test_python_2_is_said_in_one_sentence(line: str, guard: Guard):
    with pytest.raises(NoAdapter, match="this is Python 2; line ") as raised:
        graded(f"import numpy as np\n{line}\n", guard)
    assert not raised.value.helped


IN_MAIN = """\
import numpy as np
{sigmoid}
def run(count=9):
    X = np.random.randn(count, 3)
    Y = np.random.rand(count, 2)
{arrays}
{training}
if __name__ == "__main__":
    run()
"""


def indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


def test_what_a_function_with_defaults_makes_and_trains_is_seen(guard: Guard):
    source = IN_MAIN.format(
        sigmoid=SIGMOID,
        arrays=indented(ARRAYS.format(n=3, k=2)),
        training=indented(TRAINING),
    )
    assert graded(source, guard).passed


OUTSIDE = """\
import numpy as np
class Net:
    def __init__(self): self.W = np.random.randn(4, 3) / 2
    def forward(self, x): return np.tanh(x @ self.W)
def train(self, x, y, rate):
    out = self.forward(x)
    self.W -= rate * x.T @ ((out - y) * (1 - out**2)) / len(x)
net = Net()
"""


def test_a_method_that_stands_below_its_class_is_one(guard: Guard):
    assert graded(OUTSIDE, guard).passed


THROWN_AWAY = """\
import numpy as np
V, U = np.random.randn(3, 4) / 2, np.random.randn(4, 2) / 2
def forward(x):
    s1 = x @ V
    h1 = np.tanh(s1)
    s2 = h1 @ U
    return s1, h1, s2, np.tanh(s2)
def guesses(x):
    _, _, _, got = forward(x)
    return got > 0
def backward(s1, h1, s2, o2, x, y):
    d2 = (o2 - y) * (1 - np.tanh(s2) ** 2)
    d1 = d2 @ U.T * (1 - np.tanh(s1) ** 2)
    return x.T @ d1 / len(x), h1.T @ d2 / len(x)
"""


def test_names_that_are_thrown_away_name_nothing(guard: Guard):
    source = THROWN_AWAY.replace("return s1, h1, s2, np.tanh(s2)", "o2 = np.tanh(s2)\n    RETURN")
    assert graded(source.replace("RETURN", "return s1, h1, s2, o2"), guard).passed


LOCAL_RATE = """\
import numpy as np
V = np.random.randn(3, 2) / 2
def forward(x): return np.tanh(x @ V)
def update(x, y):
    global V
    rate = 0.03
    out = forward(x)
    V = V - rate * x.T @ ((out - y) * (1 - out**2)) / len(x)
"""


def test_a_rate_inside_the_function_is_read(guard: Guard):
    report = graded(LOCAL_RATE, guard)
    assert report.passed
    assert "rate = 0.03" in report.adapter


def test_a_folder_keeps_a_script_that_takes_its_network_from_a_package(tmp_path: Path):
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "core.py").write_text(OUTSIDE)
    (tmp_path / "digits.py").write_text("from toy.core import Net\nnet = Net()\nnet.go()\n")
    assert [each.path.name for each in own_files(tmp_path)] == ["core.py", "digits.py"]


def test_another_network_of_a_folder_is_told(tmp_path: Path):
    for name in ("first", "second"):
        (tmp_path / f"{name}.py").write_text(OUTSIDE)
    (tmp_path / "use.py").write_text("from second import Net\nnet = Net()\n")
    files = own_files(tmp_path)
    assert not_graded(files, files[0]) == ["second.py"]


def test_classes_in_words_are_columns(guard: Guard):
    """`get_dummies` of a column, and the numbers of that as floats."""
    source = (
        "import numpy as np\nimport pandas as pd\nrows = pd.read_csv('flowers.csv')\n"
        "rows = rows.sample(frac=1).reset_index(drop=True)\n"
        "X = rows[['length', 'width']].values / 255\n"
        "Y = pd.get_dummies(rows['kind']).values.astype(float)\n"
    )
    source += SIGMOID + ARRAYS.format(n=2, k="Y.shape[1]") + TRAINING
    report = graded(source, guard)
    assert report.passed, report
    assert "inputs = 2" in report.adapter
