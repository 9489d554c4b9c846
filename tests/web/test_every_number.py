"""Every number in a view of the network is a button that leads to where it comes from."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from chainrule.network import evaluate
from chainrule.web import Studio

PAGES = (
    "/", "/draw", "/neuron?challenge=edge&weights=none&bias=0.1", "/cost?example=3",
    "/descent?first=W2[0,0]&second=W2[0,1]", "/chain", "/backprop?step=12", "/batch",
    "/batch?show=images&layer=1", "/boundary?layers=", "/errors?cell=2,8&noise=0.3", "/train",
)  # fmt: skip
NUMBER = re.compile(r"[−-]?\d+(?:\.\d+)?(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?")
NAMES = {
    r"\d+-[\d-]*\d+ \w+": "a network, by the sizes of its layers",
    r"[Ll]ayer \d+": "a layer",
    r"[Nn]euron \d+": "a neuron",
    r"[Ee]xample \d+": "an example",
    r"\ban? \d\b|class \d+|^\d$|^\d+, an? \d$|says \d|taken for \d+": "a class, or its example",
    r"BP\d": "an equation, by its name in the book",
    r"step \d+ of \d+": "where one is",
    r"\d+ (test |training )?(examples|points|weights|of class)": "how many are looked at",
    r"\d+ of \d+ concepts": "the learner's own progress",
    r"\d+ by \d+ points": "how finely the plane is drawn",
    r"After \d+ steps?|of \d+ (fire|are silent)|at least 90 %": "what was asked for",
    r"ink is 1, paper is 0|z above 0|\+ − 0": "what a word or a key stands for",
}
"""Numbers in the text of a page that are names, or that the reader has put in."""
FIELDS = {"option", "label", "legend", "h1"}
"""What a reader chooses from, and the title of a page."""
TICKS = {"text"}
"""The ends of an axis."""
VOID = {"input", "br", "img", "path", "rect", "line", "circle", "polygon", "polyline"}


class Words(HTMLParser):
    """The texts of `main` that stand outside links, formulas, fields and axes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("class") or ""))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tags = {tag for tag, _ in self.open}
        if "main" not in tags or tags & ({"a", "math", "code"} | FIELDS | TICKS):
            return
        if not any("try" in name or "hint" in name for _, name in self.open):
            self.texts.append(data.strip())


@pytest.mark.parametrize("path", PAGES)
def test_a_number_is_a_reference_or_a_name(client: TestClient, path: str):
    words = Words()
    words.feed(client.get(path).text)
    assert words.texts
    for text in words.texts:
        rest = text
        for name in NAMES:
            rest = re.sub(name, "", rest)
        assert NUMBER.findall(rest) == [], text


LINK = re.compile(
    r'<a class="n[^"]*" data-ref="([^"]+)"([^>]*) data-value="([^"]+)"[^>]*href="([^"]+)"'
)
TERM = re.compile(r'data-term="([^"]+)"')
VALUE = re.compile(r'<h2 tabindex="-1">.*?data-value="([^"]+)"', re.DOTALL)


def links(page: str) -> list[tuple[str, bool, float, str]]:
    """The numbers of a page: reference, whether it is a figure, value, address."""
    return [
        (html.unescape(ref), "data-figure" in more, float(value), html.unescape(href))
        for ref, more, value, href in LINK.findall(page)
    ]


def panel(client: TestClient, href: str) -> str:
    """The panel at the address of a number, which has to be there on a page loaded anew."""
    answer = client.get(href.partition("#")[0])
    assert answer.status_code == 200, href
    return answer.text[answer.text.index('<div class="why"') :]


