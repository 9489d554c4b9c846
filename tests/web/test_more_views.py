"""One path, Mini-batch, Descent and Boundary: each number against finite differences or a peer."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect
from starlette.testclient import TestClient

from chainrule.network import evaluate
from chainrule.web import Studio, cost_surface, surface_drawing
from chainrule.web.views import boundary, chain, descent


def printed(page: str, attribute: str = "value") -> list[float]:
    return [float(value) for value in re.findall(rf'data-{attribute}="([^"]+)"', page)]


# --- One path --------------------------------------------------------------------------------


def test_the_factors_multiply_to_the_slope(studio: Studio):
    rng = np.random.default_rng(0)
    for _ in range(20):
        query = {name: f"{rng.uniform(-3, 3):.4f}" for name in chain.START}
        inspected = chain.inspection(studio, query)
        product = np.prod([value for _, _, value in chain.factors(inspected)])
        h, costs = 1e-5, []
        for moved in (h, -h):
            nearby = {**query, "w1": str(float(query["w1"]) + moved)}
            costs.append(float(chain.inspection(studio, nearby).values["C"]))
        slope = (costs[0] - costs[1]) / (2 * h)
        assert product == pytest.approx(slope, rel=1e-5, abs=1e-10)
        assert product == pytest.approx(inspected.number("dC/dW1[0,0]").value, rel=1e-12)


def test_its_numbers_explain_themselves(page: Any, studio: Studio):
    page.goto("/chain?w2=1.5")
    page.click("#live a[data-ref='z2[0]']")
    page.wait_for_selector(".why h2:has-text('z2[0]')")
    value = float(page.get_attribute(".why h2 output", "data-value"))
    assert value == chain.inspection(studio, {"w2": "1.5"}).number("z2[0]").value
    before = page.inner_text("#live a[data-ref='C']")
    page.focus("input[name=w3]")
    page.keyboard.press("Home")
    expect(page.locator("#live a[data-ref='C']")).not_to_have_text(before)
    assert "w3=-4" in page.url


# --- Mini-batch ------------------------------------------------------------------------------


def gradients(page: str) -> dict[str, list[float]]:
    """The gradient of each reference by the rows of the table: the examples, then the mean."""
    found: dict[str, list[float]] = {}
    for ref, value in re.findall(r'data-ref="(dC/d[^"]+)"[^>]*? data-value="([^"]+)"', page):
        found.setdefault(ref, []).append(float(value))
    return found


@pytest.mark.parametrize(
    ("query", "columns"),
    [("layer=1", 30), ("layer=2", 10), ("show=weights&layer=1", 6),
     ("show=weights&weights=W2%5B3%2C5%5D%3B+b1%5B2%5D%3BW1%5B0%2C20%5D", 3)],
)  # fmt: skip
def test_the_mean_of_what_the_examples_want_is_the_gradient(
    client: TestClient, studio: Studio, query: str, columns: int
):
    found = gradients(client.get(f"/batch?first=3&count=5&{query}").text)
    assert len(found) == columns
    test, network = studio.dataset.test, studio.network.copy("float64")
    alone = [network.backward(test.X[[e]], test.y[[e]]) for e in range(3, 8)]
    together = network.backward(test.X[3:8], test.y[3:8])
    for ref, (*examples, mean) in found.items():
        name, _, rest = ref.rstrip("]").partition("[")
        index = tuple(map(int, rest.split(",")))
        assert examples == pytest.approx([one[name][index] for one in alone], rel=1e-12)
        assert np.mean(examples) == pytest.approx(mean, rel=1e-9, abs=1e-15)
        assert mean == pytest.approx(together[name][index], rel=1e-9, abs=1e-15)


def test_the_images_of_what_the_examples_want(client: TestClient, studio: Studio):
    page = client.get("/batch?first=3&count=5&show=images&layer=1&neuron=7").text
    images = re.findall(r'<pixel-grid[^>]* data-prefix="7,"[^>]* data-values="([^"]+)"', page)
    *examples, mean = [np.array(values.split(), float) for values in images]
    test = studio.dataset.test
    whole = studio.network.copy("float64").backward(test.X[3:8], test.y[3:8])["dC/dW1"][7]
    assert np.allclose(np.mean(examples, axis=0), mean, rtol=1e-6, atol=1e-12)
    assert np.allclose(mean, whole, rtol=1e-7, atol=1e-15)


@pytest.mark.parametrize(
    "query", ["show=q", "layer=3", "neuron=99", "show=weights&weights=z1%5B0%5D", "row=99&why=C",
              "show=weights&weights=W9%5B0%5D", "show=weights&weights=" + "b1%5B0%5D;" * 13]
)  # fmt: skip
def test_what_no_mini_batch_has(client: TestClient, query: str):
    answer = client.get(f"/batch?{query}")
    assert answer.status_code in (400, 404)
    assert 'class="fault"' in answer.text


def test_each_number_of_a_mini_batch_explains_itself(page: Any, studio: Studio):
    test = studio.dataset.test
    page.goto("/batch?count=3&layer=2")
    page.click("#live a[data-ref='dC/db2[4]'][data-row='1']")
    page.wait_for_selector(".why h2:has-text('dC/db2[4]')")
    alone = studio.step(studio.network, test.X[[1]], test.y[[1]]).values["dC/db2"][4]
    assert float(page.get_attribute(".why h2 output", "data-value")) == alone
    assert page.locator("[aria-current=true][data-ref]").count() == 1
    page.click("#live tfoot a[data-ref='dC/db2[4]']")
    expect(page.locator(".why [data-term]")).to_have_count(3)
    terms = page.locator(".why [data-term]").evaluate_all("(ts) => ts.map((t) => t.dataset.term)")
    together = studio.step(studio.network, test.X[:3], test.y[:3]).values["dC/db2"][4]
    assert sum(map(float, terms)) == pytest.approx(together, rel=1e-12)
    page.go_back()
    expect(page.locator(".why h2 output")).to_have_attribute("data-value", repr(float(alone)))
    page.goto("/batch?count=3&show=images&layer=1&neuron=2")
    page.locator("pixel-grid[data-row='2']").click()
    page.wait_for_selector(".why h2:has-text('dC/dW1[2,')")
    assert "row=2" in page.url
    assert "x[" in page.inner_text(".why .terms")


# --- Descent ---------------------------------------------------------------------------------


def along(studio: Studio, *refs: str) -> cost_surface.Slope:
    return descent.along(studio, *refs)


@pytest.mark.parametrize("ref", ["b2[0]", "W1[3,20]", "W2[4,7]"])
def test_the_gradient_is_the_slope_of_the_curve(studio: Studio, ref: str):
    one = along(studio, ref)
    for at in (-2.0, 0.0, 1.5):
        h = 1e-5
        slope = (one.cost(at + h) - one.cost(at - h)) / (2 * h)
        assert one.gradient(at)[0] == pytest.approx(slope, rel=1e-5, abs=1e-9)


def test_the_curve_goes_through_the_networks_own_cost(studio: Studio):
    train = studio.dataset.train
    own = evaluate(studio.network.copy("float64"), train.X[:100], train.y[:100]).cost
    assert along(studio, "b1[2]").cost(0.0) == pytest.approx(own, rel=1e-6)


def test_the_ball_steps_down_the_gradient(client: TestClient, studio: Studio):
    page = client.get("/descent?weight=b2%5B0%5D&at=-3&rate=5&steps=3").text
    one = along(studio, "b2[0]")
    w = -3.0
    for _ in range(3):
        w -= 5 * one.gradient(w)[0]
    own = float(studio.network.copy("float64").parameters["b2"][0])
    assert printed(page, "end")[0] == pytest.approx(w + own, rel=1e-9)
    assert printed(page, "cost")[0] == pytest.approx(one.cost(w), rel=1e-9)


def test_how_a_descent_ends_is_said_in_words():
    assert "every step" in cost_surface.in_words([3.0, 2.0, 1.0])
    assert "overshoots" in cost_surface.in_words([3.0, 3.5, 1.0])
    assert "higher" in cost_surface.in_words([1.0, 2.0])
    assert "hardly moves" in cost_surface.in_words([1.0, 1.0 - 1e-9])
    assert cost_surface.gradient_in_words(-1.0, 1.0) == "increase it a lot"
    assert cost_surface.gradient_in_words(0.05, 1.0) == "decrease it somewhat"
    assert "leave it" in cost_surface.gradient_in_words(1e-6, 1.0)


def test_a_rate_that_is_too_large_is_explained(client: TestClient, studio: Studio):
    assert "the learning rate is too large" in client.get("/descent?rate=3000&at=-4").text
    ball = cost_surface.roll(along(studio, "b2[0]"), (6.0,), 1e9, 5)
    assert "diverges" in ball.words
    assert ball.places == ((6.0,),)


def test_a_ball_on_a_plane_follows_both_slopes(client: TestClient, studio: Studio):
    query = "first=W2%5B0%2C0%5D&second=b2%5B1%5D&across=0.5&up=-0.25&prate=3&steps=2"
    page = client.get(f"/descent?{query}").text
    network, (X, y) = studio.network.copy("float64"), descent.examples(studio)
    W, b = network.parameters["W2"], network.parameters["b2"]
    W[0, 0] += 3.0
    b[1] -= 1.5
    costs = [evaluate(network, X, y).cost]
    for _ in range(2):
        gradients = network.backward(X, y)
        W[0, 0] -= 3 * gradients["dC/dW2"][0, 0]
        b[1] -= 3 * gradients["dC/db2"][1]
        costs.append(evaluate(network, X, y).cost)
    assert printed(page, "from")[0] == pytest.approx(costs[0], rel=1e-9)
    assert printed(page, "to")[0] == pytest.approx(costs[-1], rel=1e-9)


def plane_of(page: str) -> np.ndarray:
    labels = re.search(r'data-labels="([^"]+)"', page)
    assert labels is not None
    costs = np.array(labels[1].split(), float)
    return costs.reshape(round(len(costs) ** 0.5), -1)


@pytest.mark.parametrize("fine", [9, 17])
def test_the_plane_holds_the_cost(client: TestClient, studio: Studio, fine: int):
    page = client.get(f"/descent/plane?fine={fine}&first=W2%5B0%2C0%5D&second=b2%5B1%5D").text
    costs, over = plane_of(page), along(studio, "W2[0,0]", "b2[1]")
    assert costs.shape == (fine, fine)
    steps = np.linspace(-6, 6, fine)
    for row, column in ((0, 0), (0, fine - 1), (fine // 2, fine // 2), (1, 2), (fine - 1, 3)):
        cost = over.cost(steps[column], steps[fine - 1 - row])
        assert costs[row, column] == pytest.approx(cost, rel=1e-7)
    assert printed(page, "least") == [pytest.approx(costs.min(), rel=1e-7)]
    assert printed(page, "most") == [pytest.approx(costs.max(), rel=1e-7)]


def test_a_finer_plane_keeps_the_coarser_ones_points(studio: Studio):
    planes, over = cost_surface.Planes(), along(studio, "W1[0,20]", "b1[3]")
    coarse = planes.costs(over, 6.0, 9)
    fine = planes.costs(over, 6.0, 17)
    assert np.array_equal(fine[::2, ::2], coarse)
    assert np.array_equal(planes.costs(over, 6.0, 9), coarse)
    assert np.array_equal(cost_surface.Planes().costs(over, 6.0, 17), fine)


def test_lines_are_where_the_cost_has_their_level():
    x = np.linspace(-1, 1, 33)
    bowl = x[None, :] ** 2 + 2 * x[:, None] ** 2
    lines = surface_drawing.contours(bowl)
    assert len(lines) == surface_drawing.LINES
    for line in lines:
        points = re.findall(r"([\d.]+) ([\d.]+)", line.path)
        assert len(points) > 10
        for column, row in points:
            a, b = (float(part) / 16 - 1 for part in (column, row))
            assert a**2 + 2 * b**2 == pytest.approx(line.level, abs=0.02)
    assert surface_drawing.contours(np.ones((9, 9))) == []
    with_a_hole = bowl.copy()
    with_a_hole[3, 3] = np.inf
    assert surface_drawing.contours(with_a_hole)


def test_a_relief_shows_heights_from_any_side():
    slope = np.add.outer(np.zeros(9), np.arange(9.0))
    level = surface_drawing.Relief(slope, turn=0, tilt=10)
    x, y, _ = level.place(1, 0, 8.0)
    assert (x, y) == pytest.approx((1, -0.9 * np.cos(np.radians(10))))
    assert level.place(-1, 0, 0.0)[:2] == pytest.approx((-1, 0))
    above = surface_drawing.Relief(slope, turn=0, tilt=90)
    assert above.place(0.5, 0.25, 7.0)[:2] == pytest.approx((0.5, -0.25))
    quarter = surface_drawing.Relief(slope, turn=90, tilt=90)
    assert quarter.place(0.5, 0.25, 7.0)[:2] == pytest.approx((-0.25, -0.5))
    faces = level.faces()
    assert len(faces) == 64
    assert {face.band for face in faces} <= set(range(1, surface_drawing.BANDS + 1))
    corners = [np.array([p.split(",") for p in f.points.split()], float) for f in faces]
    lowest = [c[:, 1].max() for c in corners]
    assert np.mean(lowest[:8]) < np.mean(lowest[-8:]), "the near faces are drawn last"


@pytest.mark.parametrize(
    "query",
    ["weight=W9%5B0%5D", "weight=W1%5B0%5D", "weight=W1%5B-1%2C0%5D", "at=9", "fine=99",
     "fine=10", "turn=360", "tilt=5", "across=2", "prate=1e9", "seed=x"],
)  # fmt: skip
def test_what_is_no_place_to_descend_from(client: TestClient, query: str):
    assert client.get(f"/descent?{query}").status_code == 404


def test_the_plane_is_refined_by_itself_and_turned_by_keyboard(page: Any):
    held: list[Any] = []

    def hold_the_first(route: Any) -> None:
        held.append(route)
        if len(held) > 1:
            route.continue_()

    page.route("**/descent/plane?*", hold_the_first)
    with page.expect_request("**/descent/plane?*"):
        page.goto("/descent")
    page.focus("#plane pixel-grid")
    held[0].continue_()
    expect(page.locator("#plane[data-fine='33']")).to_have_count(1, timeout=60_000)
    expect(page.locator("#plane pixel-grid")).to_be_focused()
    expect(page.locator(".relief polygon")).to_have_count(32 * 32)
    before = page.get_attribute(".relief polygon >> nth=0", "points")
    label = page.get_attribute(".relief", "aria-label")
    page.focus("[data-turn=left]")
    page.keyboard.press("Enter")
    expect(page.locator(".relief")).not_to_have_attribute("aria-label", label)
    expect(page.locator("[data-turn=left]")).to_be_focused()
    assert page.get_attribute("#plane", "data-fine") == "33"
    assert "turn=45" in page.url
    page.reload()
    expect(page.locator(".relief")).to_have_attribute("aria-label", re.compile("turned by 45"))
    page.click("[data-turn=right]")
    expect(page.locator("#plane[data-fine='33'] .relief polygon").first).to_have_attribute(
        "points", before, timeout=60_000
    )


def test_the_ball_on_the_slope_explains_itself(page: Any, studio: Studio):
    page.goto("/descent?weight=W2%5B4%2C7%5D&at=1.5")
    one = along(studio, "W2[4,7]")
    gradient = page.locator("#live a[data-ref='dC/dW2[4,7]']")
    assert float(gradient.get_attribute("data-value")) == pytest.approx(one.gradient(1.5)[0])
    gradient.click()
    page.wait_for_selector(".why h2:has-text('dC/dW2[4,7]')")
    page.click(".why a.rest")
    expect(page.locator(".why [data-term]")).to_have_count(100)
    terms = page.locator(".why [data-term]").evaluate_all("(ts) => ts.map((t) => t.dataset.term)")
    assert sum(map(float, terms)) == pytest.approx(one.gradient(1.5)[0], rel=1e-9)
    page.click("#live a[data-ref='C']")
    page.wait_for_selector(".why h2 code:text-is('C')")
    expect(page.locator(".why .operands li")).to_have_count(40)


# --- Boundary --------------------------------------------------------------------------------


def test_without_a_hidden_layer_there_is_only_a_line():
    assert boundary.fit({"data": "line", "layers": ""}).accuracy > 0.97
    for data in ("xor", "circle", "spiral"):
        assert boundary.fit({"data": data, "layers": ""}).accuracy < 0.8
        assert boundary.fit({"data": data, "layers": "8,8", "epochs": "600"}).accuracy > 0.95


def test_the_maps_are_the_neurons():
    fitted = boundary.fit({"data": "circle", "layers": "3,2"})
    names = [name for name, _ in fitted.maps]
    assert names == ["a3[0]", "a2[0]", "a2[1]", "a1[0]", "a1[1]", "a1[2]"]
    steps = np.linspace(-1, 1, boundary.CELLS)
    values = fitted.network.forward([[steps[4], steps[-1]]])
    assert fitted.maps[1][1][0, 4] == pytest.approx(values["a2"][0, 0], rel=1e-6)


def test_own_points_and_what_are_none():
    X, y = boundary.points({"data": "none", "points": "150,-25;0-100,0"})
    assert X.tolist() == [[0.5, -0.25], [-1, 0]]
    assert y.tolist() == [1, 0]


@pytest.mark.parametrize(
    "query",
    ["data=q", "points=abc", "data=none", "layers=0", "layers=99", "layers=a", "hidden=softmax",
     "epochs=-1", "layers=1,1,1,1,1"],
)  # fmt: skip
def test_what_cannot_be_fitted(client: TestClient, query: str):
    answer = client.get(f"/boundary?{query}")
    assert answer.status_code == 404
    assert 'class="fault"' in answer.text


def test_a_click_places_a_point(page: Any):
    page.goto("/boundary?epochs=20")
    page.check("[name=class][value='1']")
    box = page.locator(".square .points").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.25)
    expect(page.locator("#live p").first).to_contain_text("121 points")
    assert "points=150%2C50" in page.url
    page.reload()
    expect(page.locator("#live p").first).to_contain_text("121 points")
