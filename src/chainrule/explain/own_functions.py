"""Functions of the learner's own, `f(x) = x^3`, and what the text says of their slopes.

A definition holds from where it stands until the next of the same name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from chainrule.algebra import AlgebraError, evaluate, gradient, parse_sheet
from chainrule.derivation import Mistake
from chainrule.explain.boards import Judgement, identity, named_left, of_numbers, sides_of

DEFINED = re.compile(r"([a-zA-Z])\s*(?:\(\s*([a-z](?:\s*,\s*[a-z])*)\s*\))?")
D, OF = "[d∂]", r"(?:\([a-z](?:\s*,\s*[a-z])*\))?"
SLOPE = (
    re.compile(r"([a-zA-Z])'\s*(?:\(\s*(?P<variable>[a-z])\s*\))?"),
    re.compile(rf"{D}\s*([a-zA-Z]){OF}\s*/\s*{D}\s*(?P<variable>[a-z])(?:\([a-z]\))?"),
    re.compile(rf"\(?{D}\s*/\s*{D}\s*(?P<variable>[a-z])\)?\s*\(?([a-zA-Z]){OF}\)?"),
)
"""`f'(x)`, `df/dx`, `d/dx f(x)`."""

OF_EXPRESSION = (
    re.compile(rf"\(?{D}\s*/\s*{D}\s*(?P<variable>[a-z])\)?\s*(?P<inside>[^a-z].*|[a-z].*)"),
    re.compile(rf"{D}\s*[(\[](?P<inside>.+)[)\]]\s*/\s*{D}\s*(?P<variable>[a-z])"),
    re.compile(r"[(\[](?P<inside>.+)[)\]]\s*'"),
)
"""`d/dx (x^5)`, `d(x^5)/dx`, `(x^5)'`."""

CALL = re.compile(r"\b([a-zA-Z])\(([^()]*)\)")
LETTER = r"(?<![A-Za-z]){}(?![A-Za-z(])"
STEP = "h"
"""The letter of the step to a second point."""

AT = re.compile(r"([a-zA-Z])('?)\s*\(\s*(-?\d+(?:\.\d+)?)\s*\)")
WORDS = frozenset(
    {
        "exp",
        "log",
        "sin",
        "cos",
        "tan",
        "sqrt",
        "tanh",
        "sigma",
        "relu",
        "softplus",
        "abs",
        "ln",
        "e",
        "pi",
    }
)


@dataclass
class OwnFunctions:
    """What the text has defined so far: a name, its variable and its expression."""

    known: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])

    def judge(self, text: str) -> Judgement | None:
        """The verdict on a formula about such a function; None if it is about none."""
        sides = sides_of(text)
        if len(sides) < 2:
            return None
        left, right = sides[0], " = ".join(self.written_out(side) for side in sides[1:])
        for pattern in SLOPE:
            match = pattern.fullmatch(left)
            name = match[1] if match and match[1] in self.known else None
            if match is None and pattern is SLOPE[2]:
                continue
            if match is not None and pattern is SLOPE[2]:
                name = match[2] if match[2] in self.known else None
            if match is not None and name is not None:
                return self.slope(name, match["variable"], right)
        for pattern in OF_EXPRESSION:
            match = pattern.fullmatch(left)
            if match is not None:
                inside = match["inside"]
                given = match.groupdict().get("variable") or only_letter(inside)
                return None if given is None else slope_of(inside, given, right)
        at = AT.fullmatch(left)
        if at is not None and at[1] in self.known:
            return self.value(at[1], at[2] == "'", at[3], sides)
        return self.quotient(sides) if "≈" not in text else None

    def quotient(self, sides: list[str]) -> Judgement | None:
        """The verdict on `(f(x+h) - f(x))/h = 2x + h`: the function put in, by numbers."""
        if not self.calls(sides[0]):
            return None
        try:
            written = [self.put_in(side) for side in sides]
            letters = sorted(letters_of(written[0]) - {"e"})
            given = "".join(f"{each}: scalar positive\n" for each in letters)
            return identity(parse_sheet(f"{given}total_ = {letters[0]}\n"), written)
        except (AlgebraError, IndexError):
            return None

    def calls(self, text: str) -> bool:
        """Whether one of the functions stands in a text with more than its own variable."""
        return any(
            match[1] in self.known and match[2].strip() != self.known[match[1]][0]
            for match in CALL.finditer(text)
        )

    def put_in(self, text: str) -> str:
        """The text with the functions of one variable written out: `f(x+h)` as `((x+h)^2)`."""

        def written(match: re.Match[str]) -> str:
            if match[1] not in self.known:
                return match[0]
            variable, body = self.known[match[1]]
            return f"({re.sub(LETTER.format(variable), f'({match[2]})', body)})"

        return CALL.sub(written, text)

    def learn(self, text: str) -> bool:
        """Take a definition such as `f(x) = x^3` or `f = x^2 + y^2`; whether it is one."""
        sides = sides_of(text)
        match = DEFINED.fullmatch(sides[0]) if len(sides) >= 2 else None
        if match is None or "'" in sides[1]:
            return False
        name = match[1]
        letters = letters_of(sides[1]) - {"e"}
        variables = re.findall("[a-z]", match[2] or "") or sorted(letters)
        if not variables or name in letters or not letters & set(variables):
            return False
        if not letters - set(variables) <= set(self.known):
            return False
        try:
            given = "".join(f"{each}: scalar\n" for each in sorted(letters))
            parse_sheet(f"{given}kept = {self.written_out(sides[1])}\n")
        except AlgebraError:
            return False
        self.known[name] = (variables[0], sides[1])
        return True

    def written_out(self, text: str) -> str:
        """`u(x)` as `u`."""
        for name, (variable, _) in self.known.items():
            text = re.sub(rf"\b{name}\(\s*{variable}\s*\)", name, text)
            text = re.sub(rf"\b{name}'\s*(?:\(\s*{variable}\s*\))?", f"d{name}/d{variable}", text)
        return text

    def source(self, of: str) -> str:
        """The sheet on which `of` is what is derived, with all that it is made of before it."""
        lines: list[str] = []
        done: set[str] = set()

        def add(name: str) -> None:
            if name in done:
                return
            done.add(name)
            if name not in self.known:
                lines.insert(0, f"{name}: scalar")
                return
            for letter in sorted(letters_of(self.known[name][1]) - {"e"}):
                add(letter)
            lines.append(f"{name} = {self.written_out(self.known[name][1])}")

        add(of)
        return "\n".join(lines) + "\n"

    def slope(self, name: str, variable: str | None, right: str) -> Judgement | None:
        by = variable or self.known[name][0]
        try:
            sheet = parse_sheet(self.source(name))
        except AlgebraError:
            return None
        if by not in sheet.shapes:
            return None
        if STEP in letters_of(right) - set(sheet.shapes):
            message = f"`{STEP}` is in it: a slope is what is left once the step has gone to 0"
            return Judgement("wrong", message, Mistake.of_whole("extra-term", message, right))
        if not letters_of(right) - {"e"} and "/d" not in right:
            return None  # a number: the slope at some place
        found = named_left(sheet, name, f"d{name}/d{by} = {right}")
        return None if found.verdict == "unreadable" else found

    def value(self, name: str, slope: bool, at: str, sides: list[str]) -> Judgement | None:
        try:
            sheet = parse_sheet(self.source(name))
            variable = self.known[name][0]
            tree = gradient(sheet, variable) if slope else sheet.expressions[name]
            number = evaluate(tree, {variable: np.array([[float(at)]])}, {})
        except (AlgebraError, KeyError):
            return None
        exact = repr(float(number.reshape(())))
        found = of_numbers(f"{exact} = {' = '.join(sides[1:])}")
        if found is None or found.right:
            return found
        return Judgement("wrong", f"`{sides[0]}` is {float(exact):.6g}, and `{sides[1]}` is not")


RUN = re.compile(r"(?<![A-Za-z_'])[A-Za-z]+(?!\w)")


def letters_of(text: str) -> frozenset[str]:
    """The letters that stand for numbers; those in a row are a product, unless it is a word."""
    return frozenset(letter for run in RUN.findall(text) if run not in WORDS for letter in run)


def only_letter(text: str) -> str | None:
    letters = letters_of(text) - {"e"}
    if letters & set(ANY):
        return None
    return "x" if "x" in letters else next(iter(letters)) if len(letters) == 1 else None


def slope_of(inside: str, variable: str, right: str) -> Judgement | None:
    """The verdict on `d/dx (inside) = right`."""
    others = letters_of(inside) - {"e", variable}
    kind = "scalar positive" if others else "scalar"
    given = "".join(f"{each}: {kind}\n" for each in sorted({variable, *others}))
    try:
        sheet = parse_sheet(f"{given}F = {inside}\n")
    except AlgebraError:
        return None
    found = named_left(sheet, "F", f"dF/d{variable} = {right}")
    if found.verdict == "unreadable":
        return None
    message = re.sub(r"\bF\b", inside, found.message)
    return Judgement(found.verdict, message, found.mistake)


ANY = {
    "f": ("sin({})", "cos({})"),
    "g": ("(({})**3 + 2*({}))", "(3*({})**2 + 2)"),
    "u": ("(({})**2 + 3)", "(2*({}))"),
    "v": ("exp({})", "exp({})"),
}
"""What stands for any function and its slope where a rule is written with letters: `(uv)'`."""

CONSTANTS = frozenset("abckn")
"""Letters that stand for numbers in such a rule."""

ANY_SLOPE = (
    re.compile(r"[(\[](?P<inside>.+)[)\]]\s*'"),
    re.compile(r"d\s*/\s*d\s*(?P<variable>x)\s*(?P<inside>.+)"),
    re.compile(r"d\s*[(\[](?P<inside>.+)[)\]]\s*/\s*d\s*(?P<variable>x)"),
)


def any_functions(sides: Sequence[str]) -> Judgement | None:
    """The verdict on a rule for any functions, `(uv)' = u'v + uv'`; None: it is no such rule."""
    for pattern in ANY_SLOPE:
        match = pattern.fullmatch(sides[0])
        if match is None:
            continue
        inside = with_any(match["inside"])
        rights = [with_any(side) for side in sides[1:]]
        if inside is None or None in rights or not re.search("[fguv]", match["inside"]):
            return None
        found = slope_of(inside, "x", " = ".join(side for side in rights if side is not None))
        if found is None or found.right:
            return found
        kind = found.mistake.kind if found.mistake else None
        message = f"`{sides[1]}` is not the slope of `{match['inside']}`"
        mistake = Mistake.of_whole(kind, message, " = ".join(sides)) if kind else None
        return Judgement(found.verdict, message, mistake)
    return None


def with_any(text: str) -> str | None:
    """The text with a function put in for every f, g, u, v; None where other letters are in it."""
    if "∘" in text:
        return None
    text = re.sub(r"\bd([fguv])\s*/\s*dx", r"\1'(x)", text)
    text = re.sub(r"([fguv])('?)(?!['(])", r"\1\2(x)", text)
    for _ in range(40):
        match = next(reversed(list(re.finditer(r"([fguv])('?)\(", text))), None)
        if match is None:
            break
        depth, end = 1, match.end()
        while end < len(text) and depth:
            depth += (text[end] == "(") - (text[end] == ")")
            end += 1
        inside = text[match.end() : end - 1]
        template = ANY[match[1]][bool(match[2])].replace("{}", inside)
        text = f"{text[: match.start()]}({template.translate(HIDE)}){text[end:]}"
    text = text.translate(SHOW)
    return text if letters_of(text) <= {"x", *CONSTANTS} else None


HIDE = str.maketrans(
    "fguvsincoexp", "\ue001\ue002\ue003\ue004\ue005\ue006\ue007\ue008\ue009\ue00a\ue00b\ue00c"
)
SHOW = {new: old for old, new in HIDE.items()}
