"""Mine or Chainrule's: the learner's numbers are their functions', marked where they differ."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect
from starlette.testclient import TestClient

from chainrule.network import Inspection
from chainrule.web import Studio
from chainrule.web.numbers import shown
from chainrule.workshop import references, stage

from .conftest import TOKEN
from .test_accessibility import AXE, axe_finds_nothing

HEADERS = {"x-token": TOKEN}
RIGHT = references()
DOUBLED = {"hidden_error": stage("hidden_error").reference.replace("return ", "return 2 * ")}
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a network.py, with other functions in the place of the references, and be there."""
    monkeypatch.chdir(tmp_path)

    def write_it(changed: dict[str, str]) -> Path:
        source = RIGHT
        for name, body in changed.items():
            assert stage(name).reference in source
            source = source.replace(stage(name).reference, body)
        path = tmp_path / "network.py"
        path.write_text(source, "utf-8")
        return path

    return write_it


def asked(client: TestClient, query: str, *refs: str, **grid: Any) -> dict[str, Any]:
    body = {"refs": refs, "grids": [grid] if grid else []}
    answer = client.post(f"/own?{query}", headers=HEADERS, content=json.dumps(body))
    assert answer.status_code == 200, answer.text
    return answer.json()


def own_delta(studio: Studio, example: int = 0) -> np.ndarray:
    test = studio.dataset.test
    step = Inspection(studio.network, test.X[[example]], test.y[[example]])
    return 2 * step.values["delta1"][0]


def test_a_page_without_a_network_of_ones_own_has_no_switch(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    assert 'id="whose"' not in client.get("/backprop").text
    answer = client.post("/own", headers=HEADERS, content='{"refs": [], "grids": []}')
    assert answer.status_code == 409
    assert "there is no network.py here" in answer.json()["message"]


def test_every_number_is_the_learners_to_the_printed_digits(
    client: TestClient, studio: Studio, write: Write
):
    write(DOUBLED)
    own = own_delta(studio)
    refs = [f"delta1[{i}]" for i in range(30)]
    told = asked(client, "page=/backprop", *refs, "delta2[3]", "x[20]", "dC/da1[0]", "C")
    for ref, value in zip(refs, own, strict=True):
        number = told["numbers"][ref]
        assert number["state"] == "differs"
        assert float(number["value"]) == pytest.approx(value, rel=1e-12)
        assert number["text"] == shown(float(number["value"]))
    assert told["numbers"]["delta2[3]"]["state"] == told["numbers"]["C"]["state"] == "same"
    assert told["numbers"]["x[20]"] == {"state": "given"}
    assert told["numbers"]["dC/da1[0]"]["state"] == "ours"
    assert told["first"]["ref"] == "delta1[0]"


def test_the_cells_of_an_image(client: TestClient, studio: Studio, write: Write):
    write(DOUBLED)
    test = studio.dataset.test
    told = asked(client, "page=/backprop", name="dC/dW1", prefix="4,", count=64)
    cells = told["grids"][0]
    assert cells["values"] == pytest.approx(own_delta(studio)[4] * test.X[0].astype(float))
    assert cells["differs"] == np.flatnonzero(test.X[0]).tolist()


def test_one_that_does_not_run_leaves_chainrules(client: TestClient, write: Write):
    write({"hidden_error": "def hidden_error(delta_next, W_next, z):\n    return delta_next @ z"})
    told = asked(client, "page=/backprop", "delta1[0]", "z1[0]")
    assert told["numbers"]["delta1[0]"]["state"] == "ours"
    assert told["numbers"]["z1[0]"]["state"] == "same"
    note = next(note for note in told["notes"] if "delta1" in note["names"])
    assert "`hidden_error` does not run" in note["message"]
    assert "Chainrule's numbers stand for" in note["message"]
    assert told["first"] is None


def test_the_numbers_follow_the_file(client: TestClient, write: Write):
    write(DOUBLED)
    assert (
        asked(client, "page=/backprop", "delta1[0]")["numbers"]["delta1[0]"]["state"] == "differs"
    )
    write({})
    assert asked(client, "page=/backprop", "delta1[0]")["numbers"]["delta1[0]"]["state"] == "same"


def test_nothing_is_run_without_the_token_or_by_looking(
    client: TestClient, tmp_path: Path, write: Write
):
    mark = tmp_path / "ran"
    path = write({})
    path.write_text(RIGHT + f"\nopen({str(mark)!r}, 'w').close()\n", "utf-8")
    assert client.post("/own", content='{"refs": [], "grids": []}').status_code == 403
    for page in ("/backprop?numbers=mine", "/draw?numbers=mine", "/why?numbers=mine&why=C"):
        assert client.get(page).status_code == 200
    assert not mark.exists()
    asked(client, "page=/backprop")
    assert mark.exists()


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"refs": 3, "grids": []}', '{"refs": [], "grids": [{"name": 1}]}',
     '{"refs": ["q9[0]"], "grids": []}', "[" * 100_000, "x" * 500_000,
     '{"refs": [], "grids": [{"name": "a1", "prefix": "9999,", "count": 3}]}'],
)  # fmt: skip
def test_what_is_no_question_about_numbers(client: TestClient, write: Write, body: str):
    write({})
    answer = client.post("/own?page=/backprop", headers=HEADERS, content=body)
    assert answer.status_code in (400, 404)
    assert 'class="fault"' in answer.text


