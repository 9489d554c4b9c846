"""The view *Train*: it shows what `runs` trains, and it stops, steps, begins anew."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from chainrule import roadmap, runs
from chainrule.ground.events import RunFinished
from chainrule.ground.faults import Fault
from chainrule.network import Epoch
from chainrule.runs import Choices
from chainrule.web import Studio
from chainrule.web.live_training import Race, weights_as_text

from .conftest import TOKEN, client_of, serve

CHOSEN = Choices(layers=(12,), epochs=3, batch_size=50, learning_rate=0.5)


@pytest.fixture
def own_studio(studio: Studio) -> Iterator[Studio]:
    """A studio that a test may train in."""
    own = Studio(studio.dataset, studio.network, studio.name, studio.source)
    yield own
    own.close()


def finished(race: Race) -> list[dict[str, Any]]:
    began = time.monotonic()
    while not all(lane.ended for lane in race.lanes):
        assert time.monotonic() - began < 60, "the training does not end"
        time.sleep(0.01)
    return race.events


def epochs_of(tmp_path: Path, choices: Choices) -> list[Epoch]:
    run = runs.start("digits", choices, out=tmp_path / "peer.safetensors")
    return [record for record in run.records() if isinstance(record, Epoch)]


def test_what_is_watched_is_what_is_trained(tmp_path: Path):
    race = Race("digits", None, [CHOSEN], tmp_path)
    events = finished(race)
    assert [event["kind"] for event in events] == ["start", "epoch", "epoch", "epoch", "ended"]
    assert [event["id"] for event in events] == list(range(5))
    for event, epoch in zip(events[1:4], epochs_of(tmp_path, CHOSEN), strict=True):
        for name in ("number", "cost", "accuracy", "validation_cost", "validation_accuracy"):
            assert event[name] == getattr(epoch, name)
    network = race.network(0)
    peer = runs.open_run(tmp_path / "peer.safetensors").network
    assert np.array_equal(network.flat, peer.flat)
    assert len(weights_as_text(network)) == 4 * -(-12 * 64 // 3)


def test_steps_pauses_and_speeds_change_no_bit(tmp_path: Path):
    race = Race("digits", None, [CHOSEN], tmp_path)
    race.command("pause")
    for _ in range(5):
        race.command("step")
    race.command("speed", "tenth")
    race.command("go")
    race.command("speed", "epoch")
    race.command("speed", "full")
    finished(race)
    epochs_of(tmp_path, CHOSEN)
    peer = runs.open_run(tmp_path / "peer.safetensors").network
    assert np.array_equal(race.network(0).flat, peer.flat)
    with pytest.raises(Fault, match="no command"):
        race.command("speed", "ludicrous")


def test_two_rates_start_from_the_same_weights_and_one_may_diverge(tmp_path: Path):
    from dataclasses import replace

    wild = replace(CHOSEN, hidden="relu", learning_rate=1e25)
    race = Race("digits", None, [replace(CHOSEN, hidden="relu"), wild], tmp_path)
    events = finished(race)
    fault = next(event for event in events if event["kind"] == "fault")
    assert fault["lane"] == 1
    assert "learning rate" in fault["message"]
    assert [event["lane"] for event in events if event["kind"] == "epoch"] == [0, 0, 0]


def test_what_cannot_be_trained_is_said(own_studio: Studio):
    client = client_of(own_studio)
    headers = {"x-token": TOKEN}
    for query, words in (
        ("layers=0", "layer's size is 0"),
        ("rate=abc", "no number"),
        ("epochs=0", "whole number"),
        ("cost=q", "cost"),
    ):
        answer = client.post(f"/train/start?{query}", headers=headers)
        assert answer.status_code in (400, 404), query
        assert words in answer.text
    assert own_studio.race is None
    assert client.post("/train/command?do=pause", headers=headers).status_code == 409
    assert client.post("/train/start?epochs=1").status_code == 403


def test_in_a_browser(chromium: Any, own_studio: Studio):
    served = serve(own_studio)
    page = chromium.new_context(base_url=served.address).new_page()
    page.goto(f"/?token={TOKEN}")
    page.goto("/train?layers=12&epochs=4&batch_size=50&second=0.01")
    page.click("[data-do=start]")
    expect(page.locator("#state")).to_contain_text("done: 4 epochs", timeout=30_000)
    expect(page.locator("#epochs tbody tr")).to_have_count(8)
    assert own_studio.race is not None
    for number, row in enumerate(page.query_selector_all("#epochs tbody tr")):
        cost = float(row.query_selector("td:nth-child(3)").get_attribute("data-value"))
        epochs = [event for event in own_studio.race.events if event["kind"] == "epoch"]
        assert cost == epochs[number]["cost"]
    assert page.locator("#cost path").count() == 2
    before = page.inner_text("#epochs tbody tr:nth-child(1) td:nth-child(3)")
    page.reload()
    expect(page.locator("#epochs tbody tr")).to_have_count(8)
    page.click("#lanes section:nth-child(1) button >> nth=0")
    use = page.locator("#lanes section:nth-child(1) button").first
    expect(use).to_contain_text("every view now")
    assert own_studio.network.architecture.sizes == (64, 12, 10)
    page.click("[data-do=rewind]")
    expect(page.locator("[data-do=pause]")).to_have_text("Go on", timeout=30_000)
    page.click("[data-do=pause]")
    expect(page.locator("#epochs tbody tr")).to_have_count(8, timeout=30_000)
    assert page.inner_text("#epochs tbody tr:nth-child(1) td:nth-child(3)") == before
    page.fill("#send [name=example]", "7")
    expect(page.locator("#send img")).to_have_attribute("src", "/picture?example=7")
    page.click("#lanes section:nth-child(2) button:has-text('Send the example')")
    page.wait_for_url("**/backprop?example=7")
    race = own_studio.race
    assert race is not None
    sent = race.network(1).copy("float64")
    test = own_studio.dataset.test
    page.click("text=all at once")
    shown_output = page.get_attribute("main a[data-ref='a2[3]']", "data-value")
    assert float(shown_output) == pytest.approx(sent.forward(test.X[[7]])["a2"][0, 3], rel=1e-9)
    served.stop()


def test_events_are_numbered_so_that_a_reader_goes_on(own_studio: Studio):
    served = serve(own_studio)
    client = client_of(own_studio)
    client.post("/train/start?layers=5&epochs=2&batch_size=100", headers={"x-token": TOKEN})
    assert own_studio.race is not None
    finished(own_studio.race)
    httpx = pytest.importorskip("httpx2")
    cookies = {"chainrule-token": TOKEN}
    with httpx.stream(
        "GET", f"{served.address}/train/events", cookies=cookies, headers={"last-event-id": "1"}
    ) as answer:
        kinds = []
        for line in answer.iter_lines():
            if line.startswith("data: "):
                kinds.append(json.loads(line.removeprefix("data: "))["kind"])
            if kinds and kinds[-1] == "ended":
                break
    assert kinds == ["epoch", "ended"]
    served.stop()


def test_a_run_that_ends_is_in_the_record(own_studio: Studio):
    """As at the terminal: data, network, epochs, and the accuracy on the test set."""
    client = client_of(own_studio)
    settings = {"layers": "12", "epochs": "3", "batch_size": "50", "rate": "0.5"}
    client.post("/train/start", params=settings, headers={"x-token": TOKEN})
    race = own_studio.race
    assert race is not None
    race._thread.join(60)
    log = roadmap.Log()
    kept = [event for event in log.events() if isinstance(event, RunFinished)]
    log.close()
    network = race.network(0)
    test = own_studio.dataset.test
    accuracy = float(np.mean(network.predict(test.X) == test.y))
    assert [(one.own, one.epochs, one.network) for one in kept] == [
        (False, 3, str(network.architecture))
    ]
    assert kept[0].accuracy == pytest.approx(accuracy)
