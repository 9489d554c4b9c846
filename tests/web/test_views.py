"""Draw, Neuron and Cost: what they print is what the network computes."""

from __future__ import annotations

import base64
import io
import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect
from starlette.testclient import TestClient

from chainrule.data import fit_image
from chainrule.network import evaluate
from chainrule.web import Studio
from chainrule.web.plots import Frame, activation_curve
from chainrule.web.studio import as_text
from chainrule.web.views.cost import parts

from .conftest import TOKEN, Served

VIEWS = (
    "/", "/draw", "/neuron", "/neuron?challenge=edge&weights=none&hint=3",
    "/cost", "/descent?fine=33", "/chain", "/backprop?step=12", "/batch",
    "/train", "/road", "/concept?name=hidden-error", "/practise?topic=power",
    "/derive?sheet=softmax", "/explain?concept=slope", "/build", "/boundary?layers=8,8",
    "/errors?cell=3,3",
)  # fmt: skip


def output(page: str, attribute: str = "value") -> list[float]:
    return [float(value) for value in re.findall(rf'data-{attribute}="([^"]+)"', page)]


# --- Draw ------------------------------------------------------------------------------------


def test_a_drawing_is_fitted_as_a_picture_is(client: TestClient, studio: Studio):
    grey = np.full((60, 60), 255, np.uint8)
    grey[10:40, 28:33] = 0
    answer = client.post(
        "/draw/fit?side=60&fit=yes", content=grey.tobytes(), headers={"x-token": TOKEN}
    )
    fitted = fit_image(grey / 255, studio.image_shape, invert=True)
    assert answer.json()["input"] == as_text(fitted.ravel())
    assert answer.json()["steps"].count("<li>") == 6
    unfitted = client.post(
        "/draw/fit?side=60&fit=no", content=grey.tobytes(), headers={"x-token": TOKEN}
    )
    assert unfitted.json()["input"] != answer.json()["input"]
    assert "made smaller as it is" in unfitted.json()["steps"]


@pytest.mark.parametrize(
    ("query", "size"), [("side=60", 3599), ("side=abc", 9), ("side=100000", 100), ("", 0)]
)
def test_what_is_no_drawing(client: TestClient, query: str, size: int):
    answer = client.post(f"/draw/fit?{query}", content=b"a" * size, headers={"x-token": TOKEN})
    assert answer.status_code == 404
    assert "side * side bytes" in answer.text


def test_a_blank_sheet_is_said(client: TestClient):
    answer = client.post(
        "/draw/fit?side=50&fit=yes", content=b"\xff" * 2500, headers={"x-token": TOKEN}
    )
    assert answer.status_code == 400
    assert 'class="fault"' in answer.text


def test_drawing_by_mouse_and_by_keyboard(page: Any, studio: Studio):
    page.goto("/draw")
    box = page.locator("draw-pad canvas").bounding_box()
    page.mouse.move(box["x"] + 140, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 230, steps=10)
    page.mouse.up()
    page.wait_for_url("**/draw?input=*")
    printed = page.get_attribute("#live a[data-ref='a2[1]']", "data-value")
    shown_input = page.get_attribute("pixel-grid[data-name=x]", "data-values")
    inputs = np.array(shown_input.split(), float)
    outputs = studio.network.copy("float64").forward(inputs[None])["a2"][0]
    assert float(printed) == pytest.approx(outputs[1], rel=1e-6)
    assert page.inner_text(".answer") == str(studio.network.predict(inputs[None])[0])
    expect(page.locator(".fitting img")).to_have_count(6)
    sides = page.locator(".fitting img").evaluate_all("(is) => is.map((i) => i.naturalHeight)")
    assert (sides[0], sides[-1]) == (140, 8)
    page.uncheck("[name=fit]")
    page.wait_for_url("**fit=no*")
    expect(page.locator(".fitting img")).to_have_count(1)
    page.check("[name=fit]")
    page.wait_for_url("**fit=yes*")
    page.reload()
    expect(page.locator(".fitting img")).to_have_count(6)
    before = page.url
    page.click("[data-do=clear]")
    expect(page.locator(".fitting img")).to_have_count(0)
    page.focus("draw-pad canvas")
    page.keyboard.press("Space")
    for key in ["ArrowDown"] * 15 + ["ArrowRight"] * 6:
        page.keyboard.press(key)
    page.keyboard.press("Space")
    page.wait_for_url(lambda url: url != before)
    page.click("[data-do=clear]")
    page.reload()
    expect(page.locator("#live a[data-ref='a2[1]']")).to_have_count(1)


