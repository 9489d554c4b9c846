"""What a reading may do otherwise than usual."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ways:
    """What is read otherwise than usual."""

    divides_last: tuple[int, ...] = ()
    """The places of `/` signs, counted in tokens, that divide by all that stands side by side."""
    wide_sums: bool = False
    """Whether Σ_k(…) goes on after its bracket."""
    tight: bool = False
    """Whether what stands side by side is multiplied before it is by a sign: a ⊙ b c."""
    inner: bool = False
    """Whether `·` between two columns, or two rows, adds up."""
    magnitudes: bool = False
    """Whether bars around a matrix are the magnitude of every entry."""
    applied: str = ""
    """What `f(x)` of a quantity f that depends on x is: the `quantity`, or a `product`."""
    squares: str = ""
    """What is between two square matrices side by side: `@` or `*`."""
    lenient: bool = False
    """Whether what can be read in two ways is read from left to right, the nearest first: 1/2x as
    (1/2)x, cos x y as cos(x) y, sum(x, 0) along axis 0."""
    towers: bool = False
    """Whether an exponent goes on with what stands right beside it: e^2x."""
    bare: str = ""
    """How far a function without brackets goes: over a `power`, cos x³, a `product`,
    cos 2x, or over `all` that stands side by side, cos x y."""
    across: bool = False
    """Whether the 1 of max(x, 1) is an axis."""
    flat: bool = False
    """Whether a column on the left of `@` lies as what is on the right needs it, as in NumPy."""
    apart: bool = False
    """Whether the factors of a chain of derivatives are matrices like any others."""


USUAL = Ways()
