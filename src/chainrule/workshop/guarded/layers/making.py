"""What the arguments of a layer may be: sizes, arrays, settings, by the names of parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from itertools import islice, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.recognition import roles

Array = NDArray[Any]

ROWS, SEQUENCE, LEFT, HIDDEN = 7, 6, 5, 4
"""Examples, steps in time, inputs, outputs: no two sizes are the same."""
IMAGES, CHANNELS, HIGH, WIDE, FILTERS, KERNEL, POOL = 3, 2, 6, 8, 4, 3, 2
MOST_WAYS = 24

IMAGE_WORDS = {"conv", "conv2d", "convolution", "convolutional", "pool", "pooling", "maxpool"}
IMAGE_WORDS |= {"flatten", "avgpool", "averagepool", "spatial", "im", "maxpooling", "meanpool"}
SEQUENCE_WORDS = {"rnn", "recurrent", "lstm", "gru", "sequence", "temporal", "timedistributed"}

SIZES_IN = {
    *("inputsize", "indim", "infeatures", "nin", "inputdim", "inputs", "ninputs", "numinputs"),
    *("fanin", "insize", "nx", "d", "inputunits", "nfeatures", "numfeatures", "features", "dim"),
    *("dims", "size", "featuresize", "inputshape", "normalizedshape", "nodesin", "inputdims", "n"),
    *("inputlen", "ninput", "innodes", "numin", "inp", "i", "din", "inputfeatures", "featuredim"),
}
SIZES_OUT = {
    *("outputsize", "outdim", "outfeatures", "nout", "outputdim", "units", "neurons", "nneurons"),
    *("numneurons", "outputs", "noutputs", "hidden", "hiddensize", "hiddendim", "nh", "h", "m"),
    *("outputunits", "fanout", "outsize", "nodes", "nhidden", "noutput", "nunits", "numout", "out"),
    *("o", "dout", "outputfeatures", "hiddenunits", "numunits", "dh", "outputdims"),
}
CHANNELS_IN = {
    *("inchannels", "cin", "inputchannels", "channelsin", "channels", "nchannels", "inch", "c"),
    *("numchannels", "inputdepth", "inchannel", "inputchannel", "indepth", "nc", "ncprev"),
}
CHANNELS_OUT = {
    *("outchannels", "filters", "nfilters", "numfilters", "cout", "outputchannels", "depth"),
    *("channelsout", "outch", "outchannel", "filternum", "numkernels", "nkernels", "kernels"),
}
KERNELS = {"kernelsize", "filtersize", "ksize", "kernel", "k", "fieldsize", "kh", "kw", "fh", "fw"}
POOLS = {"poolsize", "pool", "windowsize", "window", "f", "poolh", "poolw", "poolheight"}
POOLS |= {"poolwidth", "kernelsize", "size", "k", "ph", "pw", "hf", "filtersize"}
SHARES = {"p", "rate", "prob", "dropout", "dropoutrate", "dropoutratio", "dropratio", "keepprob"}
SHARES |= {"keep", "ratio", "dropprob", "dropoutprob", "probability"}
TRAINING = {"training", "train", "istraining", "trainflg", "trainmode", "istrain", "mode", "flag"}
BIASES = {"b", "bias", "biases", "b1", "bh", "ba"}
NORMS = {"gamma", "beta", "scale", "shift", "g"}
SETTINGS = {
    "mode": "train", "p": 0.6, "seed": 3, "stride": 1, "pad": 1, "f": POOL, "pool_height": POOL,
    "pool_width": POOL, "eps": 1e-5, "momentum": 0.9,
}  # fmt: skip
"""What a dictionary of settings may be asked for."""


def place_of(name: str) -> str:
    """What a layer of this name is fed: `image`, `sequence`, or `rows`."""
    words = {word.rstrip("0123456789") for word in roles.words(name)} | {roles.joined(name)}
    if words & IMAGE_WORDS or any(word in roles.joined(name) for word in ("conv", "pool")):
        return "image"
    return "sequence" if words & SEQUENCE_WORDS else "rows"


def is_pool(name: str) -> bool:
    return "pool" in name.lower()


def inputs(place: str, widths: list[int], rng: np.random.Generator) -> Iterator[Array]:
    """What a layer may take, the likeliest first: examples before a single one."""
    shapes: list[tuple[int, ...]] = []
    for width in dict.fromkeys([*widths, LEFT]):
        rows = [(ROWS, width), (width, ROWS), (width, 1), (1, width), (width,)]
        steps = [(IMAGES, SEQUENCE, width), (SEQUENCE, IMAGES, width), (SEQUENCE, width)]
        steps += [(SEQUENCE, width, 1), (width, IMAGES, SEQUENCE), (IMAGES, width)]
        shapes += steps + rows if place == "sequence" else rows + steps
    images = []
    for wide in (WIDE, HIGH):
        n, c, h = IMAGES, CHANNELS, HIGH
        images += [(n, c, h, wide), (n, h, wide, c), (c, h, wide), (h, wide, c), (h, wide)]
        images += [(n, 1, h, wide), (n, h, wide, 1), (1, h, wide), (n, h, wide)]
    shapes = images + shapes if place == "image" else shapes + images
    for shape in dict.fromkeys(shapes):
        yield rng.normal(0, 1, shape)


def arguments(
    function: Callable[..., Any], name: str, fixed: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """Arguments with which a class may be made, some `fixed`; a default is left as it is."""
    place = place_of(name)
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    wanted: dict[str, list[Any]] = {}
    for each in parameters:
        if each.kind in (each.VAR_POSITIONAL, each.VAR_KEYWORD):
            continue
        known = roles.joined(each.name)
        if each.name in fixed:
            wanted[each.name] = [fixed[each.name]]
        elif known in ("seed", "randomstate") and each.default is None:
            wanted[each.name] = [1]
        elif known in ("rng", "generator") and each.default in (None, each.empty):
            wanted[each.name] = [np.random.default_rng(1)]
        elif each.default is each.empty:
            wanted[each.name] = values(each.name, place, is_pool(name))
    for way in islice(product(*wanted.values()), MOST_WAYS):
        yield dict(zip(wanted, way, strict=True))


def image_size(name: str) -> list[Any]:
    """A size of a convolution by the words of its name: `kernel_shape`, `num_kernels`."""
    words = {word.rstrip("s") for word in roles.words(name)}
    if words & {"kernel", "filter"} and words & {"size", "shape", "dim", "height", "width", "h"}:
        return [KERNEL, (KERNEL, KERNEL)]
    if words & {"channel", "depth", "map", "kernel", "filter"}:
        return [CHANNELS] if words & {"in", "input", "prev", "previou"} else [FILTERS]
    return []


def values(name: str, place: str, pool: bool) -> list[Any]:
    """What may stand for a parameter of this name."""
    known = roles.joined(name)
    rng = np.random.default_rng(5)
    if known in SHARES:
        return [0.4]
    if pool and known in POOLS:
        return [POOL, (POOL, POOL)]
    if "stride" in known or known == "s":
        return [POOL if pool else 1]
    if "pad" in known:
        return [0 if pool else 1]
    if place == "image" and known in {"inputshape", "shape", "inputsize", "inputdim", "inshape"}:
        return [(CHANNELS, HIGH, WIDE), (HIGH, WIDE, CHANNELS), (CHANNELS, HIGH, HIGH)]
    if place == "image" and known in {"w", "weights", "weight", "kernel", "filters"}:
        shapes = [(FILTERS, CHANNELS, KERNEL, KERNEL), (KERNEL, KERNEL, CHANNELS, FILTERS)]
        return [rng.normal(0, 0.5, shape) for shape in shapes] + [FILTERS]
    if known in CHANNELS_IN:
        return [CHANNELS]
    if place == "image" and (known in CHANNELS_OUT or known in SIZES_OUT):
        return [FILTERS]
    if known in KERNELS:
        return [KERNEL, (KERNEL, KERNEL)]
    if place == "image" and (image := image_size(name)):
        return image
    if known in {"w", "weights", "weight"}:
        return [rng.normal(0, 0.5, shape) for shape in ((LEFT, HIDDEN), (HIDDEN, LEFT))]
    if known in BIASES:
        n = FILTERS if place == "image" else HIDDEN
        return [rng.normal(0, 0.5, shape) for shape in ((n,), (1, n), (n, 1))]
    if known in NORMS:
        return [rng.normal(1, 0.3, shape) for shape in ((LEFT,), (1, LEFT), (LEFT, 1))]
    if known in TRAINING:
        return ["train"] if known == "mode" else [True]
    if known in SIZES_OUT or known in CHANNELS_OUT:
        return [HIDDEN]
    if known in ("eps", "epsilon", "alpha", "slope", "negativeslope"):
        return [1e-5 if known.startswith("eps") else 0.1]
    if known in SIZES_IN:
        return [LEFT, (LEFT,)]
    return [LEFT, (LEFT,), HIDDEN]


def arrays_for(known: str, X: Array, place: str, pool: bool) -> list[Any]:
    """What may stand for another argument of a function, beside its input `X`."""
    rng = np.random.default_rng(5)
    width, shapes = X.shape[-1], []
    if known.endswith(("param", "params", "parameters", "config", "settings")):
        stride = POOL if pool else 1
        return [{**SETTINGS, "stride": stride, "pad": 0 if pool else 1}]
    if known in TRAINING:
        return ["train", True, "max"] if known == "mode" else [True]
    if known in SHARES:
        return [0.6]
    if known in ("seed", "randomstate"):
        return [3]
    if known in ("rng", "generator"):
        return [np.random.default_rng(3)]
    if known in ("wh", "whh", "waa", "u", "w2h"):
        shapes = [(HIDDEN, HIDDEN)]
    elif known in ("wx", "wxh", "wax"):
        shapes = [(width, HIDDEN), (HIDDEN, width), (HIDDEN, X.shape[0])]
    elif known in ("h0", "hprev", "prevh", "h", "a0", "aprev", "hinit", "hidden", "state"):
        n = X.shape[0]
        shapes = [(n, HIDDEN), (HIDDEN,), (HIDDEN, 1), (HIDDEN, n), (1, HIDDEN)]
    elif place == "image" and X.ndim == 4 and known in ("w", "weights", "weight", "kernel"):
        shapes = [(FILTERS, X.shape[1], KERNEL, KERNEL), (KERNEL, KERNEL, width, FILTERS)]
    elif place == "image" and known in BIASES:
        shapes = [(FILTERS,), (1, 1, 1, FILTERS), (FILTERS, 1)]
    elif known in {"w", "weights", "weight", "w1"}:
        shapes = [(width, HIDDEN), (HIDDEN, width), (HIDDEN, X.shape[0])]
    elif known in BIASES:
        shapes = [(HIDDEN,), (1, HIDDEN), (HIDDEN, 1)]
    elif known in NORMS:
        shapes = [(width,), (1, width), (X.shape[0], 1), (X.shape[1],) if X.ndim > 1 else (1,)]
        if X.ndim == 4:
            shapes = [(X.shape[1],), (1, X.shape[1], 1, 1), (width,)]
    if shapes:
        centre = 1.0 if known in ("gamma", "scale", "g") else 0.0
        return [rng.normal(centre, 0.5, shape) for shape in dict.fromkeys(shapes)]
    return values(known, place, pool)
