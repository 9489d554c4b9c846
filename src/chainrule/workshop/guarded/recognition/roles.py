"""What the names of functions and of their arguments usually stand for."""

from __future__ import annotations

import re

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def words(name: str) -> list[str]:
    """The words of a name, in small letters: `outputLayerSize` is output, layer, size."""
    return [word.lower() for word in WORD.findall(name)]


def joined(name: str) -> str:
    """A name without underscores, in small letters."""
    return name.replace("_", "").lower()


FORWARD = (
    *("forward", "feedforward", "forwardprop", "forwardpropagation", "forwardpropagate"),
    *("forwardpass", "propagateforward", "lmodelforward", "modelforward", "forwardpropogation"),
    *("call", "query", "think", "predictproba", "predictprobs", "predictprobability", "predict"),
    *(
        "run",
        "activate",
        "propagate",
        "evaluate",
        "compute",
        "computeoutput",
        "calculate",
        "output",
    ),
    *("getoutput", "getoutputs", "calculateoutput", "infer", "inference", "hypothesis", "scores"),
    *("net", "model", "network", "nn", "mlp", "neuralnetwork", "guess", "loss", "fprop", "ff"),
    *("apply", "feed", "computeoutputs", "process", "process2layer", "predictions", "fp"),
    *("test", "getpredictions", "calc", "classify", "ask", "recognize", "recognise", "solve"),
    *("calculateoutputs", "modelpredict", "predictone", "evaluatenetwork", "simulate", "pass"),
)
"""Names of the way forward, the likeliest first; `__call__` is `call` here."""
BACKWARD = (
    *("backward", "backprop", "backpropagation", "backwardprop", "backwardpropagation"),
    *("backpropagate", "backpropogate", "backwardpass", "propagatebackward", "lmodelbackward"),
    *("modelbackward", "bprop", "backwardpropagate", "backpass", "back", "bp", "backpropogation"),
    *("gradient", "gradients", "grad", "grads", "computegradients", "computegradient"),
    *(
        "calculategradients",
        "getgradients",
        "calcgradients",
        "computegrads",
        "loss",
        "costfunction",
    ),
    *("nncostfunction", "lossandgrads", "lossandgradients", "costprime", "costfunctionprime"),
    *(
        "computegrad",
        "lossgrad",
        "lossfunction",
        "costandgradient",
        "derivatives",
        "backpropminibatch",
    ),
)
"""Names of what gives or stores the gradients."""
STEP = (
    *("train", "trainonbatch", "trainbatch", "trainstep", "trainone", "trainonce", "fit", "step"),
    *("update", "updateminibatch", "updateweights", "updateparameters", "updateparams", "learn"),
    *("partialfit", "optimize", "trainingstep", "trainsample", "trainnetwork", "sgd", "adjust"),
    *(
        "gradientdescent",
        "updatebatch",
        "trainexample",
        "fitbatch",
        "trainmodel",
        "trainingiteration",
    ),
    *("backwardandupdate", "trainepoch", "sgdstep", "descend"),
)
"""Names of what moves the parameters."""
APPLY = (
    *("update", "updateweights", "updateparameters", "updateparams", "step", "applygradients"),
    *(
        "updategradients",
        "optimize",
        "gradientdescent",
        "updatewb",
        "sgd",
        "updateweightsandbiases",
    ),
    *("applygradient", "updatelayers", "gradientstep", "descend", "sgdupdate", "sgdstep"),
)
"""Names of what takes gradients and moves the parameters."""
INIT = ("init", "initialize", "initialise", "create", "make", "build", "random", "new", "setup")
"""First words of what makes parameters."""
MAKES = {"get", "rand", "gen", "define", "weights", "draw", "start", "construct", "set", "params"}
"""First words of what makes parameters, where they are named after it."""
STARTS = {"initial", "initialization", "initialisation", "initializer", "initiate", "generate"}
HELD = {
    *("parameters", "params", "param", "model", "theta", "thetas", "network", "net", "nn"),
    *("weights", "ws", "w", "nnparams", "layers", "weight"),
}
"""Names of what holds all parameters."""
TARGET_WORDS = {
    *("y", "target", "targets", "label", "labels", "expected", "desired", "true", "truth", "t"),
    *("answer", "answers", "correct", "yt", "ys", "gt", "ytrain", "actual", "onehot", "yb", "d"),
    *("solution", "ytrue", "teacher", "goal"),
}
INPUT_WORDS = {
    *("x", "xs", "xb", "input", "inputs", "data", "image", "images", "img", "feature"),
    *("features", "rows", "points", "patterns", "pattern", "records", "observations"),
    *(
        "sample",
        "samples",
        "a",
        "a0",
        "example",
        "examples",
        "row",
        "xtrain",
        "xi",
        "vector",
        "batch",
    ),
    *("instance", "point", "signal", "observation", "xbatch", "pixels", "inp", "inpt", "aprev"),
}
OUTPUT_WORDS = {
    *("p", "o", "activated"),
    *("hat", "pred", "prediction", "predicted", "predictions", "output", "outputs", "out"),
    *("probs", "scores", "logits", "al", "yhat", "ypred", "preds", "result", "prob"),
    *("probabilities",),
}
SEED_WORDS = {
    *("grad", "gradient", "dout", "dvalues", "dz", "da", "delta", "upstream", "douts", "dy"),
    *("dl", "error", "errors", "derror", "err", "gradoutput", "dloss", "loss", "accum", "dvalue"),
}
SIZE_WORDS = {
    *(
        "size",
        "sizes",
        "dim",
        "dims",
        "nodes",
        "node",
        "n",
        "num",
        "number",
        "neurons",
        "units",
        "no",
    ),
    *("count", "nb", "shape", "len", "length", "dimension", "dimensions", "numof", "width"),
}
RATES = {
    *("learningrate", "lr", "eta", "alpha", "stepsize", "rate", "learnrate", "learningr", "l_r"),
    *("step", "learning", "epsilon", "lrate", "gamma"),
}
EPOCHS = {
    *("epochs", "epoch", "iterations", "iters", "numiterations", "niter", "numiters", "maxiter"),
    *("numepochs", "nepochs", "iter", "niterations", "steps", "trainingiterations", "maxepochs"),
    *("noiterations", "numpasses", "numberoftrainingiterations", "iteration", "times", "nepoch"),
    *("maxiterations", "numepoch", "numiter", "generations"),
}
BATCHES = {"batchsize", "minibatchsize", "batch", "bs", "minibatch", "sizebatch"}
TRAINING = {"training", "istraining", "trainmode", "trainingmode", "istrain"}
"""Names of a flag that says whether a step is made."""
COUNTS = {
    *("m", "nsamples", "numexamples", "numsamples", "nexamples", "n", "batchsize", "mtrain"),
    *("samples", "size", "numtrain", "numdata", "nbatch", "num"),
}
PENALTIES = {
    *("reg", "lambda", "lambd", "l2", "reglambda", "lmbda", "lam", "regularization", "l1", "lamda"),
    *("regstrength", "l2lambda", "lambdareg", "regularisation", "regrate", "lambda1", "lambda2"),
}
"""Names of how much a penalty counts."""
NOTHING = {
    *("weightdecay", "momentum", "dropout", "decay", "dropoutrate", "beta"),
    *("learningratedecay", "mu"),
}
CACHES = {
    *("cache", "caches", "memory", "activations", "acts", "layeroutputs"),
    *("forwardcache", "values", "linearcache"),
}
PAIRS = {"minibatch", "batch", "trainingdata", "pairs"}
"""Names of a list of pairs (x, y)."""
LAYER_SIZES = {
    *(
        "layers",
        "sizes",
        "layersizes",
        "layerdims",
        "layersdims",
        "architecture",
        "topology",
        "dims",
    ),
    *(
        "structure",
        "nodes",
        "layerdimensions",
        "shape",
        "networkshape",
        "layer",
        "dimensions",
        "size",
    ),
    *(
        "layersize",
        "nnarchitecture",
        "units",
        "layerssizes",
        "nodesperlayer",
        "neurons",
        "layernodes",
    ),
    *("networkstructure", "layerslist", "nnshape", "layersdimensions", "netsize", "layout", "sz"),
    *("layersdim", "sizesoflayers", "config", "arch", "nodecounts", "widths", "n"),
}
HIDDEN_LISTS = {
    "hiddenlayers",
    "hiddensizes",
    "hiddendims",
    "hiddenlayersizes",
    "hidden",
    "nhidden",
}


