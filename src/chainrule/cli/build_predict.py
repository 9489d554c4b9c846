"""`chainrule build predict IMAGE`: a picture, read by the learner's own trained network."""

from __future__ import annotations

import sys

from chainrule import runs
from chainrule.cli.build_train import last_run
from chainrule.cli.failure import COULD_NOT, Refused, explain, say
from chainrule.cli.predict import lines
from chainrule.cli.terminal import print_json
from chainrule.cli.verdict_text import own_lines
from chainrule.data import DataError, user_path
from chainrule.workshop import Folder, Guard, NotReady, OwnCodeFailed, OwnRun, answer_of


def shown_answers(
    folder: Folder, images: list[str], file: str | None, invert: bool | None, json: bool
) -> int:
    """The picture as the network saw it and its outputs, one after the other."""
    own = last_run(folder) if file is None else OwnRun.open(user_path(file))
    assert own.run is not None
    shape = runs.image_shape(own.run, str(own.path))
    classes = runs.class_names(own.run)
    status, between = 0, ""
    with Guard() as guard:
        for image in images:
            try:
                saw = runs.seen(user_path(image), shape, own.run.data.get("inverted"), invert)
                outputs = answer_of(folder, guard, own, saw.reshape(-1))
            except DataError as fault:
                sys.stdout.flush()
                say(explain(fault) or "")
                status = COULD_NOT
                continue
            except NotReady as fault:
                raise Refused(str(fault)) from None
            except OwnCodeFailed as fault:
                say(str(fault))
                for line in own_lines(fault.lines):
                    print(line, file=sys.stderr)
                return 1
            values = tuple(float(value) for value in outputs)
            answer = runs.Prediction(image, saw, classes, values, int(outputs.argmax()))
            if json:
                print_json(answer.to_dict())
            else:
                print(between + "\n".join(lines(answer)), flush=True)
            between = "\n"
    return status
