"""The command `chainrule`, and `python -m chainrule`."""

from __future__ import annotations

import sys

STOPPED = 130


def main() -> int:
    """Run the process's command line; Ctrl-C while the program is still loading ends it quietly."""
    try:
        from chainrule.cli.main import main as command

        return command()
    except KeyboardInterrupt:
        return STOPPED


if __name__ == "__main__":
    sys.exit(main())
