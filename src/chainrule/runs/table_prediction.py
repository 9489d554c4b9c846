"""What a trained network answers for every row of a table: a submission, as Kaggle calls it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.data import Sample, Unlabelled, read_sample, read_unlabelled, sample_beside
from chainrule.ground import writing
from chainrule.ground.words import counted, visible
from chainrule.network import Run
from chainrule.runs import run_file
from chainrule.runs.errors import RunError
from chainrule.runs.run_data import class_names, kept_label, kept_preparation, kept_target

HEADER = ("ImageId", "Label")
"""The header of a submission to Kaggle's Digit Recognizer."""


@dataclass(frozen=True)
class TablePrediction:
    """The answers for the rows of a table.

    `ids` is what each row goes by, `outputs` what the network gave for its answer. `header` names
    the two columns of a submission; `sample` is the file that it was taken from. `target`
    names the numbers, where the answers are numbers and no classes.
    """

    table: str
    header: tuple[str, str]
    ids: tuple[str, ...]
    answers: tuple[str, ...]
    outputs: tuple[float, ...]
    sample: str | None = None
    target: str | None = None

    def __len__(self) -> int:
        return len(self.answers)

    def times(self) -> dict[str, int]:
        """How often each answer was given."""
        return dict(Counter(self.answers))

    def rows(self) -> list[dict[str, Any]]:
        """A row as JSON can hold it."""
        return [
            {"id": name, "answer": answer, "output": output}
            for name, answer, output in zip(self.ids, self.answers, self.outputs, strict=True)
        ]

    def csv(self) -> str:
        """The submission: its header, then a line for each row."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.header)
        writer.writerows(zip(self.ids, self.answers, strict=True))
        return text.getvalue()


def predict_table(
    run: Run, table: str | Path, *, sample: str | Path | None = None
) -> TablePrediction:
    """The network's answer for each row of a table, with or without labels.

    The header and the names of the rows are those of `sample`, or of the one sample beside the
    table; else of the table's own column of row numbers, and of the label that was trained on.
    """
    inputs = run.network.architecture.sizes[0]
    columns = run.data.get("columns")
    rows = read_unlabelled(
        table, inputs, tuple(columns) if isinstance(columns, list) else None, kept_label(run)
    )
    wanted = read_sample(sample) if sample is not None else fitting_sample(table, rows)
    if wanted is not None and len(wanted.ids) != len(rows):
        raise RunError(
            f"{wanted.source} has {counted(len(wanted.ids), 'row')} and {rows.source} "
            f"{len(rows):,}; expected a sample of the same rows"
        )
    outputs = run.chosen.predict_proba(prepared(run, rows))
    header = header_of(run, rows) if wanted is None else wanted.header
    ids = rows.ids if wanted is None else wanted.ids
    sample_used = None if wanted is None else visible(wanted.source)
    if (target := kept_target(run)) is not None:
        numbers = target.undo(outputs[:, 0]).tolist()
        answers = tuple(f"{number:.6g}" for number in numbers)
        return TablePrediction(
            visible(rows.source), header, ids, answers, tuple(numbers), sample_used, target.name
        )
    if outputs.shape[1] == 1:  # that of class 1
        outputs = np.hstack([1 - outputs, outputs])
    answers = outputs.argmax(axis=1)
    classes = class_names(run)
    return TablePrediction(
        visible(rows.source),
        header,
        ids,
        tuple(classes[answer] for answer in answers.tolist()),
        tuple(outputs[np.arange(len(answers)), answers].tolist()),
        sample_used,
    )


def fitting_sample(table: str | Path, rows: Unlabelled) -> Sample | None:
    """The sample beside a table, where it has the same number of rows."""
    beside = sample_beside(table)
    if beside is None:
        return None
    sample = read_sample(beside)
    return sample if len(sample.ids) == len(rows) else None


def header_of(run: Run, rows: Unlabelled) -> tuple[str, str]:
    """The names of the two columns, where no sample gives them."""
    label = kept_label(run)
    named = run.data.get("columns") is not None and label is not None
    first = rows.id_name or (HEADER[0] if run.data.get("image_shape") else "Id")
    if first == HEADER[0] or not named:
        return first, HEADER[1]
    return first, str(label)


def prepared(run: Run, rows: Unlabelled) -> np.ndarray:
    """The inputs as those that the run was trained on were prepared, (m, n) float32."""
    if "scale" not in run.data:
        return rows.values.astype(np.float32)
    scale, standard = kept_preparation(run)
    if standard is not None:
        return standard.apply(rows.values.astype(np.float64))
    return rows.scaled(scale)


def save_answers(answers: TablePrediction, out: str | Path) -> Path:
    """Write the submission to a new file."""
    path = run_file.check_out(out, resumable=False)
    try:
        writing.create(path, answers.csv().encode())
    except FileExistsError:
        raise RunError(f"{path} is there now, though it was not before", setting="out") from None
    return path
