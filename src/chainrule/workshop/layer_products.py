"""Dense layers and convolutions: what they compute, and their known mistakes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from chainrule.workshop.layer_kinds import Array, Gradients, KnownLayer, LayerSlip, Seen, close


def as_bias(total: Array, bias: Array) -> Array:
    """A sum over the examples in the shape of the bias."""
    return total.reshape(bias.shape) if total.size == bias.size else total


def split(seen: Seen, dimensions: int) -> tuple[str, str | None] | None:
    """The names of the weights, of so many axes, and of the bias."""
    tables = [name for name, p in seen.parameters.items() if p.ndim == dimensions and p.size > 1]
    weights = [name for name in tables if min(seen.parameters[name].shape) > 1] or tables
    if not weights or len(seen.parameters) > 2:
        return None
    rest = [name for name in seen.parameters if name != weights[0]]
    return weights[0], rest[0] if rest else None


def dense(seen: Seen) -> KnownLayer | None:
    """X @ W + b for rows or columns, with W either way round."""
    names = split(seen, 2)
    if names is None or seen.x.ndim > 2 or seen.out.ndim > 2:
        return None
    w, b = names
    W = seen.parameters[w]
    for turned in (False, True):
        for upright in (False, True):
            x, out, G = (a.T if upright and a.ndim == 2 else a for a in (seen.x, seen.out, seen.G))
            x, out, G = np.atleast_2d(x), np.atleast_2d(out), np.atleast_2d(G)
            V = W.T if turned else W
            if x.shape[1] != V.shape[0] or out.shape != (len(x), V.shape[1]):
                continue
            bias = 0.0 if b is None else seen.parameters[b].reshape(1, -1)
            if b is not None and np.size(bias) not in (1, V.shape[1]):
                continue
            if close(out, x @ V + bias):
                return known_dense(seen, w, b, x, V, G, turned, upright)
    return None


def known_dense(
    seen: Seen, w: str, b: str | None, x: Array, V: Array, G: Array, turned: bool, upright: bool
) -> KnownLayer:
    def gradients(dx: Array, dV: Array, db: Array) -> Gradients:
        dx = (dx.T if upright and seen.x.ndim == 2 else dx).reshape(seen.x.shape)
        found = {"x": dx, w: dV.T if turned else dV}
        return found if b is None else {**found, b: as_bias(db, seen.parameters[b])}

    dx, dV, db, m = G @ V.T, x.T @ G, G.sum(0), len(x)
    everything = np.full_like(db, G.sum())
    changes: list[tuple[str, str, Array, Array, Array]] = [
        ("mean taken in dW and db", "dW and db are divided by the number of examples, which the "
         "error from above has already.", dx, dV / m, db / m),
        ("db summed over everything", "db is one sum of all: the sum is over the examples, "
         "`axis=0` for rows.", dx, dV, everything),
        ("x left out of dW", "dW is the sum of the error alone: X is missing.", dx,
         np.ones_like(x).T @ G, db),
        ("output for x in dW", "dW takes the output; it is that of the input.", dx,
         dV if seen.out.size != seen.x.size else np.atleast_2d(seen.out).T @ G, db),
        ("updated W in dx", "dx takes W after its step: it is that of W before the step.",
         G @ (V - dV).T, dV, db),
        ("dx squared", "W is used twice in dx.", G @ V.T @ V @ V.T, dV, db),
        ("bias of one example", "db is that of one example, not the sum over all.", dx, dV, G[-1]),
        ("bias of one example", "db is that of one example, not the sum over all.", dx, dV, G[0]),
        ("input slope in dW", "dW takes the square of the input.", dx, (x**2).T @ G, db),
        ("sigma' in a dense layer", "A factor a * (1 - a) of the output is in it: the layer has no "
         "activation.", *through(x, V, G * (x @ V) * (1 - x @ V))),
    ]  # fmt: skip
    if V.shape[0] == V.shape[1]:
        changes.append(("W not transposed", "dx takes W where it should take W.T.", G @ V, dV, db))
        changes.append(("dW transposed", "dW is transposed.", dx, dV.T, db))
    slips = [LayerSlip(name, says, gradients(*each)) for name, says, *each in changes]
    return KnownLayer("a dense layer", gradients(dx, dV, db), tuple(slips))


def through(x: Array, V: Array, G: Array) -> tuple[Array, Array, Array]:
    return G @ V.T, x.T @ G, G.sum(0)


# --- convolution --------------------------------------------------------------------------------


def convolution(seen: Seen) -> KnownLayer | None:
    """Windows of an image, times kernels: channels first with (F, C, k, k), or last."""
    names = split(seen, 4)
    if names is None or seen.out.ndim not in (3, 4) or seen.x.ndim != seen.out.ndim:
        return None
    w, b = names
    for last in (False, True):
        first = put_last if last else put_first
        x, out, G = (first(a) for a in (seen.x, seen.out, seen.G))
        W = seen.parameters[w].transpose(3, 2, 0, 1) if last else seen.parameters[w]
        if x.shape[1] != W.shape[1] or out.shape[1] != W.shape[0]:
            continue
        bias = 0.0
        if b is not None:
            place = [(1, W.shape[0], 1, 1), (1, *out.shape[1:])]
            fitting = [shape for shape in place if seen.parameters[b].size == np.prod(shape)]
            if not fitting or (last and fitting[0] != place[0]):
                continue
            bias = seen.parameters[b].reshape(fitting[0])
        for pad in (0, 1, 2):
            for stride in (1, 2, 3):
                found = correlated(x, W, pad, stride)
                if found.shape == out.shape and close(out, found + bias):
                    return known_convolution(seen, w, b, (x, W, G), pad, stride, last)
    return None


def put_first(a: Array) -> Array:
    """Images with the channels first, as they come."""
    return a if a.ndim == 4 else a[None]


def put_last(a: Array) -> Array:
    """Images with the channels last, with these first."""
    return put_first(a).transpose(0, 3, 1, 2)


def windows(x: Array, W: Array, pad: int, stride: int) -> Iterator[tuple[int, int, Array]]:
    """What each place of the kernel is laid on."""
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    high = (padded.shape[2] - W.shape[2]) // stride + 1
    wide = (padded.shape[3] - W.shape[3]) // stride + 1
    for u in range(W.shape[2]):
        for v in range(W.shape[3]):
            yield u, v, padded[:, :, u : u + stride * high : stride, v : v + stride * wide : stride]


def last_under_kernel(x: Array, W: Array, pad: int, stride: int) -> Array:
    """The window of the images that the kernel is laid on at its last place."""
    found = np.zeros((*x.shape[:2], *W.shape[2:]))
    for u, v, part in windows(x, W, pad, stride):
        found[:, :, u, v] = part[:, :, -1, -1]
    return found


def correlated(x: Array, W: Array, pad: int, stride: int) -> Array:
    total: Array = np.zeros(())
    for u, v, seen in windows(x, W, pad, stride):
        total = total + np.einsum("nchw,fc->nfhw", seen, W[:, :, u, v])
    return total


def back_to_input(
    x: Array, W: Array, G: Array, pad: int, stride: int, *, add: bool = True
) -> Array:
    """The slope of the input; without `add`, a later window overwrites an earlier one."""
    n, c, h, wide = x.shape
    whole = np.zeros((n, c, h + 2 * pad, wide + 2 * pad))
    if add:
        for u in range(W.shape[2]):
            for v in range(W.shape[3]):
                rows = slice(u, u + stride * G.shape[2], stride)
                columns = slice(v, v + stride * G.shape[3], stride)
                whole[:, :, rows, columns] += np.einsum("nfhw,fc->nchw", G, W[:, :, u, v])
    else:
        for i in range(G.shape[2]):
            for j in range(G.shape[3]):
                rows = slice(i * stride, i * stride + W.shape[2])
                columns = slice(j * stride, j * stride + W.shape[3])
                whole[:, :, rows, columns] = np.einsum("nf,fcuv->ncuv", G[:, :, i, j], W)
    return whole[:, :, pad : pad + h, pad : pad + wide]


def known_convolution(
    seen: Seen,
    w: str,
    b: str | None,
    arrays: tuple[Array, Array, Array],
    pad: int,
    stride: int,
    last: bool,
) -> KnownLayer:
    x, W, G = arrays

    def gradients(dx: Array, dW: Array, db: Array) -> Gradients:
        if last:
            dx, dW = dx.transpose(0, 2, 3, 1), dW.transpose(2, 3, 1, 0)
        found = {"x": dx.reshape(seen.x.shape), w: dW}
        return found if b is None else {**found, b: as_bias(db, seen.parameters[b])}

    def of_kernel(which: Callable[[Array], Array], error: Array) -> Array:
        dW = np.zeros_like(W)
        for u, v, part in windows(x, W, pad, stride):
            dW[:, :, u, v] = np.einsum("nfhw,nchw->fc", which(error), which(part))
        return dW

    dx, dW = back_to_input(x, W, G, pad, stride), of_kernel(lambda a: a, G)
    last_window = np.einsum("nf,ncuv->fcuv", G[:, :, -1, -1], last_under_kernel(x, W, pad, stride))
    each = b is not None and seen.parameters[b].size > W.shape[0]  # a bias for every place
    db, m = G.sum(0) if each else G.sum((0, 2, 3)), len(x)
    flipped = W[:, :, ::-1, ::-1]
    changes = [
        ("kernel flipped in dx", "dx takes the kernel turned round by half a turn, once too often "
         "or once too few.", back_to_input(x, flipped, G, pad, stride), dW, db),
        ("dW flipped", "dW is turned round by half a turn.", dx, dW[:, :, ::-1, ::-1], db),
        ("windows overwrite each other in dx", "Where windows overlap, their slopes add up: `+=` "
         "and not `=`.", back_to_input(x, W, G, pad, stride, add=False), dW, db),
        ("filters overwrite each other in dx", "The slopes of all filters add up: `+=`, not `=`.",
         back_to_input(x, W[-1:], G[:, -1:], pad, stride), dW, db),
        ("windows overwrite each other in dW", "The slopes of all windows add up: `+=`, not `=`.",
         dx, last_window, db),
        ("dW of the last example", "dW is that of the last example: the examples add up.", dx,
         of_kernel(lambda a: a[-1:], G), db),
        ("mean taken in dW and db", "dW and db are divided by the number of examples.", dx, dW / m,
         db / m),
        ("db summed over everything", "db is one sum of all: each filter has its own.", dx, dW,
         np.full_like(db, G.sum())),
        ("db is a mean", "db is the mean over the places; it is the sum.", dx, dW,
         db / (G.size / W.shape[0])),
        ("db of the last example", "db is that of the last example: the examples add up.", dx, dW,
         G[-1] if each else G[-1].sum((1, 2))),
    ]  # fmt: skip
    slips = [LayerSlip(name, says, gradients(*each)) for name, says, *each in changes]
    return KnownLayer("a convolution", gradients(dx, dW, db), tuple(slips))
