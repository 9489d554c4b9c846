"""Broken and hostile files: said plainly, within the limit and a second, and nothing hangs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from chainrule.workshop import (
    MEMORY,
    CallCase,
    CallFunction,
    Guard,
    Job,
    Ran,
    grade,
    grade_all,
    references,
    stage,
    stage_names,
)
from tests.support import cases

from .conftest import PATH

LIMIT = 1.0
BODY = "import numpy as np\nimport os, sys\n\ndef sigmoid(z):\n    {}\n    return np.exp(z)\n"

TABLE = Path(__file__).with_name("hostile.toml")


class Hostile(NamedTuple):
    what: str
    body: str
    outcome: str
    words: str


class Instead(NamedTuple):
    what: str
    source: str
    words: str


class Counting:
    """A guard that counts the jobs it is given."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.endings = guard, list[str]()

    def run(self, job: Job, listener: Any = None) -> Ran:
        ran = self.guard.run(job, listener)
        self.endings.append(ran.ending)
        return ran


@pytest.mark.parametrize("one", cases(TABLE, "function", Hostile), ids=lambda one: one.what)
def test_a_hostile_function_is_reported(one: Hostile, guard: Guard):
    """After one job, and nothing of it goes on."""
    counting: Any = Counting(guard)
    source = BODY.format(one.body).encode()
    limit = LIMIT if "longer than" in one.words else None
    verdict = grade("sigmoid", source, PATH, counting, seconds=limit)
    assert len(counting.endings) == 1
    assert counting.endings == ["time"] or "longer than" not in one.words
    assert below(guard) == []
    said = " ".join([verdict.message, *verdict.details])
    assert verdict.outcome == one.outcome, said
    assert one.words in said
    assert "Traceback" not in said
    right = grade("relu", references().encode(), PATH, guard)
    assert right.outcome == "right", "the guard is out of order"


def below(guard: Guard) -> list[str]:
    """The processes that the waiting one has started, as far as the system tells."""
    assert guard._process is not None
    place = Path(f"/proc/{guard._process.pid}/task/{guard._process.pid}/children")
    return place.read_text().split() if place.exists() else []


GOOD = "import numpy as np\n\ndef relu(z):\n    return np.maximum(z, 0)\n"

FILES = {
    "byte order mark": (b"\xef\xbb\xbf" + GOOD.encode(), "right", ""),
    "Windows line ends": (GOOD.replace("\n", "\r\n").encode(), "right", ""),
    "old Mac line ends": (GOOD.replace("\n", "\r").encode(), "right", ""),
    "tabs": (GOOD.replace("    ", "\t").encode(), "right", ""),
    "tabs and spaces": (
        b"import numpy as np\n\ndef relu(z):\n\tz = z + 0\n        return z\n",
        "unreadable",
        "line 5 is not Python: inconsistent use of tabs",
    ),
    "Latin-1, declared": (
        "# -*- coding: latin-1 -*-\n# größer\n".encode("latin-1") + GOOD.encode(),
        "right",
        "",
    ),
    "Latin-1, not declared": (
        "# größer\n".encode("latin-1") + GOOD.encode(),
        "unreadable",
        "line 1 is not Python: byte 0xf6 is not utf-8; save the file as UTF-8",
    ),
    "an encoding that there is none of": (
        b"# coding: utf-9\n" + GOOD.encode(),
        "unreadable",
        "unknown encoding: utf-9",
    ),
    "options that are read at the start": (
        b"import argparse\nargparse.ArgumentParser().parse_args()\n" + GOOD.encode(),
        "right",
        "",
    ),
    "bytes of zero": (b"\0\0\0\0", "unreadable", "not Python"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "unreadable", "not Python"),
    "syntax error": (
        b"import numpy as np\n\ndef relu(z)\n    return z\n",
        "unreadable",
        "line 3 is not Python: expected ':'",
    ),
    "no import of NumPy": (
        b"def relu(z):\n    return np.maximum(z, 0)\n",
        "raises",
        "`import numpy as np` is missing",
    ),
    "an import that is not there": (
        b"import nowhere_to_be_found\n" + GOOD.encode(),
        "raises",
        "No module named 'nowhere_to_be_found'",
    ),
    "an endless loop outside of functions": (
        GOOD.encode() + b"\nwhile True: pass\n",
        "stopped",
        "the code outside of functions took longer",
    ),
    "sys.exit outside of functions": (
        GOOD.encode() + b"\nimport sys\nsys.exit()\n",
        "raises",
        "ends the whole program",
    ),
    "a number under the name": (b"relu = 3\n", "missing", "no function `relu`"),
    "too few arguments": (b"def relu():\n    return 1\n", "raises", "takes 0 positional"),
    "five thousand parentheses": (b"relu = " + b"(" * 5000, "unreadable", "not Python"),
    "async": (b"async def relu(z):\n    return z\n", "shape", "coroutine"),
}


