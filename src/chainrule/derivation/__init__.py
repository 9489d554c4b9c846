"""Equations derived step by step, lines checked, mistakes named.

    check(sheet, "W2", "delta2 @ a1.T")         a Check: verdict, mistakes, condition, witness
    check_chain(sheet, "W2", lines)             a ChainCheck: each line marked
    derivation_of(sheet, "W2[j,k]")             a Derivation; written(...) prints several
    export(sheet)                               an Exported: a NumPy module, as source

>>> from chainrule.algebra import load_sheet
>>> mistake = check(load_sheet("logistic"), "w[j]", "(a - y) * w[j]").mistake
>>> mistake.kind, mistake.repaired
('symbol', '(a - y) * x[j]')
"""

from chainrule.derivation.chains import check, check_chain
from chainrule.derivation.export import Exported, export
from chainrule.derivation.truth import OracleError, Question, QuestionError, question
from chainrule.derivation.verdict import (
    KINDS,
    RIGHT,
    VERDICTS,
    ChainCheck,
    Check,
    Line,
    Mistake,
    Verdict,
    Witness,
)
from chainrule.derivation.written import FORMS, derivation_of, written

__all__ = [
    "FORMS",
    "KINDS",
    "RIGHT",
    "VERDICTS",
    "ChainCheck",
    "Check",
    "Exported",
    "Line",
    "Mistake",
    "OracleError",
    "Question",
    "QuestionError",
    "Verdict",
    "Witness",
    "check",
    "check_chain",
    "derivation_of",
    "export",
    "question",
    "written",
]
