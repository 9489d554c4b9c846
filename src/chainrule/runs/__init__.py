"""A training run as a thing: what is chosen, its file, its progress, its report, advice.

`start` a run or `resume` one from its file, take the `records()` of it, and ask for its
`report`. `open_run` reads a finished one, to `measure` it or to `predict` with it, a picture or
the rows of a table.
"""

from chainrule.runs.advice import Advice, Outcome, explain, outcome
from chainrule.runs.choices import (
    MOST_EPOCHS,
    Choices,
    for_data_set,
    make,
)
from chainrule.runs.closeness import Closeness
from chainrule.runs.errors import RunDiverged, RunError
from chainrule.runs.prediction import Prediction, image_shape, predict, read_characters
from chainrule.runs.report import (
    ALL,
    Confused,
    Measurement,
    Mistake,
    RunReport,
    confused,
    measure,
    report_on,
)
from chainrule.runs.run_data import (
    check_data_dir,
    check_fits,
    class_names,
    describe_data,
    load_data,
    penalised,
)
from chainrule.runs.run_file import open_run, save_at, save_in_a_free_place
from chainrule.runs.settings import Settings
from chainrule.runs.table_prediction import TablePrediction, predict_table, save_answers
from chainrule.runs.training_run import Stretched, TrainingRun, measured_on, resume, start

__all__ = [
    "ALL", "MOST_EPOCHS", "Advice", "Choices", "Closeness", "Confused", "Measurement", "Mistake",
    "Outcome",
    "Prediction", "RunDiverged", "RunError", "RunReport", "Settings", "Stretched",
    "TablePrediction", "TrainingRun",
    "check_data_dir", "check_fits", "class_names", "confused", "describe_data", "explain",
    "for_data_set", "image_shape", "load_data", "make", "measure", "measured_on", "open_run",
    "outcome", "penalised", "predict", "predict_table", "read_characters", "report_on", "resume",
    "save_answers", "save_at", "save_in_a_free_place", "start",
]  # fmt: skip
