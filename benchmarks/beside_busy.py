"""Another program at work: matrix products without end, on one thread, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

PRODUCTS = """
import numpy as np
a = np.ones((300, 300), np.float32)
out = a @ a
print("busy", flush=True)
while True:
    np.dot(a, a, out)
"""


@contextmanager
def busy_process() -> Iterator[None]:
    """While this lasts, one other process keeps one processor busy."""
    process = subprocess.Popen(
        [sys.executable, "-c", PRODUCTS],
        stdout=subprocess.PIPE,
        env={**os.environ, **ONE_THREAD},
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield
    finally:
        process.kill()
        process.wait()
