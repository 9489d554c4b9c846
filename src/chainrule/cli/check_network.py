"""`chainrule check whole`: a network of the learner's choice, derived from a blank page."""

from __future__ import annotations

import sys


def ask_network() -> int:
    """Ask for a network, then for its whole backward pass line by line; the exit status."""
    from chainrule.cli.check_lines import ask, typed
    from chainrule.cli.failure import Refused
    from chainrule.cli.sheets import of_network
    from chainrule.cli.terminal import print_wrapped
    from chainrule.ground.faults import Fault
    from chainrule.roadmap import EXAMPLE, choices, chosen_network

    piped = not sys.stdin.isatty()
    if not piped:
        print_wrapped("A network of your choice, and all of its derivatives from a blank page.")
        print()
        print_wrapped(f"Type the sizes of its layers, activations and a cost, such as {EXAMPLE}.")
        print_wrapped(choices())
    while True:
        try:
            words = typed("" if piped else "> ").strip()
        except (EOFError, KeyboardInterrupt):
            if piped:
                raise Refused(f"name a network on the first line, such as {EXAMPLE}") from None
            print()
            return 0
        if words.lower() in ("quit", "exit", "q"):
            return 0
        if not words:
            continue
        try:
            chosen_network(words)
            chosen = of_network(words, None, False)
        except Fault as fault:
            if piped:
                raise
            print_wrapped(fault.line())
            continue
        if not piped:
            print()
        return ask(chosen, None)
