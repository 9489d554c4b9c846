"""Numbers and equations as a page shows them."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from chainrule import algebra
from chainrule.algebra import AlgebraError, Expression, Sheet
from chainrule.network import Network

DIGITS = 4
MAY_BREAK = "\u200b"
"""Nothing that is seen; a line may break there."""
MATH = '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">{}</math>'


def shown(value: float, digits: int = DIGITS) -> str:
    """A number to so many significant digits, with a true minus sign: `−0.01234`, `3.1×10⁻⁷`."""
    text = f"{value:.{digits}g}"
    if "e" in text:
        mantissa, _, exponent = text.partition("e")
        text = f"{mantissa}×10{str(int(exponent)).translate(RAISED)}"
    return text.replace("-", "−")


def short(value: float) -> str:
    """A number for a script to draw and to print, to more digits than it prints."""
    return f"{value:.8g}"


def coded(text: str) -> Markup:
    """A message with what stands between `backticks` as code."""
    parts = text.split("`")
    made = [Markup("<code>{}</code>" if n % 2 else "{}").format(p) for n, p in enumerate(parts)]
    return Markup("").join(made) if len(parts) % 2 else Markup("{}").format(text)


RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def sheet_of(network: Network) -> Sheet:
    """The network's equations for one example, in which the equations of the page are read."""
    return algebra.parse_sheet(network.sheet("one"))


def set_equation(text: str, sheet: Sheet) -> Markup:
    """An equation as MathML, or as text where it is not in the language of the sheets."""
    try:
        return sides([algebra.parse(side, sheet.scope).expression for side in text.split(" = ")])
    except AlgebraError:
        return Markup("<code>{}</code>").format(text)


def sides(trees: Sequence[Expression]) -> Markup:
    """The sides of an equation as MathML, each an element, so that a line may break at `=`."""
    first, *others = (algebra.mathml_row(tree) for tree in trees)
    rows = [first, *(f'<mrow><mo form="infix">=</mo>{row}</mrow>' for row in others)]
    return Markup(MAY_BREAK).join(Markup(MATH.replace("{}", row)) for row in rows)


def of_one_example(equation: str) -> str:
    """The equation of a mini-batch as it reads for a single example."""
    for batch, single in (
        (" @ ones", ""),
        (", axis=0", ""),
        (" / (2*m)", " / 2"),
        (") / m", ")"),
    ):
        equation = equation.replace(batch, single)
    return equation
