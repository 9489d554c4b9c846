"""Chainrule in a notebook: `%load_ext chainrule.notebook`.

    %derive softmax --wrt W1          the derivation, set as mathematics
    %%check softmax --wrt W2          the lines of the cell, each right or its mistake by name
    %%grade hidden_error              the function of the cell, graded as the workshop does
    for epoch in watch(training): ... the cost and the accuracy as curves, while it trains

Networks, programs, derivations, verdicts and runs show themselves. Nothing needs a network, and
what is stored needs no JavaScript.
"""

from __future__ import annotations

from typing import Any

from chainrule.notebook.watching import Watched, watch

__all__ = ["Watched", "load_ipython_extension", "watch"]


def load_ipython_extension(ipython: Any) -> None:
    """What `%load_ext chainrule.notebook` calls."""
    from chainrule.notebook.magics import ChainruleMagics
    from chainrule.notebook.showing import register

    ipython.register_magics(ChainruleMagics)
    register(ipython.display_formatter.formatters)
    ipython.push({"watch": watch})
