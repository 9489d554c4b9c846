"""Ways to write the arguments of what makes a network or its parameters."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from chainrule.workshop.guarded.recognition.arguments import (
    EXAMPLES,
    HIDDEN,
    INPUTS,
    OUTPUTS,
    required,
    together,
)
from chainrule.workshop.guarded.recognition.roles import (
    HIDDEN_LISTS,
    LAYER_SIZES,
    is_size,
    joined,
    role,
    words,
)
from chainrule.workshop.guarded.recognition.uses import Uses, uses

if TYPE_CHECKING:
    from chainrule.workshop.guarded.recognition.parts import Parts

MOST_WAYS = 24
MOST_PRODUCTS = 4000
LIST = f"[{INPUTS}, {HIDDEN}, {OUTPUTS}]"
IN = {"in", "input", "inputs", "features"}
OUT = {"out", "output", "outputs", "classes", "labels"}
IN_NAMES = ("nx", "nin", "fanin", "d", "i", "ni")
OUT_NAMES = ("ny", "nout", "fanout", "c", "k", "o", "outputdim", "outputs", "no", "noofoutnodes")
FLAGS = {
    *("regression", "classification", "multilabel", "multiclass", "binary", "verbose", "debug"),
    *("plot", "print", "shuffle", "is", "use", "show", "train", "training", "softmax", "log"),
}
TRUE_FIRST = {"bias", "biases", "classification"}


def sizes(
    function: Callable[..., Any], extra: Mapping[str, str], parts: Parts | None = None
) -> Iterator[str]:
    """Ways to write the arguments, the likeliest first: those of which most are likely."""
    parameters = required(function)
    if parameters is None:
        return
    tree = None if parts is None else source_of(function, parts)
    several = stars(function, parts, tree)
    asking = [p for p in parameters if p.default is p.empty]
    ways = [list(dict.fromkeys(options(p, parameters, extra, parts, tree))) for p in parameters]
    if not all(ways):
        return
    ranked = sorted(
        islice(product(*(range(len(way)) for way in ways)), MOST_PRODUCTS), key=lambda c: sum(c)
    )
    chosen = [[way[i] for way, i in zip(ways, each, strict=True)] for each in ranked]
    plain = [way[0] if p in asking else None for way, p in zip(ways, parameters, strict=True)]
    texts = [together(parameters, each) for each in [*chosen[:1], plain, *chosen[1:MOST_WAYS]]]
    for more in several if several and not asking else [""]:
        for text in dict.fromkeys(texts):
            yield ", ".join(filter(None, (more, text)))


def source_of(function: Callable[..., Any], parts: Parts) -> ast.AST | None:
    """The class or the function as it is written."""
    name = getattr(function, "__name__", "")
    for node in ast.walk(parts.tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and node.name == name:
            return node
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return None


def stars(function: Callable[..., Any], parts: Parts | None, tree: ast.AST | None) -> list[str]:
    """What `*sizes` or `*layers` may be."""
    given = inspect.signature(function).parameters.values()
    for p in given:
        if p.kind is p.VAR_POSITIONAL:
            found = [each[1:-1] for each in stacks(p.name, parts, tree)]
            return [*found, f"{INPUTS}, {HIDDEN}, {OUTPUTS}"]
    return []


def stacks(name: str, parts: Parts | None, tree: ast.AST | None) -> list[str]:
    """Lists of layers of the file, where the items of an argument are asked for attributes."""
    if parts is None or tree is None:
        return []
    used = uses(tree, name, parts.tree)
    return list(parts.stacks()) if used.items and used.attributes else []


def options(
    p: inspect.Parameter,
    among: list[inspect.Parameter],
    extra: Mapping[str, str],
    parts: Parts | None,
    tree: ast.AST | None,
) -> Iterator[str | None]:
    """What an argument may be: by its name, by what the source does with it, as it is."""
    found = list(stacks(p.name, parts, tree)) if role(p.name) == "" else []
    if parts is not None and tree is not None and role(p.name) != "rate":
        found += given_parts(p.name, uses(tree, p.name, parts.tree), parts)
    if p.default is not p.empty and (found or left_as_it_is(p) or isinstance(p.default, str)):
        yield None
    yield from found
    if p.default is not p.empty and left_as_it_is(p):
        return
    yield from by_name(p, among, extra)
    if p.default is not p.empty:
        yield None


def given_parts(name: str, used: Uses, parts: Parts) -> Iterator[str]:
    """Words that the source compares an argument with, and what of the file it may be."""
    for text in parts.given(name, used):
        if used.items:
            yield from (f"[{text}, {text}]", f"[{text}]")
        else:
            yield text


def left_as_it_is(p: inspect.Parameter) -> bool:
    """Whether a default is best left: a flag, or None for weights that are then drawn."""
    if isinstance(p.default, bool):
        return True
    own = {"weights", "weight", "w", "bias", "biases", "b"} & set(words(p.name))
    return p.default is None and bool(own)


def by_name(
    p: inspect.Parameter, among: list[inspect.Parameter], extra: Mapping[str, str]
) -> Iterator[str | None]:
    """What an argument of a constructor may be by its name, the likeliest first."""
    name, parts = joined(p.name), set(words(p.name))
    kind = role(p.name)
    texts = {"rate": "0.1", "epochs": "1", "batch size": "7", "nothing": "0", "penalty": "0"}
    if kind in texts:
        yield texts[kind]
    elif p.name in extra:
        yield extra[p.name]
    elif len(name) > 4 and (same := [text for each, text in extra.items() if joined(each) == name]):
        yield same[0]
    elif p.default is p.empty and is_flag(p):
        yield from ("True", "False") if parts & TRUE_FIRST else ("False", "True")
    elif (place := numbered(p, among)) is not None:
        yield str(place)
    elif name in HIDDEN_LISTS or ("hidden" in name and name.endswith(("s", "layers", "list"))):
        first, second = f"[{HIDDEN}]", f"{HIDDEN}"
        yield from (second, first) if p.name == "hidden" or counts(p) else (first, second)
        yield "1"
    elif "hid" in name or name in ("h", "nh", "h1", "nhidden"):
        yield str(HIDDEN)
    elif (
        any(map(counts_layers, among))
        and any(map(lists_widths, among))
        and (counts_layers(p) or lists_widths(p))
    ):
        inputs_apart = any(set(words(q.name)) & IN for q in among)
        widths = f"[{HIDDEN}, {OUTPUTS}]" if inputs_apart else LIST
        yield widths if lists_widths(p) else "2"
    elif name in ("nouts", "layersout"):
        yield f"[{HIDDEN}, {OUTPUTS}]"
    elif is_list(p) or (
        (name in LAYER_SIZES or "layer" in parts or "sizes" in parts)
        and p.default is p.empty
        and len([q for q in among if is_size(q.name) or joined(q.name) in LAYER_SIZES]) <= 1
        and (len(name) > 1 or len(alone(among)) == 1)
    ):
        sized = [q for q in alone(among) if set(words(q.name)) & (IN | OUT)]
        yield f"[{HIDDEN}]" if len(sized) > 1 else LIST
        yield f"({INPUTS}, {HIDDEN}, {OUTPUTS})"
        yield f"({INPUTS}, {OUTPUTS})"
        yield str(HIDDEN)
    elif parts & OUT or name in OUT_NAMES:
        yield str(OUTPUTS)
    elif parts & IN or name in IN_NAMES:
        yield str(INPUTS)
    elif kind == "inputs" and p.default is p.empty:
        yield f"np.ones(({EXAMPLES}, {INPUTS}))"
        yield by_place(p, among)
    elif kind == "targets" and p.default is p.empty:
        yield f"np.ones(({EXAMPLES}, {OUTPUTS}))"
        yield f"np.arange({EXAMPLES}) % {OUTPUTS}"
        yield by_place(p, among)
    elif "activation" in name and p.default is p.empty:
        yield "'sigmoid'"
        yield "'relu'"
    elif p.default is not p.empty:
        yield None
    elif name in ("seed", "randomstate"):
        yield "0"
    elif is_size(p.name) or name in ("neurons", "units", "n"):
        yield by_place(p, among) if len(name) == 1 else str(HIDDEN)
    else:
        yield by_place(p, among)
        if len(alone(among)) == 1:
            yield LIST


def counts_layers(p: inspect.Parameter) -> bool:
    """Whether an argument is the number of layers: `nb_layers`, `number_of_layers`."""
    parts = set(words(p.name))
    return "layers" in parts and bool(parts & {"nb", "num", "number", "n", "count", "no"})


def lists_widths(p: inspect.Parameter) -> bool:
    """Whether an argument lists how wide the layers are: `layer_sizes`, `layer_dims`."""
    parts = set(words(p.name))
    return bool(parts & {"layer", "layers"} and parts & {"sizes", "dims", "widths", "units"})


def is_flag(p: inspect.Parameter) -> bool:
    return p.annotation in (bool, "bool") or bool(words(p.name) and words(p.name)[0] in FLAGS)


def is_list(p: inspect.Parameter) -> bool:
    """Whether an argument is annotated as a list or a tuple."""
    if p.default is not p.empty or p.annotation is p.empty:
        return isinstance(p.default, (list, tuple)) and len(p.default) > 1
    kind = p.annotation if isinstance(p.annotation, str) else str(p.annotation)
    return bool(re.match(r"\[|(typing\.)?(list|tuple|sequence|<class '(list|tuple))", kind, re.I))


def counts(p: inspect.Parameter) -> bool:
    return type(p.default) is int


def alone(among: list[inspect.Parameter]) -> list[inspect.Parameter]:
    """The arguments that have to be given and are sizes, or nothing that is known."""
    return [
        q
        for q in among
        if q.default is q.empty
        and role(q.name) not in ("rate", "epochs", "batch size", "nothing", "penalty")
    ]


def numbered(p: inspect.Parameter, among: list[inspect.Parameter]) -> int | None:
    """The width for one of several sizes that are told apart by numbers: `n1`, `n2`, `n3`.

    Of `in_1, out_1, in_2, out_2` the first is that of the inputs, the last that of the outputs.
    """
    stem = re.sub(r"\d+", "", p.name)
    alike = [
        q for q in among if re.search(r"\d", q.name) and len(words(q.name)) == len(words(p.name))
    ]
    if not re.search(r"\d", p.name) or len(alike) < 2:
        return None
    sized = set(words(p.name)) & (IN | OUT) or is_size(stem) or len(stem.strip("_")) == 1
    if not sized or role(p.name) == "rate":
        return None
    others = {role(q.name) == "" and joined(q.name) for q in among if q not in alike}
    parts = (
        {word for each in among if each not in alike for word in words(each.name)}
        if others
        else set()
    )
    first = p is alike[0] and not parts & IN
    last = p is alike[-1] and not parts & OUT
    return INPUTS if first else OUTPUTS if last else HIDDEN


def by_place(p: inspect.Parameter, among: list[inspect.Parameter]) -> str:
    """Inputs first, outputs last."""
    place = [each.name for each in alone(among)]
    if p.name not in place[1:-1] and len(place) > 1:
        return str(INPUTS if p.name == place[0] else OUTPUTS)
    return str(INPUTS if place[:1] == [p.name] else HIDDEN)
