"""A peer's process: reads one command a line (JSON) and answers each with one line.

`python -m benchmarks.worker PEER [wide]`; `wide` asks for the kernels that `chainrule train` asks
for, which must happen before NumPy loads.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from typing import Any

CHECK_SEED = 3
SAMPLE = 2_000
"""Examples on which the check takes the cost."""


def serve(name: str) -> None:
    """Answer commands until there are no more."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not mix with the answers

    from benchmarks.examples import examples
    from benchmarks.peers import PEERS, Learner, Maker, Unable
    from benchmarks.workloads import WORKLOADS

    peer = PEERS[name]
    module: Maker = importlib.import_module(f"benchmarks.peers.{peer.module}")  # type: ignore[assignment]
    data = examples()
    learner: Learner | None = None

    def answer(command: str, workload_name: str) -> dict[str, Any]:
        nonlocal learner
        workload = WORKLOADS[workload_name]
        match command:
            case "check":
                learner = None
                some = data.first(workload.steps * workload.batch_size)
                follower = module.learner(workload, some, **peer.options)
                follower.follow(CHECK_SEED)
                sample = data.first(SAMPLE)
                cost = workload.cost_of(
                    follower.parameters(), sample.values.astype(float) / 255, sample.labels
                )
                return {"cost": cost}
            case "prepare":
                learner = None
                learner = module.learner(workload, data, **peer.options)
                return {"compile_seconds": getattr(learner, "compile_seconds", None)}
            case "time":
                assert learner is not None
                seconds, done = learner.timed()
                return {"seconds": seconds * len(data) / done}
            case _:
                raise ValueError(command)

    print(json.dumps({"about": module.about(), "source": data.source}), file=answers, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            found = answer(asked["command"], asked["workload"])
        except Unable as reason:
            found = {"unable": str(reason)}
        except Exception as fault:
            traceback.print_exc()
            found = {"failed": f"{type(fault).__name__}: {fault}"}
        print(json.dumps(found), file=answers, flush=True)


if __name__ == "__main__":
    if sys.argv[2:] == ["wide"]:
        from chainrule.machine import prefer_wide_kernels

        prefer_wide_kernels()
    serve(sys.argv[1])
