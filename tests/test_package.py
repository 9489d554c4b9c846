"""The package as one meets it: its names, and nothing slow before it is needed."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import chainrule as cr

SOURCE = Path(cr.__file__).parents[1]


def run(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout


def test_every_name_is_there():
    for name in cr.__all__:
        assert getattr(cr, name) is getattr(cr, name)
        assert name in dir(cr)
    names: dict[str, object] = {}
    exec("from chainrule import *", names)
    assert set(cr.__all__) <= set(names)


def test_the_names_that_are_promised():
    for name in ("Network", "train", "load", "SGD", "Adam", "check_gradients", "NetworkError"):
        assert name in cr.__all__
    from chainrule.data import load
    from chainrule.network import Network, check_gradients

    assert cr.Network is Network
    assert cr.load is load
    assert cr.check_gradients is check_gradients


def test_what_is_not_there():
    with pytest.raises(AttributeError, match="module 'chainrule' has no attribute 'Netwrok'"):
        cr.Netwrok  # noqa: B018  # pyright: ignore[reportAttributeAccessIssue]


def test_importing_it_loads_nothing():
    loaded = run("import sys, chainrule; print(*sys.modules)").split()
    for name in ("numpy", "safetensors", "rich", "typer", "pooch", "torch", "chainrule.network"):
        assert name not in loaded


def test_the_network_needs_numpy_and_the_standard_library_only():
    printed = run(
        "import sys\n"
        "before = set(sys.modules)\n"
        "import chainrule.network\n"
        "import numpy\n"
        "for name in sorted(set(sys.modules) - before):\n"
        "    print(name.partition('.')[0])\n"
    )
    foreign = set(printed.split()) - set(sys.stdlib_module_names) - {"numpy", "chainrule"}
    assert {name for name in foreign if not name.startswith("_")} == set()
    rooms = run("import sys, chainrule.network; print(*sys.modules)").split()
    for room in ("data", "algebra", "cli", "derivation"):
        assert f"chainrule.{room}" not in rooms


def test_the_first_example():
    import doctest

    assert doctest.testmod(cr).failed == 0


def test_one_version():
    project = SOURCE.parent / "pyproject.toml"
    if not project.exists():
        pytest.skip("this is not a checkout")
    assert tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"] == (
        cr.__version__
    )
