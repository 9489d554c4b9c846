"""How `gradient_check` is judged: on a cost whose differences are known in closed form."""

from typing import Any

import numpy as np

from chainrule.workshop.guarded.codec import Given
from chainrule.workshop.guarded.given import curved_cost, curved_cost_gradients
from chainrule.workshop.oracle import Case, Mistake, Oracle
from chainrule.workshop.returns import One

norm = np.linalg.norm


def measured(parameters: Any, h: Any) -> Any:
    """The centred differences of `curved_cost`: sin(s + k h) - sin(s - k h) = 2 cos(s) sin(k h)."""
    s = sum(k * p.sum() for k, p in enumerate(parameters, 1))
    return [np.cos(s) * np.sin(k * h) / h + 2 * k * p for k, p in enumerate(parameters, 1)]


def errors(gradients: Any, slopes: Any) -> Any:
    sizes = [max(norm(g), norm(s)) for g, s in zip(gradients, slopes, strict=True)]
    return [
        float(norm(g - s) / size) if size else 0.0
        for g, s, size in zip(gradients, slopes, sizes, strict=True)
    ]


def right(cost: Any, parameters: Any, gradients: Any, h: Any) -> Any:
    if cost.name == "flat_in_first_cost":
        slopes = [np.zeros_like(parameters[0]), *(2 * p for p in parameters[1:])]
    else:
        slopes = measured(parameters, h)
    return max(errors(gradients, slopes))


def cases() -> list[Case]:
    rng = np.random.default_rng(111)

    def of(shapes: Any, h: Any, *changes: Any) -> Any:
        parameters = [rng.normal(0, 0.8, shape) for shape in shapes]
        gradients = curved_cost_gradients(parameters)
        for index, change in changes:
            gradients[index] = change(gradients[index])
        return {
            "cost": Given("curved_cost"),
            "parameters": parameters,
            "gradients": gradients,
            "h": h,
        }

    def one_off(g: Any) -> Any:
        g = g.copy()
        g.flat[0] += 0.5
        return g

    flat = [rng.normal(0, 1, (2, 3)), rng.normal(0, 1, 4)]
    return [
        Case(of([(2,)], 1e-5, (0, lambda g: 2 * g)), "small", "a gradient twice too large"),
        Case(of([(3, 4), (3,), (2, 3)], 1e-5), words="right gradients"),
        Case(
            of([(3, 4), (3,), (2, 3)], 1e-5, (0, lambda g: 1.5 * g), (2, lambda g: 0.9 * g)),
            words="two wrong gradients",
        ),
        Case(of([(4, 2), (5,)], 1e-5, (1, one_off)), words="one wrong element"),
        Case(of([(4, 3), (5,)], 1e-5, (0, one_off)), words="one wrong element of a table"),
        Case(of([(3, 2), (3,)], 1e-5, (0, lambda g: -g)), words="a gradient of turned sign"),
        Case(of([(2, 3), (4,)], 0.1), words="a wide step, h = 0.1"),
        Case(
            {
                "cost": Given("flat_in_first_cost"),
                "parameters": flat,
                "gradients": [np.zeros((2, 3)), 2.2 * flat[1]],
                "h": 1e-5,
            },
            "extreme",
        ),
    ]


def over(combine: Any) -> Any:
    """The largest of `combine(g, s)` over the arrays."""
    return lambda cost, parameters, gradients, h: max(
        float(combine(g, s)) for g, s in zip(gradients, measured(parameters, h), strict=True)
    )


def with_slopes(slopes: Any) -> Any:
    return lambda cost, parameters, gradients, h: max(errors(gradients, slopes(parameters, h)))


def stepped(parameters: Any, h: Any, restore: Any, sides: Any) -> Any:
    """Differences by doing them, on copies."""
    parameters = [p.copy() for p in parameters]
    found = [np.zeros_like(p) for p in parameters]
    for p, slopes in zip(parameters, found, strict=True):
        for place in np.ndindex(p.shape):
            start = p[place]
            values = []
            for side in sides:
                p[place] = start + side * h
                values.append(curved_cost(parameters))
            if restore:
                p[place] = start
            slopes[place] = (values[0] - values[1]) / (h * (sides[0] - sides[1]))
    return found


def all_moved(parameters: Any, h: Any) -> Any:
    """The slope of the cost along a whole array, for every element of it."""
    found = []
    for k, p in enumerate(parameters):
        sides = [curved_cost([*parameters[:k], p + step, *parameters[k + 1 :]]) for step in (h, -h)]
        found.append(np.full(p.shape, (sides[0] - sides[1]) / (2 * h)))
    return found


