"""What goes wrong, in one line: `chainrule: ` and then what was found and what to do.

Exit status 0: done. 1: the answer is no (a gradient check that fails, a wrong equation). 2: it
could not be done. 3: undecided (`chainrule check` cannot tell right from wrong). 130: stopped by
Ctrl-C.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import typer

from chainrule.ground.faults import Call, Fault
from chainrule.ground.words import listed, nearest, visible

COULD_NOT = 2
STOPPED = 130
DEBUG = "CHAINRULE_DEBUG"

MOST_MEANT = 3
"""How many options a single letter may stand for."""


class Refused(Fault):
    """What a command cannot do, in one line for a person."""


def say(message: str) -> None:
    """One line on standard error, in which nothing steers the terminal."""
    print("chainrule:", visible(" ".join(message.split())), file=sys.stderr)


def option(named: str | Call) -> str:
    """A setting or a call as it is typed: `--learning-rate`, `chainrule data fetch mnist`."""
    if isinstance(named, str):
        return f"--{named.replace('_', '-')}"
    options = [word for name, value in named.settings.items() for word in (option(name), value)]
    return shlex.join(["chainrule", *named.function.split("."), *named.values, *options])


def options(settings: Mapping[str, Any]) -> str:
    """Settings as the command line takes them: `--layers 5,5 --learning-rate 0.5`."""
    return " ".join(
        option(name) if value is None else f"{option(name)} {as_typed(value)}"
        for name, value in settings.items()
    )


def as_typed(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(as_typed, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def did_you_mean(word: str, known: Iterable[str], hint: str) -> str:
    """The known word that was probably meant, with the hint; or the hint alone."""
    close = nearest(word, known)
    return f"did you mean {close[0]}? ({hint})" if close else hint


def option_meant(typed: str, known: Iterable[str], hint: str) -> str:
    """What was probably meant by an option; one letter may stand for those that begin with it."""
    if not re.fullmatch(r"-[a-z]", typed):
        return did_you_mean(typed, known, hint)
    begin = [name for name in known if name.startswith(f"-{typed}")]
    return f"did you mean {listed(begin)}? ({hint})" if 0 < len(begin) <= MOST_MEANT else hint


def of_usage(fault: typer.TyperException) -> str:
    """A usage error of Typer's, shortened."""
    text = fault.format_message()
    context = getattr(fault, "ctx", None)
    command = context.command_path if context is not None else "chainrule"
    hint = f"{command} --help lists what there is"
    option = getattr(fault, "option_name", None)
    if text.startswith("No such option") and option is not None:
        known = [name for p in context.command.params for name in p.opts] if context else []
        return f"no option {option}; {option_meant(option, known, hint)}"
    if text.startswith("No such command"):
        name = text.split("'")[1]
        options = [name for p in context.command.params for name in p.opts] if context else []
        known = [*context.command.commands, *options] if context else []
        return f"no command {name!r}; {did_you_mean(name, known, hint)}"
    if text.startswith("Missing command"):
        return f"a command is missing; {hint}"
    found = re.match(r"Invalid value for '?([^:]*?)'?: (.*)", text, re.DOTALL)
    if found:
        return f"{found[1]}: {found[2].rstrip('.')}"
    return f"{text[0].lower()}{text[1:].rstrip('.')} ({command} --help)"


def of_system(fault: OSError) -> str:
    """An error of the operating system: which file, and why."""
    reason = fault.strerror or str(fault)
    return f"{fault.filename}: {reason}" if fault.filename else reason


def unexpected(fault: BaseException) -> str:
    """A fault of this program."""
    what = f"{type(fault).__name__}: {fault}" if str(fault) else type(fault).__name__
    return (
        f"a fault of this program, not of yours ({what}); {DEBUG}=1 before the command shows where"
    )


def explain(fault: Exception) -> str | None:
    """The line for an error that is meant for a person; None for any other."""
    if isinstance(fault, Fault):
        return fault.line(option)
    if isinstance(fault, MemoryError):
        return (
            "not enough memory for a network or data of this size; take smaller layers, or fewer "
            "examples at a time"
        )
    if isinstance(fault, OSError):
        return of_system(fault)
    return None


def debugging() -> bool:
    return bool(os.environ.get(DEBUG))
