"""A network of the learner's choice is derived on the page as in the terminal, and is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from chainrule import roadmap
from chainrule.ground.events import NetworkDerived
from tests.support.learner import NETWORK, backward_pass

from .conftest import TOKEN

HEADERS = {"x-token": TOKEN}


@pytest.fixture(autouse=True)
def own_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(roadmap.HOME, str(tmp_path))


def test_the_last_concept_leads_to_a_network_of_choice(client: TestClient) -> None:
    page = client.get("/concept?name=whole").text
    assert 'href="/derive?network="' in page
    asked = client.get("/derive?network=").text
    assert roadmap.EXAMPLE in asked
    assert "data-set" not in asked


@pytest.mark.parametrize(("words", "why"), [("8-4", "no hidden layer"), ("<b>", "&lt;b&gt;")])
def test_no_network_to_derive_says_why(client: TestClient, words: str, why: str) -> None:
    page = client.get("/derive", params={"network": words})
    assert page.status_code == 200
    assert why in page.text
    assert "<b>" not in page.text


def test_the_whole_backward_pass_is_kept(client: TestClient) -> None:
    lines: list[str] = []
    page = ""
    for line in backward_pass(NETWORK):
        fields = {"network": NETWORK, "lines": "\n".join(lines), "line": line}
        page = client.post("/derive", data=fields, headers=HEADERS).text
        lines.append(line)
    assert "the whole backward pass of this network" in page
    log = roadmap.Log()
    kept = [event for event in log.events() if isinstance(event, NetworkDerived)]
    log.close()
    assert [(event.concept, event.shown) for event in kept] == [("whole", False)]
