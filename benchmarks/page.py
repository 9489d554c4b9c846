"""The page: its weight, how soon a number explains itself, what watching costs the training.

    python -m benchmarks.page [--mnist]        figures as lines; Chromium is needed

`--mnist` takes networks of the size of MNIST, 784-100-10 and 784-30-10, on random pictures: the
figures do not depend on what they show.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import uvicorn
from playwright.sync_api import sync_playwright

from chainrule import runs
from chainrule.data import load
from chainrule.network import Network
from chainrule.web import Studio, create_app
from chainrule.web.live_training import Race
from chainrule.web.server import listen

TOKEN = "t" * 43
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


WEIGHT = """() => [...performance.getEntriesByType("navigation"),
    ...performance.getEntriesByType("resource")].reduce((sum, e) => sum + e.decodedBodySize, 0)"""


def serve(studio: Studio) -> tuple[str, uvicorn.Server]:
    listening = listen(0)
    config = uvicorn.Config(create_app(studio, TOKEN), log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    return f"http://127.0.0.1:{listening.getsockname()[1]}", server


def pictures(folder: Path) -> str:
    """Random pictures of 28 x 28 in ten classes, as .npz."""
    rng = np.random.default_rng(0)
    X = rng.integers(0, 256, (6000, 28, 28), np.uint8)
    y = np.arange(6000) % 10
    X[np.arange(6000), y, :] = 255
    path = folder / "pictures.npz"
    np.savez(path, x_train=X[:5000], y_train=y[:5000], x_test=X[5000:], y_test=y[5000:])
    return str(path)


def in_browser(studio: Studio) -> None:
    address, server = serve(studio)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        page = browser.new_context(base_url=address).new_page()
        page.goto(f"/?token={TOKEN}")
        for path in ("/", "/draw", "/backprop?step=4"):
            began = time.perf_counter()
            page.goto(path)
            seconds = time.perf_counter() - began
            print(f"{path:16} {page.evaluate(WEIGHT) / 1000:.1f} kB, {seconds:.3f} s")
        refs = [link.get_attribute("data-ref") for link in page.query_selector_all("a[data-ref]")]
        seconds = []
        for ref in refs[:40]:
            began = time.perf_counter()
            page.locator(f'main a[data-ref="{ref}"]').first.dispatch_event("click")
            page.wait_for_selector(f".why h2 code:text-is('{ref}')")
            seconds.append(time.perf_counter() - began)
        print(f"a click answers in {statistics.median(seconds) * 1000:.0f} ms (median), "
              f"{max(seconds) * 1000:.0f} ms (slowest of {len(seconds)})")  # fmt: skip
        frames(page)
        browser.close()
    server.should_exit = True


def frames(page: object) -> None:
    """How many frames a second of a training reach the page, and whether it answers meanwhile."""
    page.goto("/train?layers=30&epochs=200&batch_size=10")  # pyright: ignore
    page.evaluate(  # pyright: ignore
        "() => { window.frames_ = 0; const s = new EventSource('/train/events');"
        " s.onmessage = (m) => { if (JSON.parse(m.data).kind === 'frame') window.frames_ += 1; }; }"
    )
    page.click("[data-do=start]")  # pyright: ignore
    time.sleep(1)
    first, began = page.evaluate("frames_"), time.perf_counter()  # pyright: ignore
    time.sleep(3)
    count = page.evaluate("frames_") - first  # pyright: ignore
    rate = count / (time.perf_counter() - began)
    began = time.perf_counter()
    page.request.get("/why?page=/backprop&why=C")  # pyright: ignore
    print(f"training streams {rate:.0f} frames a second; a number meanwhile: "
          f"{(time.perf_counter() - began) * 1000:.0f} ms")  # fmt: skip
    page.click("[data-do=pause]")  # pyright: ignore


def watched_or_not(source: str) -> None:
    """Seconds of training, watched and not, alternating."""
    choices = runs.Choices(layers=(30,), epochs=10)
    watched, alone = [], []
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(3):
            race = Race(source, None, [choices], Path(folder))
            while not race.lanes[0].ended:
                time.sleep(0.01)
            watched.append(sum(e["seconds"] for e in race.events if e["kind"] == "epoch"))
            run = runs.start(source, choices, out=Path(folder) / f"alone-{turn}.safetensors")
            alone.append(sum(getattr(record, "seconds", 0) for record in run.records()))
    ratio = statistics.median(watched) / statistics.median(alone)
    print(f"training watched takes {ratio:.2f} times as long as training alone")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mnist", action="store_true")
    with tempfile.TemporaryDirectory() as folder:
        if parser.parse_args().mnist:
            source = pictures(Path(folder))
            dataset = load(source)
            studio = Studio(dataset, Network([784, 100, 10], init="scaled"), "random", source)
        else:
            source, studio = "digits", Studio.of_digits()
        in_browser(studio)
        watched_or_not(source)
        studio.close()


if __name__ == "__main__":
    main()
