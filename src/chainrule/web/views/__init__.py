"""The views of the page, in the order of its menu."""

from chainrule.web.views import (
    backprop,
    batch,
    boundary,
    chain,
    cost,
    descent,
    draw,
    errors,
    home,
    neuron,
    train,
    why,
)

VIEWS = tuple(
    module.VIEW
    for module in (
        home,
        draw,
        neuron,
        cost,
        descent,
        chain,
        backprop,
        batch,
        train,
        boundary,
        errors,
        why,
    )
)
