"""Right answers in the spellings that learners use, for every kind of answer.

What is spelled is the oracle's value, or source that was rewritten by `practice_functions`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
FUNCTION = r"(?:exp|log|ln|sin|cos|tan|sqrt|tanh|sigma|softplus|relu|arctan|arcsin)"


def plain(source: str) -> str:
    """Source as it is typed: `sigma'` has its prime."""
    return source.replace("_slope(", "'(")


def tight(source: str) -> str:
    return plain(source).replace(" ", "")


def caret(source: str) -> str:
    return plain(source).replace(" ** ", "^").replace("**", "^")


def beside(source: str) -> str:
    """`2x sin(x)`: no sign for a product where none is needed. What follows a bar keeps it."""
    text = re.sub(r"(?<![\w.^])(?<!/ )(?<!/ -)(\d+) \* (?=[a-z(])", r"\1", caret(source))
    if "/" in text:
        return text
    text = re.sub(r"\) \* (?=\()", ")", text)
    return re.sub(rf"(?<=[\w)]) \* (?={FUNCTION}\b)", " ", text)


def printed(source: str) -> str:
    """`x² · cos(x)`."""
    text = re.sub(r" ?\*\* ?(\d+)\b(?!\.)", lambda s: s[1].translate(DIGITS), plain(source))
    return text.replace("**", "^").replace("*", "·").replace("-", "−").replace("sqrt(", "√(")


def paper(source: str) -> str:
    """`e^(2x)`, `ln(x)`."""
    text = beside(source).replace("log(", "ln(")
    return text if ")^" in text else re.sub(r"\bexp\(", "e^(", text)


EXPRESSION = (plain, tight, caret, beside, printed, paper)


def of_expression(source: str, rng: random.Random, left: Sequence[str]) -> str:
    """Source in a spelling drawn at random, now and then with a left side."""
    text = rng.choice(EXPRESSION)(source)
    match rng.randrange(6):
        case 0:
            return f"{rng.choice(left)} = {text}"
        case 1:
            return f"({text})"
        case 2:
            return f"  {text} "
        case _:
            return text


def of_number(number: float, places: int | None, rng: random.Random) -> list[str]:
    """A number that is right: exact where `places` is None, else rounded to them or finer."""
    exact = Fraction(number).limit_denominator(10**6)
    is_exact = abs(float(exact) - number) < 1e-13 * max(1, abs(number))
    digits = f"{number:.{10 if places is None else places}f}"
    if places is None:
        digits = digits.rstrip("0").rstrip(".")
    if float(digits) == 0:
        digits = digits.lstrip("-")
    minus = digits.replace("-", rng.choice("−–"))
    half = f"{number / 2:.12g}"
    spelled = [
        digits, minus, f"  {digits} ", f"= {digits}", f"z = {digits}", f"({digits})", f"{digits}.",
        f"{digits} * 1", f"2 * ({digits}) / 2", f"{digits} + 0", f"0 + ({digits})",
        f"-(-({digits}))",
        f"{float(digits):.12e}", f"{half} + {half}", f"{number:.12g}", f"{number:.12g} * 3 / 3",
        f"sqrt({number * number:.14g})" if number >= 0 else f"-sqrt({number * number:.14g})",
        f"f'(2) = {minus}", f"{100 * float(digits):.12g} %", f"≈ {digits}",
    ]  # fmt: skip
    if not digits.startswith("-"):
        spelled.append(f"+{digits}")
    if "." in digits:
        spelled += [digits.replace(".", ","), re.sub(r"^(-?)0\.", r"\1.", digits), digits + "0"]
    elif abs(number) < 1000:
        spelled += [digits + ".0", digits + "."]
    if is_exact and exact.denominator > 1:
        spelled += [str(exact), f"{2 * exact.numerator}/{2 * exact.denominator}",
                    f"({exact.numerator})/{exact.denominator}"]  # fmt: skip
    if places is not None:
        unit = 10.0**-places
        spelled += [f"{float(digits) + step * unit * 0.999 - (float(digits) - number):.12g}"
                    for step in (1, -1)]  # fmt: skip
        spelled += [f"{number:.{places + 1}f}", f"{number:.{places + 3}f}"]
    return spelled


def entry(number: float, places: int | None, rng: random.Random) -> str:
    """An entry of a vector, without a comma."""
    plain_ones = [
        word
        for word in of_number(number, places, rng)
        if re.fullmatch(r"[-−]?\d*\.?\d+(?:/\d+)?", word)
    ]
    return rng.choice(plain_ones)


def of_vector(numbers: Sequence[float], places: int | None, rng: random.Random) -> list[str]:
    words = [entry(number, places, rng) for number in numbers]
    if len(words) == 1:
        return [f"({words[0]})", words[0], f"[{words[0]}]", f"delta = {words[0]}"] * 3
    commas, spaces, semicolons = ", ".join(words), " ".join(words), "; ".join(words)
    return [
        f"({commas})", commas, f"[{commas}]", f"[{spaces}]", f"({spaces})", semicolons,
        f"[{semicolons}]", spaces, f"np.array([{commas}])", f"({commas}).T", f"[{commas}]^T",
        f"delta = ({commas})", f"[{', '.join(f'[{word}]' for word in words)}]", "\n".join(words),
        f"( {' , '.join(words)} )", f"({','.join(words)})", f"x = [{spaces}].",
        "\\begin{pmatrix}" + " \\\\ ".join(words) + "\\end{pmatrix}",
    ]  # fmt: skip


def of_matrix(numbers: Any, places: int | None, rng: random.Random) -> list[str]:
    rows = [[entry(number, places, rng) for number in row] for row in np.asarray(numbers)]
    spaced, listed = [" ".join(row) for row in rows], [", ".join(row) for row in rows]
    brackets = [f"[{row}]" for row in listed]
    return [
        "; ".join(spaced), "; ".join(listed), f"[{'; '.join(spaced)}]", f"[{', '.join(brackets)}]",
        f"({'; '.join(listed)})", ", ".join(brackets), "\n".join(spaced), "\n".join(listed),
        f"np.array([{', '.join(brackets)}])", f"A = [{'; '.join(spaced)}]",
        f"[{' '.join(f'[{row}]' for row in spaced)}]", ", ".join(f"({row})" for row in listed),
        f"[{','.join(brackets)}]".replace(" ", ""),
        "\\begin{pmatrix}" + " \\\\ ".join(" & ".join(row) for row in rows) + "\\end{pmatrix}",
    ]  # fmt: skip


def of_shape(shape: Sequence[int] | None) -> list[str]:
    if shape is None:
        return ["none", "None", "NONE", "no", "does not fit", "it does not exist", "-", " none ",
                "none.", "undefined", "impossible", "does not exist"]  # fmt: skip
    r, c = shape
    return [f"({r}, {c})", f"({r},{c})", f"{r}x{c}", f"{r} x {c}", f"{r}×{c}", f"{r} by {c}",
            f"{r},{c}", f"{r}, {c}", f"[{r}, {c}]", f"{r}*{c}", f"shape = ({r}, {c})",
            f"{r} X {c}", f" ({r}, {c}) ", f"({r}, {c})."]  # fmt: skip


def of_choice(options: Sequence[str], chosen: str) -> list[str]:
    letter = "abcdefgh"[options.index(chosen)]
    return [letter, letter.upper(), f"{letter})", f"({letter})", f" {letter} ", f"{letter}.",
            f"{letter.upper()})", chosen, chosen.upper(), f" {chosen} ", f"{chosen}.",
            chosen.capitalize(), f"({letter.upper()})"]  # fmt: skip


def of_parts(parts: Sequence[tuple[str, Sequence[str]]], rng: random.Random) -> list[str]:
    """Parts by name or in order. parts: the name of each, and spellings of its value."""
    made: list[str] = []
    for _ in range(3):
        words = [rng.choice(list(spelled)) for _, spelled in parts]
        named = [f"{name} = {word}" for (name, _), word in zip(parts, words, strict=True)]
        made += ["; ".join(named), "; ".join(named[::-1]), "; ".join(words), "\n".join(named),
                 ";".join(named).replace(" = ", "="), "; ".join(named).upper()
                 if not re.search(r"[a-z]\w*\(|[xu]", " ".join(words)) else "; ".join(named),
                 ]  # fmt: skip
        if not any("," in word for word in words):
            made += [", ".join(named), ", ".join(words)]
    return made
