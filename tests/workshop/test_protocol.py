"""What crosses to the guarded process: every message comes through whole, and the door is light."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule.workshop
from chainrule.workshop import MESSAGES, Job, OwnLine, Unreadable, decode, encode, pack

ROOM = "chainrule.workshop."
SOURCE = Path(chainrule.workshop.__file__)

EXAMPLES: dict[str, Any] = {
    "int": 3,
    "float": 0.5,
    "str": "größer",
    "bool": True,
    "bytes": b"\0\xff",
    "int | None": None,
    "Any": [1.0, {"a": None}, "text"],
    "Array": np.arange(6.0).reshape(2, 3),
    "dict[str, Any]": {"x": np.ones(2), "rate": 0.5},
    "list[Any]": [np.ones(2), None],
    "list[Array]": [np.ones(2), np.zeros((2, 3))],
    "list[int]": [1, 2],
    "list[str]": ["a", "b"],
    "list[bool]": [True, False],
    "tuple[int, ...]": (4, 5),
    "tuple[str, ...]": ("a", "b"),
}


def example(kind: type) -> Any:
    """A message with something in every field."""
    values = {}
    for each in fields(kind):
        named = [name for name in MESSAGES if name in str(each.type).replace("|", " ").split()]
        inside = [name for name in MESSAGES if f"tuple[{name}, ...]" == each.type]
        if inside:
            values[each.name] = (example(MESSAGES[inside[0]]),)
        elif named:
            values[each.name] = example(MESSAGES[named[0]])
        else:
            values[each.name] = EXAMPLES[str(each.type)]
    return kind(**values)


@pytest.mark.parametrize("name", MESSAGES)
def test_every_message_comes_back_as_it_was(name: str):
    message = example(MESSAGES[name])
    assert repr(decode(encode(message))) == repr(message)


def test_what_is_no_message_of_ours_cannot_be_read():
    for value in (None, [], {}, {"kind of message": "Nobody"}, {"kind of message": "OwnLine"}):
        with pytest.raises(Unreadable):
            decode(pack(value))
    line = {"kind of message": "OwnLine", "line": 1, "function": "f", "text": "x"}
    assert decode(pack(line)) == OwnLine(1, "f", "x")
    for name, value in (("line", "1"), ("text", None)):
        with pytest.raises(Unreadable):
            decode(pack({**line, name: value}))


def test_what_looks_like_a_message_in_a_value_is_none():
    returned = example(MESSAGES["Returned"])
    forged = {"kind of message": "Done"}
    again = decode(encode(type(returned)(**{**vars(returned), "value": forged})))
    assert again.value == forged


def test_a_job_keeps_its_task():
    job = example(Job)
    assert type(decode(encode(job)).task) is type(job.task)


def test_the_guarded_process_loads_the_standard_library_and_numpy_alone():
    script = "import sys, chainrule.workshop.guarded.warm_process as z\n"
    script += "for kind in z.TASKS: z.task(kind)\nprint(*sys.modules, sep='\\n')"
    ran = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{script}"],
        capture_output=True,
        text=True,
        check=True,
    )
    modules = {name.split(".")[0] for name in ran.stdout.split()} - sys.stdlib_module_names
    assert modules - {"__main__"} == {"chainrule", "numpy"}
    rooms = {name for name in ran.stdout.split() if name.startswith("chainrule.")}
    assert {name.split(".")[1] for name in rooms} <= {"workshop", "ground", "machine"}


def test_the_door_names_each_thing_once_and_finds_it():
    listed: dict[str, str] = {}
    for node in ast.walk(ast.parse(SOURCE.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(ROOM):
            listed |= {name.name: str(node.module)[len(ROOM) :] for name in node.names}
    assert listed == chainrule.workshop.WHERE
    for name in listed:
        assert getattr(chainrule.workshop, name) is not None