# --- in a browser ----------------------------------------------------------------------------


def test_the_switch_marks_and_jumps(page: Any, studio: Studio, write: Write):
    write(DOUBLED)
    page.goto("/backprop?step=12&example=2")
    ours = page.inner_text("main a[data-ref='delta1[3]']")
    page.click("#whose a:text-is('mine')")
    expect(page.locator("#whose [role=status]")).to_contain_text("differ")
    assert "numbers=mine" in page.url
    assert "step=12" in page.url
    own = own_delta(studio, 2)
    for i in range(30):
        link = page.locator(f"main a[data-ref='delta1[{i}]']")
        expect(link).to_have_text(shown(own[i]))
        assert link.get_attribute("data-whose") == "differs"
    beside = page.locator("main a[data-ref='delta1[3]'] + .beside")
    expect(beside).to_have_text(f"≠ {ours}")
    assert page.locator("main a[data-ref='delta2[3]'] + .beside").count() == 0
    expect(page.locator("main a[data-ref='dC/da1[0]'] + .beside")).to_have_text("Chainrule's")
    page.click("#whose a.jump")
    page.wait_for_selector(".why h2:has-text('delta1[0]')")
    expect(page.locator(".why .yours")).to_contain_text(shown(own[0]))
    assert page.evaluate("document.activeElement.dataset.ref") == "delta1[0]"
    page.click('#whose a:text-is("Chainrule\'s")')
    expect(page.locator("main a[data-ref='delta1[3]']")).to_have_text(ours)
    page.go_back()
    expect(page.locator("main a[data-ref='delta1[3]']")).to_have_text(shown(own[3]))


def test_the_jump_leaves_a_view_that_does_not_show_it(page: Any, write: Write):
    write(DOUBLED)
    page.goto("/draw?example=3&numbers=mine")
    page.click("#whose a.jump")
    page.wait_for_url("**/backprop?*")
    assert "example=3" in page.url
    assert "numbers=mine" in page.url
    page.wait_for_selector(".why h2:has-text('delta1[0]')")
    expect(page.locator("main a[data-ref='delta1[0]']")).to_have_attribute("data-whose", "differs")


def test_the_image_is_the_learners(page: Any, studio: Studio, write: Write):
    write(
        {
            "forward": stage("forward").reference.replace(
                "@ activations[-1] + b", "@ activations[-1] - b"
            )
        }
    )
    page.goto("/draw?example=3&numbers=mine")
    expect(page.locator("#whose [role=status]")).to_contain_text("differ")
    network, x = studio.network.copy("float64"), studio.dataset.test.X[3].astype(float)
    a1 = 1 / (1 + np.exp(-(network.parameters["W1"] @ x - network.parameters["b1"])))
    cells = page.evaluate("document.querySelector('pixel-grid[data-name=a1]').values")
    assert cells == pytest.approx(a1.tolist(), rel=1e-12)
    grid = page.locator("pixel-grid[data-name=a1]")
    assert "of them differ" in grid.get_attribute("aria-label")
    grid.focus()
    page.keyboard.press("ArrowRight")
    expect(grid).to_have_attribute("data-at", f"a1[1] = {a1[1]:.4g} (Chainrule's: "
        f"{network.forward(x[None])['a1'][0, 1]:.4g})")  # fmt: skip


