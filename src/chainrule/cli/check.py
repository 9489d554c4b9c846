"""`chainrule check SHEET --wrt NAME EXPRESSION...`: a learner's own equation, right or wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from chainrule.cli.sheets import NetworkOption

if TYPE_CHECKING:
    from chainrule.derivation import ChainCheck, Question, Verdict
    from chainrule.ground.events import Derived

STATUS: dict[Verdict, int] = {
    "right": 0,
    "right-other-form": 0,
    "right-if": 1,
    "wrong": 1,
    "unreadable": 2,
    "undecided": 3,
}
"""The exit status of each verdict."""


def check(
    sheet: Annotated[
        str | None,
        typer.Argument(
            metavar="SHEET",
            help="A shipped sheet's name, such as softmax, a file, or - for standard input.",
        ),
    ] = None,
    expressions: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[EXPRESSION]...",
            help="Your answer; several are the lines of a chain. Without one, type line by line.",
        ),
    ] = None,
    wrt: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Of what: W1 for dC/dW1; delta1, W1[j,k], da2/dz2."),
    ] = None,
    network: NetworkOption = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> int:
    """Check your own equation: right, or the exact mistake.

    Exit status: 0 right, 1 wrong or right only on a condition that the sheet does not declare,
    2 not readable, 3 undecided; 0 after typing line by line.
    """
    from chainrule.algebra import AlgebraError, sheet_names
    from chainrule.cli import sheets
    from chainrule.cli.check_lines import ask
    from chainrule.cli.failure import Refused
    from chainrule.cli.recording import record
    from chainrule.cli.terminal import print_json
    from chainrule.derivation import check_chain, question

    lines = [line.strip() for line in expressions or ()]
    if network is not None and sheet is not None:
        if sheet in sheet_names():
            raise Refused(f"a sheet, {sheet!r}, and --network: give one of them")
        lines, sheet = [sheet.strip(), *lines], None
    found = sheets.chosen(sheet, network, None, False).sheet
    if wrt is None:
        raise Refused(f"say of what: --wrt NAME; there are {', '.join(found.shapes)}")
    try:
        asked = question(found, wrt)
        if not lines:
            if json or sheet == "-":
                raise Refused("an expression is missing")
            return ask(found, wrt, asked)
        result = check_chain(found, wrt, lines)
        record(derived(network or sheet or found.text(), wrt, result))
    except AlgebraError as fault:
        raise Refused(fault.message) from fault
    if json:
        print_json(result.to_dict())
    else:
        print_result(asked, result)
    return STATUS[result.verdict]


def derived(sheet: str, quantity: str, result: ChainCheck) -> Derived | None:
    """What is to be recorded of lines that were checked; None of what could not be judged."""
    from chainrule.ground.events import Derived

    if result.verdict in ("unreadable", "undecided"):
        return None
    mistake = result.mistakes[0].kind if result.mistakes else None
    return Derived(sheet=sheet, quantity=quantity, verdict=result.verdict, mistake=mistake)


def print_result(asked: Question, result: ChainCheck) -> None:
    """The verdict for a person: each line of a chain, the mistakes, the repair and the witness.

    What was typed in another way than it is printed is shown first as it was read.
    """
    from chainrule.cli.check_lines import as_mathematics
    from chainrule.cli.terminal import fold, plain_width

    across = plain_width()

    def say(line: str) -> None:
        print("\n".join(fold(line, across)) if across is not None else line)

    for line in result.lines:
        if line.understood is not None:
            say(f"read as {as_mathematics(asked, line.understood) or line.understood}")
    if len(result.lines) > 1:
        width = max(len(line.text) for line in result.lines[:50])
        for number, line in enumerate(result.lines, start=1):
            print(f"{number:>3}  {line.text:<{min(width, 60)}}  {line.verdict}")
    say(headline(result))
    for mistake in result.mistakes:
        say(f"  {mistake.kind}: {mistake.message}")
    repaired = next((m.repaired for m in result.mistakes if m.repaired is not None), None)
    if repaired is not None:
        print(f"  repaired: {repaired}")
    if result.verdict == "wrong" and result.witness is not None:
        say(f"  for example, {result.witness.words}")


def headline(result: ChainCheck) -> str:
    """One line: the verdict, and its message where the mistakes do not say it."""
    from chainrule.cli.check_lines import WORDS

    verdict = result.verdict
    if verdict == "right-if":
        return f"right only if {result.condition}"
    said_below = verdict == "wrong" and result.mistakes and len(result.lines) == 1
    if verdict in ("right", "right-other-form") or said_below:
        return WORDS[verdict]
    return f"{WORDS[verdict]}: {result.message}"
