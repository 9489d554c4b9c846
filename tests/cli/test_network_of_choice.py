"""`chainrule check whole`: a network of the learner's choice, derived whole."""

from __future__ import annotations

import io
import sys

import pytest

from chainrule.cli.recording import log
from chainrule.ground.events import NetworkDerived
from tests.support.learner import NETWORK, backward_pass

from .conftest import Cli


def type_in(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(lines) + "\n"))


def kept() -> list[str]:
    return [event.network for event in log().events() if isinstance(event, NetworkDerived)]


def test_a_network_is_asked_for_and_then_all_of_its_derivatives(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = backward_pass(NETWORK)
    type_in(monkeypatch, NETWORK, *lines[:3])
    assert cli("check", "whole").status == 0
    assert kept() == []
    type_in(monkeypatch, NETWORK, *lines[3:])
    assert cli("check", "whole").status == 0, "what was derived before counts"
    assert kept() == [NETWORK]
    assert "from a blank page (done)" in " ".join(cli("learn", "whole").out.split())


@pytest.mark.parametrize(
    ("typed", "why"),
    [(("8-4",), "no hidden layer"), (("no network",), "expected sizes"), ((), "name a network")],
)
def test_no_network_is_one_line(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, typed: tuple[str, ...], why: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in typed)))
    found = cli("check", "whole")
    assert found.status == 2
    assert why in found.err


def test_lines_need_the_network_by_name(cli: Cli) -> None:
    found = cli("check", "whole", "delta2 = a2 - y")
    assert found.status == 2
    assert "--network" in found.err
