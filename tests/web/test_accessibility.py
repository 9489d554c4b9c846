"""The page by keyboard, with a screen reader, enlarged, in the dark, without motion."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from .conftest import TOKEN, Served, context_at
from .test_views import VIEWS

AXE = os.environ.get("CHAINRULE_AXE")
"""The file axe.min.js of the npm package axe-core."""


RUN_AXE = """async (only) => {
    const found = await axe.run({
        resultTypes: ["violations"], selectors: false, preload: false, iframes: false,
        ...(only && {runOnly: only}),
    });
    const serious = found.violations.filter((v) => ["serious", "critical"].includes(v.impact));
    return [found.passes.length, serious.map((v) => [v.id, v.nodes[0].html])];
}"""
"""Only what is looked at is gathered: the nodes that pass are a thousand times as many."""
OF_COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that other colours can break; for the others the page is the same in the dark."""
NAMELESS = """() => {
    const all = document.querySelectorAll("a, button, input, select, svg[role], pixel-grid, img");
    const named = (e) => e.textContent.trim() || e.ariaLabel || e.alt || e.labels?.length;
    const nameless = [...all].filter((e) => !(named(e) || e.querySelector("img[alt]")));
    return nameless.filter((e) => e.type !== "hidden").map((e) => e.outerHTML.slice(0, 100));
}"""
UNREACHABLE = """() => {
    const all = document.querySelectorAll("a[href], button, input, select, pixel-grid, [tabindex]");
    const jumpedTo = ["MAIN", "H2"];
    const used = [...all].filter((e) => e.type !== "hidden" && !jumpedTo.includes(e.tagName));
    return used.filter((e) => e.tabIndex < 0).map((e) => e.outerHTML.slice(0, 100));
}"""


def axe_finds_nothing(page: Any) -> None:
    """Every rule in the light, and in the dark those of colours."""
    page.evaluate(Path(str(AXE)).read_text("utf-8"))
    for scheme, rules, most in (("light", None, 10), ("dark", OF_COLOURS, 0)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        passes, serious = page.evaluate(RUN_AXE, rules)
        assert passes > most
        assert serious == [], scheme


@pytest.mark.parametrize("path", [*VIEWS, "/backprop?step=12&why=z1%5B3%5D"])
def test_everything_has_a_name_can_be_reached_fits_and_passes_axe(page: Any, path: str):
    """Every link, field and image of numbers has a name, and Tab reaches each of them.

    200 % zoom of a window 1280 wide is a page 640 wide: nothing of it is cut off.
    """
    page.goto(path)
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(UNREACHABLE) == []
    assert page.locator("h1").count() == 1
    page.set_viewport_size({"width": 640, "height": 450})
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    page.set_viewport_size({"width": 1280, "height": 900})
    if AXE is None:
        pytest.skip("all but axe: CHAINRULE_AXE does not name axe-core's axe.min.js")
    axe_finds_nothing(page)


@pytest.mark.skipif(AXE is None, reason="CHAINRULE_AXE does not name axe-core's axe.min.js")
def test_a_page_that_is_not_there_passes_axe(chromium: Any, served: Served):
    context = context_at(chromium, served.address)
    page = context.new_page()
    page.goto("/nowhere")
    axe_finds_nothing(page)
    context.close()


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


def test_without_scripts_a_number_still_explains_itself(chromium: Any, served: Served):
    context = context_at(chromium, served.address, java_script_enabled=False)
    page = context.new_page()
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
