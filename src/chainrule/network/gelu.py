"""GELU, z Phi(z), exact and in the form with tanh, as calls on buffers.

Phi(z) is the share of the standard normal distribution below z: Hendrycks and Gimpel, 2016. NumPy
has no erf, so the exact form has its own way to Phi.
"""

from __future__ import annotations

import math

from chainrule.network.engine.equation import Call

BEND = 0.044715
STRETCH = 2 * math.sqrt(2 / math.pi)
"""gelu(z) is about z * sigma(STRETCH * (z + BEND * z**3)): Hendrycks and Gimpel, 2016."""

FAR = 100.0
"""Beyond this the two forms of GELU are 0 or z to the last digit."""

MIDDLE = 5.0
NORMAL_TAIL = (
    2.5086998016985126e-11, -3.815816262632953e-10, -4.327297110082094e-10,
    4.4011596227599254e-09, 4.022493382168717e-09, -3.095201755804207e-08,
    -2.688202129280215e-08, 1.9627809920091187e-07, 1.284479710649634e-07,
    -1.3074486019237587e-06, -7.070628846317715e-08, 9.05982468125664e-06,
    -9.895946159334735e-06, -5.36075811148722e-05, 0.00018233410307611755,
    7.791597409338999e-06, -0.0016760723371645697, 0.006522000667783896, -0.015170415403281224,
    0.024536963243678652, -0.026401042966267253, 0.010002352385229382, 0.031030368425962847,
    -0.09155228183400904, 0.46151582985003775,
)  # fmt: skip
"""(1 + w) exp(w**2/2) Phi(-w) for any w >= 0 as a polynomial in (w - MIDDLE) / (w + MIDDLE), the
highest power first, to 1e-17: Chebyshev's series after Shepherd and Laframboise, 1981."""

GELU_CONSTANTS = {
    "far": FAR,
    "-far": -FAR,
    "middle": MIDDLE,
    "16": 16.0,
    "1/16": 1 / 16,
    "-1/2": -0.5,
    "1/sqrt(2*pi)": 1 / math.sqrt(2 * math.pi),
}
GELU_TANH_CONSTANTS = {
    "far": FAR,
    "-far": -FAR,
    "bend": BEND,
    "3*bend": 3 * BEND,
    "stretch": STRETCH,
}


def gelu_tanh(layer: int) -> list[Call]:
    """(1 + tanh(u)) / 2 is sigma(2 u), which loses no digit where it is small."""
    z, a = f"z{layer}", f"a{layer}"
    s, one_plus, square = f"s{layer}", f"1+exp(s{layer})", f"z{layer}**2"
    return [
        Call("fmin", (z, "far"), s, f"{s} = sigma({STRETCH} * ({z} + {BEND} * {z}**3))"),
        Call("fmax", (s, "-far"), s),
        Call("multiply", (s, s), square),
        Call("multiply", (square, "bend"), square),
        Call("add", (square, "1"), square),
        Call("multiply", (square, s), s),
        Call("multiply", (s, "stretch"), s),
        Call("fmin", (s, "z_max"), s),
        Call("exp", (s,), s),
        Call("add", (s, "1"), one_plus),
        Call("divide", (s, one_plus), s),
        Call("multiply", (z, s), a, f"{a} = {z} * {s}"),
    ]


def gelu_tanh_slope(layer: int) -> list[Call]:
    """s + z s', with s' = s (1 - s) times the slope of what s is the sigma of."""
    z, slope = f"z{layer}", f"gelu_tanh'(z{layer})"
    s, one_plus, square = f"s{layer}", f"1+exp(s{layer})", f"z{layer}**2"
    inner = f"{STRETCH} * (1 + {3 * BEND} * {z}**2)"
    return [
        Call("fmin", (z, "far"), slope, f"{slope} = {s} + {z} * {s} * (1 - {s}) * {inner}"),
        Call("fmax", (slope, "-far"), slope),
        Call("multiply", (slope, slope), square),
        Call("multiply", (square, "3*bend"), square),
        Call("add", (square, "1"), square),
        Call("multiply", (square, slope), slope),
        Call("multiply", (slope, "stretch"), slope),
        Call("multiply", (slope, s), slope),
        Call("divide", (slope, one_plus), slope),
        Call("add", (slope, s), slope),
    ]


def gelu(layer: int) -> list[Call]:
    """Phi(z) = 1/2 (1 + erf(z / sqrt(2))) from its tail below -|z|, right to its last digits.

    With w = |z|, the tail is exp(-w**2/2) times what NORMAL_TAIL gives. exp(-w**2/2) is made of
    two factors, since the rounding of w**2 would cost digits: w is h, a multiple of 1/16, and a
    rest, and w**2 is h**2 + (w - h) (w + h).
    """
    z, a, w, phi = f"z{layer}", f"a{layer}", f"|z{layer}|", f"Phi(z{layer})"
    h, density = f"h{layer}", f"exp(-z{layer}**2/2)"
    return [
        Call("absolute", (z,), w, f"{density} = exp(-{z}**2 / 2)"),
        Call("fmin", (w, "far"), w),
        Call("multiply", (w, "16"), h),
        Call("floor", (h,), h),
        Call("multiply", (h, "1/16"), h),
        Call("subtract", (w, h), density),
        Call("add", (w, h), phi),
        Call("multiply", (density, phi), density),
        Call("multiply", (density, "-1/2"), density),
        Call("exp", (density,), density),
        Call("multiply", (h, h), h),
        Call("multiply", (h, "-1/2"), h),
        Call("exp", (h,), h),
        Call("multiply", (density, h), density),
        Call("subtract", (w, "middle"), h, f"{phi} = (1 + erf({z} / sqrt(2))) / 2"),
        Call("add", (w, "middle"), phi),
        Call("divide", (h, phi), h),
        Call("polyval", ("normal_tail", h), phi),
        Call("add", (w, "1"), w),
        Call("divide", (phi, w), phi),
        Call("multiply", (phi, density), phi),
        Call("greater", (z, f"zeros{layer}"), h),
        Call("subtract", (h, phi), phi),
        Call("absolute", (phi,), phi),
        Call("multiply", (z, phi), a, f"{a} = {z} * {phi}"),
    ]


def gelu_slope(layer: int) -> list[Call]:
    z, slope = f"z{layer}", f"gelu'(z{layer})"
    phi, density = f"Phi(z{layer})", f"exp(-z{layer}**2/2)"
    return [
        Call("fmin", (z, "far"), slope, f"{slope} = {phi} + {z} * {density} / sqrt(2*pi)"),
        Call("fmax", (slope, "-far"), slope),
        Call("multiply", (slope, density), slope),
        Call("multiply", (slope, "1/sqrt(2*pi)"), slope),
        Call("add", (slope, phi), slope),
    ]
