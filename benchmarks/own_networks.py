"""Grade the networks of the tests without an adapter: at many seeds, and with a bug in each piece.

    python -m benchmarks.own_networks 1 [PART OF A STYLE]
    python -m benchmarks.own_networks --seeds 20 --precisions

Prints which are recognised, the right ones that fail, and the bugs that are missed or misnamed.
`--seeds` grades the right ones alone, at our values and at their own, `--precisions` in float32,
too: each array that a source makes is of single precision there.
"""

from __future__ import annotations

import argparse
import ast
import sys
import time
from pathlib import Path

from chainrule.workshop import Guard, NetworkReport, NoAdapter, grade_file
from tests.support.own_networks import OwnNetwork, own_networks

PATH = Path("own network.py").absolute()
MAKERS = {
    *("zeros", "ones", "full", "rand", "randn", "random", "normal", "uniform", "standard_normal"),
    *("random_sample", "zeros_like"),
}
"""What makes arrays of floats."""


class Single(ast.NodeTransformer):
    """Every array that is made is made of single precision."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        whole = any(ast.unparse(each) == "int" for each in node.args)
        named = any(each.arg == "dtype" for each in node.keywords) or whole
        makes = isinstance(node.func, ast.Attribute) and node.func.attr in MAKERS
        if not makes or named or ast.unparse(node.func).startswith("torch."):
            return node
        return ast.Call(ast.parse("__import__('numpy').float32", mode="eval").body, [node], [])


def main(seeds: int, part: str, *, bugs: bool, precisions: bool) -> int:
    """The number of verdicts that are false, and of networks that are not recognised."""
    false = unknown = seeded = named = other = verdicts = 0
    with Guard() as guard:
        for one in own_networks():
            if part not in one.style:
                continue
            began = time.perf_counter()
            report = graded(one.right, one, guard, "")
            if report is None:
                unknown += 1
                print(f"NOT RECOGNISED  {one.style}")
                continue
            seconds = time.perf_counter() - began
            print(
                f"{seconds:5.1f} s  {report.network or 'unknown kind':32}  {one.style}", flush=True
            )
            for source in sources(one, precisions=precisions):
                read = report if source == one.right else graded(source, one, guard, "")
                if read is None:
                    print("    NOT RECOGNISED in float32")
                    unknown += 1
                    continue
                for seed in range(seeds):
                    for own_start in (False, True):
                        again = graded(source, one, guard, read.adapter, seed, own_start)
                        verdicts += 1
                        if again is None or not again.passed:
                            false += 1
                            words = "" if again is None else again.message
                            single = "float32, " if source != one.right else ""
                            print(f"    RIGHT, CALLED WRONG  {single}{seed}, {own_start}: {words}")
            for bug in one.bugs if bugs else []:
                seeded += 1
                found = graded(one.with_bug(bug), one, guard, "")
                if found is None:
                    print(f"    NOT RECOGNISED with {bug.piece}: {bug.code}")
                elif found.passed:
                    false += 1
                    print(f"    WRONG, PASSED  {bug.piece}: {bug.code}")
                elif found.mistake != bug.name:
                    print(f"    {bug.piece}: {bug.code}  {found.mistake}  {found.explanation}")
                    other += found.mistake is not None
                named += found is not None and found.mistake == bug.name is not None
    print(f"{false} false verdicts of {verdicts + seeded}; {unknown} not recognised")
    print(f"{named} of {seeded} bugs named, {other} by another name")
    return false + unknown


def sources(one: OwnNetwork, *, precisions: bool) -> list[str]:
    """The right source, and the same in single precision."""
    if not precisions:
        return [one.right]
    single = ast.fix_missing_locations(Single().visit(ast.parse(one.right)))
    return [one.right, ast.unparse(single)]


def graded(
    source: str,
    one: OwnNetwork,
    guard: Guard,
    adapter: str,
    seed: int = 0,
    own_start: bool = False,
) -> NetworkReport | None:
    cost = one.cost or None
    try:
        return grade_file(
            source.encode(), PATH, guard, cost=cost, adapter=adapter, seed=seed, own_start=own_start
        )
    except NoAdapter:
        return None


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Grade the networks of the tests.")
    parser.add_argument("number", type=int, nargs="?", default=1, help="seeds, with bugs")
    parser.add_argument("part", nargs="?", default="", help="part of a style")
    parser.add_argument("--seeds", type=int, help="seeds of the right ones alone")
    parser.add_argument("--precisions", action="store_true", help="float32, too")
    given = parser.parse_args()
    found = main(
        given.seeds or given.number,
        given.part,
        bugs=given.seeds is None,
        precisions=given.precisions,
    )
    sys.exit(min(1, found))