# --- Neuron ----------------------------------------------------------------------------------


def of_neuron(page: str, layer: int, place: int) -> list[float]:
    """The sum of the products, the bias, z and a, as the page prints them."""
    total = re.search(r'data-ref="sum" data-figure data-value="([^"]+)"', page)
    assert total is not None
    found = [total[1]]
    for name in "bza":
        number = re.search(rf'data-ref="{name}{layer}\[{place}\]" data-value="([^"]+)"', page)
        assert number is not None
        found.append(number[1])
    return [float(text) for text in found]


def test_a_neuron_adds_up(client: TestClient, studio: Studio):
    network = studio.network.copy("float64")
    page = client.get("/neuron?example=4&layer=1&neuron=7").text
    X = studio.dataset.test.X[[4]]
    total, bias, z, a = of_neuron(page, 1, 7)
    values = network.forward(X)
    assert (z, a) == (values["z1"][0, 7], values["a1"][0, 7])
    assert np.isclose(total, network.parameters["W1"][7] @ X[0].astype(float))
    assert bias == network.parameters["b1"][7]
    assert np.isclose(total + bias, z)
    moved = client.get("/neuron?example=4&layer=1&neuron=7&bias=-2").text
    total, bias, z, a = of_neuron(moved, 1, 7)
    assert bias == -2
    assert np.isclose(z, total - 2)
    assert np.isclose(a, 1 / (1 + np.exp(-z)))


def as_address(weights: np.ndarray) -> str:
    """Weights as an address has them: signed bytes, 32 being 1."""
    signed = np.rint(weights * 32).astype(np.int8)
    return base64.urlsafe_b64encode(signed.tobytes()).decode()


def test_painted_weights_are_the_neurons(client: TestClient, studio: Studio):
    weights = np.random.default_rng(0).integers(-127, 128, 64) / 32
    query = f"example=4&layer=1&neuron=7&weights={as_address(weights)}"
    total, bias, z, _ = of_neuron(client.get(f"/neuron?{query}").text, 1, 7)
    x = studio.dataset.test.X[4].astype(float)
    assert total == pytest.approx(weights @ x)
    assert z == pytest.approx(weights @ x + bias)
    panel = client.get(f"/why?page=/neuron&why=z1%5B7%5D&terms=all&{query}").text
    terms = output(panel, "term")
    assert len(terms) == 65
    assert sum(terms) == pytest.approx(z, rel=1e-12)
    for bad in ("weights=abc", "weights=%F0%9F%98%80", "weights=" + "A" * 30_000):
        assert client.get(f"/neuron?{bad}").status_code == 404


def test_an_edge_detector_is_built_by_hand(client: TestClient):
    weights = np.zeros((8, 8))
    weights[4, 2:6], weights[3, 2:6] = 1, -1
    start = f"/neuron?challenge=edge&weights={as_address(weights)}"
    page = client.get(f"{start}&bias=-0.4").text
    assert "✓ Done" in page
    assert output(page, "made") == pytest.approx([3.6, -4.4, -0.4, -0.4, -0.4])
    assert "✗ Not yet" in client.get(f"{start}&bias=0").text
    assert "✗ Not yet" in client.get("/neuron?challenge=edge&weights=none&bias=0").text
    assert "just below the middle" not in client.get(f"{start}&hint=1").text
    assert "just below the middle" in client.get(f"{start}&hint=2").text
    assert client.get(f"{start}&hint=9").status_code == 404


