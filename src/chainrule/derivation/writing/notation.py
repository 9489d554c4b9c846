"""How expressions, sentences and the statements of steps look in each notation."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from chainrule.algebra import (
    ENTRY,
    SYMBOL,
    Expression,
    Sheet,
    entry,
    latex,
    mathml_row,
    text,
    unicode,
)
from chainrule.derivation.deriving.folding import canonical
from chainrule.derivation.deriving.step import Piece, Step
from chainrule.derivation.deriving.steps import Derivation

LONGEST = 60
"""Characters of an expression in a sentence; a longer one is cut in the middle."""

MOST_PARTS = 60


@dataclass(frozen=True)
class Notation:
    """One way to write mathematics.

    write: an expression as it stands in a line. equals: two sides. inline: an equation within a
    sentence. formula: a rule's own formula, typed as in `(u*v)' = u'*v + u*v'`. quotient: dC over
    d of something. prime: the derivative of a part by the one variable. words: plain text.
    """

    write: Callable[[Expression], str]
    inline: Callable[[str], str]
    formula: Callable[[str], str]
    quotient: Callable[[str, str], str]
    prime: Callable[[str], str]
    words: Callable[[str], str] = str
    equals: str = " = "
    cuts: bool = True

    def sentence(self, pieces: tuple[Piece, ...]) -> str:
        """A reason, written out."""
        return "".join(self._piece(piece) for piece in pieces)

    def _piece(self, piece: Piece) -> str:
        if isinstance(piece, str):
            parts = re.split(r"`(.*?)`", piece)
            return "".join(
                self.inline(self.formula(part)) if i % 2 else self.words(part)
                for i, part in enumerate(parts)
            )
        sides = piece if isinstance(piece, tuple) else (piece,)
        return self.inline(self.equals.join(self._short(side) for side in sides))

    def _short(self, x: Expression) -> str:
        if x.size > MOST_PARTS:
            return self.words(f"({x.name} of {len(x.args)} parts)")
        line = self.write(x)
        if not self.cuts or len(line) <= LONGEST:
            return line
        return f"{line[: LONGEST // 2 - 2]} … {line[-(LONGEST // 2 - 2) :]}"

    def statement(self, step: Step, derivation: Derivation, sheet: Sheet) -> str:
        """What a step says, as an equation: `dC/d(y * log(a2)) = -1`."""
        sides = [self._left(step, derivation, sheet)]
        between = step.between
        if between is not None and canonical(between) != canonical(step.after):
            sides.append(self.write(between))
        sides.append(self.write(step.after))
        return self.equals.join(sides)

    def _left(self, step: Step, derivation: Derivation, sheet: Sheet) -> str:
        if step.kind == "derivative" and step.part is not None:
            return self._by_part(step.part, sheet)
        if step.kind == "slope":
            return self._of_part(step, derivation, sheet)
        if step.kind == "jacobian":
            bottom = derivation.wrt
            over = step.of or f"({self.write(step.node)})"
            return self.quotient(over if step.of is None else self._name(sheet, over),
                                 self._name(sheet, bottom))  # fmt: skip
        if step.kind == "entries":
            return self.write(step.before)
        if step.kind == "gathering" and step.part is not None:
            return self.write(step.part)
        return self.write(derivation.target)

    def _by_part(self, part: Expression, sheet: Sheet) -> str:
        if part.operation is SYMBOL:
            return self.write(sheet.scope.adjoint(part.params[0]))
        if part.operation is ENTRY and part.args[0].operation is SYMBOL:
            letters = [index[0] for index in part.params if index is not None]
            return self.write(entry(sheet.scope.adjoint(part.args[0].params[0]), *letters))
        return self.quotient(self._name(sheet, sheet.cost), f"({self.write(part)})")

    def _of_part(self, step: Step, derivation: Derivation, sheet: Sheet) -> str:
        if step.of == sheet.cost:
            return self.write(derivation.target)
        if step.of is not None:
            return self.write(sheet.scope.derivative(step.of, derivation.wrt))
        return self.prime(self.write(step.before))

    def _name(self, sheet: Sheet, name: str) -> str:
        return self.write(sheet.symbol(name))


def _typed(formula: str) -> str:
    return formula


_SIGNS = str.maketrans({"'": "′", "*": "·", "-": "−"})


def _unicode_formula(formula: str) -> str:
    raised = formula.replace("**2", "²").replace("**", "^").replace("(...)", "(…)")
    return re.sub(r"\bd(\w+)/d", r"∂\1/∂", raised).translate(_SIGNS)


def _latex_formula(formula: str) -> str:
    formula = re.sub(
        r"\bd(\w)/d(\w|\(\.\.\.\))", r"\\frac{\\partial \1}{\\partial \2}", formula
    ).replace("...", r"\ldots")
    raised = re.sub(r"\*\*(\([^)]*\)|\w)", lambda m: f"^{{{m[1].strip('()')}}}", formula)
    raised = re.sub(r"\b(log|exp|tanh)\b", r"\\\1", raised)
    raised = re.sub(r"\bsum\b", r"\\operatorname{sum}", raised)
    raised = re.sub(r"([a-z])\[(\w)\]", r"\1_\2", raised)
    return re.sub(r"\bdelta(\d)", r"\\delta_\1", raised.replace("*", r" \, "))


TEXT = Notation(
    write=text,
    inline=lambda words: f"`{words}`",
    formula=_typed,
    quotient=lambda over, under: f"d{over}/d{under}",
    prime=lambda part: f"({part})'",
)
UNICODE = Notation(
    write=unicode,
    inline=str,
    formula=_unicode_formula,
    quotient=lambda over, under: f"∂{over}/∂{under}",
    prime=lambda part: f"({part})′",
)
LATEX = Notation(
    write=latex,
    inline=lambda words: f"${words}$",
    formula=_latex_formula,
    quotient=lambda over, under: rf"\frac{{\partial {over}}}{{\partial {under}}}",
    prime=lambda part: rf"\left({part}\right)'",
    words=lambda words: re.sub(r"([%&#_])", r"\\\1", words),
    cuts=False,
)
MARKDOWN = TEXT
HTML = Notation(
    write=mathml_row,
    inline=lambda words: f"<math>{words}</math>" if words.startswith("<m") else f"<i>{words}</i>",
    formula=lambda formula: escape(_unicode_formula(formula)),
    quotient=lambda over, under: f"<mfrac>{_small_change(over)}{_small_change(under)}</mfrac>",
    prime=lambda part: f"<msup><mrow><mo>(</mo>{part}<mo>)</mo></mrow><mo>′</mo></msup>",
    words=escape,
    equals="<mo>=</mo>",
    cuts=False,
)


def _small_change(words: str) -> str:
    """∂ and an element, which may stand in brackets."""
    if words.startswith("("):
        words = f"<mo>(</mo>{words[1:-1]}<mo>)</mo>"
    return f"<mrow><mo>∂</mo>{words}</mrow>"


NOTATIONS = {"text": TEXT, "unicode": UNICODE, "latex": LATEX, "html": HTML}
"""The notations by the forms they are for."""
