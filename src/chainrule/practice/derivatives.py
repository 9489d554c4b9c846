"""Questions for a derivative, and the words that functions are put together from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache

from chainrule.algebra import Scope, Sheet, parse, parse_sheet, text, unicode
from chainrule.derivation import CALCULUS_RULES, WrongDerivative, wrong_derivatives
from chainrule.practice.answers.answer import Answer
from chainrule.practice.answers.expression import Asked, ExpressionAnswer
from chainrule.practice.answers.number import Number
from chainrule.practice.numbers import value_at
from chainrule.practice.solution import worked
from chainrule.practice.topic import Task
from chainrule.practice.wrong_answers import Wrong, WrongRule


def sheet_of(function: str, names: Sequence[str] = ("x",), positive: bool = False) -> Sheet:
    """The sheet `f = function` of scalars."""
    said = " positive" if positive else ""
    declared = "\n".join(f"{name}: scalar{said}" for name in names)
    return parse_sheet(f"{declared}\nf = {function}")


def derivative_task(
    function: str,
    nudge: str,
    rule: str,
    *,
    names: Sequence[str] = ("x",),
    by: str = "x",
    positive: bool = False,
    ask: str | None = None,
    extra: Callable[[Asked], Iterable[Wrong]] | None = None,
    called: str | None = None,
) -> Task:
    """The question for the derivative of a function, with the wrong rules applied to it."""
    sheet = sheet_of(function, names, positive)
    root = sheet.expressions["f"]
    where = f", where {by} > 0" if positive else ""
    slope = called or ("f′" if len(names) == 1 else f"∂f/∂{by}")
    if ask is None:
        arguments = f"({', '.join(names)})"
        wanted = f"{slope}(x)" if slope.endswith("′") else slope
        ask = f"f{arguments} = {unicode(root)}{where}. What is {wanted}?"

    asked = Asked(sheet, by)

    def wrong() -> Iterator[Wrong]:
        if extra is not None:
            yield from extra(asked)
        yield from wrong_answers(asked)

    return Task(
        ask=ask,
        answer=ExpressionAnswer(asked),
        nudge=nudge,
        rule=rule,
        worked=cache(lambda: worked(sheet, by, slope)),
        wrong=cache(lambda: tuple(wrong())),
        function=text(root),
        variable=by,
    )


def pretty(function: str, names: Sequence[str] = ("x",)) -> str:
    """A function as mathematics: `3x² − 1`."""
    return unicode(parse(function, scope_of(tuple(names))).expression)


@lru_cache(maxsize=8)
def scope_of(names: tuple[str, ...]) -> Scope:
    """A scope in which these names are scalars."""
    return sheet_of(names[0], names).scope


def slope_text(sheet: Sheet, by: str = "x") -> str:
    """The derivative of a sheet, as it is written down."""
    return ExpressionAnswer(Asked(sheet, by)).text()


def wrong_answers(asked: Asked) -> Iterator[Wrong]:
    """The answers that wrong rules give."""
    root, leaf = asked.sheet.expressions["f"], asked.sheet.symbol(asked.by)
    for found in wrong_derivatives(CALCULUS_RULES, root, leaf):
        yield _wrong(found, ExpressionAnswer(asked, found.derivative))


def wrong_slopes(function: str, values: Mapping[str, float], by: str = "x") -> Iterator[Wrong]:
    """The numbers that wrong rules give for the slope at a place."""
    sheet = sheet_of(function, tuple(values))
    root, leaf = sheet.expressions["f"], sheet.symbol(by)
    for found in wrong_derivatives(CALCULUS_RULES, root, leaf):
        number = value_at(found.derivative, values)
        if number is not None:
            yield _wrong(found, Number(number))


def _wrong(found: WrongDerivative, answer: Answer) -> Wrong:
    """The answer that a wrong derivative gives, with the rule that it comes from."""
    rule = found.rule
    words = WrongRule(rule.name, rule.kind, rule.used, rule.wanted)
    return Wrong(words, answer, found.part, found.taken)


def term(factor: int, body: str) -> str:
    """`3*x`, `x`, `-x`."""
    if body == "1" or body.startswith("1/"):
        return str(factor) + body[1:]
    return body if factor == 1 else f"-{body}" if factor == -1 else f"{factor}*{body}"


def sum_of(*terms: str) -> str:
    """`a + b - c` of `a`, `b`, `-c`."""
    first, *rest = [each for each in terms if each]
    return first + "".join(f" - {t[1:]}" if t.startswith("-") else f" + {t}" for t in rest)


def linear(slope: int, constant: int, name: str = "x") -> str:
    """`3*x - 2`."""
    return sum_of(term(slope, name), str(constant) if constant else "")


def polynomial(coefficients: Sequence[int], name: str = "x") -> str:
    """From the highest power down: `3*x**2 - x + 4`."""
    degree = len(coefficients) - 1
    terms = [term(c, monomial(degree - i, name)) for i, c in enumerate(coefficients) if c]
    return sum_of(*terms)


def monomial(power: int, name: str = "x") -> str:
    return "1" if power == 0 else name if power == 1 else f"{name}**{power}"
