"""`python -m benchmarks.predict`: one image through 784-30-10, in microseconds.

Each peer runs in its own process and answers the class of one image (1, 784) in float32.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import subprocess
import sys

START = """
import json, time
import numpy as np
rng = np.random.default_rng(0)
image = rng.random((1, 784), np.float32)
labels = np.arange(200) % 10
images = rng.random((200, 784), np.float32)
"""

TIMING = """
for _ in range(500):
    ask()
found = []
for _ in range(5000):
    began = time.perf_counter()
    ask()
    found.append(time.perf_counter() - began)
print(json.dumps(1e6 * sorted(found)[len(found) // 2]))
"""

PEERS = {
    "Chainrule": (
        "numpy",
        """
import chainrule as cr
network = cr.Network([784, 30, 10])
ask = lambda: network.predict(image)
""",
    ),
    "PyTorch": (
        "torch",
        """
import torch
torch.set_num_threads(1)
model = torch.nn.Sequential(
    torch.nn.Linear(784, 30), torch.nn.Sigmoid(), torch.nn.Linear(30, 10), torch.nn.Sigmoid()
)
one = torch.from_numpy(image)
@torch.inference_mode()
def ask():
    return model(one).argmax(1)
""",
    ),
    "scikit-learn": (
        "sklearn",
        """
import warnings
from sklearn.neural_network import MLPClassifier
warnings.simplefilter("ignore")
model = MLPClassifier((30,), activation="logistic", max_iter=1).fit(images, labels)
ask = lambda: model.predict(image)
""",
    ),
}


def microseconds(code: str) -> float:
    """The median of 5,000 answers in a process of its own."""
    ended = subprocess.run(
        [sys.executable, "-c", START + code + TIMING], capture_output=True, text=True
    )
    if ended.returncode:
        raise SystemExit(ended.stderr)
    return float(json.loads(ended.stdout))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.predict", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is run (3)")
    rounds = parser.parse_args().rounds
    found: dict[str, list[float]] = {name: [] for name in PEERS}
    for _ in range(rounds):
        for name, (module, code) in PEERS.items():
            if importlib.util.find_spec(module) is not None:
                found[name].append(microseconds(code))
    for name, times in found.items():
        text = f"{statistics.median(times):8.1f} us" if times else "       - not installed"
        print(f"{name:<14} {text}")


if __name__ == "__main__":
    main()
