"""The network's equations: forward, the error and the gradients, penalties, dropout, the update.

Each equation comes first, as the book has it, and under it the NumPy calls that compute it. An
example is a column: `x` (n0, m), `z1`, `a1`, `delta1` (n1, m). [a1; 1] is a1 with a row of ones
under it and [W2 b2] is W2 with b2 as its last column, so that one product gives W2 @ a1 + b2, and
one BP3 and BP4. Nielsen is Michael Nielsen, Neural Networks and Deep Learning, 2015.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from chainrule.network.activations import Activation
from chainrule.network.architecture import Architecture
from chainrule.network.costs import Cost, cost
from chainrule.network.engine.buffers import with_a_row, with_ones
from chainrule.network.engine.equation import Block, Call, Equation, stated
from chainrule.network.penalty import Penalty
from chainrule.network.update import Optimizer

# --- forward ---------------------------------------------------------------------------------


def forward(
    architecture: Architecture, dropout: Sequence[float], *, draw_masks: bool = True
) -> Iterator[Equation]:
    """Layer after layer."""
    for k in range(1, architecture.layers + 1):
        yield weighted_input(k, fed(k, dropout))
        yield activation(k, architecture.activation(k))
        if k < architecture.layers and dropout[k - 1]:
            if draw_masks:
                yield mask(k)
            yield dropped(k)


def fed(k: int, dropout: Sequence[float]) -> str:
    """What layer `k` multiplies by its weights."""
    if k == 1:
        return "x"
    return f"dropped{k - 1}" if dropout[k - 2] else f"a{k - 1}"


def weighted_input(k: int, x: str) -> Equation:
    return Equation(
        f"z{k} = W{k} @ {x} + b{k}",
        "weighted input",
        "Nielsen, chapter 2, eq. (25)",
        (Call("dot", (f"[W{k} b{k}]", with_ones(x)), f"z{k}"),),
    )


def activation(k: int, f: Activation) -> Equation:
    return Equation(f.written(k), "activation", f.source, tuple(f.forward(k)))


def mask(k: int) -> Equation:
    """Inverted dropout: a neuron is left out with probability p, the others grow by 1/(1-p)."""
    name, keep = f"mask{k}", f"1-p{k}"
    return Equation(
        f"mask{k} = 1/(1-p) with probability 1-p, else 0",
        "dropout",
        "Srivastava and others, 2014, section 10",
        (
            Call("random", (), name),
            Call("add", (name, keep), name),
            Call("floor", (name,), name),
            Call("divide", (name, keep), name),
        ),
    )


def dropped(k: int) -> Equation:
    return Equation(
        f"dropped{k} = mask{k} * a{k}",
        "dropout",
        "Srivastava and others, 2014, section 4",
        (Call("multiply", (f"a{k}", f"mask{k}"), f"dropped{k}"),),
    )


def cost_value(architecture: Architecture) -> Equation:
    """The mean over the examples, without the penalty."""
    k, chosen = architecture.layers, cost(architecture.cost)
    return Equation(
        f"C = {chosen.sheet(f'a{k}', 'y', axis=0)}",
        "cost",
        chosen.source,
        (*chosen.value(k), Call("multiply", ("C", "1/m"), "C")),
    )


# --- backward --------------------------------------------------------------------------------


def backward(
    architecture: Architecture,
    dropout: Sequence[float],
    penalty: Penalty,
    *,
    times_eta: bool = False,
) -> Iterator[Equation]:
    """BP1 and BP2 from the last layer to the first, then BP3 and BP4 for every layer.

    With a penalty the gradient of the weights is that of C0, the cost without it, so far.
    """
    last, c = architecture.layers, "C0" if penalty else "C"
    yield output_error(last, cost(architecture.cost), architecture.activation(last))
    for k in range(last - 1, 0, -1):
        yield error_one_layer_back(k, architecture.activation(k), dropout)
    for k in range(last, 0, -1):
        yield from gradients(k, c, fed(k, dropout), times_eta)


def output_error(k: int, chosen: Cost, f: Activation) -> Equation:
    """dC/da times f'(z); a cost with a partner gives delta at once."""
    error = tuple(chosen.error(k))
    if chosen.partner is not None:
        text = f"delta{k} = {chosen.error_text(k)}"
        return Equation(text, "BP1", chosen.source, error)
    by_output = f"dC/da{k} = {chosen.error_text(k)}"
    return Equation(
        f"delta{k} = {f.delta_text(k, f'dC/da{k}')}",
        "BP1",
        "Nielsen, chapter 2, eq. (BP1)",
        (*stated(error, by_output), *f.back(k)),
    )


def error_one_layer_back(k: int, f: Activation, dropout: Sequence[float]) -> Equation:
    """The product is by [W b] rather than by W: the part of a block is copied before a product, a
    whole block is not. The derivative by the row of ones comes out under delta and is not used.
    """
    delta, name = f"delta{k}", fed(k + 1, dropout)
    kept = f" * mask{k}" if dropout[k - 1] else ""
    upstream = f"(W{k + 1}.T @ delta{k + 1}){kept}"
    calls = [
        Call(
            "dot",
            (f"[W{k + 1} b{k + 1}].T", f"delta{k + 1}"),
            with_a_row(delta),
            f"dC/d{name} = W{k + 1}.T @ delta{k + 1}",
        )
    ]
    if kept:
        chained = f"dC/da{k} = dC/ddropped{k} * mask{k}"
        calls.append(Call("multiply", (delta, f"mask{k}"), delta, chained))
    return Equation(
        f"delta{k} = {f.delta_text(k, upstream)}",
        "BP2",
        "Nielsen, chapter 2, eq. (BP2)",
        (*calls, *f.back(k)),
    )


