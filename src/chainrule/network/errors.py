"""The errors this room raises for a person to read."""

from __future__ import annotations

from chainrule.ground.faults import Fault


class NetworkError(Fault):
    """What was found, where, what was expected and what to do, in one line."""


class OutOfRange(NetworkError):
    """A number is NaN, or too large for the network's precision."""
