"""Hints for the next line: four rungs, each giving away a little more.

The judge decides which of the learner's lines are right. The last of them is where the hint goes on
from; a line that is worth an intermediate step counts as that step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chainrule.algebra import (
    MINUS_FRONT,
    MINUS_INSIDE,
    NO_BRACKETS,
    ONE_FACTOR,
    ORDER,
    RENAME,
    SCALAR,
    SIGN,
    SYMBOL,
    TERM_ORDER,
    AlgebraError,
    Expression,
    Sheet,
    brief,
    facts_of,
    postorder,
    shape_text,
    simplify,
    symbols,
    text,
)
from chainrule.derivation.asking.case import Case
from chainrule.derivation.asking.points import equal
from chainrule.derivation.asking.question import question
from chainrule.derivation.checking.judge import judge
from chainrule.derivation.checking.lines import split
from chainrule.derivation.deriving.derive import SUBSTITUTE, derive, replayed
from chainrule.derivation.deriving.entries import derive_entry
from chainrule.derivation.deriving.jacobians import jacobian
from chainrule.derivation.deriving.steps import Derivation, Step
from chainrule.ground.hint_ladder import Ladder, Rung
from chainrule.ground.words import listed

QUIET = tuple(
    rule.name
    for rule in (
        ORDER, TERM_ORDER, SIGN, MINUS_FRONT, MINUS_INSIDE, ONE_FACTOR, NO_BRACKETS, RENAME,
    )
)  # fmt: skip
"""Steps that change nothing a reader would call a change."""


@dataclass(frozen=True, slots=True)
class Hint:
    """What to do next, as a ladder of four rungs; `finished` if nothing is left.

    The idea is what to look at, the rule says what it does, the parts are the shape of the next
    line and what it is made of, and the answer is the next line itself. after: the number, from 1,
    of the learner's line that the hint goes on from; 0 if none of them is right.
    """

    ladder: Ladder
    after: int
    finished: bool = False

    @property
    def line(self) -> str:
        """The next line."""
        return self.ladder.answer.text

    def to_dict(self) -> dict[str, object]:
        return {
            **{rung.name: rung.text for rung in self.ladder.rungs},
            "after": self.after,
            "finished": self.finished,
        }


def hint(sheet: Sheet, wrt: str, lines: Sequence[str] = ()) -> Hint:
    """The hint for the next line of a derivation by `wrt`, given the learner's lines so far.

    A line may be an equation or a chain of them (`delta2 = dC/da2 * sigma'(z2)`); what stands last
    counts. Lines that cannot be read are passed over. wrt may be an entry (`W2[j,k]`).
    """
    derivation = derivation_by(sheet, wrt)
    asked = question(sheet, wrt)
    reached: Expression | None = None
    after = 0
    partial = -1
    for number, line in enumerate(lines, start=1):
        case = Case(asked, split(line)[-1][0].strip())
        verdict = judge(case, name_mistakes=False).verdict
        if verdict in ("right", "right-other-form"):
            reached, after = case.root, number
        elif verdict == "wrong" and reached is None:
            step = _step_reached(case, derivation)
            if step > partial:
                partial, after = step, number
    if reached is None:
        return _derivative_hint(sheet, derivation, partial, after)
    return _rewriting_hint(sheet, derivation, reached, after)


def derivation_by(sheet: Sheet, wrt: str) -> Derivation:
    """The derivation of the cost's derivative by `wrt`, of one entry of it, or of a Jacobian."""
    asked = question(sheet, wrt)
    if asked.by is None and asked.meaning is not None:
        return jacobian(sheet, *asked.meaning)
    whole, bracket, letters = wrt.partition("[")
    if not bracket:
        return derive(sheet, wrt)
    names = letters.rstrip("] ").split(",")
    return derive_entry(sheet, whole, tuple(name.strip() for name in names))


def _step_reached(case: Case, derivation: Derivation) -> int:
    """The last derivative step whose result has the values of a line; -1 if none has."""
    last = -1
    for i, step in enumerate(derivation.steps):
        if step.kind != "rewriting" and _has_values_of(case, step.after):
            last = i
    return last


def _has_values_of(case: Case, result: Expression) -> bool:
    try:
        if not case.fits:
            return False
        for point, value in zip(case.truth.points, case.plain_values, strict=True):
            worth = point.value(result)
            if isinstance(value, AlgebraError) or np.shape(value) != worth.shape:
                return False
            if not equal(value, worth):
                return False
    except AlgebraError:
        return False
    return True


