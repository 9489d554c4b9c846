"""The road on the page: notes, practice and derivations, judged and kept as in the terminal."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from starlette.testclient import TestClient

from chainrule import roadmap
from chainrule.algebra import sheet_names
from chainrule.ground.events import Answered, Derived
from chainrule.practice import problem
from chainrule.web.numbers import coded

from .conftest import TOKEN

HEADERS = {"x-token": TOKEN}


@pytest.fixture(autouse=True)
def own_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(roadmap.HOME, str(tmp_path))
    return tmp_path


def events() -> list[Any]:
    log = roadmap.Log()
    try:
        return list(log.events())
    finally:
        log.close()


def test_the_road_lists_its_concepts_in_order(client: TestClient):
    page = client.get("/road").text
    listed = re.findall(r'<li><a href="/concept\?name=([^"]+)"', page)
    assert tuple(listed) == roadmap.ORDER


@pytest.mark.parametrize("slug", roadmap.ORDER)
def test_a_note_is_whole_and_leads_on(client: TestClient, slug: str):
    page = client.get(f"/concept?name={slug}").text
    one = roadmap.concept(slug)
    assert one.title.replace("'", "&#39;") in page
    for place in one.read:
        assert place.address.replace("&", "&amp;") in page
    for address in re.findall(r'<li>\w+: <a href="([^"]+)"', page):
        assert client.get(address.replace("&amp;", "&")).status_code == 200, address
    assert "```" not in page


def test_a_right_answer_and_a_wrong_one_are_kept(client: TestClient):
    question = problem("power", 3)
    right = client.post(
        "/practise", params={"topic": "power", "seed": 3, "answer": question.task.answer.text()},
        headers=HEADERS,
    )  # fmt: skip
    assert "Right." in right.text
    wrong = question.wrong[0]
    answer = client.post(
        "/practise",
        params={"topic": "power", "seed": 3, "answer": wrong.answer.text(), "hints": 1},
        headers=HEADERS,
    )  # fmt: skip
    graded = question.grade(wrong.answer.text())
    assert str(coded(graded.check.mistakes[0].message)) in answer.text
    kept = [event for event in events() if isinstance(event, Answered)]
    assert [(e.topic, e.verdict, e.hints) for e in kept] == [
        ("power", "right", 0), ("power", "wrong", 1)
    ]  # fmt: skip


def test_looking_is_not_answering(client: TestClient):
    assert "Right." in client.get("/practise?topic=power&seed=3&answer=9x%5E8").text
    assert events() == []
    answer = client.post("/practise?topic=power&seed=3&answer=9x%5E8")
    assert answer.status_code == 403


def test_hints_come_one_by_one(client: TestClient):
    rungs = problem("power", 3).ladder.rungs
    for hints in range(len(rungs) + 1):
        page = client.get(f"/practise?topic=power&seed=3&hints={hints}").text
        assert page.count('class="hint"') == hints
        assert ("Show the solution" in page) == (hints == len(rungs) - 1)


@pytest.mark.parametrize("sheet", sheet_names())
def test_every_sheet_can_be_derived(client: TestClient, sheet: str):
    page = client.get(f"/derive?sheet={sheet}")
    assert page.status_code == 200
    assert page.text.count("<math") >= 1


def test_a_derivation_line_by_line(page: Any):
    page.goto("/derive?sheet=softmax&wrt=delta2")
    page.fill("[name=line]", "a2 - y")
    expect(page.locator(".preview math")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_contain_text("✓")
    page.fill("[name=line]", "dC/dW2 = delta2 @ a1")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_contain_text("✗")
    expect(page.locator(".verdict mark")).to_have_text("a1")
    assert "transpose" in page.inner_text(".step.now")
    assert "a1.T" not in page.inner_text(".step.now")
    page.fill("[name=line]", "dC/dW2 = delta2 @ a1.T")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_contain_text("✓")
    page.reload()
    expect(page.locator(".verdict")).to_contain_text("✓")
    kept = [(e.quantity, e.verdict) for e in events() if isinstance(e, Derived)]
    assert kept == [("delta2", "right"), ("dC/dW2", "wrong"), ("dC/dW2", "right")]


def test_a_question_in_a_browser(page: Any):
    page.goto("/practise?topic=power&seed=3")
    page.fill("[name=answer]", "9x^9")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_contain_text("✗")
    page.click("text=A hint")
    expect(page.locator(".hint")).to_have_count(1)
    page.wait_for_load_state()
    page.fill("[name=answer]", "9x^8")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_contain_text("Right.")
    page.click("text=Another question")
    assert "seed=4" in page.url
    kept = [(e.verdict, e.hints, e.tries) for e in events() if isinstance(e, Answered)]
    assert [verdict for verdict, _, _ in kept] == ["wrong", "right"]
    assert kept[1][1] == 1


def test_what_is_read_of_a_line_while_it_is_typed(client: TestClient):
    assert "<math" in client.get("/set?sheet=softmax&line=a2%20-%20y").text
    assert client.get("/set?sheet=softmax&line=a2%20-").text == ""
    assert client.get("/set?sheet=nothing&line=a2").status_code == 404


def test_backticks_become_code():
    assert coded("`W2` is <b>") == "<code>W2</code> is &lt;b&gt;"
    assert coded("one ` alone") == "one ` alone"


# --- Explain and Build -----------------------------------------------------------------------

TEXT = "The slope is how fast the curve rises. `f'(x) = 2x` for x squared. It is a limit."


def test_a_text_is_read_back_as_the_terminal_reads_it(client: TestClient):
    from chainrule.explain import read_back

    page = client.post("/explain?concept=slope", content=TEXT, headers=HEADERS).text
    report = read_back(roadmap.write_up("slope"), TEXT)
    shown_ideas = re.findall(r'<li><span class="(right|wrong)">', page)
    assert shown_ideas == ["right" if one.found else "wrong" for one in report.ideas]
    assert page.count("Read again") == len(report.gaps)
    kept = roadmap.home() / "explanations" / "slope" / "draft-001.md"
    assert kept.read_text("utf-8") == TEXT
    assert [type(event).__name__ for event in events()] == ["Explained"]
    again = client.post("/explain?concept=slope", content=TEXT + " More.", headers=HEADERS).text
    assert "Draft 2" in again
    assert TEXT.replace("'", "&#39;") in client.get("/explain?concept=slope").text


def test_a_text_that_cannot_be_read(client: TestClient):
    for content in (b"\xff\xfe\x00binary", b"x" * 1_000_001):
        answer = client.post("/explain?concept=slope", content=content, headers=HEADERS)
        assert answer.status_code in (400, 404)
        assert 'class="fault"' in answer.text
    assert client.get("/explain?concept=nothing").status_code == 404
    assert client.post("/explain?concept=slope", content="a").status_code == 403


def test_the_learners_file_is_followed_and_graded(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from chainrule.workshop import find_folder, references, start_folder

    monkeypatch.chdir(tmp_path)
    assert "fault" in client.get("/build").text
    start_folder(tmp_path / "my-network", "")
    page = client.get("/build").text
    assert '<output data-value="0">' in page
    file = tmp_path / "my-network" / "network.py"
    file.write_text("import numpy as np\n" + references(["sigmoid"]))
    assert "not checked" in client.get("/build").text
    page = client.post("/build", headers=HEADERS).text
    passed = find_folder().standing().passed
    assert passed >= 2
    assert f'<output data-value="{passed}">' in page
    file.write_text(file.read_text() + "\n\ndef sigmoid(z):\n    return 1 / (1 + np.exp(z))\n")
    assert "changed since it was checked" in client.get("/build").text
    page = client.post("/build", headers=HEADERS).text
    assert f'<output data-value="{passed}">' not in page
    assert 'class="verdict wrong"' in page
    assert client.post("/build").status_code == 403


def test_the_road_says_what_is_done(client: TestClient):
    assert "0 of 21 concepts are done" in client.get("/road").text
    question = problem("power", 3)
    client.post(
        "/practise",
        params={"topic": "power", "seed": 3, "answer": question.task.answer.text()},
        headers=HEADERS,
    )
    client.post("/explain?concept=slope", content=TEXT, headers=HEADERS)
    for one in roadmap.activities("slope"):
        assert one.kind in ("read", "practise", "build", "explain")
    assert "you have read" in client.post("/concept?name=slope", headers=HEADERS).text
    assert client.post("/concept?name=slope").status_code == 403
    assert client.post("/concept?name=nothing", headers=HEADERS).status_code == 404
    page = client.get("/road").text
    assert re.search(r"slope: the derivative.*?1 of \d done", page, re.DOTALL | re.IGNORECASE)
