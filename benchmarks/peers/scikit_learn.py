"""scikit-learn's MLPClassifier, an epoch a call of `partial_fit`."""

from __future__ import annotations

import importlib
import time
from typing import Any

import numpy as np

from benchmarks.examples import Examples
from benchmarks.peers import Unable
from benchmarks.workloads import Parameters, Workload

sklearn: Any = importlib.import_module("sklearn")
neural_network: Any = importlib.import_module("sklearn.neural_network")


class ScikitLearn:
    """Ten sigmoid outputs are, to scikit-learn, ten labels that an example may have."""

    def __init__(self, workload: Workload, examples: Examples) -> None:
        self.workload, self.X = workload, examples.X()
        self.y: Any = examples.labels if workload.output == "softmax" else examples.one_hot()
        if workload.output != "softmax":
            self.y = self.y.astype(np.int64)
        self.model = neural_network.MLPClassifier(
            hidden_layer_sizes=workload.sizes[1:-1],
            activation="relu" if workload.hidden == "relu" else "logistic",
            solver="adam" if workload.optimizer == "adam" else "sgd",
            momentum=workload.momentum if workload.optimizer == "momentum" else 0.0,
            nesterovs_momentum=False,
            learning_rate="constant",
            learning_rate_init=workload.learning_rate,
            batch_size=workload.batch_size,
            # Its penalty is alpha/(2m) * sum W**2 with m the mini-batch's length.
            alpha=workload.l2 * workload.batch_size / len(examples),
            random_state=1,
        )
        some = slice(0, 10 * workload.batch_size)
        self.model.partial_fit(self.X[some], self.y[some], classes=list(range(10)))
        del self.model._optimizer  # its running means, too, start anew
        for coefs, intercepts, (w, b) in zip(
            self.model.coefs_, self.model.intercepts_, workload.start(), strict=True
        ):
            coefs[:], intercepts[:] = w.T, b

    def follow(self, seed: int) -> None:
        order = np.random.default_rng(seed).permutation(len(self.X))
        self.model.set_params(shuffle=False)
        self.model.partial_fit(self.X[order], self.y[order])

    def timed(self) -> tuple[float, int]:
        most = round(self.workload.share * len(self.X))
        began = time.perf_counter()
        self.model.partial_fit(self.X[:most], self.y[:most])
        return time.perf_counter() - began, most

    def parameters(self) -> Parameters:
        return [
            (coefs.T.astype(np.float64), intercepts.astype(np.float64))
            for coefs, intercepts in zip(self.model.coefs_, self.model.intercepts_, strict=True)
        ]


def learner(workload: Workload, examples: Examples) -> ScikitLearn:
    if workload.cost == "quadratic":
        raise Unable("it has no quadratic cost of sigmoid outputs")
    return ScikitLearn(workload, examples)


def about() -> str:
    return f"scikit-learn {sklearn.__version__}"
