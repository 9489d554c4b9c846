"""The views of the page, in the order of its menu."""

from chainrule.web.views import backprop, cost, draw, home, neuron, why

VIEWS = (home.VIEW, draw.VIEW, neuron.VIEW, cost.VIEW, backprop.VIEW, why.VIEW)
