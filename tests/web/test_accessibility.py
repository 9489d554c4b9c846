"""The page by keyboard, with a screen reader, enlarged, in the dark, without motion."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from .conftest import TOKEN, Served
from .test_views import VIEWS

AXE = os.environ.get("CHAINRULE_AXE")
"""The file axe.min.js of the npm package axe-core."""


@pytest.mark.skipif(AXE is None, reason="CHAINRULE_AXE does not name axe-core's axe.min.js")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_violation(chromium: Any, served: Served, scheme: str):
    source = Path(str(AXE)).read_text("utf-8")
    context = chromium.new_context(
        base_url=served.address, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"/?token={TOKEN}")
    for path in (*VIEWS, "/backprop?step=12&why=z1%5B3%5D", "/nowhere"):
        page.goto(path)
        page.evaluate(source)
        found = page.evaluate("axe.run()")
        assert len(found["passes"]) > 10
        serious = [v for v in found["violations"] if v["impact"] in ("serious", "critical")]
        assert [(v["id"], v["nodes"][0]["html"]) for v in serious] == [], path
    context.close()


NAMELESS = """() => {
    const all = document.querySelectorAll("a, button, input, select, svg[role], pixel-grid, img");
    const named = (e) => e.textContent.trim() || e.ariaLabel || e.alt || e.labels?.length;
    const nameless = [...all].filter((e) => !(named(e) || e.querySelector("img[alt]")));
    return nameless.filter((e) => e.type !== "hidden").map((e) => e.outerHTML.slice(0, 100));
}"""
UNREACHABLE = """() => {
    const all = document.querySelectorAll("a[href], button, input, select, pixel-grid, [tabindex]");
    const unreachable = [...all].filter((e) => e.type !== "hidden" && e.tabIndex < 0);
    return unreachable.filter((e) => e.tagName !== "MAIN").map((e) => e.outerHTML.slice(0, 100));
}"""


@pytest.mark.parametrize("path", VIEWS)
def test_everything_has_a_name_and_can_be_reached(page: Any, path: str):
    """Every link, field and image of numbers has a name, and Tab reaches each of them."""
    page.goto(path)
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(UNREACHABLE) == []
    assert page.locator("h1").count() == 1


def test_by_keyboard_alone(page: Any):
    """From the first page to a number's explanation and on to its operand, with Tab and Enter."""
    page.goto("/backprop?step=2")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.ref ?? ''") == "a1[0]":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector(".why h2:has-text('a1[0]')")
    page.focus(".why a[data-ref='z1[0]']")
    page.keyboard.press("Enter")
    page.wait_for_selector(".why h2:has-text('z1[0]')")
    page.keyboard.press("Escape")
    page.wait_for_selector(".why", state="detached")
    assert page.evaluate("document.activeElement.dataset.ref") == "z1[0]"


def test_the_panel_is_announced(page: Any):
    page.goto("/backprop?step=2&why=z1%5B3%5D")
    tree = page.locator("body").aria_snapshot()
    assert "complementary" in tree
    assert "Why this number?" in tree
    page.click(".why [data-ref='b1[3]']")
    page.wait_for_selector(".why h2:has-text('b1[3]'):focus")


@pytest.mark.parametrize("path", VIEWS)
def test_enlarged_twice_nothing_is_cut_off(chromium: Any, served: Served, path: str):
    """200 % zoom of a window 1280 wide is a page 640 wide."""
    context = chromium.new_context(
        base_url=served.address, viewport={"width": 640, "height": 450}, device_scale_factor=2
    )
    page = context.new_page()
    page.goto(f"/?token={TOKEN}")
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    context.close()


def test_without_scripts_a_number_still_explains_itself(chromium: Any, served: Served):
    context = chromium.new_context(base_url=served.address, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/?token={TOKEN}")
    page.goto("/backprop?step=3")
    page.click("section a[data-ref='z2[1]']")
    page.wait_for_selector(".why h2:has-text('z2[1]')")
    page.click(".why a[data-ref='b2[1]']")
    page.wait_for_selector(".why h2:has-text('b2[1]')")
    context.close()


def test_a_server_that_stops_and_comes_back(chromium: Any, studio: Any):
    """The page says that it is gone, loses nothing, and goes on by itself."""
    from .conftest import serve

    first = serve(studio)
    port = int(first.address.rpartition(":")[2])
    page = chromium.new_context(base_url=first.address).new_page()
    page.goto(f"/?token={TOKEN}")
    page.goto("/backprop?step=3")
    first.stop()
    page.click("section a[data-ref='z2[1]']")
    page.wait_for_selector("#lost")
    assert "Start it again" in page.inner_text("#lost")
    second = serve(studio, port)
    page.wait_for_selector("#lost", state="detached")
    page.wait_for_selector(".why h2:has-text('z2[1]')")
    second.stop()
