"""The view *Backprop*: its numbers are the network's, and every one leads to the pixel."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect
from starlette.testclient import TestClient

from chainrule.network import Inspection
from chainrule.web import Studio
from chainrule.web.numbers import shown
from chainrule.web.views.backprop import compared, steps


def inspection_of(studio: Studio, example: int) -> Inspection:
    test = studio.dataset.test
    return Inspection(studio.network, test.X[[example]], test.y[[example]])


LINK = re.compile(r'data-ref="([^"]+)" data-value="([^"]+)"[^>]*>([^<]+)</a>')


@pytest.mark.parametrize("example", [0, 17])
def test_the_numbers_printed_are_the_networks(client: TestClient, studio: Studio, example: int):
    inspection = inspection_of(studio, example)
    last = len(steps(inspection)) - 1
    page = client.get(f"/backprop?example={example}&step={last}").text
    numbers = LINK.findall(page)
    assert len(numbers) > 100
    for ref, value, text in numbers:
        true = inspection.number(ref.replace("&#39;", "'")).value
        assert float(value) == true
        assert text == shown(true)
    seen = {ref.partition("[")[0].replace("&#39;", "'") for ref, _, _ in numbers}
    assert {"z1", "a1", "z2", "a2", "C", "delta2", "delta1", "dC/db1", "sigma'(z1)"} <= seen


def test_the_numbers_of_a_step_are_there_from_that_step_on(client: TestClient, studio: Studio):
    plan = steps(inspection_of(studio, 0))
    for at in range(len(plan)):
        page = client.get(f"/backprop?step={at}").text
        shown_steps = re.findall(r'<section class="step[^"]*" aria-label="([^"]+)"', page)
        assert shown_steps == [s.title for s in plan[at::-1]]
        assert f"step {at + 1} of {len(plan)}" in page


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.5, "0.5"),
        (-0.012344, "−0.01234"),
        (-6.158e-5, "−6.158×10⁻⁵"),
        (0.0, "0"),
        (2e20, "2×10²⁰"),
    ],
)
def test_a_number_as_it_is_shown(number: float, text: str):
    assert shown(number) == text


@pytest.mark.parametrize(
    ("guess", "words"),
    [
        (1.02, "Within"),
        (0.7, "near"),
        (9.0, "The sign is right."),
        (-1.0, "other one"),
        (0, "another"),
    ],
)
def test_a_guess_is_compared(guess: float, words: str):
    assert words in compared(guess, 1.0)


def test_a_guess_that_is_no_number(client: TestClient):
    assert "is no number" in client.get("/backprop?step=2&guess=abc&of=a1%5B0%5D").text


# --- in a browser ----------------------------------------------------------------------------


def test_from_the_cost_to_one_pixels_part_in_a_gradient(page: Any, studio: Studio):
    """Whoever has read nothing gets there by clicking alone, on what the last click showed."""
    inspection = inspection_of(studio, 0)
    page.goto("/")
    page.click("main a strong:text-is('Backprop')")
    while page.locator("main section.now a[data-ref='C']").count() == 0:
        page.click("a[rel=next]")
    page.click("section a[data-ref='C']")
    page.wait_for_selector(".why h2:has-text('C')")

    def onwards(start: str) -> str:
        """Click the first number in the panel that begins so; its reference."""
        link = page.locator(f".why a[data-ref^='{start}']").first
        ref = link.get_attribute("data-ref")
        link.click()
        page.wait_for_selector(f".why h2 code:text-is('{ref}')")
        assert float(page.get_attribute(".why h2 output", "data-value")) == (
            inspection.number(ref).value
        )
        return ref

    onwards("a2[")
    onwards("z2[")
    hidden = onwards("a1[")
    neuron = hidden[3:-1]
    onwards(f"z1[{neuron}]")
    weight = onwards(f"W1[{neuron},")
    gradient = onwards(f"dC/d{weight}")
    pixel = int(gradient.rstrip("]").partition(",")[2])
    part = float(page.get_attribute(".why [data-term]", "data-term"))
    delta, x = inspection.values["delta1"][0, int(neuron)], studio.dataset.test.X[0, pixel]
    assert x > 0
    assert part == pytest.approx(delta * x, rel=1e-12)
    assert part == pytest.approx(inspection.number(gradient).difference, rel=1e-4, abs=1e-9)
    assert onwards("x[") == f"x[{pixel}]"


def test_the_panel_adds_up_and_can_be_gone_back_in(page: Any, studio: Studio):
    page.goto("/backprop?step=12")
    page.click("section a[data-ref='z1[3]']")
    page.wait_for_selector(".why h2:has-text('z1[3]')")
    terms = [
        float(cell.get_attribute("data-term")) for cell in page.query_selector_all("[data-term]")
    ]
    value = float(page.get_attribute(".why h2 output", "data-value"))
    assert np.isclose(sum(terms), value, rtol=1e-12)
    assert value == inspection_of(studio, 0).values["z1"][0, 3]
    page.click(".why a.rest")
    expect(page.locator("[data-term]")).to_have_count(65)
    page.click(".why a[data-ref='b1[3]']")
    page.wait_for_selector(".why h2:has-text('b1[3]')")
    page.go_back()
    page.go_back()
    expect(page.locator("[data-term]")).to_have_count(9)
    assert "z1[3]" in page.inner_text(".why h2")
    page.go_back()
    expect(page.locator(".why")).to_have_count(0)
    page.go_forward()
    page.wait_for_selector(".why h2:has-text('z1[3]')")


def test_the_address_holds_the_state(page: Any):
    page.goto("/backprop?example=5&step=8&why=delta1%5B2%5D")
    before = page.inner_text("body")
    page.click("a[rel=next]")
    page.click("a[rel=prev]")
    page.wait_for_load_state()
    assert page.inner_text("body") == before
    page.reload()
    assert page.inner_text("body") == before


def test_nothing_is_wider_than_a_phone(page: Any):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/backprop?step=12&why=z1%5B3%5D")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
