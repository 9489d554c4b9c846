"""What to say where the learner's code does not run: plainly, and what to do."""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass

from chainrule.workshop.calls import Call, Calls
from chainrule.workshop.course import Stage
from chainrule.workshop.guarded.guard import MEMORY, Ran
from chainrule.workshop.guarded.protocol import Raised, Touched

IMPORTS = {"np": "import numpy as np", "numpy": "import numpy", "math": "import math"}
SIGNALS = {
    "SIGSEGV": "it touched memory that is not its own",
    "SIGABRT": "it gave up",
    "SIGBUS": "it touched memory that is not there",
    "SIGFPE": "it divided by zero in machine code",
    "SIGKILL": "the system ended it, most often for want of memory",
    "SIGXFSZ": "it wrote a file that grew too large",
}

ALLOWED = f"{MEMORY / 2**30:.0f} GiB are allowed"


@dataclass(frozen=True)
class Known:
    """An exception of this kind whose message fits the pattern, in plain words.

    In `words`, `{0}` is what the pattern's group found and `{message}` the whole message. Where
    `line` is given, the learner's own line must fit it, too; its groups come after the others.
    """

    kind: str
    pattern: str
    words: str
    line: str = ""


KNOWN = (
    Known(
        "UnboundLocalError",
        "",
        "{message}: it is read before it is given a value in this function",
    ),
    *(
        Known(
            "NameError",
            f"name '{name}'",
            f"`{name}` is not defined: `{line}` is missing at the top of the file",
        )
        for name, line in IMPORTS.items()
    ),
    Known("NameError", r"name '(\w+)'", "`{0}` is not defined"),
    Known(
        "SystemExit",
        "^2$",  # the status with which argparse ends where an option is missing
        "it ends the whole program (`argparse`, which found an option missing): "
        "give every option a default",
    ),
    Known("SystemExit", "", "it ends the whole program (`sys.exit` or `exit`): return a value"),
    Known("KeyboardInterrupt", "", "it raises KeyboardInterrupt"),
    Known(
        "RecursionError",
        "",
        "it calls itself too deep, some thousand calls inside one another: is there a case in "
        "which it stops? A loop has no such bound",
    ),
    Known(
        "ProcessRefused",
        "",
        "{message}: a function of a network needs no other process, and none is started",
    ),
    Known("MemoryError", r"allocate ([\d.]+ \w+)", f"it asks for {{0}}; {ALLOWED}"),
    Known("MemoryError", "", f"it asks for more memory than there is; {ALLOWED}"),
    Known("EOFError", "reading a line", "it waits for typed input: nothing is typed here"),
    Known(
        "TypeError",
        "can be converted to Python scalars",
        "an array comes where one number is expected: the functions of `math`, `float` and "
        "`int` take one number; those of NumPy, as `np.exp`, take arrays",
    ),
    Known(
        "ValueError",
        "inhomogeneous",
        "an array is made of arrays of different shapes: keep them in a list",
    ),
    Known(
        "ValueError",
        "^(setting an array element with a sequence|Error setting single item of array)",
        "an array comes where one number is stored: is the function called on the whole array, "
        "and not on one element?",
    ),
    Known(
        "TypeError",
        r"bitwise_xor|for \^",
        "`^` is no power in Python: a power is `**`, as in `z**2`",
    ),
    Known(
        "TypeError",
        "multiply sequence by non-int|unsupported operand.*'list'",
        "TypeError: {message}. A list is no array: go through the arrays in it, or make one "
        "array of its numbers by np.array",
    ),
    Known(
        "IndexError",
        "^arrays used as indices must be of integer",
        "an array of fractions is used as an index: where rows of targets have a 1 for the "
        "class, `Y.argmax(axis=1)` gives the classes as whole numbers",
    ),
    Known(
        "TypeError",
        "^'NoneType' object",
        "TypeError: {message}. Something that is used here is None: a function without "
        "`return` gives None, and so do `rng.shuffle` and `sort`, which change in place",
    ),
    Known(
        "BdbQuit",
        "",
        "it stops in the debugger (`breakpoint()`), where nobody can type: take that line out",
    ),
    Known(
        "ValueError",
        "^The truth value of an array",
        "`{0}` of Python asks which of two arrays is the larger, and no answer holds for every "
        "element: `np.{0}imum` goes element by element",
        line=r"(?<![\w.])(max|min)\(",
    ),
    Known(
        "ValueError",
        "^The truth value of an array",
        "`if`, `and`, `or` and `while` ask one question, and an array gives an answer for "
        "each element: `np.where` or a mask goes element by element",
    ),
    Known(
        "TypeError",
        "^Cannot cast ufunc",
        "an array of whole numbers cannot hold fractions, and is changed in place here: make "
        "a new array, or one of floats",
    ),
    Known("Misread", "", "{message}"),
    Known("NotImplementedError", "", "it is not written yet (NotImplementedError)"),
)


