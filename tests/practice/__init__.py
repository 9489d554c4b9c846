"""Practice: every topic against SymPy, NumPy and mpmath."""
