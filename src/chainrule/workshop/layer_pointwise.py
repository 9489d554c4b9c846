"""Activations, softmax, dropout and pooling: what they compute, and their known mistakes."""

from __future__ import annotations

import numpy as np

from chainrule.workshop.layer_kinds import Array, KnownLayer, LayerSlip, Seen, close


def sigmoid(z: Array) -> Array:
    return 0.5 * (1 + np.tanh(0.5 * z))


THRESHOLDS = (-1.0, -0.5, -0.1, 0.1, 0.5, 1.0)


def activation(seen: Seen) -> KnownLayer | None:
    """A function of each element by itself: sigmoid, tanh, relu, leaky relu, softplus."""
    z, a, G = seen.x, seen.out, seen.G
    if a.shape != z.shape or seen.parameters:
        return None
    below = z < 0
    ratio = a[below] / z[below] if below.any() else np.zeros(1)
    leak = float(np.median(ratio))
    if close(a, sigmoid(z)):
        again = sigmoid(a)
        name, slope = "a sigmoid", a * (1 - a)
        wrong = [
            ("1 - a left out", "sigma'(z) is a * (1 - a): the factor 1 - a is missing.", a),
            ("a left out", "sigma'(z) is a * (1 - a): the factor a is missing.", 1 - a),
            ("z(1-z)", "It takes z * (1 - z); sigma'(z) is a * (1 - a), with a = sigma(z).",
             z * (1 - z)),
            ("sigma twice", "It takes sigma of the output, which is sigma(z) already.",
             again * (1 - again)),
            ("a(1+a)", "sigma'(z) is a * (1 - a), with a minus.", a * (1 + a)),
            ("square of a", "sigma'(z) is a * (1 - a), without a square.", a**2 * (1 - a)),
            ("square of a", "sigma'(z) is a * (1 - a), without a square.", a * (1 - a**2)),
            ("square of 1 - a", "sigma'(z) is a * (1 - a), without a square.", a * (1 - a) ** 2),
        ]  # fmt: skip
    elif close(a, np.tanh(z)):
        name, slope = "a tanh", 1 - a**2
        wrong = [
            ("square left out", "tanh'(z) is 1 - a**2: the square is missing.", 1 - a),
            ("1 - z**2", "It takes 1 - z**2; tanh'(z) is 1 - a**2, with a = tanh(z).", 1 - z**2),
            ("tanh twice", "It takes tanh of the output, which is tanh(z) already.",
             1 - np.tanh(a) ** 2),
            ("sigma' for tanh'", "a * (1 - a) is the slope of the sigmoid; that of tanh is "
             "1 - a**2.", a * (1 - a)),
            ("square of s", "With s = sigma(2z), tanh'(z) is 4 * s * (1 - s), without a square.",
             (1 + a) ** 2 * (1 - a) / 2),
            ("4 left out", "With s = sigma(2z), tanh'(z) is 4 * s * (1 - s), which is 1 - a**2.",
             (1 - a**2) / 4),
            ("1 + a**2", "tanh'(z) is 1 - a**2, with a minus.", 1 + a**2),
            ("1 left out", "tanh'(z) is 1 - a**2: the 1 is missing.", -(a**2)),
        ]  # fmt: skip
    elif close(a, np.where(z > 0, z, leak * z)) and 0 <= leak < 1:
        name = "a relu" if leak == 0 else "a leaky relu"
        slope = np.where(z > 0, 1.0, leak)
        wrong = [
            ("mask of the error", "The mask is taken of the error from above: it is where the "
             "input is above 0.", np.where(G > 0, 1.0, leak)),
            ("mask turned round", "The mask is turned round: the slope is 1 where the input is "
             "above 0.", np.where(z > 0, leak, 1.0)),
            ("input for the slope", "It multiplies by the output; the slope is 1 or "
             f"{leak:g}.", a),
            *(("threshold of the slope", f"It passes the error where the input is above {at:g}: "
               "the slope changes at 0.", np.where(z > at, 1.0, leak)) for at in THRESHOLDS),
        ]  # fmt: skip
        if leak:
            wrong += [
                ("slope below 0 left out", f"Below 0 the slope is {leak:.3g}, not 0.",
                 (z > 0) * 1.0),
                ("slope below 0 of the wrong sign", f"Below 0 the slope is {leak:.3g}.",
                 np.where(z > 0, 1.0, -leak)),
            ]  # fmt: skip
    elif close(a, np.logaddexp(0, z)):
        name, slope = "a softplus", sigmoid(z)
        wrong = [("sigma' for softplus'", "The slope of softplus is sigma(z) itself.",
                  slope * (1 - slope))]  # fmt: skip
    else:
        return None
    slips = [LayerSlip(what, says, {"x": other * G}) for what, says, other in wrong]
    return KnownLayer(name, {"x": slope * G}, tuple(slips))


