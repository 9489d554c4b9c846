"""The course of docs/how-to-add.md, as files."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "how-to-add.md"


def write_course(folder: Path) -> Path:
    """Write the course that the page shows into a folder; the path of its file."""
    text = PAGE.read_text("utf-8")
    for name, block in re.findall(r"In `(week3/[^`]+)`:\n\n```\w+\n(.*?)```", text, re.S):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block, encoding="utf-8")
    return folder / "week3" / "course.toml"


SOLVED = """import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def softplus(z):
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def swish(z):
    return sigmoid(z) * z


def relu(z):
    return np.maximum(z, 0)


def dense(X, W, b):
    return X @ W.T + b, np.tile(X.sum(axis=0), (len(b), 1))
"""
"""All five functions of it, in other words than the references."""