@pytest.mark.parametrize("path", PAGES)
def test_every_figure_has_a_panel_that_adds_up(client: TestClient, path: str):
    """The panel has the value of the page; its terms, where it has some, add up to it."""
    seen = [one for one in links(client.get(path).text) if one[1]]
    for ref, _, value, href in seen[:: max(1, len(seen) // 8)]:
        shown = panel(client, href)
        assert float(VALUE.findall(shown)[0]) == pytest.approx(value, rel=1e-6), ref
        terms = [float(term) for term in TERM.findall(shown)]
        assert not terms or sum(terms) == pytest.approx(value, rel=1e-6, abs=1e-12), ref


def follow(client: TestClient, page: str, *starts: str) -> str:
    """Click the first number that begins so, in panel after panel; the last panel."""
    for start in starts:
        href = next(href for ref, _, _, href in links(page) if ref.startswith(start))
        page = panel(client, href)
    return page


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        (
            "/errors?noise=0.3",
            ("accuracy", "right", "count[", "C", "a2[", "z2[", "a1[", "z1[", "x["),
        ),
        ("/errors?labels=shuffled", ("cost", "C", "a2[", "z2[", "a1[", "z1[", "x[")),
        ("/cost", ("mean", "C", "a2[", "z2[", "a1[", "z1[", "x[")),
        ("/cost", ("squares", "square[", "a2[", "z2[", "a1[", "z1[", "x[")),
        ("/descent", ("ball[10]", "dC/db2[0]", "delta2[", "a2[", "z2[", "a1[", "z1[", "x[")),
        ("/boundary", ("accuracy", "right", "a2[0]", "z2[", "a1[", "z1[", "x[")),
        ("/neuron", ("sum", "x[")),
    ],
)
def test_a_figure_leads_down_to_an_input(client: TestClient, path: str, steps: tuple[str, ...]):
    last = follow(client, client.get(path).text, *steps)
    assert "input " in last
    assert "It is given, not computed" in last


def test_figures_are_those_of_the_network(client: TestClient, studio: Studio):
    """Accuracy and cost of a noisy test set, and the wrong answers, against `evaluate`."""
    rng = np.random.default_rng(0)
    test = studio.dataset.test
    X = test.X + np.float32(0.3) * rng.standard_normal(test.X.shape, np.float32)
    measured = evaluate(studio.network, X, test.y)
    page = client.get("/errors?noise=0.3").text
    values = {ref: value for ref, _, value, _ in links(page)}
    assert values["accuracy"] == measured.accuracy
    assert values["cost"] == pytest.approx(measured.cost, rel=1e-6)  # float32, other batches
    wrong = panel(client, "/errors?noise=0.3&why=wrong")
    those = [int(e) for e in re.findall(r"example (\d+),", wrong)]
    assert those == np.flatnonzero(measured.predictions != test.y).tolist()[:48]


def test_a_cell_of_a_map_is_the_network_there(client: TestClient):
    """A point of the square through the network of Boundary: its map and its panel agree."""
    page = client.get("/boundary").text
    grid = re.search(r'data-ask="a1\[2\]"[^>]*data-columns="(\d+)"[^>]*data-values="([^"]+)"', page)
    assert grid is not None
    drawn = float(grid[2].split()[3 * int(grid[1]) + 4])
    shown = panel(client, "/boundary?why=a1[2]&row=c3,4")
    assert float(VALUE.findall(shown)[0]) == pytest.approx(drawn, abs=1e-4)


@pytest.mark.parametrize(
    "address",
    ["/boundary?why=C&row=c25,0", "/boundary?why=C&row=500", "/boundary?why=C&row=%00",
     "/descent?why=C&row=c9,0,9", "/descent?why=C&row=p99", "/descent?why=ball[41]",
     "/cost?why=C&row=300", "/cost?why=square[10]", "/errors?why=count[10,1]",
     "/errors?why=class[10]", "/errors?why=C&row=-1", "/neuron?why=z1[0]&row=nothing",
     "/why?page=/train&why=cost&row=0,1", "/why?page=/train&why=C&row=0,t,99999"],
)  # fmt: skip
def test_no_figure_is_there(client: TestClient, address: str):
    answer = client.get(address)
    assert answer.status_code in (400, 404)
    assert 'class="fault"' in answer.text


def test_figures_and_maps_are_clicked_in_a_browser(page: Any):
    """By click and by key, from a map of Boundary and from an epoch of Train to their numbers."""
    page.goto("/boundary?layers=2&epochs=20")
    page.focus("pixel-grid[data-name='2a − 1']")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector(".why h2:has-text('a2[0]')")
    assert "row=c1%2C0" in page.url
    page.click(".why a[data-ref^='z2']")
    page.wait_for_selector(".why h2:has-text('z2[0]')")
    page.click("main a[data-ref=accuracy]")
    page.wait_for_selector(".why h2:has-text('accuracy')")
    assert "row" not in page.url
    page.reload()
    page.wait_for_selector(".why h2:has-text('accuracy')")
    page.goto("/train?epochs=2")
    page.click("[data-do=start]")
    page.wait_for_selector("#state:has-text('done')")
    page.click("#accuracy-readout a")
    page.wait_for_selector(".why h2:has-text('validation_accuracy')")
    page.click(".why a[data-ref=C] >> nth=0")
    page.wait_for_selector(".why h2:has-text('C')")
    page.click(".why a[data-ref^='a2']  >> nth=0")
    page.wait_for_selector(".why h2:has-text('a2[')")
