"""The whole road on a pseudo-terminal: every command a process of its own, led by the screen alone.

    python -m benchmarks.whole_road [--columns 60]

A scripted learner begins in an empty home, types `chainrule` into a shell, and then what the line
`Next:` says, with wrong answers, hints and shown solutions on the way, until the screen says that
the road is finished. Prints what was typed and the counts. Any step that fails ends it.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.support.learner import Learner, walk
from tests.support.shell import Shell


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--columns", type=int, default=100)
    parser.add_argument("--screens", type=Path, default=None, help="a file for all that was seen")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shell = Shell(Path(folder), columns=chosen.columns)
        learner = Learner(lambda: next(shell.home.rglob("explanations")).parent)
        began, before = time.monotonic(), os.times()

        def run(command: str) -> int:
            print(f"$ chainrule {command}", flush=True)
            status = shell.run(learner, command)
            if chosen.screens is not None:
                with chosen.screens.open("a", encoding="utf-8") as file:
                    file.write(learner.screen)
            return status

        try:
            walk(learner, run, shell.folder)
            assert "The road is finished: all 21 concepts are done" in learner.screen
            assert learner.finished == [*range(1, 22)], learner.finished
            assert run("learn --list --json") == 0
            every = json.loads(learner.screen[learner.screen.index("[") :])
            activities = [each for one in every for each in one["activities"]]
            assert all(each["done"] for each in activities)
        finally:
            shell.close()
        used = os.times()
    processor = (
        used.children_user + used.children_system - before.children_user - before.children_system
    )
    kinds = Counter(command.split()[0] for command in learner.commands)
    print(f"{len(learner.finished)} concepts, {len(activities)} activities, all done")
    print(f"{len(learner.commands)} commands: {dict(kinds)}")
    print(f"{len(learner.questions)} questions, none twice; {learner.wrong_answers} wrong answers, "
          f"{learner.hints} hints, {learner.solutions_shown} solutions shown")  # fmt: skip
    print(f"{time.monotonic() - began:.0f} s, {processor:.0f} s of the processor")


if __name__ == "__main__":
    main()
