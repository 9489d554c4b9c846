"""What the workshop cannot do, in one line for a person."""


class WorkshopError(ValueError):
    """A folder, a file or a name that cannot be used."""
