"""The stages of the workshop: each a function to write, as a folder of its own has it.

A folder holds `stage.toml` (what to write, hints, where it is explained, the words for known
mistakes, and its place among the others), `reference.py` (the function, written out) and
`oracle.py` (what it is judged by).
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import re
import sys
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from chainrule.ground.hint_ladder import Ladder, Rung
from chainrule.ground.words import did_you_mean
from chainrule.workshop.errors import WorkshopError

if TYPE_CHECKING:
    from chainrule.workshop.oracle import Oracle

HEADER = "from collections.abc import Callable, Iterator\n\nimport numpy as np\n"
NOT_WRITTEN = "raise NotImplementedError"
HINTS_WITH_FORMULA = 2
"""The second hint, the rule, has the formula."""
MISTAKES = "\n[mistakes]\n"
"""Comes last in a `stage.toml`. What follows is read when a function is graded."""


ERRORS = {"z": "delta", "Z": "Delta"}
"""What the derivative of the cost by a weighted input is called."""


@dataclass(frozen=True)
class Derivation:
    """Something to derive: a quantity of a shipped sheet, as `delta2` of `quadratic`."""

    sheet: str
    quantity: str

    @staticmethod
    def of(sheet: str, quantity: str) -> Derivation:
        """The same for a quantity as it was typed: W1 and dC/dW1 are one, dC/dz1 and delta1."""
        plain = quantity.replace("∂", "d").replace("δ", "delta").replace(" ", "")
        plain = re.sub(r"^(z|Z)(?=\d)", lambda z: ERRORS[z[0]], plain.removeprefix("dC/d"))
        return Derivation(sheet, plain)


@dataclass(frozen=True)
class Taught:
    """How a stage of a teacher's own is judged."""

    oracle: Callable[[Stage], Oracle]
    seconds: float = 5.0
    tolerance: float = 1e-5
    floor: float = 1e-6


Formulas = Collection[str]
"""The functions whose formula may be read."""


@dataclass(frozen=True)
class Stage:
    """One function: what to write and where it is explained. Stages are ordered by their place.

    `task` and the docstring of the reference have the formula; `plain` and `says` say the same
    without it, where it can be derived: then `derive` is where, the first one what is recommended.
    A stage with `taught` is a teacher's own: its code runs in the guarded process alone.
    """

    name: str
    folder: Path
    place: int
    title: str
    concept: int
    task: str
    read: tuple[str, ...]
    idea: str
    rule: str
    start: str
    plain: str = ""
    says: str = ""
    derive: tuple[Derivation, ...] = ()
    taught: Taught | None = None

    @functools.cached_property
    def without_formula(self) -> Stage:
        """The same stage, whose task leaves the formula to be derived."""
        return replace(self, task=self.plain) if self.plain else self

    def shown(self, formulas: Formulas) -> Stage:
        """The stage as the learner may read it."""
        return self if self.name in formulas else self.without_formula

    @property
    def number(self) -> int:
        return stage_names().index(self.name) + 1

    @functools.cached_property
    def reference(self) -> str:
        """The source of the reference, without what stands around it."""
        source = (self.folder / "reference.py").read_text(encoding="utf-8")
        return ast.get_source_segment(source, definition(source, self.name)) or ""

    @functools.cached_property
    def stub(self) -> str:
        """Signature and docstring, with the formula, and nothing in it."""
        function = definition(self.reference, self.name)
        last = function.body[0].end_lineno or 0
        lines = self.reference.splitlines()[:last]
        return "\n".join([*lines, f"    {NOT_WRITTEN}"]) + "\n"

    def plain_stub(self, how: str) -> str:
        """The same without the formula: what goes in, what comes out, and what it means.

        `how` is what to do to derive it, with `{sheet}` and `{quantity}`.
        """
        if not self.says:
            return self.stub
        function = definition(self.reference, self.name)
        inside = (ast.get_docstring(function) or "").splitlines()
        first = next(
            i for i, line in enumerate(inside) if line.startswith(f"{self.parameters[0]}:")
        )
        text = [*self.says.splitlines(), "", *inside[first:]]
        if self.derive:
            one = self.derive[0]
            text += ["", how.format(sheet=one.sheet, quantity=one.quantity)]
        before = self.reference.splitlines()[: function.body[0].lineno - 1]
        text[0] = f'"""{text[0]}'
        docstring = [f"    {line}".rstrip() for line in [*text, '"""']]
        return "\n".join([*before, *docstring, f"    {NOT_WRITTEN}"]) + "\n"

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
    def mistakes(self) -> dict[str, str | list[str]]:
        """What to say of each known mistake; several texts where several mistakes have one name."""
        return tomllib.loads((self.folder / "stage.toml").read_text("utf-8")).get("mistakes", {})

    @functools.cached_property
    def oracle(self) -> Oracle:
        """What it is judged by, with the words for every known mistake."""
        if self.taught is not None:
            return self.taught.oracle(self)
        oracle = self.module("oracle").ORACLE
        words = {
            name: iter([texts] if isinstance(texts, str) else texts)
            for name, texts in self.mistakes.items()
        }
        mistakes = []
        for each in oracle.mistakes:
            says = each.says or next(words.get(each.name, iter(())), None)
            if says is None:
                problem = f"[mistakes] has no words for {each.name!r}"
                raise WorkshopError(problem, file=self.folder / "stage.toml")
            mistakes.append(replace(each, says=says))
        return replace(oracle, mistakes=tuple(mistakes))

    @functools.cached_property
    def function(self) -> Callable[..., Any]:
        """The reference, to be called."""
        return getattr(self.module("reference"), self.name)

    def module(self, file: str) -> ModuleType:
        """A file of the folder, run as a module."""
        path = self.folder / f"{file}.py"
        spec = importlib.util.spec_from_file_location(f"stage_{self.name}_{file}", path)
        assert spec is not None
        assert spec.loader is not None
        module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    @property
    def hints(self) -> Ladder:
        """The idea, the rule, how to start; the reference last."""
        hints = (
            Rung("The idea", self.idea),
            Rung("The rule", self.rule),
            Rung("Shape and first line", self.start),
        )
        hints = tuple(rung for rung in hints if rung.text)
        return Ladder(hints, Rung("The reference", self.reference))


