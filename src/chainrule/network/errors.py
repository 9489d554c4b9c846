"""The errors this room raises for a person to read."""


class NetworkError(ValueError):
    """What was found, where, what was expected and what to do, in one line."""


class OutOfRange(NetworkError):
    """A number is NaN, or too large for the network's precision."""