def test_weights_are_painted_by_mouse_and_by_keyboard(page: Any):
    page.goto("/neuron?neuron=3")
    page.click("text=Begin with no weights")
    page.check("#brush [value='1']")
    box = page.locator(".painted canvas").bounding_box()
    side = box["width"] / 8
    page.mouse.move(box["x"] + 2.5 * side, box["y"] + 4.5 * side)
    page.mouse.down()
    page.mouse.move(box["x"] + 5.5 * side, box["y"] + 4.5 * side, steps=12)
    page.mouse.up()
    page.wait_for_url(lambda url: "weights=A" in url)
    assert ".why" not in page.url
    shown = page.locator(".painted pixel-grid")
    painted = np.array(shown.get_attribute("data-values").split(), float).reshape(8, 8)
    assert np.argwhere(painted).tolist() == [[4, 2], [4, 3], [4, 4], [4, 5]]
    before = page.url
    shown.focus()
    for key in ("ArrowRight", "ArrowDown", "-"):
        page.keyboard.press(key)
    page.wait_for_url(lambda url: url != before)
    expect(shown).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("+")
    expect(page.locator(".painted pixel-grid[data-values*='-1 1']")).to_have_count(1)
    page.reload()
    painted = np.array(shown.get_attribute("data-values").split(), float).reshape(8, 8)
    assert (painted[1, 1], painted[1, 2]) == (-1, 1)
    assert page.locator(".why").count() == 0
    page.check("#brush [value='ask']")
    page.locator(".painted pixel-grid").click()
    page.wait_for_selector(".why h2:has-text('W1[3,')")


def test_weights_are_painted_by_finger(chromium: Any, served: Served):
    context = chromium.new_context(
        base_url=served.address, viewport={"width": 360, "height": 740}, has_touch=True
    )
    page = context.new_page()
    page.goto(f"/?token={TOKEN}")
    page.goto("/neuron?challenge=edge&weights=none&bias=-0.4")
    page.check("#brush [value='1']")
    for row, value in ((4, "1"), (3, "-1")):
        page.check(f"#brush [value='{value}']")
        grid = page.locator(".painted canvas")
        grid.scroll_into_view_if_needed()
        for column in range(2, 6):
            box = page.locator(".painted canvas").bounding_box()
            side = box["width"] / 8
            before = page.url
            page.touchscreen.tap(box["x"] + (column + 0.5) * side, box["y"] + (row + 0.5) * side)
            page.wait_for_url(lambda url, before=before: url != before)
    expect(page.locator(".verdict")).to_contain_text("Done")
    context.close()


def test_the_bias_is_dragged(page: Any):
    page.goto("/neuron?example=4&neuron=7")
    before = page.inner_text(".sum")
    page.focus("input[name=bias]")
    page.keyboard.press("Home")
    expect(page.locator(".sum")).not_to_have_text(before)
    assert "bias=" in page.url
    page.reload()
    assert "The bias is changed" in page.inner_text("#live")


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "gelu"])
def test_the_curve_is_the_activation(name: str):
    torch = pytest.importorskip("torch")
    zs = np.linspace(-4, 4, 41)
    peer = getattr(torch, name, None) or getattr(torch.nn.functional, name)
    assert np.allclose(activation_curve(name, zs), peer(torch.tensor(zs)).numpy(), atol=1e-12)


def test_a_curve_lies_in_its_frame():
    frame = Frame((0, 10), (-1, 1), width=100, height=50)
    assert frame.place(0, -1) == (0, 50)
    assert frame.place(10, 1) == (100, 0)
    assert frame.path([0, 5, 6, 10], [-1, 0, np.nan, 1]) == "M0 50L50 25M100 0"


# --- Cost ------------------------------------------------------------------------------------


@pytest.mark.parametrize("cost", ["quadratic", "cross-entropy", "log-likelihood", "huber"])
def test_the_parts_of_a_cost_add_up(cost: str):
    from chainrule.network import Inspection, Network

    network = Network([4, 3, 5], cost=cost, seed=2)
    inspection = Inspection(network, np.random.default_rng(0).standard_normal((1, 4)), [3])
    found = parts(cost, inspection.values["a2"][0], inspection.values["y"][0])
    assert found is not None
    assert np.isclose(sum(found), inspection.values["C"], rtol=1e-9)


