"""Equations derived step by step, lines checked, mistakes named.

    check(sheet, "W2", "delta2 @ a1.T")         a Check: verdict, mistakes, condition, witness
    check_chain(sheet, "W2", lines)             a ChainCheck: each line marked

>>> from chainrule.algebra import load_sheet
>>> mistake = check(load_sheet("logistic"), "w[j]", "(a - y) * w[j]").mistake
>>> mistake.kind, mistake.repaired
('symbol', '(a - y) * x[j]')
"""

from chainrule.derivation.chains import check, check_chain
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

__all__ = [
    "KINDS",
    "RIGHT",
    "VERDICTS",
    "ChainCheck",
    "Check",
    "Line",
    "Mistake",
    "OracleError",
    "Question",
    "QuestionError",
    "Verdict",
    "Witness",
    "check",
    "check_chain",
    "question",
]
