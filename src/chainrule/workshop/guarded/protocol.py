"""What crosses to the guarded process and back: each job and each answer is a value of its own.

`messages` makes bytes of them. They are not compared, so that the classes load quickly.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]

LENGTH = struct.Struct("<Q")
"""Stands before each answer: how many bytes it has."""
ORDER = struct.Struct("<8sq")
"""What the waiting process is asked: `START`, or `END` and which process."""
REPLY = struct.Struct("<q")
"""What it answers: the process that was started, or the status of the one that was ended."""
START, END = b"start".ljust(8, b"\0"), b"end".ljust(8, b"\0")

NESTED: Any = {"nested": True}
"""A field that holds a message, or a tuple of messages."""

# --- jobs ---------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class CallCase:
    """Arguments for one call, which may be `repeat`ed to be timed.

    A call may `keep` its value; a later one, with its place in `of`, tells whether that value has
    changed.
    """

    arguments: list[Any]
    repeat: int = 1
    keep: bool = False
    of: int = -1


@dataclass(frozen=True, eq=False)
class CallFunction:
    """Call a function on cases, with the functions of `put_in_source` in the place of others."""

    function: str
    cases: tuple[CallCase, ...] = field(metadata=NESTED)
    put_in: tuple[str, ...] = ()
    put_in_source: str = ""


@dataclass(frozen=True, eq=False)
class ListCases:
    """Tell the cases of a teacher's file, for a function with these parameters."""

    parameters: list[str]


@dataclass(frozen=True, eq=False)
class MeasureSlopes:
    """Tell a network's claimed gradients, and its outputs with each of its weights moved."""

    seed: int


@dataclass(frozen=True, eq=False)
class RecogniseNetwork:
    """Find the network in a file, by an `adapter` or without one, and do as `MeasureSlopes`.

    `own_start`: leave the parameters at the values that the file gives them. `search_seconds` are
    for the search. The cost is that of the function `cost_name` of `cost_source`, if named.
    """

    seed: int
    adapter: str
    own_start: bool
    search_seconds: float
    cost_source: bytes = b""
    cost_path: str = ""
    cost_name: str = ""


@dataclass(frozen=True, eq=False)
class CheckLayers:
    """Find the layers of a file, each by itself, and tell their gradients and their outputs."""

    seed: int


@dataclass(frozen=True, eq=False)
class Examples:
    """Examples as they are stored: rows `X` (m, n0) without the scale, and labels `y` (m,)."""

    X: Array
    y: Array


@dataclass(frozen=True, eq=False)
class Parts:
    """The learner's functions that an epoch is put together from, by their names.

    `velocities` are those to go on with; empty at the start.
    """

    hidden: str
    slope: str
    output: str
    error: str
    optimizer: str
    momentum: float
    l2: float
    velocities: list[Array]


@dataclass(frozen=True, eq=False)
class Going:
    """Where a training goes on: the epochs that are done, parameters, the generator as JSON."""

    epoch: int
    weights: list[Array]
    biases: list[Array]
    rng: str


@dataclass(frozen=True, eq=False)
class TrainNetwork:
    """Train with the learner's own `train`, or with an epoch put together from their `parts`.

    `own_init` tells whether to start from their `init`. `going` and `parts` hold one value or none.
    """

    sizes: tuple[int, ...]
    own_init: bool
    parts: tuple[Parts, ...] = field(metadata=NESTED)
    going: tuple[Going, ...] = field(metadata=NESTED)
    epochs: int
    batch_size: int
    learning_rate: float
    seed: int
    scale: float
    training: Examples = field(metadata=NESTED)
    watched: Examples = field(metadata=NESTED)
    test: Examples = field(metadata=NESTED)


@dataclass(frozen=True, eq=False)
class AskNetwork:
    """The outputs of the learner's network for one example `x` (n0,); `parts` as in training."""

    x: Array
    weights: list[Array]
    biases: list[Array]
    parts: tuple[Parts, ...] = field(metadata=NESTED)


@dataclass(frozen=True, eq=False)
class Job:
    """A file of the learner's, what to do with it, and what that may take of the machine.

    `seconds` are of the processor; by the clock it may take `waiting` times as long, so that a
    machine that is busy with other work does not stop it.
    """

    source: bytes
    path: str
    task: (
        CallFunction
        | ListCases
        | MeasureSlopes
        | RecogniseNetwork
        | CheckLayers
        | TrainNetwork
        | AskNetwork
    ) = field(metadata=NESTED)
    seconds: float
    memory: int
    waiting: float = 1.0


