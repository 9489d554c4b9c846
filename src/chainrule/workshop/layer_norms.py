"""Batch and layer normalisation: what they compute, and their known mistakes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from chainrule.workshop.layer_kinds import Array, Gradients, KnownLayer, LayerSlip, Seen, close

EPSILONS = (1e-5, 1e-8, 1e-3, 1e-7, 1e-6, 1e-4, 1e-2, 1e-12, 0.0)
AXES = ((0,), (1,), (-1,), (0, 2, 3), (0, 1, 2), (1, 2, 3), (0, 1), (1, 2))


def summed(values: Array, like: Array) -> Array:
    """The sum over all axes in which an array of this shape is repeated."""
    shape = (1,) * (values.ndim - like.ndim) + like.shape
    axes = tuple(i for i, n in enumerate(shape) if n == 1 and values.shape[i] > 1)
    return values.sum(axes, keepdims=True).reshape(like.shape)


def fitted(parameter: Array, x: Array) -> Iterator[Array]:
    """The ways in which a parameter stretches over the input: by its last axis, or its second."""
    yield parameter
    if x.ndim == 4 and parameter.ndim == 1 and parameter.size == x.shape[1]:
        yield parameter.reshape(1, -1, 1, 1)


def normalisation(seen: Seen) -> KnownLayer | None:
    """(x - mean) / sqrt(variance + eps), scaled and shifted."""
    x, out = seen.x, seen.out
    if out.shape != x.shape or len(seen.parameters) not in (0, 2) or x.ndim < 2:
        return None
    for axes in AXES:
        if any(axis >= x.ndim for axis in axes):
            continue
        centred = x - x.mean(axes, keepdims=True)
        for eps in EPSILONS:
            std = np.sqrt((centred**2).mean(axes, keepdims=True) + eps)
            for scale, shift in roles_of(seen):
                try:
                    mine = out_of(seen, centred / std, scale, shift)
                except ValueError:
                    continue
                if mine is not None:
                    return known(seen, centred / std, std, axes, scale, shift, mine)
    return None


def roles_of(seen: Seen) -> list[tuple[str | None, str | None]]:
    names = list(seen.parameters)
    return [(None, None)] if not names else [(names[0], names[1]), (names[1], names[0])]


def out_of(
    seen: Seen, xhat: Array, scale: str | None, shift: str | None
) -> tuple[Array, Array] | None:
    """Scale and shift as they stretch over the input, where they give the output."""
    if scale is None or shift is None:
        one = np.ones(())
        return (one, 0 * one) if close(seen.out, xhat) else None
    for gamma in fitted(seen.parameters[scale], seen.x):
        for beta in fitted(seen.parameters[shift], seen.x):
            if close(seen.out, gamma * xhat + beta):
                return gamma, beta
    return None


def known(
    seen: Seen,
    xhat: Array,
    std: Array,
    axes: tuple[int, ...],
    scale: str | None,
    shift: str | None,
    stretched: tuple[Array, Array],
) -> KnownLayer:
    G, (gamma, beta) = seen.G, stretched
    g = G * gamma

    def mean(values: Array) -> Array:
        return values.mean(axes, keepdims=True)

    def gradients(dx: Array, dgamma: Array, dbeta: Array) -> Gradients:
        if scale is None or shift is None:
            return {"x": dx}
        return {
            "x": dx,
            scale: summed(dgamma, gamma).reshape(seen.parameters[scale].shape),
            shift: summed(dbeta, beta).reshape(seen.parameters[shift].shape),
        }

    dx, dgamma, dbeta = (g - mean(g) - xhat * mean(g * xhat)) / std, G * xhat, G
    m = seen.x.shape[0]
    wide = xhat * std
    through_mean, through_variance = mean(g), xhat * mean(g * xhat)
    n = g.size / mean(g).size
    of_dx = [
        ("power of the variance", "The slope by the variance has std**-3 in it, the power -3/2 of "
         "the variance.", 1.0, std),
        ("power of the variance", "The slope by the variance has std**-3 in it, the power -3/2 of "
         "the variance.", 1.0, std**2),
        ("power of the variance", "The slope by the variance has std**-3 in it, the power -3/2 of "
         "the variance.", 1.0, 1 / std),
        ("1/m left out behind the variance", f"The variance is a mean over {n:g} numbers: the part "
         "of the slope that goes through it has that 1/m.", 1.0, n),
        ("1/m left out behind the mean", f"The mean is over {n:g} numbers: the part of the slope "
         "that goes through it has that 1/m.", n, 1.0),
        ("1/m left out", f"Mean and variance are means over {n:g} numbers: the parts of the slope "
         "that go through them have that 1/m.", n, n),
        ("2 left out behind the variance", "The slope of (x - mean)**2 is twice x - mean.", 1.0,
         0.5),
    ]  # fmt: skip
    changes = [
        *(
            (name, says, (g - a * through_mean - b * through_variance) / std, dgamma, dbeta)
            for name, says, a, b in of_dx
        ),
        ("mean and variance taken for constants", "The mean and the variance depend on x, too: "
         "their parts of the slope are missing.", g / std, dgamma, dbeta),
        ("variance taken for a constant", "The variance depends on x, too: its part of the slope "
         "is missing.", (g - mean(g)) / std, dgamma, dbeta),
        ("mean taken for a constant", "The mean depends on x, too: its part of the slope is "
         "missing.", (g - xhat * mean(g * xhat)) / std, dgamma, dbeta),
        ("gamma left out of dx", "The error from above goes through the scale first: multiply it "
         "by gamma.", (G - mean(G) - xhat * mean(G * xhat)) / std, dgamma, dbeta),
        ("1/std left out", "The slope of (x - mean) / std has the factor 1/std.", dx * std, dgamma,
         dbeta),
        ("variance for std", "It divides by the variance, not by its root.", dx / std, dgamma,
         dbeta),
        ("x for the normalised x in dgamma", "dgamma is the sum of G times the normalised x.", dx,
         G * seen.x, dbeta),
        ("mean not taken off in dgamma", "dgamma is the sum of G times the normalised x: the "
         "division by std is missing.", dx, G * wide, dbeta),
        ("output for the normalised x in dgamma", "dgamma is the sum of G times the normalised x, "
         "before it is scaled.", dx, G * seen.out, dbeta),
        ("gamma in dgamma", "dgamma is the sum of G times the normalised x: gamma is once too "
         "often in it.", dx, g * xhat, dbeta),
        ("normalised x left out of dgamma", "dgamma is the sum of G times the normalised x.", dx, G,
         dbeta),
        ("mean taken in dgamma and dbeta", "dgamma and dbeta are sums over the examples, not "
         "means.", dx, dgamma / m, dbeta / m),
        ("sign of a part of dx", "A part of the slope has the wrong sign.",
         (g + mean(g) - xhat * mean(g * xhat)) / std, dgamma, dbeta),
        ("sign of a part of dx", "A part of the slope has the wrong sign.",
         (g - mean(g) + xhat * mean(g * xhat)) / std, dgamma, dbeta),
    ]  # fmt: skip
    slips = [LayerSlip(name, says, gradients(*each)) for name, says, *each in changes]
    if scale is not None and shift is not None:
        whole = {**gradients(dx, dgamma, dbeta)}
        whole[shift] = np.full_like(whole[shift], G.sum())
        says = "dbeta is one sum of all: each feature has its own."
        slips.append(LayerSlip("dbeta summed over everything", says, whole))
        whole = {**gradients(dx, dgamma, dbeta)}
        whole[scale] = np.full_like(whole[scale], (G * xhat).sum())
        says = "dgamma is one sum of all: each feature has its own."
        slips.append(LayerSlip("dgamma summed over everything", says, whole))
    words = "a batch normalisation" if 0 in axes else "a layer normalisation"
    return KnownLayer(words, gradients(dx, dgamma, dbeta), tuple(slips))