def gradients(k: int, c: str, x: str, times_eta: bool) -> Iterator[Equation]:
    """One product gives both: delta @ [a; 1].T is dC/d[W b].

    `times_eta` gives eta * dC/dW = (eta * delta) @ a.T, which is what gradient descent subtracts:
    eta is put on delta (n, m), a far smaller matrix than dC/dW (n, n_in).
    """
    delta, block, ones = f"delta{k}", f"[W{k} b{k}]", f"{with_ones(x)}.T"
    calls = (Call("dot", (delta, ones), f"dC/d{block}"),)
    if times_eta:
        scaled = f"eta*{delta}"
        both = f"eta*d{c}/d{block} = {scaled} @ {ones}"
        calls = (
            Call("multiply", (delta, "eta"), scaled, f"{scaled} = eta * {delta}"),
            Call("dot", (scaled, ones), f"eta*dC/d{block}", both),
        )
    bp3, bp4 = "Nielsen, chapter 2, eq. (BP3)", "Nielsen, chapter 2, eq. (BP4)"
    yield Equation(f"d{c}/db{k} = delta{k} @ ones", "BP3", bp3, calls)
    yield Equation(f"d{c}/dW{k} = delta{k} @ {x}.T", "BP4", bp4, calls)


# --- penalties -------------------------------------------------------------------------------


def penalties(penalty: Penalty, block: Block = str) -> Iterator[Equation]:
    """The penalties' part of the gradient; lam/n and l1/n are 0 for the biases."""
    w, gradient, part = block("parameters"), block("gradients"), block("penalty")
    if penalty.l2:
        yield Equation(
            "dC/dW = dC0/dW + lam/n * W, for every W",
            "L2",
            "Nielsen, chapter 3, eq. (88)",
            (
                Call("multiply", (w, block("lam/n")), part),
                Call("add", (gradient, part), gradient),
            ),
        )
    if penalty.l1:
        before = "dC" if penalty.l2 else "dC0"
        yield Equation(
            f"dC/dW = {before}/dW + l1/n * sign(W), for every W",
            "L1",
            "Nielsen, chapter 3, eq. (96)",
            (
                Call("sign", (w,), part),
                Call("multiply", (part, block("l1/n")), part),
                Call("add", (gradient, part), gradient),
            ),
        )


def weight_decay(architecture: Architecture) -> Equation:
    """Every weight shrinks, no bias does.

    One number times everything is a stretch of memory read once; the few biases are kept aside.
    """
    biases = [f"b{k}" for k in range(1, architecture.layers + 1)]
    shrink = "w = (1 - eta*lam/n) * w, for every W"
    return Equation(
        "w = (1 - eta*lam/n) * w, for every W",
        "L2",
        "Nielsen, chapter 3, eq. (93)",
        (
            *(Call("copy", (b,), f"kept {b}", f"kept {b} = {b}") for b in biases),
            Call("multiply", ("parameters", "1-eta*lam/n"), "parameters", shrink),
            *(Call("copy", (f"kept {b}",), b, f"{b} = kept {b}") for b in biases),
        ),
    )


# --- update ----------------------------------------------------------------------------------


def decays(optimizer: Optimizer, penalty: Penalty) -> bool:
    """Whether L2 takes its other form, which saves a pass over the weights."""
    return optimizer.plain and penalty.l2 > 0 and not penalty.l1


def eta_on_delta(optimizer: Optimizer, penalty: Penalty) -> bool:
    """Whether the step needs eta * dC/dW and nothing is added to dC/dW before."""
    return optimizer.descends and (not penalty or decays(optimizer, penalty))


def update(
    architecture: Architecture, optimizer: Optimizer, penalty: Penalty, blocks: Sequence[Block]
) -> Iterator[Equation]:
    """The optimiser's equations, block by block; a penalty joins the gradient just before."""
    yield from optimizer.each_step()
    if decays(optimizer, penalty):
        yield weight_decay(architecture)
    for number, block in enumerate(blocks):
        for equation in update_of_block(optimizer, penalty, block):
            yield replace(equation, block=number)


def update_of_block(optimizer: Optimizer, penalty: Penalty, block: Block) -> Iterator[Equation]:
    """The update of one block of the parameters."""
    if decays(optimizer, penalty):
        for equation in optimizer.update(block):
            yield replace(equation, text=equation.text.replace("dC", "dC0"))
        return
    yield from penalties(penalty, block)
    if optimizer.descends and penalty:
        calls = (Call("multiply", (block("gradients"), "eta"), block("step")),)
        yield Equation("step = eta * dC/dw", "update", "", calls)
    yield from optimizer.update(block)
