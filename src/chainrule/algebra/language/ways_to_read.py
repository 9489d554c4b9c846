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
    apart: bool = False
    """Whether the factors of a chain of derivatives are matrices like any others."""


USUAL = Ways()
