"""The page: the network and the road in a browser, served on this machine alone.

    studio = Studio.of_run(run) or Studio.of_digits()     what the page shows
    app = create_app(studio, token)                       a Starlette application
    serve(studio, port=7842)                              until Ctrl-C
    curves(epochs)                                        a history as a drawing

Python computes every number; the browser draws. Start with `application.create_app`.
"""

from chainrule.web.application import create_app
from chainrule.web.history import curves
from chainrule.web.server import WebError, serve
from chainrule.web.studio import Studio
from chainrule.web.views import view_names

__all__ = ["Studio", "WebError", "create_app", "curves", "serve", "view_names"]