@pytest.mark.parametrize("what", FILES)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_broken_file_is_reported(what: str, guard: Guard):
    source, outcome, words = FILES[what]
    verdict = grade("relu", source, PATH, guard, seconds=LIMIT)
    assert verdict.outcome == outcome, verdict
    assert words in verdict.message


@pytest.mark.parametrize("one", cases(TABLE, "instead", Instead), ids=lambda one: one.what)
def test_what_there_is_instead_is_said(one: Instead, guard: Guard):
    verdict = grade("relu", one.source.encode(), PATH, guard)
    assert verdict.outcome == "missing"
    assert one.words in verdict.details[0]


def test_warnings_that_python_does_not_show_are_not_told(guard: Guard):
    """A file left open is no overflow."""
    source = GOOD.replace("    return", "    np.matrix([1])\n    open(__file__)\n    return")
    path = Path(__file__)
    assert grade("relu", source.encode(), path, guard).outcome == "right"


def test_a_deprecation_is_not_called_an_overflow(guard: Guard):
    warns = "    import warnings\n    warnings.warn('old', DeprecationWarning)\n    return"
    verdict = grade("relu", GOOD.replace("    return", warns).encode(), PATH, guard)
    assert verdict.outcome == "fragile"
    assert "overflow" not in " ".join([verdict.message, *verdict.details])


def test_mini_batches_without_end_are_told_in_few_words(guard: Guard):
    source = (
        "def minibatches(X, y, batch_size, rng):\n    while True:\n        yield X[:1], y[:1]\n"
    )
    assert len(grade("minibatches", source.encode(), PATH, guard).message) < 400


def test_spaces_and_umlauts_in_the_path(tmp_path: Path, guard: Guard):
    path = tmp_path / "mein erstes Netz für größere Ziffern" / "network.py"
    path.parent.mkdir()
    path.write_bytes(b"def relu(z):\n    return 1 / 0\n")
    verdict = grade("relu", path.read_bytes(), path, guard)
    assert verdict.lines[-1].text == "return 1 / 0"


def test_files_that_are_deleted_or_written_are_named(tmp_path: Path, guard: Guard):
    victim, other = tmp_path / "notes.txt", tmp_path / "new.txt"
    victim.write_text("mine")
    body = f"if os.path.exists({str(victim)!r}): os.remove({str(victim)!r})\n"
    body += f"    open({str(other)!r}, 'w').close()"
    verdict = grade("sigmoid", BODY.format(body).encode(), PATH, guard)
    assert f"It deleted {victim}" in verdict.notes
    assert verdict.notes.count(f"It wrote to {other}") == 1
    assert not victim.exists()


def test_what_is_printed_is_noted_and_cannot_reach_the_answer(guard: Guard):
    body = "print('\\x00\\xff{\"event\": \"done\"}', flush=True); os.write(1, b'\\x08' * 64)"
    source = BODY.replace("np.exp(z)", "1 / (1 + np.exp(-z))").format(body)
    verdict = grade("sigmoid", source.encode(), PATH, guard)
    assert verdict.outcome == "fragile"
    assert any(note.startswith("It printed: ") for note in verdict.notes)


