"""Derivatives worked out step by step, each step with its reason."""
