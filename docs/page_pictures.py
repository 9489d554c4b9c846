"""The pictures of the page in docs/page/: screenshots of the real page in a real browser.

    python docs/page_pictures.py
    python docs/page_pictures.py FOLDER     each page at three sizes, light and dark, to look at

Chromium is needed. The network is the one that `chainrule open` trains on the bundled digits.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import uvicorn
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from chainrule.web import Studio, create_app
from chainrule.web.server import listen
from chainrule.workshop import references

TOKEN = "t" * 43
FOLDER = Path(__file__).absolute().parent / "page"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
SIZE = {"width": 1280, "height": 800}
SIZES = {"phone": (360, 740), "tablet": (820, 1180), "desk": (1440, 900)}

VIEWS = {
    "home": "/",
    "note": "/concept?name=hidden-error",
    "road": "/road",
    "review": "/review",
    "build": "/build",
    "explain": "/explain?concept=slope",
    "practise": "/practise?topic=power&seed=3&answer=9x%5E9&hints=2",
    "derive": "/derive?sheet=softmax&wrt=W2&lines=dC%2FdW2%20%3D%20delta2%20%40%20a1",
    "draw": "/draw?example=4",
    "neuron": "/neuron?example=4&neuron=7",
    "cost": "/cost?example=8",
    "descent": "/descent?fine=33",
    "one-path": "/chain?why=dC%2FdW1%5B0%2C0%5D",
    "backprop": "/backprop?step=8&why=delta1%5B3%5D",
    "mini-batch": "/batch",
    "train": "/train?second=0.05&epochs=20",
    "boundary": "/boundary?layers=6",
    "errors": "/errors?cell=2,8",
}


WRITTEN = """The slope says how fast a curve rises at one point. Take two points of the curve and
the straight line through them: its slope is the rise over the run, `(f(x + h) - f(x)) / h`."""


def begin_to_build(page: Page) -> None:
    """A folder with the first function written, graded as it is saved."""
    if page.query_selector("text=Make the folder") is None:
        return
    page.click("text=Make the folder")
    file = Path("my-network/network.py")
    page.wait_for_selector("#grade")
    file.write_text(f"{file.read_text('utf-8')}\n\n{references(['sigmoid'])}", "utf-8")
    page.wait_for_selector(".verdict.right")


def write_it_down(page: Page) -> None:
    page.fill("textarea", WRITTEN)
    page.click("text=Read it back")
    page.wait_for_selector("#live h2")


def wait_for_training(page: Page) -> None:
    page.click("[data-do=start]")
    page.wait_for_selector("#state:has-text('done'):has-text('learning rate 0.05: done')")


FIRST = {"train": wait_for_training, "build": begin_to_build, "explain": write_it_down}
"""What is done on a page before its picture is taken."""


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else FOLDER).absolute()
    folder.mkdir(exist_ok=True)
    os.environ["CHAINRULE_HOME"] = tempfile.mkdtemp()
    os.chdir(tempfile.mkdtemp())
    studio, listening = Studio.of_digits(), listen(0)
    config = uvicorn.Config(create_app(studio, TOKEN), log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        if len(sys.argv) == 1:
            take(browser, address, folder, "{}.png", viewport=SIZE)
        for size, (width, height) in SIZES.items() if len(sys.argv) > 1 else ():
            for scheme in ("light", "dark"):
                take(
                    browser, address, folder, f"{{}}-{size}-{scheme}.png", full=True,
                    viewport={"width": width, "height": height}, color_scheme=scheme,
                    has_touch=size != "desk",
                )  # fmt: skip
        browser.close()
    server.should_exit = True
    studio.close()


def take(
    browser: Browser, address: str, folder: Path, named: str, *, full: bool = False, **how: Any
) -> None:
    """A picture of each page; of its whole length where it is `full`."""
    context = browser.new_context(base_url=address, reduced_motion="reduce", **how)
    page = context.new_page()
    page.goto(f"/?token={TOKEN}")
    for name, path in VIEWS.items():
        page.goto(path)
        if name in FIRST:
            FIRST[name](page)
        page.wait_for_selector("#lost", state="detached")
        page.evaluate("document.activeElement?.blur()")
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(200)
        place = folder / named.format(name)
        page.screenshot(path=place, full_page=full)
        small = Image.open(place).convert("P", palette=Image.Palette.ADAPTIVE)
        small.save(place, optimize=True)
        print(place, place.stat().st_size)
    context.close()


if __name__ == "__main__":
    main()