def _derivative_hint(sheet: Sheet, derivation: Derivation, partial: int, after: int) -> Hint:
    """No line has the right value yet: the rules of differentiation come first."""
    steps = [step for step in derivation.steps if step.kind != "rewriting"]
    if not steps:
        return _same_hint(sheet, derivation, after)
    if all(step.kind == "jacobian" for step in steps):
        return _jacobian_hint(sheet, derivation, steps[0], after)
    done = min(partial + 1, len(steps))
    left = steps[done:] or steps[-1:]
    first = left[0]
    paths = [
        name
        for name, expression in sheet.expressions.items()
        if sheet.symbol(derivation.wrt) in symbols(expression).values()
    ]
    through = listed(
        [f"`{name}`" for name in paths if name != sheet.cost]
        + (["directly"] if sheet.cost in paths else []),
        "and",
    )
    telling = next((step for step in left if step.before is not step.after), first)
    if partial < 0 and all(step.kind == "slope" for step in steps):
        telling = steps[-1]
        idea = f"Look at `{brief(telling.node)}` from the outside: what is done last?"
    elif partial >= 0:
        idea = f"That is as far as `{brief(steps[partial].node)}`; go on to `{brief(first.node)}`."
    elif paths == [sheet.cost]:
        equation = f"{sheet.cost} = {brief(sheet.expressions[sheet.cost])}"
        idea = f"`{derivation.wrt}` stands in `{equation}`: what is done with it last?"
    else:
        each = "; every path counts, so add them up" if len(paths) > 1 else ""
        idea = f"`{sheet.cost}` depends on `{derivation.wrt}` through {through}{each}."
    rule = f"{_capital(telling.rule)}: {telling.why}"
    return _hint(idea, rule, derivation.lines[0], after)


def _jacobian_hint(sheet: Sheet, derivation: Derivation, step: Step, after: int) -> Hint:
    """What is asked for is the derivative of one quantity by another."""
    over, under = sheet.scope.meaning(text(derivation.target)) or ("", derivation.wrt)
    idea = (
        f"Look at `{over} = {brief(sheet.expressions[over])}`: how does it change with `{under}`?"
    )
    if derivation.target.shape != SCALAR:
        idea += f" Row i is for the i-th entry of `{over}`, column j for the j-th of `{under}`."
    return _hint(idea, f"{_capital(step.rule)}: {step.why}", derivation.result, after)


def _same_hint(sheet: Sheet, derivation: Derivation, after: int) -> Hint:
    """The quantity is another one by name: f = x."""
    itself = sheet.symbol(derivation.wrt)
    same = next(name for name, defined in sheet.expressions.items() if defined is itself)
    idea = f"`{same}` is `{derivation.wrt}` itself."
    rule = f"When `{derivation.wrt}` grows by a little, `{same}` grows by as much."
    return _hint(idea, rule, derivation.lines[0], after)


def _rewriting_hint(sheet: Sheet, derivation: Derivation, reached: Expression, after: int) -> Hint:
    """A line is right: what is left is to bring it to the textbook's form."""
    facts = facts_of(sheet)
    put_in = next((step for step in derivation.steps if step.rule == SUBSTITUTE), None)
    if put_in is not None and put_in.node in symbols(reached).values():
        idea = f"`{text(put_in.node)}` comes earlier in the backward pass: put in what it is."
        return _hint(idea, f"{_capital(put_in.rule)}: {put_in.why}", put_in.after, after)
    found = simplify(reached, facts)
    steps = list(replayed(reached, found.steps, facts))
    telling = next((step for step in steps if step.rule not in QUIET), None)
    if telling is None:
        return Hint(_finished(reached, derivation.result), after, finished=True)
    following = telling.after
    for step in steps[steps.index(telling) :]:
        if not step.rule.startswith("entry"):
            break
        following = step.after  # all the way to the names
    idea = f"The line is right. Look at `{brief(telling.node)}`."
    return _hint(idea, f"{_capital(telling.rule)}: {telling.why}", following, after)


def _hint(idea: str, rule: str, following: Expression, after: int) -> Hint:
    names = sorted({part.params[0] for part in postorder(following) if part.operation is SYMBOL})
    leaves = ", ".join(f"`{name}`" for name in names) or "numbers only"
    signs = sorted({sign for part in postorder(following) if (sign := _sign(part)) is not None})
    quoted = (f"`{sign}`".replace(" or ", "` or `") for sign in signs)
    using = f", joined by {', '.join(quoted)}" if signs else ""
    shape = "" if following.shape == SCALAR else f"{shape_text(following.shape)}, "
    parts = f"The next line is {shape}made of {leaves}{using}."
    hints = (Rung("idea", idea), Rung("rule", rule), Rung("parts", parts))
    return Hint(Ladder(hints, Rung("line", text(following))), after)


def _finished(reached: Expression, book: Expression) -> Ladder:
    """Nothing is left to do. The books may write the same in another form."""
    words = f"`{text(reached)}` is right, and no rule makes it simpler."
    if text(reached) != text(book):
        words += f" The books write `{text(book)}`."
    hints = tuple(Rung(name, words) for name in ("idea", "rule", "parts"))
    return Ladder(hints, Rung("line", text(reached)))


_SIGNS = {"add": "+ or -", "negate": "+ or -", "multiply": "*", "divide": "/", "power": "**"}


def _sign(part: Expression) -> str | None:
    if not part.args:
        return None
    named = {"matmul": "@", "transpose": ".T", "sum over": "sum", "entry": "[ ]"}
    return _SIGNS.get(part.name) or named.get(part.name) or part.name


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
