"""A learner's workings as notes to keep: Markdown with the lines as mathematics and as typed.

The lines are the learner's. A reason stands beside a line where a rule leads to it from the line
before; where none of ours does, the learner knows better why.
"""

from __future__ import annotations

from collections.abc import Sequence

from chainrule.algebra import (
    AlgebraError,
    Expression,
    entry,
    facts_of,
    latex,
    shape_text,
    simplify,
    text,
)
from chainrule.derivation.checking.hints import QUIET, derivation_by
from chainrule.derivation.checking.lines import split
from chainrule.derivation.checking.workings import Chain, Workings
from chainrule.derivation.deriving.derive import replayed
from chainrule.derivation.deriving.step import Step
from chainrule.derivation.deriving.steps import Derivation


def notes(workings: Workings, title: str, description: str = "") -> str:
    """The sheet, and every derivative that was found with its lines, as Markdown.

    Lines stand twice: set as mathematics, and as they were typed, to be read by a machine again.
    """
    found = workings.found
    missing = [chain.name for chain in workings.order if not chain.right]
    parts = [f"# {title}\n"]
    if description:
        parts.append(f"{description}\n")
    parts += [f"## The sheet\n\n```\n{workings.sheet.text()}```\n", _forward(workings)]
    parts.append("## The backward pass\n" if len(workings.order) > 1 else "## The derivative\n")
    if missing:
        names = ", ".join(f"`{name}`" for name in missing)
        parts.append(f"Still to be derived: {names}.\n")
    parts += [section(chain) for chain in found]
    if len(found) > 1:
        parts.append(_summary(found))
    return "\n".join(parts)


def section(chain: Chain) -> str:
    """One derivative: a heading, its lines as mathematics, their reasons, the lines as typed."""
    asked = chain.asked
    meaning = asked.meaning
    what = ""
    if meaning is not None:
        shape = shape_text(asked.leaf.shape)
        what = f"The derivative of `{meaning[0]}` by `{meaning[1]}`, {shape}.\n\n"
    rows = rows_of(chain)
    given = [(number, why) for number, why in enumerate(reasons(chain, rows), start=1) if why]
    listed = "".join(f"- Line {number}. {why}\n" for number, why in given)
    if len(rows) == 1 and given:
        listed = f"{given[0][1]}\n"
    parts = [f"### `{chain.heading}`\n", f"{what}```math\n{set_lines(rows)}```\n"]
    parts += [listed] if listed else []
    return "\n".join([*parts, f"```\n{as_typed(chain)}```\n"])


def as_typed(chain: Chain) -> str:
    """The lines as typed, each with its equals sign; the first says what it is about."""
    lines: list[str] = []
    for line in chain.lines:
        words = line.strip()
        if len(split(words)) > 1:
            lines.append(words)
        else:
            lines.append(f"= {words}" if lines else f"{chain.heading} = {words}")
    return "\n".join(lines) + "\n"


def rows_of(chain: Chain) -> list[tuple[Expression, Expression]]:
    """What each line of mathematics says: a left side, and what it equals."""
    letters = chain.asked.letters
    rows: list[tuple[Expression, Expression]] = []
    for link, tree in chain.sides():
        left = link.about.leaf
        if letters and left is chain.asked.leaf:
            left = entry(left, *letters)
        rows.append((left, tree))
    return rows


def set_lines(rows: Sequence[tuple[Expression, Expression]]) -> str:
    """The lines one below the other, aligned at the equals sign. A left side is written once."""
    lines: list[str] = []
    before: Expression | None = None
    for left, right in rows:
        lines.append(f"{latex(left) + ' ' if left is not before else ''}&= {latex(right)}")
        before = left
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}\n"


def reasons(chain: Chain, rows: Sequence[tuple[Expression, Expression]]) -> list[str]:
    """For each line why it follows from the one before, in sentences; "" where no rule leads there.

    The first line follows from the sheet.
    """
    try:
        derivation = derivation_by(chain.asked.sheet, chain.wrt)
    except AlgebraError:
        return [""] * len(rows)
    found: list[str] = []
    before: Expression | None = None
    for left, right in rows:
        if not _is_about(left, chain):
            found.append("")
            continue
        found.append(_sentences(_steps_between(chain, derivation, before, right)))
        before = right
    return found


def _steps_between(
    chain: Chain, derivation: Derivation, before: Expression | None, after: Expression
) -> list[Step]:
    """The steps of the derivation, or of a simplification, that lead from one line to the next."""
    reached = [step.after if step.kind == "rewriting" else None for step in derivation.steps]
    ruled = sum(step.kind != "rewriting" for step in derivation.steps)
    if ruled:
        reached[ruled - 1] = derivation.lines[0]
    if after in reached:
        last = reached.index(after)
        first = reached.index(before) + 1 if before in reached and before is not None else None
        if before is None or (first is not None and first <= last):
            return list(derivation.steps[first or 0 : last + 1])
    if before is None:
        return []
    facts = facts_of(chain.asked.sheet)
    steps = list(replayed(before, simplify(before, facts).steps, facts))
    for number, step in enumerate(steps):
        if step.after is after:
            return steps[: number + 1]
    return []


def _sentences(steps: Sequence[Step]) -> str:
    """The rules with what they say, each once."""
    said = {f"**{step.rule}.** {step.why}": None for step in steps if step.rule not in QUIET}
    return " ".join(said)


def _forward(workings: Workings) -> str:
    sheet = workings.sheet
    lines = [f"{latex(sheet.symbol(d.name))} &= {latex(d.expression)}" for d in sheet.definitions]
    body = " \\\\\n".join(lines)
    return f"```math\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n```\n"


def _summary(found: Sequence[Chain]) -> str:
    """The last line of each, together."""
    equations: list[str] = []
    typed: list[str] = []
    for chain in found:
        left, right = [row for row in rows_of(chain) if _is_about(row[0], chain)][-1]
        equations.append(f"{latex(left)} &= {latex(right)}")
        typed.append(f"{text(left)} = {text(right)}\n")
    body = " \\\\\n".join(equations)
    aligned = f"```math\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n```\n"
    return f"## All of it\n\n{aligned}\n```\n{''.join(typed)}```\n"


def _is_about(left: Expression, chain: Chain) -> bool:
    return left is chain.asked.leaf or left.args[:1] == (chain.asked.leaf,)
