"""`python -m benchmarks.cold_start`: a new process, to 97 % on MNIST, beside `import torch`.

784-128-10, ReLU and softmax, mini-batches of 10, one epoch at falling learning rates. What is
timed is the whole process: Python, the imports, reading the images, training, and the accuracy on
the 10,000 validation images.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import subprocess
import sys
import time

LEARN = """
from dataclasses import replace
from chainrule.machine import prefer_wide_kernels
prefer_wide_kernels()
import chainrule as cr
from chainrule.data import Split
data = cr.load("mnist")
network = cr.Network([784, 128, 10], hidden="relu", cost="log-likelihood", init="he", seed={seed})
start = 0
for rate, stop in ((0.25, 25_000), (0.1, 37_500), (0.03, 50_000)):
    part = Split(data.train.values[start:stop], data.train.scale, data.train.y[start:stop])
    stage = replace(data, train=part)
    [epoch] = cr.train(network, stage, epochs=1, optimizer=cr.SGD(rate), seed={seed})
    start = stop
print(epoch.validation_accuracy)
"""


def seconds(code: str) -> tuple[float, str]:
    """How long a new Python takes to run `code` from start to end, and what it prints."""
    began = time.perf_counter()
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    took = time.perf_counter() - began
    if ended.returncode:
        raise SystemExit(ended.stderr)
    return took, ended.stdout.strip()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cold_start", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="how often each is run (7)")
    asked = parser.parse_args()
    from chainrule.data import describe

    if describe("mnist").where is None:
        raise SystemExit("MNIST is not on this machine: run `chainrule data fetch mnist` first")
    torch = importlib.util.find_spec("torch") is not None
    to_97: list[float] = []
    imports: list[float] = []
    accuracies: list[float] = []
    for seed in range(asked.rounds):
        took, accuracy = seconds(LEARN.format(seed=seed))
        to_97.append(took)
        accuracies.append(float(accuracy))
        if torch:
            imports.append(seconds("import torch")[0])
    found = " ".join(f"{100 * accuracy:.2f}" for accuracy in accuracies)
    print(f"validation accuracy, % of 10,000, seeds 0 to {asked.rounds - 1}: {found}")
    print(f"Chainrule, process start to end: {statistics.median(to_97):.2f} s (median)")
    if not torch:
        print("import torch: torch is not installed")
        return
    importing = statistics.median(imports)
    print(f"import torch:                    {importing:.2f} s (median)")
    print(f"ratio: {statistics.median(to_97) / importing:.2f}")


if __name__ == "__main__":
    main()
