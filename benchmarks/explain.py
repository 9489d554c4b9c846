"""How long an explanation takes to be read back: every sample of the tests, and two long pages.

    python -m benchmarks.explain

Processor time in milliseconds, the first reading of a concept and the next.
"""

from __future__ import annotations

import re
import statistics
import time
import tomllib
from pathlib import Path

from chainrule.explain import Subject, read_back
from chainrule.roadmap import concept, write_up

SAMPLES = Path(__file__).parents[1] / "tests" / "explain" / "samples.toml"


def milliseconds(subject: Subject, text: str) -> float:
    started = time.process_time()
    read_back(subject, text)
    return 1000 * (time.process_time() - started)


def main() -> None:
    samples = tomllib.loads(SAMPLES.read_text("utf-8"))["sample"]
    took = [milliseconds(write_up(one["concept"]), one["text"]) for one in samples]
    print(f"{len(took)} samples: median {statistics.median(took):.0f} ms, longest {max(took):.0f}")
    pages = concept("whole").note.text + concept("hidden-error").note.text
    pages = re.sub(r"```(?:given|work|picture)\n.*?```", "", pages, flags=re.DOTALL)
    subject = write_up("whole")
    first, again = milliseconds(subject, pages), milliseconds(subject, pages)
    print(f"{len(pages.split())} words: first {first:.0f} ms, again {again:.0f} ms")


if __name__ == "__main__":
    main()
