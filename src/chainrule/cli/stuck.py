"""Why a network may have learned nothing, in plain words."""

from __future__ import annotations

from chainrule.network import FlatLayer


def explain(flat: FlatLayer | None, rate: float, usual: float) -> str:
    """What likely happened, and what to try; `usual` is a learning rate that mostly does."""
    if flat is None:
        return (
            "The slopes f'(z) are not small, so the steps may be too small or too few. Try a "
            f"larger --learning-rate than {rate:g}, or more --epochs"
        )
    relu = flat.activation == "relu"
    state = "they give 0 whatever comes in" if relu else "they are saturated"
    smaller = usual if usual < rate else rate / 10
    return (
        f"In layer {flat.layer} the slope f'(z) of {flat.activation} is nearly 0 in "
        f"{100 * flat.share:.0f} % of the neurons: {state}, and hardly any of the error gets "
        f"through them. Most likely the learning rate {rate:g} is too large, or the starting "
        f"weights are. Try --learning-rate {smaller:g}, or other starting weights with --init"
    )
