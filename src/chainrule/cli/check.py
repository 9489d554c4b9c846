"""`chainrule check SHEET [LINE]...`: a learner's own equation, right or wrong."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from chainrule.cli.sheets import BatchOption, L2Option, NetworkOption
from chainrule.cli.verdicts import STATUS

if TYPE_CHECKING:
    from chainrule.cli.sheets import Chosen
    from chainrule.derivation import ChainCheck, Question, Workings


WHOLE = "whole"
"""In the place of a sheet: a network that the learner chooses, the whole of its backward pass."""


def check(
    sheet: Annotated[
        str | None,
        typer.Argument(
            metavar="SHEET",
            help="A name that `chainrule sheets` lists, a file, - for standard input, a "
            'function such as "x**2 * sin(x)", or `whole` for a network of your choice.',
        ),
    ] = None,
    expressions: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="LINE",
            help="Your answer; several are the lines of a chain. Without one, type line by line.",
        ),
    ] = None,
    wrt: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Of what: W1 for dC/dW1; delta1, W1[j,k], da2/dz2. A line may say it itself: "
            '"dC/dW1 = ...".',
        ),
    ] = None,
    network: NetworkOption = None,
    batch: BatchOption = None,
    l2: L2Option = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="Show how to mend a wrong line.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> int:
    """Check your own equation: right, or the exact mistake.

    Exit status: 0 right, 1 wrong or right only on a condition that the sheet does not declare,
    2 not readable, 3 undecided; 0 after typing line by line at a terminal.
    """
    from chainrule.algebra import sheet_names
    from chainrule.cli import exam, sheets
    from chainrule.cli.closing_line import onward
    from chainrule.cli.failure import Refused
    from chainrule.cli.recording import record
    from chainrule.cli.terminal import print_json
    from chainrule.derivation import Workings, check_chain

    if repair and exam.no_hints():
        raise Refused(exam.HINTS)
    lines = [line.strip() for line in expressions or ()]
    if sheet == WHOLE and network is None:
        from chainrule.cli.check_network import ask_network

        if lines or wrt or json or batch or l2:
            raise Refused(
                f"`chainrule check {WHOLE}` asks for a network, then line by line; with lines or "
                'options name it: chainrule check --network "8-7-4 tanh cross-entropy"'
            )
        return ask_network()
    if network is not None and sheet is not None:
        if sheet in sheet_names():
            raise Refused(f"a sheet, {sheet!r}, and --network: give one of them")
        lines, sheet = [sheet.strip(), *lines], None
    chosen = sheets.chosen(sheet, network, batch, l2)
    if not lines:
        if not json and sheet != "-":
            from chainrule.cli.check_lines import ask

            return ask(chosen, wrt)
        lines = [] if sheet == "-" or sys.stdin.isatty() else sys.stdin.read().splitlines()
        if not any(line.strip() for line in lines):
            raise Refused("an expression is missing")
    by = wrt or what_is_meant(chosen, lines)
    asking = Workings(chosen.sheet, by)
    result = check_chain(chosen.sheet, by, lines)
    record(asking.event_of(result, chosen.name))
    if json:
        print_json(result.to_dict())
    else:
        print_result(asking.asked, result, repair)
        print(f"{onward()}: {next_step(result, chosen, asking, repair)}")
    return STATUS[result.verdict]


def what_is_meant(chosen: Chosen, lines: list[str]) -> str:
    """What lines are about that nobody has said: the last that they name, or the one there is."""
    from chainrule.cli.failure import Refused
    from chainrule.derivation import named_by, to_work_out

    named = [name for line in lines if (name := named_by(chosen.sheet, line)) is not None]
    by = named[-1] if named else chosen.variable or chosen.sheet.scope.variable
    there_are = to_work_out(chosen.sheet)
    if by is None and len(there_are) == 1:
        by = there_are[0]
    if by is None:
        cost, last = chosen.sheet.cost, there_are[-1]
        raise Refused(
            f"say of what: --wrt NAME, or in the line itself, d{cost}/d{last} = ...; "
            f"there are {', '.join(chosen.sheet.shapes)}"
        )
    return by


def print_result(asked: Question, result: ChainCheck, repair: bool) -> None:
    """The verdict for a person: each line of a chain, the mistakes at their places, a witness.

    What was typed in another way than it is printed is shown first as it was read.
    """
    from chainrule.cli.check_text import (
        as_read,
        headline,
        marked,
        mistake_lines,
        places,
        wrapped,
    )
    from chainrule.cli.terminal import plain_width
    from chainrule.derivation import without_mend

    across = plain_width() or 10_000
    for note in asked.sheet.notes:
        print("\n".join(wrapped(note, across)))
    if len(result.lines) > 1:
        longest = max(len(line.text) for line in result.lines[:50])
        for number, line in enumerate(result.lines, start=1):
            print(f"{number:>3}  {line.text:<{min(longest, 60)}}  {line.verdict}")
    for line in result.lines:
        read = None if line.understood is None else as_read(asked, line.text, line.understood)
        if read is not None:
            print("\n".join(wrapped(read, across)))
    at_fault = next((line for line in result.lines if line.mistakes or line.span), None)
    slips = result.mistakes if result.verdict == "wrong" else ()
    message = result.message
    if at_fault is not None and at_fault.verdict == result.verdict:
        spans = places(at_fault.text, [at_fault.span, *(m.span for m in at_fault.mistakes)])
        if spans:
            print("\n".join(marked(at_fault.text, spans, across, "  ")))
    for mistake in slips:  # which are told below
        message = message.replace(f": {mistake.message}", "")
    told_below = bool(slips) and len(result.lines) == 1
    print("\n".join(wrapped(headline(result.verdict, message, told_below), across)))
    for mistake in slips:
        words = mistake.message
        if not repair and at_fault is not None:
            words = without_mend(mistake, at_fault.text)
        print("\n".join(mistake_lines(mistake.kind, words, across, "  ")))
    repaired = next((m.repaired for m in slips if m.repaired is not None), None)
    if repair and repaired is not None:
        print("\n".join(wrapped(f"repaired: {repaired}", across, "  ", "    ")))
    elif repair and result.verdict == "wrong":
        print("\n".join(wrapped("no small change mends this line", across, "  ")))
    if result.verdict == "wrong" and result.witness is not None:
        shown = f"for example, {result.witness.words}"
        print("\n".join(wrapped(shown, across, "  ")))


def next_step(result: ChainCheck, chosen: Chosen, asking: Workings, repaired: bool) -> str:
    """What to type next."""
    from chainrule.cli.check_again import check_command, command_word

    words = chosen.words
    if result.verdict == "wrong" and not repaired and any(m.repaired for m in result.mistakes):
        return "mend the line; --repair shows how"
    if not words:
        return "chainrule sheets"
    if "\n" in words:
        return "save the sheet in a file; chainrule check FILE asks you for each line"
    if not result.passes:
        return f"{check_command(words, asking.now.wrt)}, line by line, with hints"
    following = asking.next
    if following is not None:
        return check_command(words, following.wrt)
    return f"chainrule derive {command_word(words)}"