# --- answers to every job -----------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Loading:
    """The file is about to be run."""


@dataclass(frozen=True, eq=False)
class Loaded:
    """The file has been run."""


@dataclass(frozen=True, eq=False)
class Done:
    """The job is done; no answer follows."""


@dataclass(frozen=True, eq=False)
class Touched:
    """A file of the learner's that the code has changed, and how."""

    what: str
    path: str


@dataclass(frozen=True, eq=False)
class Warned:
    """A warning, and the line of the learner's file; 0 where it came from elsewhere."""

    case: int | None
    type: str
    message: str
    line: int


@dataclass(frozen=True)
class OwnLine:
    """A line of the learner's file."""

    line: int
    function: str
    text: str


@dataclass(frozen=True, eq=False)
class Raised:
    """An exception: the names of its class and of the classes above, and where it came through."""

    case: int | None
    type: str
    kinds: tuple[str, ...]
    message: str
    lines: tuple[OwnLine, ...] = field(metadata=NESTED)


# --- answers to `CallFunction` ------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class NoFunction:
    """The file has no function of this name."""


@dataclass(frozen=True, eq=False)
class CaseStarted:
    """The call of a case begins."""

    case: int


@dataclass(frozen=True, eq=False)
class Returned:
    """The value of a call, and what the call did beside it.

    `iterator` is the type of a value that can be looped over only once. `changed` are the places
    of arguments that were changed, `after` what they came to. `overwritten` tells whether the value
    of the case that this one repeats was changed.
    """

    case: int
    value: Any
    iterator: str
    seconds: float
    changed: list[int]
    after: list[Any]
    global_random: bool
    overwritten: bool


# --- answers to `MeasureSlopes` -----------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Lacking:
    """Names that the file should have, and has not."""

    names: list[str]


@dataclass(frozen=True, eq=False)
class ParametersSeen:
    """What each of the parameters is: `float`, or what it is instead; and its name in the file."""

    kinds: list[str]
    names: list[str]


@dataclass(frozen=True, eq=False)
class Recognised:
    """The adapter by which the network is read, and the cost that it states, if it does.

    `lines` and `faults` are those of the statements that were left out; `unread` are parameters
    of the file that the adapter does not have.
    """

    adapter: str
    cost: str
    lines: list[int]
    faults: list[str]
    unread: list[str]


@dataclass(frozen=True, eq=False)
class NotRecognised:
    """No network was found; `forward` is a call that gives outputs, if there is one.

    `backward` is the likeliest call for the gradients that raises, and `raised` what; `missing`
    are modules that the file takes functions from and that are not there.
    """

    forward: str
    adapter: str
    lines: list[int]
    faults: list[str]
    missing: list[str]
    backward: str
    raised: tuple[Raised, ...] = field(metadata=NESTED)


@dataclass(frozen=True, eq=False)
class NoInputs:
    """`forward` takes inputs of none of the widths that were tried."""


@dataclass(frozen=True, eq=False)
class Outputs:
    """Inputs `X` (m, n0), the outputs, and whether they are the same at a second call.

    `coarse`: whether they are of float32. `drawn`: whether `forward` draws random numbers; the same
    are drawn at each call.
    """

    X: Array
    outputs: Any
    steady: bool
    coarse: bool
    drawn: bool


@dataclass(frozen=True, eq=False)
class Claimed:
    """The gradients that the file gives for the targets `Y`, and the parameters that it changed."""

    Y: Array
    gradients: list[Any]
    parameters: list[Array]
    changed: list[int]


@dataclass(frozen=True, eq=False)
class CostAlone:
    """The value of the file's own cost, where that is all that it gives; no outputs follow.

    It is for examples `X` (m, n0) and targets `Y` (m, nL), with a penalty of this strength. Its
    gradients and its slopes follow.
    """

    X: Array
    Y: Array
    penalty: float
    value: float
    steady: bool
    coarse: bool


@dataclass(frozen=True, eq=False)
class CostsSeen:
    """The ways to call the file's own cost functions, each with the name of the function.

    `special`: whether it is the name of one cost, of which there may be several.
    """

    names: list[str]
    special: list[bool]


@dataclass(frozen=True, eq=False)
class Moved:
    """Outputs with elements of one array moved up and down: `pairs` (places, 2, m, n).

    `costs` (places, 2, k) are the numbers of the file's own cost functions. The last of the pairs
    are of the whole array, moved along a direction drawn with each of the `seeds`.
    """

    array: int
    places: Array
    steps: Array
    pairs: Array
    costs: Array
    seeds: list[int]


Message = Any
"""One of the classes above."""
