"""The learner's file read and run as a module; what goes wrong in it, by their own lines."""

from __future__ import annotations

import io
import sys
import tokenize
import types
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from chainrule.workshop.guarded.protocol import Job, OwnLine, Raised

LONGEST_MESSAGE = 500
MOST_LINES = 5


def load(source: bytes, path: str) -> ModuleType:
    """Run the source as a module of its own. The file's folder may be imported from, last."""
    name = Path(path).stem
    module = types.ModuleType(name)
    module.__file__ = path
    folder = str(Path(path).parent)
    if folder not in sys.path:
        sys.path.append(folder)
    sys.modules.setdefault(name, module)
    exec(compile(decoded(source, path), path, "exec"), module.__dict__)
    return module


def decoded(source: bytes, path: str) -> str:
    """The text of a file, by its declared encoding or UTF-8, as Python reads it."""
    encoding = declared(source)
    if b"\0" in source:  # of which some versions of Python make a ValueError
        line = source.count(b"\n", 0, source.index(b"\0")) + 1
        message = "source code string cannot contain null bytes"
        raise SyntaxError(message, (path, line, None, None))
    try:
        return source.decode(encoding)
    except UnicodeDecodeError as fault:
        line = source.count(b"\n", 0, fault.start) + 1
        message = f"byte {source[fault.start]:#04x} is not {encoding}; save the file as UTF-8"
        raise SyntaxError(message, (path, line, None, None)) from None


def declared(source: bytes) -> str:
    """The encoding that the first lines name, else UTF-8."""
    try:
        return tokenize.detect_encoding(io.BytesIO(source).readline)[0]
    except SyntaxError as fault:
        if "unknown encoding" in str(fault):
            raise
        return "utf-8"  # and decoding says which byte is wrong


def put_in(module: ModuleType, source: str, names: Sequence[str]) -> None:
    """Put functions of `source` in the place of the module's own."""
    namespace: dict[str, Any] = {}
    exec(compile(source, "<reference>", "exec"), namespace)
    for name in names:
        own = module.__dict__.get(name)
        if callable(own):
            replace_everywhere(module, own, namespace[name])
        module.__dict__[name] = namespace[name]


def replace_everywhere(module: ModuleType, own: Any, ours: Any) -> None:
    """Replace a function wherever the module took hold of it while it was loaded.

    That is under another name, in a list, tuple or dict, and in the defaults of arguments.
    """

    def exchanged(value: Any) -> Any:
        return ours if value is own else value

    for name, value in list(module.__dict__.items()):
        if name.startswith("__"):  # among them Python's own functions, which ours use
            continue
        module.__dict__[name] = exchanged(value)
        if type(value) is dict:
            value.update({key: exchanged(item) for key, item in value.items()})
        elif type(value) is list:
            value[:] = map(exchanged, value)
        elif type(value) is tuple:
            module.__dict__[name] = tuple(map(exchanged, value))
        elif isinstance(value, types.FunctionType):
            if value.__defaults__ is not None:
                value.__defaults__ = tuple(map(exchanged, value.__defaults__))
            if value.__kwdefaults__ is not None:
                value.__kwdefaults__ = {k: exchanged(v) for k, v in value.__kwdefaults__.items()}


def own_lines(fault: BaseException, source: bytes, path: str) -> tuple[OwnLine, ...]:
    """Where in the file it went wrong. The last lines count."""
    text = source.decode("utf-8", "replace").splitlines()

    def line(number: int | None, function: str) -> OwnLine:
        at = number or 0
        shown = text[at - 1].strip() if 0 < at <= len(text) else ""
        return OwnLine(at, function, shown[:200])

    if isinstance(fault, SyntaxError) and fault.filename == path:
        return (line(fault.lineno, ""),)
    lines, trace = [], fault.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            lines.append(line(trace.tb_lineno, function_name(trace)))
        trace = trace.tb_next
    return tuple(lines[-MOST_LINES:])


def beside(fault: BaseException, path: str) -> str:
    """Where in a file of the same folder, or below it, an exception comes from."""
    folder, where, trace = Path(path).parent, "", fault.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if folder in file.parents and "site-packages" not in file.parts:
            name = file.relative_to(folder)
            where = "" if str(file) == path else f" ({name}, line {trace.tb_lineno})"
        trace = trace.tb_next
    return where


def function_name(trace: TracebackType) -> str:
    name = trace.tb_frame.f_code.co_name
    return "" if name == "<module>" else name


def described(fault: BaseException, job: Job, case: int | None) -> Raised:
    """An exception as plain values."""
    try:
        message = str(fault.msg if isinstance(fault, SyntaxError) else fault)
    except Exception as second:
        message = f"(its message raises {type(second).__name__})"
    return Raised(
        case,
        type(fault).__name__,
        tuple(kind.__name__ for kind in type(fault).__mro__),
        f"{message[:LONGEST_MESSAGE]}{beside(fault, job.path)}",
        own_lines(fault, job.source, job.path),
    )
