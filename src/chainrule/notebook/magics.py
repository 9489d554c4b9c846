"""The magics: `%derive`, `%%check`, `%%grade`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring
from IPython.display import display

from chainrule.algebra import Sheet, load_sheet, parse_sheet, sheet_names, typed_function
from chainrule.derivation import as_html, check_chain, derivations_of, named_by, to_work_out
from chainrule.ground.faults import Fault
from chainrule.ground.words import nearest
from chainrule.notebook.markup import block
from chainrule.notebook.showing import Shown, of_check, shown
from chainrule.workshop import Guard, grade, stage_names


def sheet_named(words: str, names: dict[str, Any]) -> Sheet:
    """A shipped sheet, a file, a function such as `x**2*sin(x)`, or a variable that holds one."""
    found = names.get(words)
    if isinstance(found, Sheet):
        return found
    if isinstance(found, str):
        return parse_sheet(found)
    if words in sheet_names() or Path(words).is_file():
        return load_sheet(words)
    if words.isidentifier() or ("-" in words and words.replace("-", "").isalnum()):
        close = nearest(words, sheet_names())
        raise Fault(
            f"no sheet is called {words!r}; "
            + (f"did you mean {close[0]}?" if close else f"there are {', '.join(sheet_names())}")
        )
    return typed_function(words).sheet


def arguments(magic: Any, line: str) -> Any:
    """What was typed behind a magic. UsageError where it cannot be read."""
    try:
        return parse_argstring(magic, line)
    except ValueError as fault:
        raise UsageError(f"{line.strip()}: {str(fault).lower()}") from None


@magics_class
class ChainruleMagics(Magics):
    """Each fault is one line, as in the terminal."""

    def _names(self) -> dict[str, Any]:
        return {} if self.shell is None else self.shell.user_ns

    @magic_arguments()
    @argument("sheet", help="a sheet's name, a file, a function, or a variable that holds a sheet")
    @argument("--wrt", action="append", help="derive by this only; may be given again")
    @argument("--all", action="store_true", help="every step")
    @line_magic
    def derive(self, line: str) -> Shown:
        """A derivation, step by step."""
        given = arguments(self.derive, line)
        try:
            sheet = sheet_named(unquoted(given.sheet), self._names())
            result = derivations_of(sheet, given.wrt or ())
            return shown(result, block(as_html(result, every=given.all)))
        except Fault as fault:
            raise UsageError(str(fault)) from None

    @magic_arguments()
    @argument("sheet", help="a sheet's name, a file, a function, or a variable that holds a sheet")
    @argument("--wrt", help="of what; a line may say it itself")
    @argument("--repair", action="store_true", help="show the wrong line mended")
    @cell_magic
    def check(self, line: str, cell: str) -> None:
        """The lines of the cell: right, or the mistake by name."""
        given = arguments(self.check, line)
        lines = [text.strip() for text in cell.splitlines()]
        lines = [text for text in lines if text and not text.startswith("#")]
        try:
            sheet = sheet_named(unquoted(given.sheet), self._names())
            if not lines:
                raise Fault("the cell holds no line: type your equation under the magic")
            wrt = given.wrt or next(filter(None, (named_by(sheet, text) for text in lines)), None)
            wrt = wrt or sheet.scope.variable
            if wrt is None:
                raise Fault(f"say of what with --wrt: {', '.join(to_work_out(sheet))}")
            result = check_chain(sheet, wrt, lines)
        except Fault as fault:
            raise UsageError(str(fault)) from None
        display(shown(result, of_check(result, sheet, repair=given.repair)))

    @magic_arguments()
    @argument("stage", help="the function of the workshop that the cell defines")
    @cell_magic
    def grade(self, line: str, cell: str) -> None:
        """The function of the cell, graded; the cell is run too, so that you may use it."""
        given = arguments(self.grade, line)
        if given.stage not in stage_names():
            close = nearest(given.stage, stage_names())
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(stage_names())}"
            raise UsageError(f"no function of the workshop is called {given.stage!r}; {hint}")
        with tempfile.TemporaryDirectory() as folder, Guard() as guard:
            path = Path(folder) / "network.py"
            source = f"import numpy as np\n{cell}".encode()
            path.write_bytes(source)
            try:
                verdict = grade(given.stage, source, path, guard)
            except Fault as fault:
                raise UsageError(str(fault)) from None
        display(shown(verdict))
        if self.shell is not None and verdict.outcome not in ("unreadable", "stopped"):
            self.shell.run_cell(cell, silent=True)


def unquoted(words: str) -> str:
    return words[1:-1] if len(words) > 1 and words[0] == words[-1] and words[0] in "\"'" else words
