"""Type anything into the checker, a million times: nothing crashes, nothing runs, nothing is slow.

    python -m benchmarks.fuzz_checker [COUNT]

Three kinds of input: raw bytes, single edits of good answers, and soups of the language's own
words. Every answer has to be a Check; one that cannot be read within 50 ms of processor time.
Prints the counts of the verdicts, the slowest inputs and how far the memory grew.
"""

from __future__ import annotations

import gc
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator

import numpy as np

from chainrule.algebra import load_sheet
from chainrule.derivation import VERDICTS, check

LIMIT = 0.050
"""Seconds for a text that cannot be read."""

NASTY = (
    "__import__('os').system('touch /tmp/fuzzed')", "(" * 10**6, ")" * 10**6, "9**9**9",
    "9" * 10**6, "1e999999", "\0", "\u202e x", "a" * 4000, "((((" * 900, "-" * 3999,
    "x" + ".T" * 1900,
    "x[" * 900, "sum(" * 700 + "x", "sigma" + "'" * 3000 + "(z1)", "2^" * 1900 + "2", "=" * 4000,
    "dC/d" * 900, "lambda: 0", "eval('1')", "{}", "${x}", "%s" * 100, "\ud800", "x\n" * 1000,
    "ones(1000000, 1000000)", "eye(1000000) @ eye(1000000)", "W1[j,k]" * 200, "a1 = b = c = d" * 50,
    "x[a]*x[b]*x[c]*x[d]*x[e]*x[f]*x[g]*x[h]", "1/0", "log(-1)", "0**-1", "exp(exp(exp(exp(9))))",
    "sqrt(-1)", "nan", "inf", "1e308*1e308", "0/0", "maximum(x, x)", "axis=0", "sum(x, axis=7)",
)  # fmt: skip

WORDS = (
    "x", "y", "W1", "W2", "b1", "z1", "a1", "z2", "a2", "delta1", "delta2", "dC/dW2", "dC/da1", "C",
    "n1", "sigma", "softmax", "sum", "mean", "log", "exp", "relu", "tanh", "max", "diag", "ones",
    "(", ")", "(", ")", "[", "]", ",", "+", "-", "*", "@", "/", "**", "^", ".T", "'", "=", "axis=0",
    "2", "0.5", "1", "j", "k", "⊙", "·", "ᵀ", "σ", "δ₁", "∂", "Σ", " ", "sum(k,", "J(a2, z2)", ">",
)  # fmt: skip

GOOD = (
    ("z1", "(W2.T @ delta2) * sigma'(z1)"), ("W2", "((a2 - y) * sigma'(z2)) @ a1.T"),
    ("W1", "delta1[j]*x[k]"), ("b1", "delta1"), ("a1", "sum(k, W2[k,j]*delta2[k])"),
)  # fmt: skip


def inputs(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """(by what, text) `count` times."""
    rng = np.random.default_rng(seed)
    alphabet = [chr(c) for c in (*range(32, 127), *range(0x370, 0x400), *range(0x2070, 0x20A0))]
    for words in NASTY:
        yield "W2", words
    for n in range(count - len(NASTY)):
        kind = n % 10
        wrt, good = GOOD[int(rng.integers(len(GOOD)))]
        if kind < 5:
            raw = rng.bytes(int(rng.integers(1, 60)))
            yield wrt, raw.decode("latin-1" if kind < 3 else "utf-8", errors="replace")
        elif kind < 8:
            i = int(rng.integers(len(good) + 1))
            j = min(len(good), i + int(rng.integers(0, 3)))
            yield wrt, good[:i] + alphabet[int(rng.integers(len(alphabet)))] + good[j:]
        else:
            size = int(rng.integers(1, 14))
            yield wrt, "".join(WORDS[int(i)] for i in rng.integers(len(WORDS), size=size))


def main(count: int) -> int:
    sheet = load_sheet("quadratic")
    for wrt, good in GOOD:
        assert check(sheet, wrt, good).right
    told: Counter[str] = Counter()
    slowest = (0.0, "")
    slowest_read = (0.0, "")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    gc.collect()
    for n, (wrt, words) in enumerate(inputs(count, seed=1)):
        started = time.process_time()
        answer = check(sheet, wrt, words, name_mistakes=n < len(NASTY) or n % 100 == 0)
        seconds = time.process_time() - started
        assert answer.verdict in VERDICTS
        told[answer.verdict] += 1
        if answer.verdict == "unreadable":
            slowest = max(slowest, (seconds, words[:60]))
        else:
            slowest_read = max(slowest_read, (seconds, words[:60]))
        if seconds > 2.0:
            print(f"{seconds:.2f} s: {words[:200]!r}")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"{count} inputs: {dict(told)}")
    print(f"slowest unreadable {slowest[0] * 1000:.1f} ms: {slowest[1]!r}")
    print(f"slowest readable {slowest_read[0] * 1000:.1f} ms: {slowest_read[1]!r}")
    print(f"memory grew by {grown / 1024:.0f} MiB")
    return 0 if slowest[0] < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
