"""The view *Train*: the network learns while one watches, over server-sent events."""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from chainrule import roadmap
from chainrule.ground.faults import Fault
from chainrule.network import ACTIVATIONS, COSTS, OPTIMIZERS
from chainrule.runs import Choices, RunReport
from chainrule.web.epoch_figures import epoch_figure, epoch_inspection
from chainrule.web.live_training import FRAMES, SPEEDS, Race
from chainrule.web.rendering import address_of, render
from chainrule.web.studio import NotThere, Studio
from chainrule.web.view import View, number, whole_number
from chainrule.web.why_panel import panel

MOST_EPOCHS = 1000
SETTINGS = ("layers", "hidden", "cost", "optimizer", "epochs", "batch_size", "rate", "second")
"""What an address may choose of a training."""


def page(request: Request) -> Response:
    studio: Studio = request.app.state.studio
    asked: dict[str, Any] = {"number": None}
    with contextlib.suppress(NotThere):  # of a training that has ended with its server
        asked = panel(request)
    return render(
        request,
        "train.html",
        own_training=studio.own_training,
        view=VIEW,
        activations=[name for name, kind in ACTIVATIONS.items() if not kind.competes],
        costs=list(COSTS),
        optimizers=list(OPTIMIZERS),
        chosen=address_of(request).query,
        speeds=SPEEDS,
        race=studio.race,
        **asked,
    )


def choices(query: dict[str, str]) -> list[Choices]:
    """The runs that an address chooses: one, or with a `second` learning rate two."""
    first = Choices.read(
        layers=query.get("layers") or None,
        hidden=query.get("hidden") or None,
        cost=query.get("cost") or None,
        optimizer=query.get("optimizer") or None,
        epochs=whole_number(query.get("epochs"), 1, MOST_EPOCHS, otherwise=30),
        batch_size=whole_number(query.get("batch_size"), 1, 100_000, otherwise=10),
        learning_rate=number(query.get("rate")),
    )
    second = number(query.get("second"))
    return [first] if second is None else [first, replace(first, learning_rate=second)]


def start(request: Request) -> Response:
    """Begin anew, with the settings of the address; `until` pauses after so many epochs."""
    studio: Studio = request.app.state.studio
    query = {name: v for name, v in request.query_params.items() if name in SETTINGS}
    until = whole_number(request.query_params.get("until"), 0, MOST_EPOCHS, otherwise=0)
    try:
        race = Race(
            studio.source, studio.data_dir, choices(query), run_folder(studio), until, finished=keep
        )
    except Fault as fault:
        return JSONResponse({"message": str(fault)}, 400)
    if studio.race is not None:
        studio.race.close()
    studio.race = race
    return JSONResponse({"lanes": len(race.lanes)})


def keep(report: RunReport) -> None:
    """A run that was trained to its end is part of the learner's record."""
    roadmap.record(report.event())


def run_folder(studio: Studio) -> Path:
    """Where the runs that are watched keep their files, as long as the server runs."""
    if studio.folder is None:
        studio.folder = tempfile.TemporaryDirectory(prefix="chainrule-page-")
    return Path(studio.folder.name)


def command(request: Request) -> Response:
    """`pause`, `go`, `step`, `speed`; `use` puts the trained network into every view."""
    studio: Studio = request.app.state.studio
    race, name = studio.race, request.query_params.get("do", "")
    if race is None:
        return JSONResponse({"message": "nothing is being trained"}, 409)
    try:
        if name == "use":
            lane = whole_number(request.query_params.get("lane"), 0, 1, otherwise=0)
            studio.network = race.network(lane)
        else:
            race.command(name, request.query_params.get("value", ""))
    except Fault as fault:
        return JSONResponse({"message": str(fault)}, 400)
    return JSONResponse({"paused": race.paused, "speed": race.speed})


async def events(request: Request) -> Response:
    """What happens, as server-sent events: lasting ones with their number, frames without."""
    last = request.headers.get("last-event-id", "")
    race: Race | None = request.app.state.studio.race
    seen = int(last) + 1 if last.isdecimal() and len(last) < 10 else 0
    stream = watched(request, seen if race is not None and seen <= len(race.events) else 0)
    return StreamingResponse(stream, media_type="text/event-stream")


async def watched(request: Request, seen: int) -> AsyncIterator[str]:
    studio: Studio = request.app.state.studio
    race, drawn = studio.race, -1
    yield "retry: 1000\n\n"
    while not await request.is_disconnected():
        if studio.race is not race:
            race, seen, drawn = studio.race, 0, -1
        if race is not None:
            for event in race.since(seen):
                yield message(event, event["id"])
                seen = event["id"] + 1
            if race.frames != drawn:
                drawn = race.frames
                for lane in race.lanes:
                    if lane.frame:
                        yield message({"kind": "frame", "paused": race.paused, **lane.frame})
        await asyncio.sleep(1 / FRAMES)


def message(event: dict[str, Any], number: int | None = None) -> str:
    identity = "" if number is None else f"id: {number}\n"
    return f"{identity}data: {json.dumps(event)}\n\n"


VIEW = View(
    "Train",
    "Watch the cost fall and the weights of the first layer take shape. Then give a second "
    "learning rate: both start from the same weights. Try 0.01 against 10.",
    gets=(("/train", page), ("/train/events", events)),
    inspect=epoch_inspection,
    figure=epoch_figure,
    posts=(("/train/start", start), ("/train/command", command)),
)
