"""The page docs/derivation.md: the three-layer network's equations derived in full.

    python -m chainrule.derivation > docs/derivation.md

writes it; a test compares the file with what is written here.
"""

from __future__ import annotations

from chainrule.algebra import load_sheet, shipped, text
from chainrule.derivation.deriving.derive import derive_all
from chainrule.derivation.deriving.steps import Backpropagation
from chainrule.derivation.writing.formats import aligned, sections
from chainrule.derivation.writing.introduction import equations

INTRODUCTION = """\
# The three-layer network, derived

Input, one hidden layer, output: the network that the roadmap ends with. Every equation of its
backward pass is derived here, each step with its rule. Nothing on this page is written by hand: it
is what the algebra derives from the sheets, written by

    python -m chainrule.derivation > docs/derivation.md

`chainrule derive quadratic` shows the same steps in a terminal; `--wrt x` asks for one that is left
out there, the derivative by what is given, and `--wrt "W1[j,k]"` goes from the entries to the
matrix. `chainrule check quadratic --wrt W1` lets you derive it yourself.

How to read a step. `dC/d(...)` says how much `C` grows for a small growth of what stands in the
bracket, entry by entry, divided by that growth. The backward pass begins at the end, with
`dC/dC = 1`: `C` grows as much as itself. From there it goes back through the equations. In each
step the derivative by a result becomes the derivative by one of the parts that the result is worked
out from: it is multiplied by the slope of the result by that part, how fast the one grows with the
other. A step that begins with the name of the derivative that is wanted writes the same value in
another way. Steps that would only put terms or factors in another order, drop a factor 1 or turn
two minus signs are part of the step beside them; `--all` shows them by themselves.

A circle with a dot, $`\\odot`$, multiplies entry by entry; two matrices side by side are multiplied
as matrices; $`{}^\\top`$ is the transpose. A prime is a derivative. The language is described in
[language.md](language.md).
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
    return aligned(equations(pass_))


def _equations(pass_: Backpropagation, names: list[str]) -> str:
    sides = [(pass_[name].target, pass_[name].result) for name in names]
    plain = "".join(f"{text(left)} = {text(right)}\n" for left, right in sides)
    return f"{aligned(sides)}\n```\n{plain}```\n"
