"""The one error this room raises for a person to read."""


class NetworkError(ValueError):
    """What was found, where, what was expected and what to do, in one line."""