def relative(g: Any, s: Any) -> Any:
    return np.abs(g - s) / np.maximum(np.abs(g), np.abs(s))


ORACLE = Oracle(
    cases=cases,
    right=right,
    returns=One("error", {0: "one number, the largest error"}),
    tolerance=1e-4,
    floor=2e-7,
    seconds=8.0,
    says_extreme="Where gradient and measured slopes are all 0, 0 is divided by 0: the error is 0",
    mistakes=(
        Mistake("absolute error", over(lambda g, s: norm(g - s))),
        Mistake("sum of the norms", over(lambda g, s: norm(g - s) / (norm(g) + norm(s)))),
        Mistake("relative to the gradient", over(lambda g, s: norm(g - s) / norm(g))),
        Mistake("relative to the measured slope", over(lambda g, s: norm(g - s) / norm(s))),
        Mistake("element by element", over(lambda g, s: relative(g, s).max())),
        Mistake(
            "whether for how much",
            lambda cost, parameters, gradients, h: float(
                max(errors(gradients, measured(parameters, h))) < 1e-6
            ),
        ),
        Mistake("squared norms", over(lambda g, s: norm(g - s) ** 2 / max(norm(g), norm(s)) ** 2)),
        Mistake(
            "norm of a matrix", over(lambda g, s: norm(g - s, 2) / max(norm(g, 2), norm(s, 2)))
        ),
        Mistake(
            "only the last array",
            lambda cost, parameters, gradients, h: errors(gradients, measured(parameters, h))[-1],
        ),
        Mistake(
            "only the first array",
            lambda cost, parameters, gradients, h: errors(gradients, measured(parameters, h))[0],
        ),
        Mistake(
            "mean of the errors",
            lambda cost, parameters, gradients, h: float(
                np.mean(errors(gradients, measured(parameters, h)))
            ),
        ),
        Mistake(
            "run of h for 2 h",
            with_slopes(lambda parameters, h: [2 * s for s in measured(parameters, h)]),
        ),
        Mistake(
            "one-sided difference",
            with_slopes(lambda parameters, h: stepped(parameters, h, True, (1, 0))),
        ),
        Mistake(
            "element not restored",
            with_slopes(lambda parameters, h: stepped(parameters, h, False, (1, -1))),
        ),
        Mistake(
            "norm over all arrays",
            lambda cost, parameters, gradients, h: errors(
                [np.concatenate([g.ravel() for g in gradients])],
                [np.concatenate([s.ravel() for s in measured(parameters, h)])],
            )[0],
        ),
        Mistake("all elements moved at once", with_slopes(all_moved)),
        Mistake(
            "no absolute value or norm", over(lambda g, s: np.sum(g - s) / max(norm(g), norm(s)))
        ),
        Mistake(
            "smallest error",
            lambda cost, parameters, gradients, h: min(errors(gradients, measured(parameters, h))),
        ),
        Mistake(
            "sum of the errors",
            lambda cost, parameters, gradients, h: sum(errors(gradients, measured(parameters, h))),
        ),
        Mistake("the smaller norm", over(lambda g, s: norm(g - s) / min(norm(g), norm(s)))),
        Mistake("mean of the norms", over(lambda g, s: 2 * norm(g - s) / (norm(g) + norm(s)))),
        Mistake("norm of the sum", over(lambda g, s: norm(g - s) / norm(g + s))),
        Mistake(
            "largest difference",
            over(lambda g, s: np.abs(g - s).max() / max(np.abs(g).max(), np.abs(s).max())),
        ),
        Mistake(
            "sums of absolute values",
            over(lambda g, s: np.abs(g - s).sum() / max(np.abs(g).sum(), np.abs(s).sum())),
        ),
        Mistake(
            "difference of the norms",
            over(lambda g, s: abs(norm(g) - norm(s)) / max(norm(g), norm(s))),
        ),
        Mistake("sum for difference", over(lambda g, s: norm(g + s) / max(norm(g), norm(s)))),
        Mistake("h not used", with_slopes(lambda parameters, h: measured(parameters, 1e-7))),
        Mistake(
            "/ 2 * h for / (2 * h)",
            with_slopes(lambda parameters, h: [h * h * s for s in measured(parameters, h)]),
        ),
        Mistake(
            "relative to the parameters",
            lambda cost, parameters, gradients, h: max(
                float(norm(g - s) / norm(p))
                for p, g, s in zip(parameters, gradients, measured(parameters, h), strict=True)
            ),
        ),
        Mistake(
            "whether for how much",
            lambda cost, parameters, gradients, h: float(
                max(errors(gradients, measured(parameters, h))) >= 1e-6
            ),
        ),
    ),
)