PARAMETER = re.compile(
    r"(w|b|bias|biases|weights?|theta|syn|gamma|beta|kernel)\d*[hio]*|[wb]_?(in|out|hid|hidden)\d*",
    re.I,
)
PARAMETER_WORDS = {"synapse", "intercept"}


def is_parameter(name: str) -> bool:
    """Whether an array, or a number, is called like the weights or the biases of a layer."""
    parts = (*words(name), name.replace("_", ""))
    return any(PARAMETER.fullmatch(part) or part in PARAMETER_WORDS for part in parts)


def makes_parameters(name: str) -> bool:
    """Whether a function is called as what makes parameters: `init_params`, `get_weights`."""
    parts = words(name)
    if not parts:
        return False
    held = any(is_parameter(each) or each in HELD for each in parts[1:])
    return parts[0] in INIT or bool(set(parts) & STARTS) or (parts[0] in MAKES and held)


DERIVATIVE_OF_COST = re.compile(r"d_?(l|j|e|c|loss|cost|err|error)_?d_?(?!w|b|theta)\w+", re.I)
"""Names of the derivative of a cost by what is no parameter: `dLdA`, `dE_dY`, `dloss_dout`."""


def is_size(name: str) -> bool:
    """Whether an argument is a number of neurons or of inputs."""
    parts = set(words(name))
    return bool(parts & SIZE_WORDS) or joined(name) in ("nin", "nout", "fanin", "fanout")


def role(name: str) -> str:
    """What an argument of a function is for: `inputs`, `targets`, `outputs`, ... or nothing."""
    plain, parts = joined(name), set(words(name))
    if plain in TRAINING:
        return "training"
    if DERIVATIVE_OF_COST.fullmatch(name):
        return "seed"
    for table, found in (
        (RATES, "rate"),
        (EPOCHS, "epochs"),
        (PENALTIES, "penalty"),
        (NOTHING, "nothing"),
    ):
        if plain in table:
            return found
    if plain in CACHES or parts & {"cache", "caches"}:
        return "cache"
    if plain in PAIRS:
        return "pairs"
    if plain in BATCHES:
        return "batch size"
    if parts & {"hat", "pred", "predicted", "prediction", "predictions", "yhat", "ypred", "preds"}:
        return "outputs"
    if len(parts) > 1:  # `dW1` is no target, as `d` may be
        parts -= {"d"}
    if parts & TARGET_WORDS or ({"output", "outputs"} & parts and parts & {"train", "training"}):
        return "targets"
    if (parts & SEED_WORDS or plain in SEED_WORDS) and not parts & {"input", "x"}:
        return "seed"
    if parts & OUTPUT_WORDS:
        return "outputs"
    if name in ("m", "N", "M", "num_examples", "n_samples"):
        return "count"
    if parts & INPUT_WORDS or parts & {"train", "training"}:
        return "inputs"
    return ""
