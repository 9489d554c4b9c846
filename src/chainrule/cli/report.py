"""How well a network did, as lines: accuracy, what it confuses, and some it got wrong, drawn."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from chainrule.cli import picture
from chainrule.cli.terminal import percent, shows
from chainrule.data import Dataset
from chainrule.ground.words import counted
from chainrule.network import Evaluation
from chainrule.runs import Closeness, Confused, Mistake


def accuracy_line(part: str, found: Evaluation) -> str:
    """`test accuracy 97.92 %  (9,792 of 10,000)`."""
    accuracy = found.accuracy or 0.0
    right = round(accuracy * found.examples)
    return f"{part} accuracy {percent(accuracy)}  ({right:,} of {found.examples:,})".lstrip()


def closeness_lines(part: str, found: Closeness) -> list[str]:
    """`test mean squared error 3.2 (medv squared), R² 0.87`, and of how many examples."""
    share = "" if found.r_squared is None else f", R² {found.r_squared:.3f}"
    return [
        f"{part} mean squared error {found.mean_squared_error:.4g}{share}".lstrip(),
        f"  of {counted(found.examples, 'example')}, in units of {found.target}",
    ]


def confused_lines(pairs: Sequence[Confused]) -> list[str]:
    if not pairs:
        return []
    first = max(len(pair.is_class) for pair in pairs)
    second = max(len(pair.taken_for) for pair in pairs)
    return [
        "Most often confused",
        *(
            f"  {pair.is_class:>{first}} taken for {pair.taken_for:<{second}}  "
            f"{counted(pair.times, 'time')}"
            for pair in pairs
        ),
    ]


def matrix_lines(names: tuple[str, ...], found: Evaluation, width: int) -> list[str]:
    """The confusion matrix, where it fits: a row a class, a column an answer."""
    if found.confusion is None:
        return []
    cells = [[f"{count:,}" if count else "." for count in row] for row in found.confusion.tolist()]
    across = 2 + max(len(text) for row in (names, *cells) for text in row)
    first = max(map(len, names))
    if first + 2 + across * len(names) > width:
        return []
    return [
        "A row is the class, a column the answer",
        " " * (first + 2) + "".join(f"{name:>{across}}" for name in names),
        *(
            f"  {name:<{first}}" + "".join(f"{cell:>{across}}" for cell in row)
            for name, row in zip(names, cells, strict=True)
        ),
    ]


def mistake_lines(data: Dataset, mistakes: Sequence[Mistake], width: int) -> list[str]:
    """A few mistakes in the test part, drawn side by side where the data are pictures."""
    if not mistakes:
        return []
    heading = textwrap.wrap("Its surest mistakes (in brackets, the output for its answer)", width)
    if data.image_shape is None:
        lines = [
            f"  example {m.example}: is {m.is_class}, said {m.taken_for} ({m.output:.2f})"
            for m in mistakes
        ]
        return [*heading, *lines]
    blocks = [
        [
            *picture.draw(
                data.test.X[m.example].reshape(data.image_shape),
                blocks=shows("▀█"),
                width=width - 2,
            ),
            f"is {m.is_class}",
            f"said {m.taken_for} ({m.output:.2f})",
        ]
        for m in mistakes
    ]
    return [*heading, "", *(f"  {line}".rstrip() for line in picture.beside(blocks, width - 2))]