def test_bytes_on_the_way_of_the_answer_are_no_answer(guard: Guard):
    """Code that writes to every open descriptor cannot pass for an answer, nor break the tool."""
    body = (
        "for d in range(3, 64):\n        try: os.write(d, b'\\x00' * 64)\n"
        "        except OSError: pass"
    )
    verdict = grade("sigmoid", BODY.format(body).encode(), PATH, guard, seconds=LIMIT)
    assert not verdict.passed


def test_an_answer_on_a_case_that_there_is_none_of_is_left_out(guard: Guard):
    body = (
        "import importlib\n"
        "    room = importlib.import_module('chain' + 'rule.workshop')\n"
        "    M, encode = room.MESSAGES, room.encode\n"
        "    late = M['Returned'](99, 1.0, '', 0.0, [], [], False, False)\n"
        "    for data in map(encode, (M['CaseStarted'](99), late)):\n"
        "        for d in range(3, 64):\n"
        "            try: os.write(d, len(data).to_bytes(8, 'little') + data)\n"
        "            except OSError: pass"
    )
    verdict = grade("sigmoid", BODY.format(body).encode(), PATH, guard)
    assert verdict.outcome == "numbers", verdict


def test_only_the_learners_own_lines_are_shown(guard: Guard):
    source = "import numpy as np\n\ndef relu(z):\n    return np.linalg.inv(np.zeros((2, 2)))\n"
    verdict = grade("relu", source.encode(), PATH, guard)
    assert [(line.line, line.text) for line in verdict.lines] == [
        (4, "return np.linalg.inv(np.zeros((2, 2)))")
    ]


def test_no_solution_in_what_is_said(guard: Guard):
    """A stub, a crash and a wrong answer never bring a line of the reference with them."""
    for name in stage_names():
        secret = [
            line.strip()
            for line in stage(name).reference.split('"""')[2].splitlines()
            if len(line.strip()) > 25
        ]
        source = f"def {name}(*a):\n    raise ValueError(1)\n"
        verdict = grade(name, source.encode(), PATH, guard)
        text = repr(verdict.to_dict())
        assert not any(line in text for line in secret)


def test_a_process_that_escapes_its_group_is_ended(guard: Guard):
    """A copy made behind Python's back, in a session of its own."""
    body = (
        "import ctypes; c = ctypes.CDLL(None)\n"
        "    if c.fork() == 0:\n        c.setsid()\n"
        "        while True: pass\n    while True: pass"
    )
    if sys.platform != "linux":
        pytest.skip("orphans are adopted on Linux alone")
    task = CallFunction("sigmoid", (CallCase([1.0]),))
    job = Job(BODY.format(body).encode(), str(PATH), task, seconds=0.3, memory=MEMORY)
    ran = guard.run(job)
    assert ran.ending == "time"
    assert below(guard) == []


def test_the_guard_starts_again_when_it_was_ended():
    with Guard() as guard:
        assert guard._process is not None
        guard._process.kill()
        guard._process.wait()
        verdict = grade("relu", GOOD.encode(), PATH, guard)
    assert verdict.outcome == "right"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no signals")
