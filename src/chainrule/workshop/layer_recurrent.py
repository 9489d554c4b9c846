"""A recurrent layer, h = tanh(x @ Wx + h @ Wh + b), and its known mistakes."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np

from chainrule.workshop.layer_kinds import Array, Gradients, KnownLayer, LayerSlip, Seen, close


def recurrent(seen: Seen) -> KnownLayer | None:
    """Sequences (N, T, D) or (T, D), or one step (N, D), with a state that is carried on."""
    squares = [n for n, p in seen.parameters.items() if p.ndim == 2]
    rest = [n for n in seen.parameters if n not in squares]
    if seen.x.ndim not in (2, 3) or seen.out.ndim != seen.x.ndim or len(seen.parameters) < 2:
        return None
    axes = (None,) if seen.x.ndim == 3 else (0, 1)
    h0s = [n for n in (*squares, *rest) if n.lower().replace("_", "") in STATES]
    tables = [n for n in squares if n not in h0s]
    biases = [n for n in seen.parameters if n not in (*tables, *h0s)]
    if len(tables) != 2 or len(biases) > 1 or len(h0s) > 1:
        return None
    ways = product(permutations(tables), (False, True), (False, True), axes)
    for (wx, wh), first, second, axis in ways:
        layout = Layout(seen, (wx, wh), biases, h0s, (first, second), axis)
        if layout.gives_the_output():
            return layout.known()
    return None


STATES = {"h0", "hprev", "prevh", "h", "a0", "hinit", "state", "hidden", "hstart"}


class Layout:
    """One way in which the parameters may be used."""

    def __init__(
        self,
        seen: Seen,
        tables: tuple[str, str],
        biases: list[str],
        h0s: list[str],
        turned: tuple[bool, bool],
        axis: int | None,
    ) -> None:
        """`axis` is the one that examples or steps lack, where inputs have two."""
        self.seen, self.turned, self.axis = seen, turned, axis
        self.wx, self.wh = wx, wh = tables
        self.b = biases[0] if biases else None
        self.h0 = h0s[0] if h0s else None
        self.x, self.out, self.G = (
            a if axis is None else np.expand_dims(a, axis) for a in (seen.x, seen.out, seen.G)
        )
        p = seen.parameters
        self.Wx = p[wx].T if turned[0] else p[wx]
        self.Wh = p[wh].T if turned[1] else p[wh]
        self.bias = p[self.b].reshape(-1) if self.b is not None else np.zeros(self.Wh.shape[1])

    def gives_the_output(self) -> bool:
        n, _, width = self.x.shape
        sizes = self.Wx.shape[0] == width and self.Wx.shape[1] == self.Wh.shape[0]
        square = self.Wh.shape[0] == self.Wh.shape[1] == self.bias.size
        if not sizes or not square or self.out.shape[2] != self.Wh.shape[0]:
            return False
        start = np.zeros((n, self.Wh.shape[0]))
        if self.h0 is not None:
            if self.seen.parameters[self.h0].size != start.size:
                return False
            start = self.seen.parameters[self.h0].reshape(start.shape)
        self.before = np.concatenate([start[:, None], self.out[:, :-1]], axis=1)
        return close(self.out, np.tanh(self.x @ self.Wx + self.before @ self.Wh + self.bias))

    def back(
        self,
        *,
        time: bool = True,
        slope: bool = True,
        turn: bool = True,
        now: bool = False,
        last: bool = False,
        last_bias: bool = False,
    ) -> Gradients:
        """The gradients, with one of the steps left out or changed."""
        n, steps, _ = self.x.shape
        dx, later = np.zeros_like(self.x), np.zeros((n, self.Wh.shape[0]))
        dWx, dWh, db = np.zeros_like(self.Wx), np.zeros_like(self.Wh), np.zeros_like(self.bias)
        for t in reversed(range(steps)):
            dh = self.G[:, t] + (later if time else 0.0)
            dz = dh * (1 - self.out[:, t] ** 2) if slope else dh
            dx[:, t] = dz @ self.Wx.T
            state = self.out[:, t] if now else self.before[:, t]
            keep = not last or t == steps - 1
            dWx += self.x[:, t].T @ dz if keep else 0.0
            dWh += state.T @ dz if keep else 0.0
            db += dz.sum(0) if keep and (not last_bias or t == 0) else 0.0
            later = dz @ (self.Wh.T if turn else self.Wh)
        found: dict[str, Array] = {
            "x": dx.reshape(self.seen.x.shape),
            self.wx: dWx.T if self.turned[0] else dWx,
            self.wh: dWh.T if self.turned[1] else dWh,
        }
        if self.b is not None:
            found[self.b] = db.reshape(self.seen.parameters[self.b].shape)
        if self.h0 is not None:
            found[self.h0] = later.reshape(self.seen.parameters[self.h0].shape)
        return {name: found[name] for name in ("x", *self.seen.parameters)}

    def known(self) -> KnownLayer:
        slips = (
            LayerSlip("slope through time left out", "A state has an effect on all later steps: "
                      "the slope that comes back from the next step is missing.",
                      self.back(time=False)),
            LayerSlip("tanh' left out", "The factor 1 - h**2 is missing.", self.back(slope=False)),
            LayerSlip("Wh not transposed", "The slope goes back through Wh.T.",
                      self.back(turn=False)),
            LayerSlip("new state in dWh", "dWh takes the state before the step, not after it.",
                      self.back(now=True)),
            LayerSlip("one step alone", "The parameters are those of every step: the slopes of all "
                      "steps add up.", self.back(last=True)),
            LayerSlip("bias of one step", "db adds up over all steps: `+=` and not `=`.",
                      self.back(last_bias=True)),
        )  # fmt: skip
        return KnownLayer("a recurrent layer", self.back(), slips)
