"""The views of the page, in the order of its menu."""

from chainrule.web.views import backprop, cost, draw, errors, home, neuron, train, why

VIEWS = (
    home.VIEW,
    draw.VIEW,
    neuron.VIEW,
    cost.VIEW,
    backprop.VIEW,
    train.VIEW,
    errors.VIEW,
    why.VIEW,
)