def of_exception(raised: Raised) -> str:
    """An exception in one sentence."""
    for known in KNOWN:
        match = re.search(known.pattern, raised.message)
        own = re.search(known.line, raised.lines[-1].text if raised.lines else "")
        if known.kind in raised.kinds and match and own:
            return known.words.format(*match.groups(), *own.groups(), message=raised.message)
    message = of_shapes(raised.message)
    return f"{raised.type}: {message}" if message else raised.type


def of_call(call: Call, stage: Stage) -> str:
    """Why a call gave nothing: what was raised, and in which line of the file."""
    raised = call.raised
    assert raised is not None
    last = raised.lines[-1] if raised.lines else None
    if "NotImplementedError" in raised.kinds:
        if last is None or last.function == stage.name:
            return f"`{stage.name}` is not written yet"
        return f"`{stage.name}` uses `{last.function}`, which is not written yet"
    where = f", line {last.line}" if last is not None and last.line else ""
    return f"`{stage.name}` does not run{where}: {of_exception(raised)}"


SHAPES = (
    (
        r"matmul: Input operand 1 has a mismatch.*size (\d+) is different from (\d+)",
        "the two sides of `@` do not fit: the left one has {1} columns, the right one {0} rows",
    ),
    (
        r"shapes (\(.*?\)) and (\(.*?\)) not aligned",
        "shapes {0} and {1} do not fit together in a product",
    ),
    (
        r"could not be broadcast together with (?:remapped )?shapes (\S+) (\S+) (\S+)\s*$",
        "shapes {0} and {1} and {2} do not fit together, element by element",
    ),
    (
        r"could not be broadcast together with (?:remapped )?shapes (\S+) (\S+)\s*$",
        "shapes {0} and {1} do not fit together, element by element",
    ),
)
"""NumPy's words for arrays that do not fit together, and plain ones."""


def of_shapes(message: str) -> str:
    """The message, in plain words where it is about shapes."""
    for pattern, words in SHAPES:
        match = re.search(pattern, message)
        if match:
            return words.format(*match.groups())
    return message


def of_ending(calls: Calls, stage: Stage) -> str:
    """Why there is no answer from the process itself."""
    ran = calls.ran
    where = place(calls, stage)
    if ran.ending == "time":
        return (
            f"{where} took longer than {amount(calls.limit, 'second')} and was stopped: is there "
            "an endless loop?"
        )
    if ran.status < 0:
        name = signal.Signals(-ran.status).name
        return f"{where} crashed the process: {SIGNALS.get(name, 'it was ended')} ({name})"
    return f"{where} ended the process itself (`os._exit`, or it closed every open file)"


def place(calls: Calls, stage: Stage) -> str:
    if not calls.loaded:
        return (
            "network.py, while it was read,"
            if not calls.ran.answers
            else "the code outside of functions"
        )
    return f"`{stage.name}`"


def amount(number: float, unit: str) -> str:
    """`1 second`, `0.5 seconds`."""
    return f"{number:g} {unit}{'' if number == 1 else 's'}"


def notes(calls: Calls) -> tuple[str, ...]:
    """What was seen beside the answer: prints, and files that were changed."""
    ran = calls.ran
    if not ran.printed_bytes:
        return touched(ran)
    text = ran.printed.decode("utf-8", "replace").strip().splitlines()
    first = text[0][:80] if text else ""
    size = "" if ran.printed_bytes <= 200 else f" ({ran.printed_bytes:,} bytes in all)"
    return (f"It printed: {first}{size}", *touched(ran))


def touched(ran: Ran) -> tuple[str, ...]:
    """The files that were changed, each once."""
    return tuple(dict.fromkeys(f"It {each.what} {each.path}" for each in ran.of(Touched)))


def warning_lines(call: Call, kind: str | None = None) -> list[str]:
    """NumPy's warnings in one call, of any kind or of one."""
    return [
        each.message + (f" (line {each.line})" if each.line else "")
        for each in call.warned
        if kind in (None, each.type)
    ]
