"""The formulas of a text, each judged: right, wrong with its mistake, or not about this at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from chainrule.algebra import AlgebraError, parse_sheet
from chainrule.derivation import Mistake
from chainrule.explain.any_matrices import any_matrices
from chainrule.explain.boards import (
    GIVEN,
    UNREADABLE,
    Board,
    Judgement,
    counts_entries,
    differs_on,
    identity,
    judged_on,
    leaf_of,
    named_left,
    of_numbers,
    sides_of,
)
from chainrule.explain.notation import compact, has_limit, plain
from chainrule.explain.own_functions import OwnFunctions, any_functions
from chainrule.explain.sentences import Formula

MOST_FORMULAS = 400
LONGEST = 400

STEP = re.compile(r"([A-Za-z]\w{0,8})(?:_?(?:new|\{?t\s*\+\s*1\}?)|')?")
RATE = re.compile(r"\b(?:eta|alpha|lr|rate|learning_rate|epsilon)\b|[ηαε]")
UPDATE = parse_sheet("w: scalar\ng: scalar\neta: scalar positive\nw_new = w - eta * g\n")


MATRICES = re.compile(r"[@ᵀ⊤WX]|\.T\b|\^\{?T|\\top|odot|circ|[⊙∘]|\b[A-Z]{2,3}\b")
"""Signs that a formula is about matrices."""


@dataclass(frozen=True)
class Judged:
    """A formula with its verdict. `text` is as typed."""

    formula: Formula
    judgement: Judgement

    @property
    def text(self) -> str:
        return self.formula.text

    @property
    def verdict(self) -> str:
        return self.judgement.verdict

    @property
    def right(self) -> bool:
        return self.judgement.right

    @property
    def wrong(self) -> bool:
        return self.verdict == "wrong"

    @cached_property
    def sides(self) -> tuple[str, ...]:
        """The sides as they are compared by their signs."""
        return tuple(compact(side) for side in sides_of(plain(self.text)))

    def to_dict(self) -> dict[str, Any]:
        mistake = self.judgement.mistake
        named = None if mistake is None else mistake.to_dict()
        if self.wrong and named is None:
            named = {"kind": None, "message": self.judgement.message, "yours": self.text,
                     "repaired": None, "span": None}  # fmt: skip
        return {"text": self.text, "verdict": self.verdict, "mistake": named,
                "line": self.formula.line}  # fmt: skip


def judge_all(
    formulas: Sequence[Formula],
    boards: Sequence[Board],
    own: bool,
    words_by: Mapping[Formula, str],
    prose: str,
) -> list[Judged]:
    """Every equation of a text, judged.

    own: whether letters may be functions of the learner's. words_by: the sentence around a formula
    and the one before it. prose: the whole text.
    """
    functions = OwnFunctions()
    texts = [plain(one.text) for one in formulas[:MOST_FORMULAS]]
    prose = prose.lower()
    in_question = [board for board in boards if may_be_meant(board, boards, texts, prose)]
    found: list[Judged] = []
    for one, text in zip(formulas, texts, strict=False):
        if len(sides_of(text)) < 2 or len(text) > LONGEST:
            continue
        words = words_by.get(one, "").lower()
        here = [b for b in in_question if not b.near or any(word in words for word in b.near)]
        here = [b for b in here if b.only is None or re.search(b.only, text)]
        verdict = judge(text, here, boards, functions if own else None)
        unsure = about_numbers(one.text, verdict) or (
            verdict.verdict == "wrong" and (counts_entries(text) or is_rough(text))
        )
        found.append(Judged(one, UNREADABLE if unsure else verdict))
    return found


def is_rough(text: str) -> bool:
    """Whether a formula with letters says that it holds roughly only."""
    return "≈" in text and of_numbers(text) is None


def about_numbers(text: str, verdict: Judgement) -> bool:
    """Whether what is wrong is the layout of matrices, in a formula that may be about numbers."""
    mistake = verdict.mistake
    layout = mistake is not None and mistake.kind in ("transpose", "order", "shape")
    return layout and not MATRICES.search(text)


def may_be_meant(board: Board, boards: Sequence[Board], texts: Sequence[str], prose: str) -> bool:
    """Whether nothing in the text speaks against a board."""
    if not board.needs or all(stated(board, name, texts) for name in board.needs):
        return True
    if any(word in prose for word in board.unless):
        return False
    others = [other for other in boards if not other.needs and not other.near]
    return not any(stated(other, name, texts) for other in others for name in board.needs)


def stated(board: Board, name: str, texts: Sequence[str]) -> bool:
    """Whether one of the formulas says what `name` is, as the board has it."""
    return any(
        leaf_of(board.sheet, sides[0]) == name and judged_on(board, text).right
        for text in texts
        if len(sides := sides_of(board.read(text))) >= 2
    )


def judge(
    text: str, boards: Sequence[Board], every: Sequence[Board], functions: OwnFunctions | None
) -> Judgement:
    """The verdict on one equation."""
    if has_limit(text):
        return UNREADABLE
    numbers = of_numbers(text)
    if numbers is not None:
        return numbers
    sides = sides_of(text)
    if not re.search("[A-Za-zα-ω]", "".join(sides[1:])) and re.fullmatch(r"[\w/]+", sides[0]):
        return GIVEN
    if functions is not None:
        about_own = functions.judge(text) or any_functions(sides)
        if about_own is not None:
            return about_own
        if functions.learn(text):
            return Judgement("undecided", "a function of your own")
    step = update(sides)
    if step is not None and step.right:
        return step
    first = on_boards(text, boards)
    if first is not None and first.right:
        return first
    closed = [board for board in every if board not in boards]
    if any(b.needs == (leaf_of(b.sheet, sides[0]),) and judged_on(b, text).right for b in closed):
        return Judgement("right", "right")
    if step is not None:
        return step
    return first or any_matrices(sides) or free_letters(sides)


def on_boards(text: str, boards: Sequence[Board]) -> Judgement | None:
    """Right if it is on one board, else the verdict of the first that has the names, or None.

    Naming a mistake takes time. So once a mistake has its name, a board on which the sides differ
    is passed over.
    """
    found: Judgement | None = None
    for board in boards:
        if found is not None and found.verdict == "wrong" and differs_on(board, text):
            continue
        one = judged_on(board, text)
        if one.right:
            return one
        if found is None and one.verdict != "unreadable":
            found = one
    return found


def update(sides: Sequence[str]) -> Judgement | None:
    """The verdict on a step of gradient descent, `w = w - eta * dC/dw`; None: it is none."""
    if len(sides) != 2:
        return None
    left, right = sides
    match = STEP.fullmatch(left.replace(" ", ""))
    if match is None:
        return None
    name = re.escape(re.sub(r"(_?new)$", "", match[1]))
    derivative = (
        rf"d[A-Z]\w?/d{name}\b|nabla\s*(?:_?{name})?\s*[A-Z](?:\({name}\))?"
        rf"|\bgrad(?:ient)?\b|\bslope\b|\bd{name}\b"
    )
    words = re.sub(derivative, " g ", right.replace("∂", "d").replace("∇", "nabla "))
    words = re.sub(r"(?<![\w.])0\.\d+", " eta ", RATE.sub(" eta ", words))
    words = re.sub(rf"\b{name}(?:_old|_t)?\b", " w ", words)
    if not re.search(r"\bw\b", words) or not re.search(r"\bg\b", words):
        return None
    try:
        found = named_left(UPDATE, "w_new", f"w_new = {words}")
    except AlgebraError:
        return None
    if found.verdict == "wrong":
        message = re.sub(r"\bw\b", match[1], re.sub(r"\bg\b", f"dC/d{match[1]}", found.message))
        kind = found.mistake.kind if found.mistake else "sign"
        whole = f"{left} = {right}"
        return Judgement("wrong", message, Mistake.of_whole(kind, message, whole))
    return found if found.right else None


RUNS = re.compile(r"(?<![A-Za-z_'])[A-Za-z]+(?![\w('])")
GREEK = frozenset(("sigma", "delta", "eta", "mu", "alpha", "lam", "lambda"))


def letters_of(side: str) -> frozenset[str]:
    """The names in a side, where letters that stand together are a product."""
    found: set[str] = set()
    for run in RUNS.findall(side):
        found |= {run} if run in GREEK else set(run)
    return frozenset(found - {"e"})


def free_letters(sides: Sequence[str]) -> Judgement:
    """An equation in letters of the learner's own, which both sides share: by numbers."""
    letters = [letters_of(side) for side in sides]
    if any("@" in side or ".T" in side for side in sides):
        return UNREADABLE
    if not letters[0] or len(set(letters)) != 1 or max(map(len, letters)) > 6:
        return UNREADABLE
    names = sorted(letters[0])
    source = "".join(f"{each}: scalar\n" for each in names) + f"unused_ = {names[0]}\n"
    apart = [RUNS.sub(lambda m: m[0] if m[0] in GREEK else "*".join(m[0]), one) for one in sides]
    try:
        return identity(parse_sheet(source), apart)
    except AlgebraError:
        return UNREADABLE