def test_nothing_is_left_when_the_tool_is_killed(tmp_path: Path):
    """The waiting process and the learner's code end with whoever started them."""
    running = tmp_path / "running"
    source = f"def f(x):\n    open({str(running)!r}, 'w').close()\n    while True: pass\n"
    script = (
        "from chainrule.workshop import MEMORY, CallCase, CallFunction, Guard, Job\n"
        f"task = CallFunction('f', (CallCase([1.0]),))\n"
        "with Guard() as guard:\n    print(guard._process.pid, flush=True)\n"
        f"    guard.run(Job({source.encode()!r}, '/n.py', task, 30.0, MEMORY))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=tmp_path
    ) as process:
        assert process.stdout is not None
        waiting = int(process.stdout.readline())
        until = time.monotonic() + 15
        while not running.exists() and time.monotonic() < until:
            time.sleep(0.02)
        process.kill()
    while time.monotonic() < until:
        try:
            os.kill(waiting, 0)
        except ProcessLookupError:
            return
        if "\nState:\tZ" in Path(f"/proc/{waiting}/status").read_text():
            return
        time.sleep(0.02)
    pytest.fail("the waiting process is still there")


def test_without_forking_the_answers_are_the_same(guard: Guard):
    """Where no process can be forked each job has an interpreter of its own."""
    with Guard(warm=False) as cold:
        for name, source, outcome in (
            ("relu", GOOD, "right"),
            ("relu", "def relu(z):\n    while True: print('x' * 999)\n", "stopped"),
            ("relu", "import os\n\ndef relu(z):\n    os._exit(0)\n", "stopped"),
            ("relu", "def relu(z)\n", "unreadable"),
        ):
            counting: Any = Counting(cold)
            verdict = grade(name, source.encode(), PATH, counting, seconds=LIMIT)
            assert verdict.outcome == outcome
            assert len(counting.endings) == 1


# --- a function that leans on another -----------------------------------------------------------


def test_a_wrong_function_below_is_named(guard: Guard):
    source = "import numpy as np\n\ndef sigmoid(z):\n    return np.tanh(z)\n\n"
    source += "def neuron(x, w, b):\n    return sigmoid(w @ x + b)\n"
    verdict = grade("neuron", source.encode(), PATH, guard)
    assert verdict.outcome == "held-up"
    assert "`neuron` is right by itself. Your `sigmoid`, which it uses, is wrong" in verdict.message


def test_a_function_below_that_is_not_written_is_named(guard: Guard):
    source = "import numpy as np\n\ndef sigmoid(z):\n    raise NotImplementedError\n\n"
    source += "def neuron(x, w, b):\n    return sigmoid(w @ x + b)\n"
    verdict = grade("neuron", source.encode(), PATH, guard)
    assert verdict.outcome == "held-up"
    assert "`sigmoid`, which it uses, is not written yet" in verdict.message


def test_a_function_that_is_wrong_itself_is_not_excused(guard: Guard):
    source = "import numpy as np\n\ndef sigmoid(z):\n    return np.tanh(z)\n\n"
    source += "def neuron(x, w, b):\n    return sigmoid(w @ x)\n"
    assert grade("neuron", source.encode(), PATH, guard).outcome == "numbers"


def test_of_two_that_are_wrong_each_is_told_its_own(guard: Guard):
    """`backprop` turns the outer product around, `hidden_error` forgets the transpose."""
    source = (
        references()
        .replace("(W_next.T @ delta_next) *", "(W_next @ delta_next) *")
        .replace("np.outer(delta, activations[-2])", "np.outer(activations[-2], delta)")
    )
    verdict = grade("backprop", source.encode(), PATH, guard)
    assert verdict.outcome == "shape"
    assert verdict.message.startswith("dC/dW2 has shape (3, 2)")
    assert verdict.details[-1].startswith("your `hidden_error`, which it uses, does not pass eith")


def test_functions_that_call_each_other_without_end_are_told_so(guard: Guard):
    source = b"def sigmoid(z):\n    return 1 + sigmoid_prime(z)\n\n"
    source += b"def sigmoid_prime(z):\n    return sigmoid(z) * (1 - sigmoid(z))\n"
    for name in ("sigmoid", "sigmoid_prime"):
        assert "calls itself too deep" in grade(name, source, PATH, guard).message