def test_where_numbers_are_missing_it_says_why(page: Any, write: Write):
    write(
        {"hidden_error": "def hidden_error(delta_next, W_next, z):\n    raise NotImplementedError"}
    )
    page.goto("/backprop?step=12&numbers=mine")
    notes = page.locator("main .lacking", has_text="hidden_error is not written yet")
    expect(notes).to_have_count(3)
    after = "(ns) => ns.map((n) => n.nextElementSibling.outerHTML.match(/(dC.d|delta)[Wb]?1/)[0])"
    assert sorted(notes.evaluate_all(after)) == ["dC/dW1", "dC/db1", "delta1"]


@pytest.mark.parametrize(
    "path", ["/neuron?layer=1&neuron=2", "/cost", "/chain", "/draw", "/batch", "/descent"]
)
def test_other_views_switch_too(page: Any, write: Write, path: str):
    write(
        {
            "sigmoid": "def sigmoid(z):\n    return 1 / (1 + np.exp(z))",
            "cross_entropy_error": "def cross_entropy_error(z, a, y):\n    return y - a",
        }
    )
    page.goto(path)
    page.click("#whose a:text-is('mine')")
    expect(page.locator("main [data-whose=differs]").first).to_be_visible(timeout=30_000)
    expect(page.locator("#whose a.jump")).to_have_count(1)


def test_the_confusion_is_the_learners(page: Any, client: TestClient, studio: Studio, write: Write):
    flipped = stage("forward").reference.replace("activations[-1] + b", "activations[-1] - b")
    write({"forward": flipped})
    network, test = studio.network.copy("float64"), studio.dataset.test
    for k in (1, 2):
        network.parameters[f"b{k}"] *= -1
    said = network.predict(test.X)
    table = np.zeros((10, 10), int)
    np.add.at(table, (test.y, said), 1)
    first = int(np.flatnonzero(said != studio.network.predict(test.X))[0])
    assert client.post("/errors").status_code == 403
    page.goto("/errors")
    page.click("#whose a:text-is('mine')")
    expect(page.locator("#live[data-own=yes]")).to_have_count(1, timeout=30_000)
    accuracy = page.get_attribute("[data-own-accuracy]", "data-own-accuracy")
    assert float(accuracy) == pytest.approx(np.trace(table) / len(test))
    cells = page.locator(".confusion tbody td").evaluate_all(
        "(cells) => cells.map((c) => Number((c.querySelector('a, .unseen')).textContent))"
    )
    assert np.array_equal(np.reshape(cells, (10, 10)), table)
    assert page.locator("td[data-whose=differs] .beside").count() > 0
    page.click("a.jump")
    page.wait_for_url(f"**/backprop?example={first}&numbers=mine")


def test_a_confusion_that_cannot_be_had_is_said(page: Any, write: Write):
    write({"forward": "def forward(x, weights, biases):\n    return 1 / 0"})
    page.goto("/errors?numbers=mine")
    expect(page.locator("#live .lacking")).to_contain_text("does not run", timeout=30_000)
    assert page.locator("td[data-whose=differs]").count() == 0


@pytest.mark.skipif(AXE is None, reason="CHAINRULE_AXE does not name axe-core's axe.min.js")
def test_axe_finds_no_serious_violation(page: Any, write: Write):
    write({**DOUBLED, "cross_entropy": "def cross_entropy(z, y):\n    return z[0]"})
    page.goto("/backprop?step=12&numbers=mine&why=delta1%5B3%5D")
    expect(page.locator("#whose a.jump")).to_have_count(1)
    axe_finds_nothing(page)
