"""The views of the page, in the order of its menu."""

from chainrule.web.views import (
    alive,
    backprop,
    batch,
    boundary,
    build,
    chain,
    cost,
    derive,
    descent,
    draw,
    errors,
    explain,
    home,
    neuron,
    own,
    practise,
    review,
    road,
    train,
    unsent,
    why,
)

VIEWS = tuple(
    module.VIEW
    for module in (
        home,
        road,
        practise,
        review,
        derive,
        build,
        explain,
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
        own,
        alive,
        unsent,
    )
)


def view_names() -> list[str]:
    """What each view of the menu is called in an address: `backprop`."""
    return [view.path.strip("/") for view in VIEWS if view.title]
