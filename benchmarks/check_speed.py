"""How long a check takes: a right answer, a wrong one with one mistake, and with two.

    python -m benchmarks.check_speed

Medians and maxima in milliseconds of processor time, after one check of each sheet. The targets:
a right answer under 5 ms, one mistake under 50 ms in the median, anything under a second.
"""

from __future__ import annotations

import statistics
import time

from chainrule.algebra import load_sheet
from chainrule.derivation import check

RIGHT = (
    ("quadratic", "W2", "delta2 @ a1.T"),
    ("quadratic", "z1", "(W2.T @ delta2) * sigma'(z1)"),
    ("quadratic", "W1", "((W2.T @ ((a2 - y) * sigma'(z2))) * sigma'(z1)) @ x.T"),
    ("quadratic", "W1", "delta1[j]*x[k]"),
    ("rows-softmax", "Z2", "(A2 - Y)/m"),
    ("deep", "z1", "(W2.T @ delta2) * a1 * (1 - a1)"),
    ("l2", "W2", "delta2 @ a1.T + lam/n * W2"),
)
ONE_MISTAKE = (
    ("quadratic", "z1", "(W2 @ delta2) * sigma'(z1)"),
    ("quadratic", "z2", "(y - a2) * sigma'(z2)"),
    ("quadratic", "W2", "delta2 @ z1.T"),
    ("deep", "z2", "(W3.T @ delta3) * sigma'(a2)"),
    ("rows", "b1", "sum(Delta1, axis=1)"),
    ("rows", "Z2", "(A2 - Y) * sigma'(Z2)"),
    ("softmax", "z2", "(a2 - y) * a2 * (1 - a2)"),
    ("logistic", "w[j]", "(a - y) * w[j]"),
)
TWO_MISTAKES = (
    ("quadratic", "z1", "(W2 @ delta2) * a1"),
    ("quadratic", "z1", "(W2.T @ ((y - a2) * sigma'(z2))) * sigma'(a1)"),
    ("deep", "z1", "(W2 @ ((W3.T @ delta3) * sigma'(z2))) * sigma'(a1)"),
    ("deep", "W2", "((W3 @ delta3) * sigma'(z2)) @ z1.T"),
)
GIBBERISH = (("quadratic", "W2", "exp(W2) * tanh(W2) + softmax(W2) * delta2"),)


def main() -> None:
    for title, cases in (
        ("right", RIGHT),
        ("one mistake", ONE_MISTAKE),
        ("two mistakes", TWO_MISTAKES),
        ("nothing to mend", GIBBERISH),
    ):
        taken: list[float] = []
        for name, wrt, words in cases:
            sheet = load_sheet(name)
            check(sheet, wrt, words)
            for _ in range(15):
                started = time.process_time()
                check(sheet, wrt, words)
                taken.append((time.process_time() - started) * 1000)
        print(f"{title:16} median {statistics.median(taken):7.2f} ms   max {max(taken):7.2f} ms")


if __name__ == "__main__":
    main()
