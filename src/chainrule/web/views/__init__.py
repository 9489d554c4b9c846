"""The views of the page, in the order of its menu."""

from chainrule.web.views import backprop, home, why

VIEWS = (home.VIEW, backprop.VIEW, why.VIEW)