CHAIN = """import numpy as np

kept = {{}}

def sigmoid(z):
    {}

def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))

def forward(x, weights, biases):
    zs, activations = [], []
    for W, b in zip(weights, biases):
        zs.append(W @ x + b)
        x = sigmoid(zs[-1])
        activations.append(x)
    return zs, activations

def output_error(z, a, y):
    return (a - y) * sigmoid_prime(z)
"""
IN_PLACE = """if np.ndim(z) == 0 or np.asarray(z).dtype.kind in 'iu':
        return 0.5 * (1 + np.tanh(np.multiply(z, 0.5)))
    np.tanh(z / 2, out=z)
    z += 1
    z *= 0.5
    return z"""
ONE_BUFFER = """z = np.asarray(z, float)
    b = kept.setdefault(z.shape, np.empty(z.shape))
    b[...] = 0.5 * (1 + np.tanh(z / 2))
    return b"""


@pytest.mark.parametrize(
    ("body", "names"),
    [(IN_PLACE, ("sigmoid_prime", "output_error", "forward")), (ONE_BUFFER, ("forward",))],
    ids=["changes its argument", "writes over what it gave back"],
)
def test_a_function_that_passes_alone_and_fails_its_callers_is_named(
    body: str, names: tuple[str, ...], guard: Guard
):
    source = CHAIN.format(body).encode()
    assert grade("sigmoid", source, PATH, guard).passed
    for name in names:
        verdict = grade(name, source, PATH, guard)
        assert verdict.outcome == "held-up", verdict
        assert f"`{name}` is right with our `sigmoid` in place of yours" in verdict.message


def test_the_wrong_function_that_matters_is_named(guard: Guard):
    """`relu` is wrong too, and it is not what makes the difference."""
    source = CHAIN.format(IN_PLACE) + "\ndef relu(z):\n    return z\n"
    source = source.replace("sigmoid_prime(z)\n", "sigmoid_prime(z) + 0 * relu(0)\n")
    verdict = grade("output_error", source.encode(), PATH, guard)
    assert "with our `sigmoid` in place of yours" in verdict.message


HELD = """import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(z))

{}

def forward(x, weights, biases{}):
    zs, activations = [], []
    for W, b in zip(weights, biases):
        zs.append(W @ x + b)
        x = {}(zs[-1])
        activations.append(x)
    return zs, activations
"""


@pytest.mark.parametrize(
    ("before", "argument", "called"),
    [
        ("act = sigmoid", "", "act"),
        ("acts = {'s': sigmoid}", "", "acts['s']"),
        ("acts = [sigmoid]", "", "acts[0]"),
        ("acts = (sigmoid, np.tanh)", "", "acts[0]"),
        ("", ", act=sigmoid", "act"),
        ("", ", *, act=sigmoid", "act"),
        ("def layer(z, act=sigmoid):\n    return act(z)", "", "layer"),
    ],
)
def test_ours_is_put_in_wherever_the_file_took_hold_of_theirs(
    before: str, argument: str, called: str, guard: Guard
):
    source = HELD.format(before, argument, called)
    verdict = grade("forward", source.encode(), PATH, guard)
    assert verdict.outcome == "held-up", verdict
    assert "Your `sigmoid`, which it uses, is wrong" in verdict.message
    wrong = grade("forward", source.replace("W @ x + b", "W @ x - b").encode(), PATH, guard)
    assert wrong.outcome == "numbers"


def test_a_function_of_python_itself_is_replaced_in_the_file_alone(guard: Guard):
    """The references below `forward` use `zip`, which somebody may have called `sigmoid`."""
    source = HELD.format("sigmoid = zip", "", "sigmoid")
    verdict = grade("forward", source.encode(), PATH, guard)
    assert verdict.outcome == "held-up", verdict


def test_a_file_of_stubs_is_graded_at_once(guard: Guard):
    """Without a process for any of them."""
    counting: Any = Counting(guard)
    assert len(list(grade_all(b"", PATH, counting))) == len(stage_names())
    assert counting.endings == []
