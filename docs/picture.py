"""Draws docs/train.svg, the picture in the README: what `chainrule train` prints.

    python docs/picture.py

The fonts that Rich would fetch from elsewhere are left out: whoever looks at the picture sees
their own.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

COLUMNS = 80
EPOCHS_SHOWN = 3
COMMAND = "from chainrule.cli.main import main; main(['train'])"


def printed() -> list[str]:
    """What `chainrule train` prints in an empty folder, without most of the epochs."""
    with tempfile.TemporaryDirectory() as folder:
        text = subprocess.run(
            [sys.executable, "-c", COMMAND],
            cwd=folder,
            env={**os.environ, "COLUMNS": str(COLUMNS), "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    lines = text.splitlines()
    epochs = [number for number, line in enumerate(lines) if line.startswith("epoch ")]
    left_out = set(epochs[EPOCHS_SHOWN:-EPOCHS_SHOWN])
    kept = [line for number, line in enumerate(lines) if number not in left_out]
    return [*kept[: epochs[EPOCHS_SHOWN]], "...", *kept[epochs[EPOCHS_SHOWN] :]]


def main() -> None:
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text("$ chainrule train", style="bold"))
    for line in printed():
        console.print(Text(line), soft_wrap=True)
    svg = re.sub(r"@font-face\s*{[^}]*}", "", console.export_svg(title="chainrule"))
    Path(__file__).with_name("train.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