def test_the_mean_over_examples(client: TestClient, studio: Studio):
    test = studio.dataset.test
    for count in (1, 20):
        page = client.get(f"/cost?count={count}").text
        mean = float(re.findall(r'data-ref="mean" data-figure data-value="([^"]+)"', page)[0])
        expected = evaluate(studio.network, test.X[:count], test.y[:count]).cost
        assert np.isclose(mean, expected, rtol=1e-5)


def test_the_cost_page_adds_up(client: TestClient):
    page = client.get("/cost?example=8").text
    total = float(re.findall(r'data-ref="C" data-value="([^"]+)"', page)[0])
    assert np.isclose(sum(output(page, "part")), total, rtol=1e-9)
    outputs = [float(a) for a in re.findall(r'data-ref="a2\[\d\]" data-value="([^"]+)"', page)]
    targets = [float(y) for y in re.findall(r'data-ref="y\[\d\]" data-value="([^"]+)"', page)]
    squares = [(a - y) ** 2 for a, y in zip(outputs, targets, strict=True)]
    assert output(page, "square") == pytest.approx(squares, rel=1e-12)
    assert output(page, "squares") == pytest.approx([sum(squares)], rel=1e-12)


def test_an_equation_that_is_too_wide_is_scrolled_by_keyboard(page: Any):
    equation = page.locator("main .equation")
    page.goto("/cost")
    assert equation.get_attribute("tabindex") is None
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/cost?example=2")
    expect(equation).to_have_attribute("tabindex", "0")


# --- all of them -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", VIEWS)
def test_views_fit_a_phone(page: Any, path: str):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("path", VIEWS)
def test_pages_are_small(client: TestClient, path: str):
    answer = client.get(path)
    weight = len(answer.content) + sum(
        len(client.get(address).content)
        for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', answer.text)
    )
    assert weight < 150_000


@pytest.mark.parametrize(
    "query",
    ["example=300", "example=-1", "neuron=30", "layer=3", "layer=0", "bias=nan", "bias=1e9",
     "input=abcd", "input=%00", "step=99", "count=0"],
)  # fmt: skip
def test_an_address_that_leads_nowhere(client: TestClient, query: str):
    path = "/backprop" if "step" in query else "/cost" if "count" in query else "/neuron"
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 404
    assert 'class="fault"' in answer.text


# --- Errors ----------------------------------------------------------------------------------


def test_the_confusion_matrix_is_scikit_learns(client: TestClient, studio: Studio):
    metrics = pytest.importorskip("sklearn.metrics")
    test = studio.dataset.test
    peer = metrics.confusion_matrix(test.y, studio.network.predict(test.X))
    page = client.get("/errors").text
    for i, j in np.ndindex(*peer.shape):
        cell = re.search(rf'cell={i}%2C{j}#gallery"[^>]*>(\d+)<', page)
        assert (int(cell[1]) if cell else 0) == peer[i, j]
    accuracy = output(page)[0]
    assert accuracy == np.trace(peer) / peer.sum()


def test_a_cell_shows_its_pictures(client: TestClient, studio: Studio):
    test, answers = studio.dataset.test, studio.network.predict(studio.dataset.test.X)
    page = client.get("/errors?cell=3,3").text
    shown = [int(place) for place in re.findall(r'src="/picture\?example=(\d+)"', page)]
    assert shown == np.flatnonzero((test.y == 3) & (answers == 3)).tolist()
    assert f'href="/draw?example={shown[0]}"' in page
    assert f'href="/backprop?example={shown[0]}"' in page
    image = pytest.importorskip("PIL.Image")
    answer = client.get(f"/picture?example={shown[0]}")
    pixels = np.asarray(image.open(io.BytesIO(answer.content)))
    assert np.allclose(pixels.ravel() / 255, test.X[shown[0]], atol=1 / 255)


def test_labels_dealt_anew_are_met_by_chance_alone(client: TestClient):
    assert output(client.get("/errors?labels=shuffled").text)[0] < 0.25
    assert output(client.get("/errors?noise=1").text)[0] < output(client.get("/errors").text)[0]
    for query in ("cell=3,10", "cell=a", "noise=3", "noise=-1"):
        assert client.get(f"/errors?{query}").status_code == 404
