"""`python -m benchmarks.watching`: from a save to the verdict of `chainrule build watch`."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from chainrule.workshop import start_folder
from tests.support.terminal import Terminal

SAVES = (
    ("return np.minimum(z, 0)", "This lets the negative numbers pass"),
    ("return np.maximum(z, 0)", "`relu` is right"),
    ("return np.maximum(z", "is not Python"),
)


def seconds(repeats: int) -> list[float]:
    """From writing the file until the screen is whole."""
    took = []
    with tempfile.TemporaryDirectory() as place:
        folder = start_folder(Path(place) / "mine")
        terminal = Terminal(["build", "watch"], folder.path)
        try:
            terminal.expect("q quit")
            for body, words in SAVES * repeats:
                time.sleep(0.3)
                began = time.perf_counter()
                folder.network.write_text(f"import numpy as np\n\ndef relu(z):\n    {body}\n")
                terminal.expect(words)
                terminal.expect("q quit")
                took.append(time.perf_counter() - began)
        finally:
            terminal.close()
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="of three saves each")
    took = seconds(parser.parse_args().repeats)
    print(f"{len(took)} saves: median {statistics.median(took):.3f} s, slowest {max(took):.3f} s")


if __name__ == "__main__":
    main()
