"""`python -m benchmarks.training`: seconds an epoch, Chainrule and its peers side by side."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import statistics
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.beside_busy import busy_process
from benchmarks.peers import PEERS
from benchmarks.workers import Failed, Worker
from benchmarks.workloads import WORKLOADS, Workload

TOLERANCE = 1e-4
"""Relative difference allowed between the costs after the steps of the check."""

REFERENCE = "numpy64"


@dataclass
class Result:
    """What one workload came to: seconds an epoch by peer, and the costs of the check."""

    workload: str
    title: str
    seconds: dict[str, list[float]] = field(default_factory=dict)
    costs: dict[str, float] = field(default_factory=dict)
    unable: dict[str, str] = field(default_factory=dict)
    compile_seconds: dict[str, float] = field(default_factory=dict)
    beside_busy: list[float] = field(default_factory=list)

    def medians(self) -> dict[str, float]:
        return {name: statistics.median(found) for name, found in self.seconds.items()}

    def mismatches(self) -> list[str]:
        """The peers whose cost is not the reference's."""
        truth = self.costs.get(REFERENCE)
        if truth is None:
            return []
        return [n for n, cost in self.costs.items() if not abs(cost / truth - 1) <= TOLERANCE]

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "medians": self.medians(), "mismatches": self.mismatches()}


def processor_name() -> str:
    """The processor, as the system names it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((li.partition(":")[2].strip() for li in lines if li.startswith("model name")), "")


def variables() -> dict[str, str]:
    """The variables set here that change what the peers run on."""
    kinds = ("OPENBLAS_", "OMP_", "MKL_", "XLA_")
    return {name: value for name, value in os.environ.items() if name.startswith(kinds)}


def start(names: list[str]) -> tuple[dict[str, Worker], dict[str, str]]:
    """A process for each peer that can run here, and for the others why they cannot."""
    workers: dict[str, Worker] = {}
    missing: dict[str, str] = {}
    for name in names:
        peer = PEERS[name]
        if importlib.util.find_spec(peer.requires) is None:
            missing[name] = f"{peer.requires} is not installed"
            continue
        try:
            workers[name] = Worker(peer)
        except Failed as reason:
            missing[name] = str(reason)
    return workers, missing


def check(workload: Workload, workers: dict[str, Worker], result: Result) -> None:
    """Let every peer take the same steps, and keep the cost it comes to."""
    for name, worker in workers.items():
        found = worker.ask("check", workload.name)
        if "unable" in found:
            result.unable[name] = found["unable"]
        else:
            result.costs[name] = found["cost"]


def measure(
    workload: Workload, workers: dict[str, Worker], rounds: int, beside_busy: bool, result: Result
) -> None:
    """Ask every peer in turn for an epoch, once to warm up and then `rounds` times."""
    able = {name: worker for name, worker in workers.items() if name not in result.unable}
    for name, worker in able.items():
        prepared = worker.ask("prepare", workload.name)
        if "unable" in prepared:
            result.unable[name] = prepared["unable"]
            continue
        if prepared["compile_seconds"] is not None:
            result.compile_seconds[name] = prepared["compile_seconds"]
        worker.ask("time", workload.name)
    able = {name: worker for name, worker in able.items() if name not in result.unable}
    for _ in range(rounds):
        for name, worker in able.items():
            found = worker.ask("time", workload.name)["seconds"]
            result.seconds.setdefault(name, []).append(found)
        if beside_busy:
            with busy_process():
                found = able["chainrule"].ask("time", workload.name)["seconds"]
            result.beside_busy.append(found)


def table(result: Result, missing: dict[str, str]) -> str:
    """One workload's table, fastest peer first."""
    lines = [result.title, ""]
    truth = result.costs.get(REFERENCE)
    medians = result.medians()
    own = medians.get("chainrule")
    header = f"  {'':<36} {'s an epoch':>10} {'range':>15} {'x Chainrule':>12} {'cost off by':>12}"
    lines.append(header)
    for name, median in sorted(medians.items(), key=lambda pair: pair[1]):
        found = result.seconds[name]
        spread = f"{min(found):.3f}-{max(found):.3f}"
        ratio = f"{median / own:.2f}" if own else ""
        off = f"{abs(result.costs[name] / truth - 1):.0e}" if truth else ""
        compiled = result.compile_seconds.get(name)
        notes = "" if compiled is None else f"  compiled in {compiled:.1f} s"
        title = PEERS[name].title
        lines.append(f"  {title:<36} {median:>10.3f} {spread:>15} {ratio:>12} {off:>12}{notes}")
    if result.beside_busy and own:
        beside = statistics.median(result.beside_busy)
        title = "Chainrule beside a busy process"
        lines.append(f"  {title:<36} {beside:>10.3f} {'':>15} {beside / own:>12.2f}")
    for name, reason in {**result.unable, **missing}.items():
        lines.append(f"  {PEERS[name].title:<36} {'-':>10}  {reason}")
    return "\n".join(lines)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round, no loops over examples")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is timed (5)")
    parser.add_argument("--workload", nargs="+", choices=WORKLOADS, default=list(WORKLOADS))
    parser.add_argument("--only", nargs="+", choices=PEERS, default=list(PEERS), metavar="PEER")
    parser.add_argument("--no-check", action="store_true", help="do not compare the steps first")
    parser.add_argument(
        "--beside-busy",
        action="store_true",
        help="Chainrule alone, and beside another busy process",
    )
    parser.add_argument("--json", action="store_true", help="all figures as JSON")
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    names: list[str] = ["chainrule"] if asked.beside_busy else asked.only
    if asked.quick:
        names = [name for name in names if name != "loops"]
    rounds = 1 if asked.quick else asked.rounds
    checked = names if asked.no_check or REFERENCE in names else [*names, REFERENCE]
    workers, missing = start(checked)
    report: dict[str, Any] = {}
    results: list[Result] = []
    try:
        machine = f"{processor_name()}, {platform.system()}, Python {platform.python_version()}"
        source = next((worker.source for worker in workers.values()), "none")
        report = {
            "machine": machine,
            "examples": source,
            "variables": variables(),
            "about": {name: worker.about for name, worker in workers.items()},
            "missing": missing,
        }
        if not asked.json:
            print(f"{machine}\nExamples: {source}")
            for name, value in variables().items():
                print(f"{name}={value} is set")
            for name, about in report["about"].items():
                print(f"  {PEERS[name].title:<36} {about}")
        for name in asked.workload:
            workload = WORKLOADS[name]
            result = Result(name, workload.title)
            if not asked.no_check:
                check(workload, workers, result)
            timed = {name: worker for name, worker in workers.items() if name in names}
            measure(workload, timed, rounds, asked.beside_busy, result)
            results.append(result)
            if not asked.json:
                print(f"\n{table(result, missing)}", flush=True)
    except Failed as reason:
        print(reason, file=sys.stderr)
        return 1
    finally:
        for worker in workers.values():
            worker.close()
    if asked.json:
        print(json.dumps({**report, "workloads": [r.to_dict() for r in results]}, indent=2))
    wrong = {result.workload: result.mismatches() for result in results if result.mismatches()}
    for name, peers in wrong.items():
        titles = ", ".join(PEERS[peer].title for peer in peers)
        print(f"{name}: not the same step: {titles}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
