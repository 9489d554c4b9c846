"""The stages of the workshop: each a function to write, as its folder in `stages/` has it."""

from __future__ import annotations

import ast
import difflib
import functools
import importlib
import textwrap
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chainrule.workshop.errors import WorkshopError

if TYPE_CHECKING:
    from chainrule.workshop.oracle import Oracle

FOLDER = Path(__file__).parent / "stages"

ORDER = (
    "numerical_derivative",
    "sigmoid",
    "sigmoid_prime",
    "relu",
    "relu_prime",
    "tanh",
    "tanh_prime",
    "neuron",
    "forward",
    "cost",
    "update",
    "minibatches",
    "output_error",
    "hidden_error",
    "backprop",
    "backprop_batch",
    "gradient_check",
    "train",
    "cross_entropy",
    "cross_entropy_error",
    "softmax",
    "softmax_backward",
    "init",
    "l2",
    "momentum",
)
"""The order of the roadmap."""

HEADER = "import numpy as np\n"
NOT_WRITTEN = "raise NotImplementedError"


@dataclass(frozen=True)
class Stage:
    """One function: what to write and where it is explained."""

    name: str
    title: str
    concept: int
    task: str
    read: tuple[str, ...]
    idea: str
    rule: str
    start: str

    @property
    def number(self) -> int:
        return ORDER.index(self.name) + 1

    @functools.cached_property
    def reference(self) -> str:
        """The source of the reference, without what stands around it."""
        source = (FOLDER / self.name / "reference.py").read_text(encoding="utf-8")
        return ast.get_source_segment(source, definition(source, self.name)) or ""

    @functools.cached_property
    def stub(self) -> str:
        """What the learner is given: signature and docstring, and nothing in it."""
        function = definition(self.reference, self.name)
        last = function.body[0].end_lineno or 0
        lines = self.reference.splitlines()[:last]
        return "\n".join([*lines, f"    {NOT_WRITTEN}"]) + "\n"

    @functools.cached_property
    def signature(self) -> str:
        """The `def` on one line."""
        function = definition(self.reference, self.name)
        returns = f" -> {ast.unparse(function.returns)}" if function.returns else ""
        return f"def {self.name}({ast.unparse(function.args)}){returns}:"

    @functools.cached_property
    def parameters(self) -> tuple[str, ...]:
        return tuple(a.arg for a in definition(self.reference, self.name).args.args)

    @functools.cached_property
    def oracle(self) -> Oracle:
        return importlib.import_module(f"{__package__}.stages.{self.name}.oracle").ORACLE

    @functools.cached_property
    def function(self) -> Callable[..., Any]:
        """The reference, to be called."""
        module = importlib.import_module(f"{__package__}.stages.{self.name}.reference")
        return getattr(module, self.name)

    def hint(self, rung: int) -> tuple[str, str]:
        """A rung of the ladder, 1 to 4: its heading and its text."""
        rungs = (
            ("The idea", self.idea),
            ("The rule", self.rule),
            ("Shape and first line", self.start),
            ("The reference", self.reference),
        )
        return rungs[rung - 1]

    def to_dict(self) -> dict[str, Any]:
        """Everything but the reference."""
        return {
            "name": self.name,
            "number": self.number,
            "title": self.title,
            "concept": self.concept,
            "task": self.task,
            "signature": self.signature,
            "read": list(self.read),
        }


def definition(source: str, name: str) -> ast.FunctionDef:
    """The definition of a function of this name in a source of ours."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return node
    raise LookupError(f"no function {name}")


@functools.cache
def stage(name: str) -> Stage:
    """The stage of this name; an unknown name is answered with the nearest known one."""
    if name not in ORDER:
        close = difflib.get_close_matches(name, ORDER, n=1, cutoff=0.5)
        meant = f"did you mean {close[0]}?" if close else f"they are {', '.join(ORDER)}"
        raise WorkshopError(f"no function {name!r} in the workshop; {meant}")
    fields = tomllib.loads((FOLDER / name / "stage.toml").read_text(encoding="utf-8"))
    return Stage(name=name, **{**fields, "read": tuple(fields["read"])})


def stages() -> list[Stage]:
    """All of them, in their order."""
    return [stage(name) for name in ORDER]


def references(names: Iterable[str]) -> str:
    """A module with the references of these stages and of all that come before the last."""
    last = max(ORDER.index(name) for name in names)
    functions = [stage(name).reference for name in ORDER[: last + 1]]
    imports = "from collections.abc import Callable, Iterator\n\n" + HEADER
    return "\n\n".join([imports, *functions]) + "\n"


def empty_file() -> str:
    """network.py as it is before anything is written."""
    introduction = '''
        """My neural network, function by function.

        Write the functions in their order. `chainrule build check` says how each one does, and
        `chainrule build watch` says it whenever this file is saved. What you do inside is yours:
        names, loops, helpers of your own. Only the names and arguments of these functions count.
        """
    '''
    imports = "from collections.abc import Callable, Iterator\n\n" + HEADER
    parts = [textwrap.dedent(introduction).strip() + "\n\n" + imports]
    parts += [each.stub for each in stages()]
    return "\n\n".join(parts)
