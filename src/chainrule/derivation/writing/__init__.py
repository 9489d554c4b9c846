"""A derivation as text, page and Python."""