def softmax(seen: Seen) -> KnownLayer | None:
    """Softmax along some axis."""
    x, s, G = seen.x, seen.out, seen.G
    if s.shape != x.shape or seen.parameters:
        return None
    for axis in range(x.ndim):
        e = np.exp(x - x.max(axis, keepdims=True))
        if not close(s, e / e.sum(axis, keepdims=True)):
            continue
        inner = np.sum(G * s, axis, keepdims=True)
        wrong = {
            ("diagonal alone", "Only the diagonal of the Jacobian is there, s * (1 - s): each "
             "output depends on every input."): s * (1 - s) * G,
            ("sum left out", "The sum over the outputs is missing: s * (G - sum(G * s))."): s * G,
            ("weights of the sum left out", "The sum is over G * s, not over G."):
                s * (G - G.sum(axis, keepdims=True)),
            ("factor s left out", "s * (G - sum(G * s)): the factor s is missing."): G - inner,
            ("sum of the wrong sign", "s * (G - sum(G * s)), with a minus."): s * (G + inner),
            ("sum over everything", "The sum is over the classes of each example, and not over "
             "the examples too."): s * (G - np.sum(G * s)),
            ("Jacobian of cross-entropy", "It takes s - G, as if softmax came with its cost."):
                s - G,
        }  # fmt: skip
        for other in range(x.ndim):
            if other != axis:
                wrong[
                    "sum along the wrong axis", "The sum is over the classes of each example."
                ] = s * (G - np.sum(G * s, other, keepdims=True))
        slips = tuple(LayerSlip(what, says, {"x": dx}) for (what, says), dx in wrong.items())
        return KnownLayer("a softmax", {"x": s * (G - inner)}, slips)
    return None


def log_softmax(seen: Seen) -> KnownLayer | None:
    """The logarithm of softmax along some axis."""
    x, G = seen.x, seen.G
    if seen.out.shape != x.shape or seen.parameters:
        return None
    for axis in range(x.ndim):
        e = np.exp(x - x.max(axis, keepdims=True))
        s = e / e.sum(axis, keepdims=True)
        if not close(seen.out, np.log(s)):
            continue
        total = G.sum(axis, keepdims=True)
        slips = (
            LayerSlip(
                "sum left out", "It is G - s * sum(G): the sum is missing.", {"x": G - s * G}
            ),
            LayerSlip("factor s left out", "It is G - s * sum(G).", {"x": G - total}),
        )
        return KnownLayer("a log-softmax", {"x": G - s * total}, slips)
    return None


def dropout(seen: Seen) -> KnownLayer | None:
    """Each element left out, or kept and scaled."""
    x, out, G = seen.x, seen.out, seen.G
    if out.shape != x.shape or seen.parameters or x.size < 4:
        return None
    mask = out / x
    kept = mask[np.abs(mask) > 1e-9]
    if not kept.size or kept.size == mask.size or not np.allclose(kept, kept[0], 1e-9):
        return None
    scale, on = float(kept[0]), np.abs(mask) > 1e-9
    slips = [
        LayerSlip("mask left out", "The mask of the way forward is missing on the way back.",
                  {"x": G}),
        LayerSlip("mask left out, scale kept", "The scale is there, and the mask is missing.",
                  {"x": scale * G}),
        LayerSlip("mask turned round", "The slope is passed where the element was left out.",
                  {"x": scale * G * ~on}),
        LayerSlip("mask turned round", "The slope is passed where the element was left out.",
                  {"x": G * ~on}),
        LayerSlip("mask twice", "The mask with its scale is applied twice.", {"x": mask**2 * G}),
        LayerSlip("output for the mask", "It multiplies by the output, not by the mask.",
                  {"x": out * G}),
    ]  # fmt: skip
    if abs(scale - 1) > 1e-9:
        slips.append(
            LayerSlip("scale left out", f"What is kept is scaled by {scale:.4g} on the way "
                      "forward, and so on the way back.", {"x": on * G}),
        )  # fmt: skip
    return KnownLayer("a dropout", {"x": mask * G}, tuple(slips))


def pooling(seen: Seen) -> KnownLayer | None:
    """The largest, or the mean, of each of the windows that an image is cut into."""
    x, out, G = seen.x, seen.out, seen.G
    if x.ndim != out.ndim or x.ndim < 2 or seen.parameters or x.shape == out.shape:
        return None
    if any(n % k for n, k in zip(x.shape, out.shape, strict=True)):
        return None
    sizes = [n // k for n, k in zip(x.shape, out.shape, strict=True)]
    split = [n for k, size in zip(out.shape, sizes, strict=True) for n in (k, size)]
    inner = tuple(range(1, 2 * x.ndim, 2))
    windows, area = x.reshape(split), float(np.prod(sizes))
    top = (windows == windows.max(inner, keepdims=True)).reshape(x.shape)
    spread = G
    for axis, size in enumerate(sizes):
        spread = np.repeat(spread, size, axis)
    if close(out, windows.mean(inner)):
        slips = (
            LayerSlip("area left out", f"Each element has 1/{area:g} of the mean's slope.",
                      {"x": spread}),
            LayerSlip("largest for mean", "A mean passes its slope to all of the window.",
                      {"x": top * spread}),
        )  # fmt: skip
        return KnownLayer("a mean pooling", {"x": spread / area}, slips)
    if not close(out, windows.max(inner)):
        return None
    slips = (
        LayerSlip("passed to all of the window", "The slope goes to the largest element alone.",
                  {"x": spread}),
        LayerSlip("shared by the window", "The slope goes to the largest element alone: this is "
                  "that of a mean.", {"x": spread / area}),
        LayerSlip("passed to all but the largest", "The slope goes to the largest element.",
                  {"x": ~top * spread}),
        LayerSlip("largest for its slope", "It multiplies by the element, whose slope is 1.",
                  {"x": top * spread * x}),
        LayerSlip("error from above left out", "The mask is there, and not the error from above.",
                  {"x": top * 1.0}),
    )  # fmt: skip
    return KnownLayer("a max pooling", {"x": top * spread}, slips)
