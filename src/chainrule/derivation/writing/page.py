"""The page docs/derivation.md: the three-layer network's equations derived in full.

    python -m chainrule.derivation > docs/derivation.md

writes it; a test compares the file with what is written here.
"""

from __future__ import annotations

from chainrule.algebra import latex, load_sheet, shipped, text
from chainrule.derivation.deriving.derive import derive_all
from chainrule.derivation.deriving.steps import Backpropagation
from chainrule.derivation.writing.formats import sections

INTRODUCTION = """\
# The three-layer network, derived

Input, one hidden layer, output: the network that the roadmap ends with. Every equation of its
backward pass is derived here, each step with its rule. Nothing on this page is written by hand: it
is what the algebra derives from the sheets, written by

    python -m chainrule.derivation > docs/derivation.md

`chainrule derive quadratic` shows the same steps in a terminal, and also the derivatives by what is
given, `dC/dy` and `dC/dx`; `--wrt W1` asks for one alone. `chainrule check quadratic --wrt W1` lets
you derive it yourself.

How to read a step. The backward pass starts with 1 at the cost, the derivative of the cost by
itself, and goes back through every equation. "`-1` becomes `-y`" says what came back to a part of
an equation and what that part hands on. Later steps rewrite the whole right-hand side; its value
stays the same. A circle with a dot, $`\\odot`$, multiplies entry by entry; two matrices side by
side are multiplied as matrices; $`{}^\\top`$ is the transpose. A prime is a derivative. The
language is described in [language.md](language.md).
"""

QUADRATIC = """\
## One example, quadratic cost

The forward pass of one example in a column. The input layer has `n0` neurons, the hidden layer
`n1`, the output layer `n2`.
"""

FOUR = """\
These are the four equations of backpropagation in chapter 2 of Michael Nielsen's *Neural Networks
and Deep Learning*: `delta2` is BP1, `delta1` BP2, `dC/db1` and `dC/db2` BP3, `dC/dW1` and `dC/dW2`
BP4.
"""

SOFTMAX = """\
## One example, softmax and log-likelihood cost

Only the output layer and the cost change.
"""

SOFTMAX_END = """\
### All of it, with softmax

The error of the output layer is the output less the target; no slope is left as a factor. The
equations of the layers below stay as they were.
"""

ROWS = """\
## A mini-batch in rows

Now `m` examples at once, each a row, and the cost is their mean. A column for one example becomes
a row, so every product is written the other way round, transposed. A bias is added to every row;
its gradient is the sum over the rows.
"""


def page() -> str:
    """The page, as Markdown."""
    quadratic = derive_all(load_sheet("quadratic"))
    softmax = derive_all(load_sheet("softmax"))
    rows = derive_all(load_sheet("rows"))
    back = ["delta2", "dC/da1", "delta1", "dC/db2", "dC/dW2", "dC/db1", "dC/dW1"]
    batch = ["dC/dA2", "Delta2", "dC/dA1", "Delta1", "dC/db2", "dC/dW2", "dC/db1", "dC/dW1"]
    parts = [
        INTRODUCTION,
        QUADRATIC,
        _sheet("quadratic"),
        _forward(quadratic),
        sections(quadratic, ["dC/da2", *back]),
        "### All of it\n",
        _equations(quadratic, back),
        FOUR,
        SOFTMAX,
        _sheet("softmax"),
        _forward(softmax),
        sections(softmax, ["dC/da2", "delta2"]),
        SOFTMAX_END,
        _equations(softmax, back),
        ROWS,
        _sheet("rows"),
        _forward(rows),
        sections(rows, batch),
        "### All of the batch\n",
        _equations(rows, batch),
    ]
    return "\n".join(parts)


def _sheet(name: str) -> str:
    return f"{shipped(name).description} `chainrule derive {name}`:\n\n```\n{_body(name)}```\n"


def _body(name: str) -> str:
    lines = shipped(name).text.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("#"))


def _forward(pass_: Backpropagation) -> str:
    sheet = pass_.sheet
    lines = [f"{latex(sheet.symbol(d.name))} &= {latex(d.expression)}" for d in sheet.definitions]
    return _aligned(lines)


def _equations(pass_: Backpropagation, names: list[str]) -> str:
    lines = [f"{latex(pass_[name].target)} &= {latex(pass_[name].result)}" for name in names]
    plain = "".join(f"{text(pass_[name].target)} = {text(pass_[name].result)}\n" for name in names)
    return f"{_aligned(lines)}\n```\n{plain}```\n"


def _aligned(lines: list[str]) -> str:
    body = " \\\\\n".join(lines)
    return f"```math\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n```\n"
