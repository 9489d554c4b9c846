"""Every view and the whole road by keyboard alone, and as a reader of screens is told it."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from chainrule import roadmap
from chainrule.ground.events import Answered, Derived, Explained, Graded, NoteRead
from chainrule.practice import problem
from chainrule.web.views import VIEWS
from chainrule.workshop import references

from .conftest import events

SPOKEN = "#spoken"
SOON = 30_000
"""Milliseconds for what takes a process of its own, beside other tests."""
UNFINISHED = "[data-finer], [aria-busy=true]"
"""What the page itself marks as about to be replaced."""
NAMELESS = (
    "link:?$", "button:?$", "textbox:?$", "slider:", "img:?$", "combobox:", "spinbutton:",
    "region:", "application:",
)  # fmt: skip
"""Lines of the tree for something to use, or a part of the page, that has no name."""
MENU = [view for view in VIEWS if view.title]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


FOCUSED = """() => {
    const one = document.activeElement;
    const box = one.getBoundingClientRect();
    const style = getComputedStyle(one);
    const text = (one.ariaLabel ?? one.innerText ?? "").trim();
    return {tag: one.localName, ref: one.dataset.ref ?? "", text,
        name: one.name ?? "", seen: box.width > 0 && box.height > 0, outline: style.outlineStyle,
        main: document.querySelector("main").contains(one)};
}"""


def tab_to(page: Any, wanted: dict[str, str], most: int = 250, key: str = "Tab") -> dict[str, Any]:
    """Press Tab until the focused element is the wanted one; each on the way is seen and marked."""
    for _ in range(most):
        page.keyboard.press(key)
        now = page.evaluate(FOCUSED)
        assert now["seen"], now
        assert now["outline"] != "none", f"nothing shows that this has the focus: {now}"
        if all(value == now[part] for part, value in wanted.items()):
            return now
    raise AssertionError(f"Tab never reaches {wanted}")


NOTE_EACH = """() => {
    const main = document.querySelector("main");
    window.reached = [];
    document.addEventListener("focusin", () => {
        window.reached.push(main.contains(document.activeElement));
    });
    main.focus();
}"""
"""Note of each element that gets the focus whether it is in the main part, which is the first."""


def all_in(page: Any) -> int:
    """How many elements Tab reaches in the main part until it leaves it."""
    page.evaluate(NOTE_EACH)
    for _ in range(90):
        for _ in range(10):
            page.keyboard.press("Tab")
        inside = page.evaluate("window.reached")
        if False in inside:
            return inside.index(False) - 1
    raise AssertionError("Tab never leaves the main part")


def assert_the_tree_is_right(page: Any) -> None:
    """One main part with one title, landmarks with names, headings in order, pictures in words."""
    tree = page.locator("body").aria_snapshot()
    assert tree.count("- main:") == 1
    assert tree.count("[level=1]") == 1
    levels = [int(level) for level in re.findall(r"heading .*\[level=(\d)\]", tree)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert re.search(r'navigation "Views"', tree)
    for nameless in NAMELESS:
        assert re.findall(rf"^\s*- {nameless}", tree, re.MULTILINE) == []
    for number in page.locator("main a[data-ref]").all()[:5]:
        ref, label = number.get_attribute("data-ref"), number.get_attribute("aria-label")
        assert label == f"{ref} = {number.inner_text()}"


@pytest.mark.parametrize("view", MENU, ids=lambda view: view.title)
def test_each_view_is_reached_from_the_menu_read_out_and_left_again(
    page: Any, here: Path, view: Any
):
    """The menu leads there with Enter; Tab goes through all there is to use, and out of it."""
    page.goto("/")
    tab_to(page, {"tag": "a", "text": view.title})
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"{view.path}(\?|$)"))
    expect(page.locator("nav a[aria-current=page]")).to_have_text(view.title)
    expect(page.locator(UNFINISHED)).to_have_count(0, timeout=SOON)
    assert_the_tree_is_right(page)
    usable = page.locator(
        "main a[href], main button, main input:not([type=hidden]), main select, main textarea, "
        "main pixel-grid, main canvas[tabindex], main summary"
    )
    radios = page.locator("main input[type=radio]")  # one stop for each group
    hidden = page.locator("main details:not([open]) :is(a, button, input)")
    assert all_in(page) >= usable.count() - radios.count() - hidden.count()


def test_a_number_its_panel_and_back(page: Any):
    page.goto("/backprop?step=2")
    tab_to(page, {"ref": "a1[3]"})
    page.keyboard.press("Enter")
    expect(page.locator(".why h2")).to_be_focused()
    assert page.locator(".why h2").inner_text().startswith("a1[3] = ")
    tab_to(page, {"ref": "z1[3]"}, most=6)
    page.keyboard.press("Enter")
    expect(page.locator(".why h2")).to_contain_text("z1[3]")
    expect(page.locator(".why h2")).to_be_focused()
    page.go_back()
    expect(page.locator(".why h2")).to_contain_text("a1[3]")
    page.keyboard.press("Escape")
    expect(page.locator("main [data-ref='a1[3]']")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".why h2")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(FOCUSED)["text"] == "Close"
    page.keyboard.press("Enter")
    expect(page.locator("main [data-ref='a1[3]']")).to_be_focused()


def test_the_cells_of_an_image_are_read_out(page: Any, studio: Any):
    """The arrow keys move in it, what they choose is spoken, Enter asks, Escape comes back."""
    page.goto("/draw?example=4")
    tab_to(page, {"tag": "pixel-grid"})
    image = page.locator("pixel-grid").first
    assert image.get_attribute("role") == "application"
    assert "8 by 8 numbers" in image.get_attribute("aria-label")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    value = float(studio.example({"example": "4"}).inputs[9])
    expect(image.get_by_role("status")).to_have_text(f"x[9] = {value:.4g}")
    page.keyboard.press("Enter")
    expect(page.locator(".why h2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(image).to_be_focused()


def test_a_digit_is_drawn_by_keyboard(page: Any):
    page.goto("/draw")
    tab_to(page, {"tag": "canvas"})
    assert page.locator("draw-pad canvas").get_attribute("role") == "application"
    page.keyboard.press(" ")
    expect(page.locator("draw-pad [role=status]")).to_contain_text("Pen down, 50 % across")
    for _ in range(18):
        page.keyboard.press("ArrowDown")
    page.keyboard.press(" ")
    page.wait_for_url(re.compile("input="))
    expect(page.locator("#live")).to_contain_text("The network answers")


@pytest.mark.parametrize(
    ("path", "name", "spoken"),
    [
        ("/neuron", "bias", "sum of the products"),
        ("/chain", "w1", "dC/dw1"),
        ("/descent", "steps", "steps"),
        ("/errors", "noise", "Accuracy on"),
        ("/cost", "count", "mean"),
    ],
)
def test_what_a_slider_changes_is_spoken(page: Any, path: str, name: str, spoken: str):
    page.goto(path)
    field = page.locator(f"[name={name}]")
    field.focus()
    before = page.url
    page.keyboard.press("ArrowRight")
    expect(page.locator(SPOKEN)).to_contain_text(spoken)
    assert page.url != before
    expect(field).to_be_focused()


def test_tables_have_headers(page: Any):
    for path in ("/cost", "/errors", "/batch", "/train"):
        page.goto(path)
        for table in page.locator("main table").all():
            assert table.locator("th[scope=col]").count() > 1, path
            rows = table.locator("tbody tr").count()
            assert table.locator("tbody th[scope=row]").count() == rows, path


def test_the_whole_road_by_keyboard(page: Any, here: Path):
    """Read, practise, derive, build, explain, review: with the keys alone, and spoken."""
    # From the first page to the first note, and read it.
    page.goto("/")
    tab_to(page, {"text": "Begin: Slope: the derivative as a limit"})
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("concept"))
    tab_to(page, {"text": "I have read this note"})
    page.keyboard.press("Enter")
    expect(page.locator(SPOKEN)).to_contain_text("you have read this note")
    assert len(events(NoteRead)) == 1
    # Practise: a wrong answer, a hint, the right one, and the next question.
    page.goto("/practise?topic=power&seed=3&concept=rules")
    tab_to(page, {"name": "answer"})
    page.keyboard.type("9x^9")
    expect(page.locator(".preview math")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(SPOKEN)).to_contain_text("✗")
    expect(page.locator("[name=answer]")).to_be_focused()
    tab_to(page, {"text": "A hint"})
    page.keyboard.press("Enter")
    hint = problem("power", 3).ladder.rungs[0].text
    expect(page.locator(SPOKEN)).to_contain_text(hint)
    page.keyboard.press("Control+a")
    page.keyboard.type("9x^8")
    page.keyboard.press("Enter")
    expect(page.locator(SPOKEN)).to_contain_text("Right.")
    assert [(e.verdict, e.hints) for e in events(Answered)] == [("wrong", 0), ("right", 1)]
    tab_to(page, {"text": "Next question"})
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"topic=(?!power&seed=3)"))
    # Derive: a wrong line and a right one.
    page.goto("/derive?sheet=softmax&wrt=delta2")
    tab_to(page, {"name": "line"})
    page.keyboard.type("a2 + y")
    page.keyboard.press("Enter")
    expect(page.locator(SPOKEN)).to_contain_text("✗")
    page.keyboard.type("a2 - y")
    page.keyboard.press("Enter")
    expect(page.locator(SPOKEN)).to_contain_text("✓")
    assert [e.verdict for e in events(Derived)] == ["wrong", "right"]
    # Build: make the folder, save a function, see it graded without a key.
    page.goto("/build")
    tab_to(page, {"text": "Make the folder"})
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_contain_text("0 of")
    file = here / "my-network" / "network.py"
    file.write_text("import numpy as np\n" + references(["sigmoid"]))
    expect(page.locator(SPOKEN)).to_have_text(re.compile("✓.*sigmoid"), timeout=SOON)
    assert ("sigmoid", "right") in [(e.function, e.outcome) for e in events(Graded)]
    # Explain.
    page.goto("/explain?concept=slope")
    tab_to(page, {"name": "text"})
    page.keyboard.type("The slope is how fast a curve rises at one point.")
    tab_to(page, {"text": "Read it back"})
    page.keyboard.press("Enter")
    expect(page.locator(SPOKEN)).to_contain_text("Draft 1")
    assert len(events(Explained)) == 1
    # Review.
    ago = "2020-01-01T10:00:00+00:00"
    roadmap.record(Answered(at=ago, topic="product", seed=3, verdict="right"))
    page.goto("/review")
    tab_to(page, {"text": "Begin"})
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("review=yes"))
