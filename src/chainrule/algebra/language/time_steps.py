"""Steps in time: `h[t] = tanh(W @ h[t-1] + U @ x[t])`, `t = 1..3`, written out one by one.

What has a step is as many quantities, h1, h2, h3. A sum over the steps is written out as well. The
letter may stand in square brackets, `h[t-1]`, lowered, `h_{t-1}` and `h_t`, or raised in brackets,
`h^{(t)}` and `h^{<t-1>}`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from chainrule.algebra.language.sheet_text import Line
from chainrule.algebra.language.tokens import ParseError, Token

Ranges = Mapping[str, tuple[int, int]]
"""The first and the last step of each letter."""

MAX_STEPS = 50
"""The most steps that are written out."""

_RANGE = (
    r"(?P<letter>[a-z])\s*(?:=|in|∈)\s*\{?\s*(?P<first>\w+)\s*"
    r"(?:\.\.\.?|…|,\s*(?:\.\.\.|…)\s*,|\bto\b)\s*(?P<last>\w+)\s*\}?"
)
_ALONE = re.compile(rf"\s*(?:for\s+)?{_RANGE}\s*:?\s*")
_AFTER = re.compile(rf"(?:[,;(]|\bfor\b)\s*(?:for\s+)?{_RANGE}\s*\)?\s*$")
_NUMBER = re.compile(r"\s*(?P<name>[A-Za-z]\w*)\s*=\s*(?P<value>\d+)\s*")
_STEP = r"\[\s*{t}\s*\]|\^\s*\{{?\s*[(<\[]\s*{t}\s*[)>\]]\s*\}}?|_\{{\s*{t}\s*\}}|_{t}(?!\w)"
_WHICH = r"(?:{letter}(?:\s*([+-])\s*(\d+))?)"


def written_out(lines: list[Line]) -> tuple[list[Line], Ranges]:
    """The lines, those of steps in time once for each step, and the steps there are."""
    ranges, kept = _ranges(lines)
    if not ranges:
        return lines, {}
    fixed = fixed_steps(ranges)
    kept = [replace(line, steps=fixed) for line in kept]
    lefts = (_left_step(line, letter) for line in kept for letter in ranges)
    stepped = {left["base"].strip() for left in lefts if left is not None}
    found: list[Line] = []
    block: list[Line] = []
    letter_of_block = ""
    for line in kept:
        letter = next((k for k in ranges if _left_step(line, k) is not None), "")
        if block and letter != letter_of_block:
            found += _block(block, letter_of_block, ranges[letter_of_block])
            block = []
        if letter:
            block.append(line)
            letter_of_block = letter
        else:
            found.append(_fixed(line, stepped))
    if block:
        found += _block(block, letter_of_block, ranges[letter_of_block])
    return found, ranges


def fixed_steps(ranges: Ranges) -> dict[str, int]:
    """What stands for one number everywhere, such as the T of `T = 3` and `t = 1..T`."""
    return {name: first for name, (first, last) in ranges.items() if first == last}


def _ranges(lines: list[Line]) -> tuple[dict[str, tuple[int, int]], list[Line]]:
    """The steps that are said, and the lines without what says them."""
    numbers = {
        match["name"]: int(match["value"])
        for line in lines
        if (match := _NUMBER.fullmatch(line.words)) is not None
    }
    ranges: dict[str, tuple[int, int]] = {}
    kept: list[Line] = []
    ends: set[str] = set()
    for line in lines:
        match = _ALONE.fullmatch(line.words) or _AFTER.search(line.words)
        if match is None:
            kept.append(line)
            continue
        steps = []
        for end in ("first", "last"):
            word = match[end]
            if not word.isdigit() and word not in numbers:
                raise line.error(
                    f"how many steps there are has to be a number, not `{word}`: write "
                    f"{match['letter']} = 1..3; three steps show what happens at each",
                    match.start(end),
                    match.end(end),
                )
            steps.append(int(word) if word.isdigit() else numbers[word])
            if not word.isdigit():
                ends.add(word)
                ranges[word] = (numbers[word], numbers[word])
        first, last = steps
        if not first <= last < first + MAX_STEPS:
            message = f"steps go from one number up to a larger one, at most {MAX_STEPS} of them"
            raise line.error(message, match.start("first"), match.end("last"))
        letter = match["letter"]
        if ranges.setdefault(letter, (first, last)) != (first, last):
            above = "from {} to {}".format(*ranges[letter])
            message = f"`{letter}` runs {above} above, and from {first} to {last} here"
            raise line.error(message, match.start("letter"), match.end())
        rest = line.words[: match.start()]
        if rest.strip():
            kept.append(replace(line, words=rest.rstrip()))
    return ranges, [
        line
        for line in kept
        if not ((match := _NUMBER.fullmatch(line.words)) and match["name"] in ends)
    ]


def _left_step(line: Line, letter: str) -> re.Match[str] | None:
    """The step on the left of a line, before its `:` or `=`."""
    sign = re.search(r"[:=]", line.words)
    left = line.words if sign is None else line.words[: sign.start()]
    step = _STEP.format(t=_WHICH.format(letter=letter))
    return re.fullmatch(rf"(?P<base>\s*[^\W\d_]\w*?)(?:{step})\s*", left)


def _block(block: list[Line], letter: str, steps: tuple[int, int]) -> Iterator[Line]:
    """Lines that follow one another: all of the first step, then all of the second, ..."""
    for value in range(steps[0], steps[1] + 1):
        for line in block:
            match = _left_step(line, letter)
            assert match is not None
            sign = next((s for s in match.groups()[1::2] if s), "+")
            shift = next((s for s in match.groups()[2::2] if s), "0")
            number = value + int(f"{sign}{shift}")
            name = step_name(match["base"], number)
            rest = line.words[match.end() :]
            words = name.ljust(match.end()) + rest if len(name) < match.end() else name + rest
            yield replace(line, words=words, steps={**line.steps, letter: value})


def step_name(base: str, number: int) -> str:
    """h3 for h and 3; h1_3 for h1."""
    return f"{base}_{number}" if base[-1:].isdigit() else f"{base}{number}"


def _fixed(line: Line, stepped: Collection[str]) -> Line:
    """`h_0: (m,1)` and `a^{<0>}` as the name that the steps give it."""
    number = _STEP.format(t=r"(\d+)")
    sign = re.search(r"[:=]", line.words)
    end = len(line.words) if sign is None else sign.start()
    match = re.fullmatch(rf"(?P<base>\s*[^\W\d_]\w*?)(?:{number})\s*", line.words[:end])
    if match is None:
        return line
    base = match["base"]
    if base.strip() not in stepped:
        return line
    name = step_name(base, int(next(n for n in match.groups()[1:] if n)))
    return replace(line, words=name.ljust(end) + line.words[end:])


# In what is typed.


def put_in(
    tokens: list[Token], ranges: Ranges, steps: Mapping[str, int], names: Collection[str]
) -> list[Token]:
    """The tokens with sums over steps written out, and names of steps in place of letters.

    names: of all quantities there are. Raises ParseError where one has no steps.
    """
    if not ranges:
        return tokens
    return [*_Steps(ranges, names).replaced(tokens[:-1], steps), tokens[-1]]


class _Steps:
    """ranges: the steps of every letter. names: of all quantities there are."""

    def __init__(self, ranges: Ranges, names: Collection[str]) -> None:
        self.ranges = ranges
        self.names = names

    def replaced(self, tokens: list[Token], steps: Mapping[str, int]) -> list[Token]:
        out: list[Token] = []
        at = 0
        while at < len(tokens):
            made = self._sum(tokens, at, steps) or self._step(tokens, at, steps)
            if made is None:
                out.append(tokens[at])
                at += 1
            else:
                written, at = made
                out += written
        return out

    def _sum(
        self, tokens: list[Token], at: int, steps: Mapping[str, int]
    ) -> tuple[list[Token], int] | None:
        """`sum(t, ...)` and `Σ_t ...`: the terms of every step."""
        token = tokens[at]
        if token.kind != "name" or not token.text.startswith("sum"):
            return None
        kinds = [t.kind for t in tokens[at : at + 4]] + [""] * 4
        letter, start = "", at + 1
        if token.text == "sum" and kinds[1:4] == ["(", "name", ","]:
            letter, start = tokens[at + 2].text, at + 4
            last = self._closing(tokens, at + 1)
            end = last + 1
        else:
            if token.text.startswith("sum_") and len(token.text) == 5:
                letter = token.text[4]
            elif token.text == "sum_" and kinds[1:3] == ["{", "name"]:
                letter, start = tokens[at + 2].text, self._closing(tokens, at + 1) + 1
            else:
                return None
            if start < len(tokens) and tokens[start].kind == "**":  # up to where it goes
                braced = tokens[start + 1].kind == "{" if start + 1 < len(tokens) else False
                start = self._closing(tokens, start + 1) + 1 if braced else start + 2
            last = end = self._term_end(tokens, start)
        if letter not in self.ranges or last <= start:
            return None
        first, final = self.ranges[letter]
        mark = token._replace(kind="(", text="(", mark="")
        out = [mark]
        for value in range(first, final + 1):
            if value > first:
                out.append(mark._replace(kind="+", text="+"))
            out.append(mark)
            out += self.replaced(tokens[start:last], {**steps, letter: value})
            out.append(mark._replace(kind=")", text=")"))
        out.append(mark._replace(kind=")", text=")"))
        return out, end

    def _closing(self, tokens: list[Token], opener: int) -> int:
        depth = 0
        for at in range(opener, len(tokens)):
            depth += (tokens[at].kind in "([{") - (tokens[at].kind in ")]}")
            if depth == 0:
                return at
        return len(tokens)

    def _term_end(self, tokens: list[Token], start: int) -> int:
        """Where a product ends: at the next + or - that stands in no bracket."""
        depth = 0
        for at in range(start, len(tokens)):
            kind = tokens[at].kind
            depth += (kind in "([{") - (kind in ")]}")
            if depth < 0 or (depth == 0 and at > start and kind in ("+", "-", "=", ",")):
                return at
        return len(tokens)

    def _step(
        self, tokens: list[Token], at: int, steps: Mapping[str, int]
    ) -> tuple[list[Token], int] | None:
        """`h[t-1]` and its like as `h2`, and a letter by itself as its number."""
        token = tokens[at]
        if token.kind != "name":
            return None
        if token.text in steps:
            number = token._replace(kind="number", text=str(steps[token.text]))
            return [number._replace(value=Fraction(steps[token.text]))], at + 1
        base, _, lowered = token.text.rpartition("_")
        if base and lowered in steps:
            return [token._replace(text=step_name(base, steps[lowered]))], at + 1
        opened = self._opened(tokens, at)
        if opened is None:
            return None
        first, closers = opened
        number, end = self._number(tokens, first, steps)
        if number is None or [t.kind for t in tokens[end : end + len(closers)]] != closers:
            last = self._closing(tokens, first - 1)
            counting = (t for t in tokens[first:last] if t.kind == "name" and t.text in steps)
            place = next(counting, None)
            if place is not None and closers == ["]"]:
                raise ParseError(
                    f"`{place.text}` counts steps, and no places of a matrix",
                    (place.start, place.end),
                    mend=f"declare {token.text.rstrip('_')}[{place.text}] for each step",
                )
            return None
        last = tokens[end + len(closers) - 1]
        base = token.text.rstrip("_")
        if base in self.names and step_name(base, number) not in self.names:
            raise ParseError(
                f"`{base}` is declared as a whole, not for each step",
                (token.start, last.end),
                mend=f"declare {base}[{tokens[first].text}]",
            )
        known = [
            int(name.removeprefix(base).removeprefix("_"))
            for name in self.names
            if name.startswith(base) and name.removeprefix(base).removeprefix("_").isdigit()
        ]
        if known and number not in known:
            written = f"{base}[{''.join(t.text for t in tokens[first:end])}]"
            at_step = ", ".join(f"{letter} = {value}" for letter, value in steps.items()
                                if letter in {t.text for t in tokens[first:end]})  # fmt: skip
            raise ParseError(
                f"`{written}` is step {number} at {at_step}; {base} goes from {min(known)} to "
                f"{max(known)}",
                (token.start, last.end),
                mend="write out the steps that there are",
            )
        named = token._replace(text=step_name(base, number), end=last.end)
        return [named], end + len(closers)

    def _opened(self, tokens: list[Token], at: int) -> tuple[int, list[str]] | None:
        """Where the step begins that stands after a name, and what closes it."""
        kinds = [t.kind for t in tokens[at + 1 : at + 4]] + [""] * 3
        if kinds[0] == "[":
            return at + 2, ["]"]
        if kinds[0] == "{" and tokens[at].text.endswith("_"):
            return at + 2, ["}"]
        close = {"(": ")", "<": ">", "[": "]"}
        if kinds[0] == "**" and kinds[1] == "{" and kinds[2] in close:
            return at + 4, [close[kinds[2]], "}"]
        if kinds[0] == "**" and kinds[1] in close:
            return at + 3, [close[kinds[1]]]
        return None

    def _number(
        self, tokens: list[Token], at: int, steps: Mapping[str, int]
    ) -> tuple[int | None, int]:
        """The number of the step `t`, `t-1` or, raised in angle brackets, 3; and where it ends."""
        if at >= len(tokens):
            return None, at
        token = tokens[at]
        if token.kind == "number" and token.value.denominator == 1 and tokens[at - 1].kind == "<":
            return int(token.value), at + 1
        if token.text not in steps:
            return None, at
        number, at = steps[token.text], at + 1
        kinds = [t.kind for t in tokens[at : at + 2]]
        if kinds in (["+", "number"], ["-", "number"]) and tokens[at + 1].value.denominator == 1:
            shift = int(tokens[at + 1].value)
            return number + (shift if kinds[0] == "+" else -shift), at + 2
        return number, at
