"""`chainrule build predict IMAGE`: a picture, read by the learner's own trained network."""

from __future__ import annotations

import sys
from typing import Any

from numpy.typing import NDArray

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
    run = own.run
    runs.image_shape(run, str(own.path))
    status, between = 0, ""
    with Guard() as guard:

        def outputs_of(row: NDArray[Any]) -> tuple[NDArray[Any], int]:
            outputs = answer_of(folder, guard, own, row.reshape(-1))
            return outputs, int(outputs.argmax())

        for image in images:
            try:
                readings = runs.read_characters(run, image, outputs_of, invert=invert)
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
            if json:
                for reading in readings:
                    print_json(reading.to_dict())
            else:
                print(between + "\n".join(lines(readings)), flush=True)
            between = "\n"
    return status
