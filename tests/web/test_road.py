"""The road on the page: notes, practice and derivations, judged and kept as in the terminal."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from starlette.testclient import TestClient

from chainrule import roadmap
from chainrule.algebra import load_sheet, sheet_names
from chainrule.derivation import Workings
from chainrule.ground.events import Answered, Derived, Graded, HintShown, RunFinished
from chainrule.practice import problem, topics_for
from chainrule.web.numbers import coded
from chainrule.web.road_picture import rows
from chainrule.workshop import Session, read_course, stage, start_folder
from tests.support.course import SOLVED, write_course

from .conftest import TOKEN, events

HEADERS = {"x-token": TOKEN}


@pytest.fixture(autouse=True)
def own_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(roadmap.HOME, str(tmp_path))
    return tmp_path


def test_the_road_lists_its_concepts_in_order(client: TestClient):
    page = client.get("/road").text
    listed = re.findall(r'<a href="/concept\?name=([^"]+)"[^>]*><strong>', page)
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
    assert page.count('class="picture"') == 1


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
    page.fill("[name=answer]", "9x^8")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_contain_text("Right.")
    page.click("text=Next question")
    page.wait_for_url(re.compile("topic=power"))
    assert "seed=3&" not in f"{page.url}&"
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

    page = client.post("/explain", data={"concept": "slope", "text": TEXT}, headers=HEADERS).text
    report = read_back(roadmap.write_up("slope"), TEXT)
    shown = re.findall(r'<li><span class="(right|wrong)">', page)
    found = [one for one in report.ideas if one.found]
    assert shown.count("wrong") == len(report.gaps) > 0
    assert shown.count("right") == len(found) > 0
    assert page.count("Read again") == len({gap.resource.title for gap in report.gaps})
    kept = roadmap.home() / "explanations" / "slope" / "draft-001.md"
    assert kept.read_text("utf-8") == TEXT
    assert [type(event).__name__ for event in events()] == ["Explained"]
    fields = {"concept": "slope", "text": TEXT + " More.", "draft": "1"}
    again = client.post("/explain", data=fields, headers=HEADERS).text
    assert "Draft 2" in again
    assert "meanwhile" not in again
    assert TEXT.replace("'", "&#39;") in client.get("/explain?concept=slope").text


def test_a_text_that_cannot_be_read(client: TestClient):
    for text in ("\0 binary", "x" * 1_000_001, "short"):
        fields = {"concept": "slope", "text": text}
        answer = client.post("/explain", data=fields, headers=HEADERS)
        assert answer.status_code in (400, 404)
        assert 'class="fault"' in answer.text
    fields = {"concept": "slope", "text": "x" * 5_000_000}
    assert client.post("/explain", data=fields, headers=HEADERS).status_code == 413
    assert client.get("/explain?concept=nothing").status_code == 404
    assert client.post("/explain", data=fields).status_code == 413
    assert events() == []


def test_two_tabs_with_the_same_draft_keep_both(client: TestClient):
    first = {"concept": "slope", "text": TEXT, "draft": "0"}
    second = {"concept": "slope", "text": TEXT + " In another tab.", "draft": "0"}
    assert "elsewhere" not in client.post("/explain", data=first, headers=HEADERS).text
    page = client.post("/explain", data=second, headers=HEADERS).text
    assert "Draft 1 was written elsewhere" in page
    folder = roadmap.home() / "explanations" / "slope"
    kept = [path.read_text("utf-8") for path in sorted(folder.glob("draft-*.md"))]
    assert kept == [first["text"], second["text"]]


def test_an_idea_that_was_not_found_is_shown_where_it_is(client: TestClient):
    text = "One measures how steep it is at one place.\nThen the step shrinks to nothing at all."
    client.post("/explain", data={"concept": "slope", "text": text}, headers=HEADERS)
    page = client.get("/explain?concept=slope").text
    idea = re.findall(r'<option value="([^"]+)">[^<]*</option>', page.partition("what <select")[2])[
        0
    ]
    fields = {"concept": "slope", "idea": idea, "line": "2"}
    page = client.post("/explain/there", data=fields, headers=HEADERS).text
    assert "line 2: Then the step shrinks" in page
    for wrong in ({"idea": "nothing"}, {"line": "99"}):
        answer = client.post("/explain/there", data={**fields, **wrong}, headers=HEADERS)
        assert answer.status_code == 400
        assert 'class="fault"' in answer.text


def test_the_learners_file_is_followed_and_graded(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from chainrule.workshop import find_folder, references

    monkeypatch.chdir(tmp_path)
    assert "Make the folder" in client.get("/build").text
    page = client.post("/build/start", headers=HEADERS).text
    assert client.post("/build/start", headers=HEADERS).status_code == 400  # it is there already
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
    graded = [event for event in events() if isinstance(event, Graded)]
    assert {event.function for event in graded} >= {"sigmoid"}
    assert graded[-1].outcome != "right"
    for name, hints in (("sigmoid", len(stage("sigmoid").hints.hints)), ("init", 1)):
        page = client.post("/build/hint", data={"name": name}, headers=HEADERS).text
        assert page.count('class="hint"') == hints  # all of them, where it was right once
        assert ("The reference<" in page) == (name == "sigmoid")
    assert [e.function for e in events() if isinstance(e, HintShown)] == ["init"]
    client.post("/build/reset", data={"name": "sigmoid"}, headers=HEADERS)
    assert "return 1 / (1 + np.exp(z))" not in file.read_text()
    assert len(list((tmp_path / "my-network" / "archive").iterdir())) == 1


def test_the_page_shows_no_verdict_on_what_is_not_on_the_disk(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A file that is saved while it is graded: the page knows that it has to be graded again."""
    monkeypatch.chdir(tmp_path)
    client.post("/build/start", headers=HEADERS)
    file = tmp_path / "my-network" / "network.py"
    right = "import numpy as np\n\ndef relu(z):\n    return np.maximum(z, 0)\n"
    file.write_text(right.replace("0)", "1)"))
    check = Session.check

    def saved_meanwhile(session: Session, names: list[str]) -> Iterator[Any]:
        yield from check(session, names)
        file.write_text(right)

    monkeypatch.setattr(Session, "check", saved_meanwhile)
    page = client.post("/build", headers=HEADERS).text
    monkeypatch.setattr(Session, "check", check)
    assert 'class="verdict wrong"' not in page
    assert "changed since it was checked" in page
    assert '<output data-value="0">' in page
    stamp = client.get("/build/state").json()["stamp"]
    assert f'data-stamp="{stamp}"' not in page, "so that the page has it graded again"
    page = client.post("/build", headers=HEADERS).text
    assert f'data-stamp="{stamp}"' in page
    assert '<output data-value="1">' in page


