"""Networks as people write them: each source right, or with one bug in a piece that is marked.

A piece is ⟦name|code⟧, or ⟦name|code|activation⟧ where the code is a slope. What one network alone
has to go wrong stands beside it: code that becomes another.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from tests.support.tables import cases

TABLES = Path(__file__).parents[1] / "workshop"
PIECE = re.compile(r"⟦(\w+)\|([^⟦⟧|]*)(?:\|([^⟦⟧|]*))?⟧")


class OwnNetwork(NamedTuple):
    """A source with its pieces marked, and its cost; empty where an engine has it."""

    style: str
    cost: str
    source: str
    bug: tuple[dict[str, str], ...] = ()
    without_rate: bool = False
    """Whether it subtracts gradients without a learning rate: a factor of them all is then one."""

    @property
    def right(self) -> str:
        return without_marks(self.source)

    @property
    def pieces(self) -> set[str]:
        return set(re.findall(r"⟦(\w+)\|", self.source))

    @property
    def bugs(self) -> list[Bug]:
        """The bugs that can be seeded in it."""
        own = [Bug(one["code"], one["becomes"], one.get("name")) for one in self.bug]
        seeded = [bug for bug in BUGS if bug.piece in self.pieces]
        if self.without_rate:
            seeded = [bug for bug in seeded if bug not in FACTORS]
        return seeded + own

    def with_bug(self, bug: Bug) -> str:
        if bug not in BUGS:
            assert self.right.count(bug.piece) == 1, f"{bug.piece} in {self.style}"
            return self.right.replace(bug.piece, bug.code)
        source, before = self.source, ""
        while source != before:
            before, source = source, PIECE.sub(lambda m: replaced(m, bug), source)
        return source


class Bug(NamedTuple):
    """A change of one piece, `{0}` its code and `{1}` its activation, and the mistake's name.

    Of one network alone, the piece is code as it stands there.
    """

    piece: str
    code: str
    name: str | None


BUGS = (
    Bug("out", "-({0})", "sign"),
    Bug("out", "2 * ({0})", "factor 2"),
    Bug("out", "0.5 * ({0})", "factor 1/2"),
    Bug("outslope", "1.0", "sigma' left out at the output"),
    Bug("slope", "1.0", "sigma' left out in the hidden layers"),
    Bug("slope", "({1})", "a for sigma' in the hidden layers"),
    Bug("slope", "(1 - ({1}))", "1 - a for sigma' in the hidden layers"),
    Bug("dW", "-({0})", "sign of dW"),
    Bug("db", "-({0})", "sign of db"),
    Bug("db", "({0}) * 0 + np.sum({0})", "bias gradient summed over everything, for every neuron"),
    Bug("dbone", "-({0})", "sign of db"),
    Bug("dW", "2 * ({0})", "factor 2 in dW"),
    Bug("back", "-({0})", "sign on the way back"),
    Bug("back", "2 * ({0})", "factor 2 on the way back"),
    Bug("slopes", "1.0", "sigma' left out everywhere"),
    Bug("everyslope", "1.0", "sigma' left out everywhere"),
    Bug("dWs", "-({0})", "sign of dW"),
    Bug("dWs", "2 * ({0})", "factor 2 in dW"),
    Bug("dbs", "-({0})", "sign of db"),
)
FACTORS = [bug for bug in BUGS if bug.name in ("factor 2", "factor 1/2")]


def without_marks(source: str) -> str:
    before = ""
    while source != before:
        before, source = source, PIECE.sub(r"(\2)", source)
    return source


def replaced(match: re.Match[str], bug: Bug) -> str:
    name, code, activation = match.groups()
    return "(" + (bug.code.format(code, activation) if name == bug.piece else code) + ")"


def own_networks() -> list[OwnNetwork]:
    return cases(TABLES / "own_networks.toml", "network", OwnNetwork)
