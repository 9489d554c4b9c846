"""Only this machine, only with the token, and nothing from elsewhere."""

from __future__ import annotations

import stat
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from benchmarks.fuzz_page import faults
from chainrule.data import load
from chainrule.network import Network
from chainrule.roadmap import HOME
from chainrule.web import Studio, WebError, create_app
from chainrule.web.security import COOKIE, is_this_machine
from chainrule.web.server import kept_token, listen
from chainrule.web.views import VIEWS
from chainrule.workshop import start_folder

from .conftest import HOST, TOKEN

Changes = Callable[[], set[str]]


@pytest.fixture
def changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Changes:
    """The files that there are, in the learner's folders and where the page was started."""
    monkeypatch.setenv(HOME, str(tmp_path / "home"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return lambda: {str(path) for path in tmp_path.rglob("*") if path.is_file()}


def test_without_the_token_nothing_is_shown(studio: Studio):
    stranger = TestClient(create_app(studio, TOKEN), base_url=HOST)
    for path in ("/", "/backprop", "/why?why=C", "/static/page.js"):
        answer = stranger.get(path)
        assert answer.status_code == 403
        assert "?token=" in answer.text
    assert stranger.get(f"/?token={'u' * 43}").status_code == 403


def test_the_address_of_the_terminal_lets_in_and_hides_the_token(studio: Studio):
    visitor = TestClient(create_app(studio, TOKEN), base_url=HOST, follow_redirects=False)
    answer = visitor.get(f"/backprop?token={TOKEN}&step=3")
    assert (answer.status_code, answer.headers["location"]) == (303, "/backprop?step=3")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert visitor.get("/backprop?step=3").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1.evil.example"},
        {"host": "evil.example:80"},
        {"host": ""},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_foreign_pages_are_refused(client: TestClient, headers: dict[str, str]):
    assert client.get("/", headers=headers).status_code in (403, 421)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:7842", "localhost:1"])
def test_its_own_addresses(host: str):
    assert is_this_machine(host)
    assert not is_this_machine(f"{host}.example")


# Every address that changes something, from the application's own routes: a new one is tested by
# being there.
CHANGES = sorted(
    (method, route.path)
    for route in create_app(
        Studio(load("digits"), Network([64, 4, 10]), "", "digits"), TOKEN
    ).routes
    if isinstance(route, Route)
    for method in (route.methods or set()) - {"GET", "HEAD"}
)
READS = sorted({view_get[0] for view in VIEWS for view_get in view.gets})


@pytest.mark.parametrize(("method", "path"), CHANGES)
@pytest.mark.parametrize(
    ("headers", "fields", "status"),
    [
        ({}, {}, 403),
        ({"x-token": "u" * 43}, {}, 403),
        ({}, {"token": "u" * 43}, 403),
        ({"cookie": ""}, {"token": TOKEN}, 403),
        ({"cookie": f"{COOKIE}={'u' * 43}", "x-token": TOKEN}, {}, 403),
        ({"x-token": TOKEN, "origin": "http://evil.example"}, {}, 403),
        ({"x-token": TOKEN, "origin": "null"}, {}, 403),
        ({"x-token": TOKEN, "sec-fetch-site": "cross-site"}, {}, 403),
        ({"x-token": TOKEN, "host": "evil.example"}, {}, 421),
    ],
)
def test_a_change_needs_the_token_of_the_page(
    client: TestClient, method: str, path: str, headers: dict[str, str],
    fields: dict[str, str], status: int, changes: Changes,
):  # fmt: skip
    if "cookie" in headers:
        client.cookies.clear()
    answer = client.request(method, path, headers=headers, data=fields)
    assert answer.status_code == status
    assert changes() == set()


@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_with_the_token_a_change_is_let_through(
    client: TestClient, method: str, path: str, changes: Changes
):
    for given in ({"headers": {"x-token": TOKEN}}, {"data": {"token": TOKEN}}):
        assert client.request(method, path, follow_redirects=False, **given).status_code != 403  # pyright: ignore


def test_there_are_changes_and_each_has_its_view():
    assert len(CHANGES) >= 12
    assert {path for _, path in CHANGES} == {post[0] for view in VIEWS for post in view.posts}


@pytest.mark.parametrize("path", [path for path in READS if path != "/train/events"])
def test_looking_changes_nothing(client: TestClient, path: str, changes: Changes):
    """No page that is only looked at keeps anything or runs the learner's code."""
    start_folder(Path("my-network"))
    Path("my-network/network.py").write_text("open('ran', 'w').write('x')\n")
    before = changes()
    for query in ("", "?name=slope&concept=slope&topic=power&seed=3&answer=x&lines=hint&do=go"):
        assert client.get(path + query).status_code < 500
    assert changes() == before


def test_no_address_takes_another_method(client: TestClient):
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        assert client.request(method, "/build").status_code == 403
        answer = client.request(method, "/build", headers={"x-token": TOKEN})
        assert answer.status_code == 405


def test_a_long_form_is_refused_before_it_is_read(client: TestClient):
    answer = client.post("/practise", data={"token": TOKEN, "answer": "x" * 4_100_000})
    assert answer.status_code == 413


def test_nothing_is_loaded_from_elsewhere(client: TestClient):
    for path in ("/", "/backprop?step=5&why=C", "/nowhere"):
        answer = client.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert addresses(answer.text) == []
        assert "style=" not in answer.text
        assert "onclick" not in answer.text


def addresses(page: str) -> list[str]:
    """Everything that the page loads, or leads to, from another place."""
    outside: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            for name, value in attrs:
                if name in ("src", "href", "action") and not (value or "").startswith(("/", "#")):
                    outside.append(f"{tag} {name}={value}")

    Reader().feed(page)
    return outside


def test_no_input_is_echoed_unescaped_or_breaks_it(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A sample of random requests; `benchmarks.fuzz_page` makes as many as one likes."""
    monkeypatch.setenv(HOME, str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    wrong, statuses = faults(client, 300, seed=1)
    assert wrong == []
    assert {200, 404} <= statuses.keys()


def test_the_token_is_kept_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    token = kept_token()
    assert len(token) >= 43
    assert kept_token() == token
    place = tmp_path / "chainrule" / "page-token"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    place.chmod(0o644)  # others may have read it
    assert kept_token() != token


def test_a_port_in_use_is_said_and_a_free_one_found():
    first = listen(None)
    second = listen(None)
    taken = first.getsockname()[1]
    assert second.getsockname()[1] != taken
    with pytest.raises(WebError, match=f"port is {taken}: the port is in use"):
        listen(taken)
    for listening in (first, second):
        assert listening.getsockname()[0] == "127.0.0.1"
        listening.close()
