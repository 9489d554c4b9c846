"""The views of the page, in the order of its menu."""

from chainrule.web.views import (
    backprop,
    batch,
    boundary,
    chain,
    cost,
    derive,
    descent,
    draw,
    errors,
    home,
    neuron,
    practise,
    road,
    train,
    why,
)

VIEWS = tuple(
    module.VIEW
    for module in (
        home,
        road,
        practise,
        derive,
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
