"""Expressions: nodes that know their shape, and every operation with its rules."""