def test_the_page_keeps_to_the_course_of_the_folder(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    start_folder(tmp_path / "my-network", course=read_course(write_course(tmp_path)))
    page = client.get("/build?name=swish").text
    assert "0</output> of 5 functions pass" in page
    assert "The course has switched hints off." in page
    assert "The course has switched references off." in page
    assert "/build/hint" not in page
    page = client.get("/derive?sheet=quadratic&wrt=delta2&lines=hint").text
    assert "The course has switched hints off." in page
    assert 'class="hint"' not in page
    page = client.get("/practise?topic=product&seed=1&hints=2").text
    assert "The course has switched hints off." in page
    assert 'class="hint"' not in page
    answer = client.post("/build/hint", data={"name": "swish"}, headers=HEADERS)
    assert answer.status_code == 400
    assert "the course has switched hints off" in answer.text
    (tmp_path / "my-network" / "network.py").write_text(SOLVED)
    assert "5</output> of 5 functions pass" in client.post("/build", headers=HEADERS).text
    assert "return z * sigmoid(z)" not in client.get("/build?name=swish").text


def test_the_learners_network_is_trained_beside_ours(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from chainrule.workshop import references, stage_names

    monkeypatch.chdir(tmp_path)
    client.post("/build/start", headers=HEADERS)
    page = client.post("/build/train", headers=HEADERS).text
    training = client.app.state.studio.own_training  # pyright: ignore
    training._thread.join(60)
    assert "is not written yet" in client.get("/build").text
    file = tmp_path / "my-network" / "network.py"
    file.write_text("import numpy as np\n" + references(stage_names()))
    client.post("/build/train", headers=HEADERS)
    training = client.app.state.studio.own_training  # pyright: ignore
    training._thread.join(120)
    assert training.fault == ""
    page = client.get("/build").text
    assert "agree in every number" in page
    kept = [event for event in events() if isinstance(event, RunFinished)]
    assert [(one.own, one.accuracy) for one in kept] == [(True, training.result.yours)]


def test_the_road_says_what_is_done(client: TestClient):
    assert "0 of 21 concepts are done" in client.get("/road").text
    question = problem("power", 3)
    client.post(
        "/practise",
        params={"topic": "power", "seed": 3, "answer": question.task.answer.text()},
        headers=HEADERS,
    )
    client.post("/explain", data={"concept": "slope", "text": TEXT}, headers=HEADERS)
    for one in roadmap.activities("slope"):
        assert one.kind in ("read", "practise", "build", "explain")
    assert "you have read" in client.post("/concept?name=slope", headers=HEADERS).text
    assert client.post("/concept?name=slope").status_code == 403
    assert client.post("/concept?name=nothing", headers=HEADERS).status_code == 404
    page = client.get("/road").text
    assert re.search(r"slope: the derivative.*?1 of \d done", page, re.DOTALL | re.IGNORECASE)
    assert "you have read" in client.get("/concept?name=slope").text


@pytest.mark.parametrize("slug", roadmap.ORDER)
def test_nothing_on_the_road_needs_a_terminal(client: TestClient, slug: str):
    """Each activity of a concept leads to a page that is there."""
    page = client.get(f"/concept?name={slug}").text
    addresses = re.findall(r'<li>\w[\w-]*: <a href="([^"]+)"', page)
    assert len(addresses) >= len(roadmap.activities(slug)) - 1
    for address in addresses:
        answer = client.get(html.unescape(address))
        assert answer.status_code == 200, address
        assert "terminal" not in answer.text


def test_the_next_question_is_one_that_was_not_asked(client: TestClient):
    """A concept's topics come one after the other, passed ones last, as at the terminal."""
    asked: list[tuple[str, str]] = []
    for _ in range(len(topics_for("slope"))):
        url = client.get("/practise?concept=slope").url
        topic, seed = url.params["topic"], url.params["seed"]
        right = problem(topic, int(seed)).task.answer.text()
        fields = {"topic": topic, "seed": seed, "concept": "slope", "answer": right}
        assert "Right." in client.post("/practise", data=fields, headers=HEADERS).text
        asked.append((topic, seed))
    assert [topic for topic, _ in asked] == [topic.name for topic in topics_for("slope")]
    assert "5 of" in client.get("/concept?name=slope").text or len(asked) != 5


def test_a_solution_that_is_shown_is_kept_as_shown(client: TestClient):
    fields = {"topic": "power", "seed": "3", "show": "yes", "tries": "1"}
    page = client.post("/practise", data=fields, headers=HEADERS).text
    assert page.count('class="hint"') == len(problem("power", 3).ladder.rungs)
    kept = [(e.verdict, e.shown, e.tries) for e in events() if isinstance(e, Answered)]
    assert kept == [("shown", True, 1)]


def test_hints_of_a_derivation_count(client: TestClient):
    """What was asked for before a line is part of its event, as in the terminal's session."""
    asked = {"sheet": "softmax", "wrt": "delta2", "lines": "hint\nhint\nhint\nhint"}
    client.post("/derive", data={**asked, "line": "a2 - y"}, headers=HEADERS)
    kept = [(e.quantity, e.verdict, e.hints, e.shown) for e in events() if isinstance(e, Derived)]
    work = Workings(load_sheet("softmax"), "delta2")
    for _ in range(4):
        work.hint()
    event = work.event(work.answer("a2 - y"), "softmax")
    assert event is not None
    assert kept == [(event.quantity, event.verdict, event.hints, event.shown)]
    assert kept[0][2:] == (4, True)


def test_a_derivation_goes_on_and_back(client: TestClient):
    """`next` and `back` among the lines do what the terminal's session does with them."""
    address = "/derive?sheet=softmax&wrt=delta2&lines=a2 - y%0Anext%0Adelta2 @ a1.T"
    page = client.get(address).text
    assert page.count("<math") > client.get("/derive?sheet=softmax&wrt=delta2").text.count("<math")
    work = Workings(load_sheet("softmax"), "delta2")
    work.answer("a2 - y")
    following = work.move_on()
    assert following is not None
    assert (
        f"<code>{following.heading}</code> = ?"
        in client.get("/derive?sheet=softmax&wrt=delta2&lines=a2 - y%0Anext").text
    )
    taken = client.get("/derive?sheet=softmax&wrt=delta2&lines=a2 - y%0Aback").text
    assert "What you have" not in taken


def test_reviews_that_are_due(client: TestClient, own_log: Path):
    assert "No review is due today" in client.get("/review").text
    ago = "2020-01-01T10:00:00+00:00"
    roadmap.record(Answered(at=ago, topic="power", seed=3, verdict="right"))
    page = client.get("/review").text
    assert "1 question is due today" in page
    asked = client.get("/practise?review=yes").url
    assert asked.params["topic"] == "power"
    assert asked.params["seed"] != "3"
    assert "review due" in client.get("/road").text
    assert 'href="/review"' in client.get("/").text
    page = client.post("/review", data={"daily": "0"}, headers=HEADERS).text
    assert "That is enough for today" in page
    assert client.post("/review", data={"daily": "-1"}, headers=HEADERS).status_code == 404


def test_what_cannot_be_recorded_is_judged_all_the_same(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv(roadmap.HOME, str(tmp_path / "file" / "home"))
    fields = {"topic": "power", "seed": "3", "answer": "9x^8"}
    page = client.post("/practise", data=fields, headers=HEADERS).text
    assert "Right." in page
    assert "not in your record" in page


def test_the_picture_of_the_road_has_every_way_and_no_other():
    """Each line that ends at a concept begins at one that it needs, by whatever lanes it goes."""
    needs = {one.slug: one.needs for one in roadmap.concepts()}
    ways: dict[int, str] = {}
    drawn: set[tuple[str, str]] = set()
    for row in rows(needs):
        drawn |= {(ways.pop(lane), row.name) for lane in row.into}
        assert set(row.past) == set(ways)
        ways |= dict.fromkeys(row.out, row.name)
    assert ways == {}
    direct = {(one, name) for name, those in needs.items() for one in those}
    assert drawn <= direct
    before: dict[str, set[str]] = {}
    for name in needs:
        those = {one for one, to in drawn if to == name}
        before[name] = those.union(*(before[one] for one in those))
        assert before[name] >= set(needs[name])
