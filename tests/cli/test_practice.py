"""`chainrule practice`: the contract for scripts, and a walk in a terminal."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from chainrule.practice import TOPICS, problem

SECONDS = 60


def test_the_topics_are_listed(cli):
    import json

    found = json.loads(cli("practice", "--list", "--json").out)
    assert [one["topic"] for one in found] == [topic.name for topic in TOPICS]
    assert all(set(one) == {"topic", "title", "concept", "kind"} for one in found)
    shown = cli("practice", "--list")
    assert shown.status == 0
    assert all(topic.name in shown.out for topic in TOPICS)
    assert "Practise one of them: chainrule practice TOPIC" in shown.out
    assert len(json.loads(cli("practice", "cost", "--list", "--json").out)) == 3


def test_a_question_for_scripts(cli):
    (found,) = cli("practice", "product", "--seed", 7, "--json").objects()
    assert found == problem("product", 7).to_dict()
    assert {"topic", "seed", "ask", "kind", "function", "variable", "answer", "wrong"} == set(found)
    assert all({"text", "kind"} <= set(one) for one in found["wrong"])


def test_several_questions_for_scripts(cli):
    found = cli("practice", "cost", "--seed", 5, "--count", 4, "--json").objects()
    assert [one["seed"] for one in found] == [5, 6, 7, 8]
    assert [one["topic"] for one in found] == [
        "quadratic-cost",
        "mean-cost",
        "cost-slope",
        "quadratic-cost",
    ]


def test_an_answer_for_scripts(cli):
    asked = problem("product", 7)
    right = cli("practice", "product", "--seed", 7, "--answer", asked.task.answer.text(), "--json")
    (found,) = right.objects()
    assert (right.status, found["verdict"]) == (0, "right")
    assert found["problem"] == asked.to_dict()
    assert {"verdict", "understood", "lines", "mistake", "condition", "witness", "problem"} == set(
        found
    )
    for wrong in asked.wrong:
        outcome = cli("practice", "product", "--seed", 7, "--answer", wrong.answer.text(), "--json")
        (found,) = outcome.objects()
        assert (outcome.status, found["verdict"]) == (1, "wrong")
        assert found["mistake"]["kind"] == wrong.rule.kind
        assert found["mistake"]["rule"] == wrong.rule.name


@pytest.mark.parametrize(
    ("typed", "status"), [("-9*x^2", 1), ("((", 2), ("--", 2), ("-", 2), ("", 2)]
)
def test_the_exit_status_of_an_answer(cli, typed: str, status: int):
    outcome = cli("practice", "power", "--seed", 3, "--answer", typed)
    assert outcome.status == status
    assert outcome.out.strip()


def test_what_is_right_only_if_is_no_pass(cli):
    seed, typed = 0, "-6*((x + h)^2 - x^2)/h"
    assert "−6x²" in problem("difference-quotient-h", seed).ask
    outcome = cli("practice", "difference-quotient-h", "--seed", seed, "--answer", typed)
    assert outcome.status == 1
    assert "right only if h is not 0" in outcome.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("prduct", "did you mean product?"),
        ("rules --answer 3 --seed 1", "give a TOPIC and --seed N"),
        ("power --answer 3", "give a TOPIC and --seed N"),
        ("--answer 3 --seed 1", "give a TOPIC and --seed N"),
    ],
)
def test_what_cannot_be_practised_says_so_in_a_line(cli, words: str, message: str):
    outcome = cli("practice", *words.split())
    assert outcome.status == 2
    assert message in outcome.err
    assert outcome.err.count("\n") == 1


class Terminal:
    """A process in a pseudo-terminal: type, and wait for what it says."""

    def __init__(self, inside: int, process: subprocess.Popen[bytes]) -> None:
        self.inside, self.process, self.read = inside, process, ""

    def type(self, words: str) -> None:
        os.write(self.inside, words.encode() + b"\r")

    def expect(self, words: str, key: str = "") -> str:
        """What came up to these words; the key is pressed, every two seconds until they come.

        A Ctrl-C between the prompt and Python's waiting for a line is noticed at the next key.
        """
        until, press = time.monotonic() + SECONDS, time.monotonic()
        while words not in self.read:
            assert time.monotonic() < until, f"{words!r} did not come: {self.read!r}"
            if key and time.monotonic() >= press:
                os.write(self.inside, key.encode())
                press = time.monotonic() + 2
            ready, _, _ = select.select([self.inside], [], [], 0.5)
            if ready:
                try:
                    self.read += (
                        os.read(self.inside, 4096).decode(errors="replace").replace("\r", "")
                    )
                except OSError:
                    break
        before, found, self.read = self.read.partition(words)
        assert found, f"{words!r} did not come: {before!r}"
        return before + found

    def ended(self) -> int:
        return self.process.wait(SECONDS)


@pytest.fixture
def terminal(command: Callable[..., list[str]], environment: dict[str, str], heeding_ctrl_c: None):
    @contextmanager
    def of(*arguments: object, columns: int = 80, **environ: str) -> Iterator[Terminal]:
        inside, outside = pty.openpty()
        setting = {**environment, "TERM": "dumb", "COLUMNS": str(columns), **environ}
        process = subprocess.Popen(
            command("practice", *arguments), stdin=outside, stdout=outside, stderr=outside,
            env=setting, start_new_session=True,
            preexec_fn=lambda: __import__("fcntl").ioctl(0, __import__("termios").TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(outside)
        try:
            yield Terminal(inside, process)
        finally:
            process.kill()
            process.wait()
            os.close(inside)

    return of


def test_a_walk_in_a_terminal(terminal):
    asked = problem("power", 3)
    with terminal("power", "--seed", 3) as one:
        one.expect("hint, show, skip, help, quit")
        one.expect("f(x) = x⁹. What is f′(x)?")
        one.expect("> ")
        one.type("?")
        one.expect("chainrule practice power --seed 3")
        one.type("9x^9")
        one.expect("and was not lowered")
        one.type("9x^(")
        one.expect("not readable")
        one.type("hnt")
        one.expect("If you meant a command, type hint.")
        one.type("hint")
        one.expect("(2 more hints)")
        one.type("hint")
        one.expect("Power rule")
        one.type("x^8")
        one.expect("and did not come in front")
        one.expect("show or skip")
        one.type(asked.task.answer.text())
        one.expect("right")
        one.expect("2. the power rule")
        one.type("show")
        one.expect("answer:")
        one.expect("3. the power rule")
        one.type("skip")
        one.expect("4. the power rule")
        one.type("quit")
        one.expect("1 of 3 questions right, 0 at once.")
        one.expect("Next: chainrule learn slope")
        assert one.ended() == 0


@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_a_key_ends_it(terminal, key: str):
    with terminal("power", "--seed", 3) as one:
        one.expect("> ")
        shown = one.expect("Next: chainrule learn slope", key)
        assert "This question again" in shown
        assert "question right" not in shown, "it was not answered"
        assert "Traceback" not in shown
        assert one.ended() == 0


def test_the_last_question_ends_it(terminal):
    with terminal("power", "--seed", 3, "--count", 1) as one:
        one.expect("> ")
        one.type("9x^8")
        one.expect("1 of 1 question right, 1 at once.")
        assert one.ended() == 0


def test_a_narrow_terminal_gets_narrow_lines(terminal):
    with terminal("quadratic-cost", "--seed", 2, columns=32) as one:
        one.expect("> ")
        one.type("help")
        one.expect("> ")
        one.type("show")
        said = one.expect("2. the quadratic")
        words = [line for line in said.splitlines() if not re.search(r"\S{30,}", line)]
        assert max(map(len, words)) <= 32


def test_a_terminal_without_mathematics_gets_letters(terminal):
    with terminal("power", "--seed", 3, PYTHONIOENCODING="ascii") as one:
        one.expect("f(x) = x^9. What is f'(x)?")


def test_answers_may_come_from_a_pipe(command, environment):
    done = subprocess.run(
        [*command("practice", "power", "--seed", 3), "--count", "2"],
        input="9x^8\nskip\n", env=environment, capture_output=True, text=True, timeout=SECONDS,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert "1 of 2 questions right" in done.stdout
