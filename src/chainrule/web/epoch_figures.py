"""The figures of an epoch of a training that is watched: what they are made of, and their examples.

The weights of an epoch are gone with the next. Those of the last one are there when a run has
ended: its figures lead on to the examples. The `row` of an address is `0,20` for epoch 20 of run
0, and `0,t,17` for training example 17 through the network of run 0, `0,v,17` for one of the
validation examples.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from chainrule.data import Split
from chainrule.network import Inspection, Network
from chainrule.web.address import NotThere
from chainrule.web.figures import ACCURACY, MEAN_COST, Addend, Figure, Part, costs_of
from chainrule.web.live_training import Race
from chainrule.web.studio import Studio

MEASURED = 10_000
"""The figures of the training examples are of so many, the first ones."""
MOST_COSTS = 1_200
"""Of more examples the costs are not taken apart."""
MOST_SHOWN = 40
NAMES = ("cost", "accuracy", "validation_cost", "validation_accuracy")
EPOCH = re.compile(r"([01]),(\d{1,4})")
EXAMPLE = re.compile(r"([01]),([tv]),(\d{1,6})")
GONE = "The weights of this epoch are gone: training has changed them since."


def epoch_figure(studio: Studio, query: Mapping[str, str], ref: str) -> Figure | None:
    """A figure of the epoch that the address names; None for what is no figure of one."""
    if ref not in NAMES:
        return None
    match, race = EPOCH.fullmatch(query.get("row", "")), studio.race
    if match is None or race is None or int(match[1]) >= len(race.lanes):
        raise NotThere("there is no such epoch; this training may have ended with its server")
    lane, number = int(match[1]), int(match[2])
    value = recorded(race, lane, number, ref)
    kind, split = of_figure(studio, ref)
    count = min(len(split), MEASURED) if kind == "t" else len(split)
    of = f"{count} {'training' if kind == 't' else 'validation'} examples"
    network = race.network(lane) if race.lanes[lane].ended else None
    made = cost if ref.endswith("cost") else accuracy
    return made(studio, network, ref, value, f"{of}, after epoch {number}", (lane, kind, count))


Place = tuple[int, str, int]
"""A run, the kind of examples, and how many of them."""


def cost(
    studio: Studio, network: Network | None, ref: str, value: float, of: str, place: Place
) -> Figure:
    lane, kind, count = place
    meaning, (_, split) = f"the cost, the mean over {of}", of_figure(studio, ref)
    if network is None or count > MOST_COSTS:
        return Figure(ref, value, meaning, MEAN_COST, given=GONE if network is None else "")
    costs = costs_of(network, split.X, split.y, range(count))
    if not np.isclose(np.mean(costs), value, rtol=1e-4):
        return Figure(ref, value, meaning, MEAN_COST, given=GONE)
    terms = (
        Addend((Part("C", c, f"{lane},{kind},{e}", f"C of example {e}"),), 1 / count)
        for e, c in enumerate(costs)
    )
    return Figure(ref, value, meaning, MEAN_COST, tuple(terms))


def accuracy(
    studio: Studio, network: Network | None, ref: str, value: float, of: str, place: Place
) -> Figure:
    lane, kind, count = place
    meaning, (_, split) = f"the share of right answers to {of}", of_figure(studio, ref)
    parts = [Part("", round(value * count), words="right"), Part("", count, words="all")]
    if network is not None:
        said = network.predict(split.X[:count])
        wrong = np.flatnonzero(said != split.y[:count]).tolist()
        if count - len(wrong) == round(value * count):
            shown, classes = wrong[:MOST_SHOWN], studio.dataset.classes
            for e, c in zip(shown, costs_of(network, split.X, split.y, shown), strict=True):
                taken = f"{classes[int(split.y[e])]} taken for {classes[int(said[e])]}"
                parts.append(Part("C", c, f"{lane},{kind},{e}", f"example {e}, {taken}: C"))
    return Figure(ref, value, meaning, ACCURACY, operands=tuple(parts))


def recorded(race: Race, lane: int, number: int, ref: str) -> float:
    """The figure as it was when the epoch was done."""
    for event in race.events:
        if event["kind"] == "epoch" and (event["lane"], event["number"]) == (lane, number):
            value = event[ref]
            if value is not None:
                return float(value)
    raise NotThere(f"epoch {number} has no {ref.replace('_', ' ')} to show")


def of_figure(studio: Studio, ref: str) -> tuple[str, Split]:
    """The examples that a figure is about."""
    if ref.startswith("validation"):
        return "v", studio.dataset.validation
    return "t", studio.dataset.train


def epoch_inspection(studio: Studio, query: Mapping[str, str]) -> Inspection:
    """The step on the example of the address, through the network of a run as it is now."""
    match, race = EXAMPLE.fullmatch(query.get("row", "")), studio.race
    if match is None:
        return studio.inspected(query)
    split = studio.dataset.train if match[2] == "t" else studio.dataset.validation
    e = int(match[3])
    if race is None or e >= len(split):
        raise NotThere(f"there is no example {e} here, or no training any more")
    return studio.step(race.network(int(match[1])), split.X[[e]], split.y[[e]])