def definition(source: str, name: str) -> ast.FunctionDef:
    """The definition of a function of this name in a source of ours."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return node
    raise LookupError(f"no function {name}")


def stage_in(folder: Path) -> Stage:
    """The stage of a folder, which has the name of the function; WorkshopError if there is none."""
    file = folder / "stage.toml"
    try:
        fields = tomllib.loads(file.read_text(encoding="utf-8").partition(MISTAKES)[0])
        fields.pop("mistakes", None)
        fields["read"] = tuple(fields["read"])
        asked = (text.split() for text in fields.get("derive", ()))
        fields["derive"] = tuple(Derivation(sheet, quantity) for sheet, quantity in asked)
        return Stage(folder.name, folder, **fields)
    except (OSError, ValueError, LookupError, TypeError) as fault:
        raise WorkshopError(f"no stage of the workshop: {fault}", file=file) from fault


STAGE_FOLDERS = Path(__file__).parent / "stages"
STAGES = {file.parent.name: stage_in(file.parent) for file in STAGE_FOLDERS.glob("*/stage.toml")}
"""All stages by their names. One from elsewhere is added as `STAGES[name] = stage_in(folder)`."""


@dataclass(frozen=True)
class Course:
    """Stages in an order, and what is shown to whoever takes them.

    `formulas`: also before they are derived. `hints` and `references`: whether there are any.
    """

    stages: Mapping[str, Stage] = field(default_factory=lambda: STAGES)
    title: str = ""
    formulas: bool = False
    hints: bool = True
    references: bool = True

    @property
    def own(self) -> list[Stage]:
        """The stages that are not of this package."""
        return [each for each in self.stages.values() if each.taught is not None]


WHOLE_COURSE = Course()
"""All stages of this package, with everything shown."""
TAKEN: ContextVar[Course] = ContextVar("course", default=WHOLE_COURSE)


def taken_course() -> Course:
    """The course of the folder that is being worked on: the last that was found or made."""
    return TAKEN.get()


@contextmanager
def taking(chosen: Course) -> Iterator[None]:
    """Within it, this is the course."""
    before = TAKEN.set(chosen)
    try:
        yield
    finally:
        TAKEN.reset(before)


def stage(name: str) -> Stage:
    """The stage of this name; an unknown name is answered with the nearest known one."""
    known = taken_course().stages
    if name not in known:
        meant = did_you_mean(name, stage_names(), f"they are {', '.join(stage_names())}")
        where = "the workshop" if taken_course().stages is STAGES else "this course"
        raise WorkshopError(f"no function {name!r} in {where}; {meant}")
    return known[name]


def all_stages() -> list[Stage]:
    """All stages of the course in their order; without one, that of the roadmap."""
    return sorted(taken_course().stages.values(), key=lambda each: each.place)


def stage_names() -> list[str]:
    """Their names, in the same order."""
    return [each.name for each in all_stages()]


def references(names: Iterable[str] | None = None) -> str:
    """A module with the references of these stages and all that come before the last; or of all."""
    wanted = stage_names() if names is None else list(names)
    last = max(stage(name).place for name in wanted)
    needed = [each.reference for each in all_stages() if each.place <= last]
    return "\n\n".join([HEADER, *needed]) + "\n"


INTRODUCTION = '''"""My neural network, function by function.

Write the functions in their order; README.md says how to have each one graded. What you do inside
is yours: names, loops, helpers of your own. Only the names and arguments of these functions count.
"""

'''


DERIVE = "To derive first: {quantity} of the sheet `{sheet}`."
"""What a docstring says where no door says it in its own words."""


def empty_file(formulas: Formulas = (), how: str = DERIVE) -> str:
    """network.py as it is before anything is written; with the formulas of these functions."""
    stubs = [each.stub if each.name in formulas else each.plain_stub(how) for each in all_stages()]
    return "\n\n".join([INTRODUCTION + HEADER, *stubs])


def formulas(derived: Collection[Derivation], hints: Mapping[str, int]) -> set[str]:
    """The functions whose formula may be read: derived, shown by two hints, or never hidden.

    A course without hints shows no formula that is to be derived.
    """
    if taken_course().formulas:
        return set(stage_names())
    return {
        each.name
        for each in all_stages()
        if not each.plain
        or (
            taken_course().hints
            and (
                hints.get(each.name, 0) >= HINTS_WITH_FORMULA
                or any(one in derived for one in each.derive)
            )
        )
    }
