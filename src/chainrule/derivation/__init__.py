"""Equations derived step by step, lines checked, mistakes named.

    derive_all(sheet)                           a Backpropagation: every derivative, in order
    derive(sheet, "W2")                         a Derivation: steps, lines, the textbook's form
    derive_entry(sheet, "W2")                   dC/dW2[j,k]; jacobian(sheet, "a2", "z2")
    hint(sheet, "W2", lines)                    a Hint: four rungs to the next line
    check(sheet, "W2", "delta2 @ a1.T")         a Check: verdict, mistakes, condition, witness
    check_chain(sheet, "W2", lines)             a ChainCheck: each line marked
    Workings(sheet)                             the backward pass, line by line by a learner
    notes(workings, "Softmax")                  what they have, as Markdown
    derivation_of(sheet, "W2[j,k]")             a Derivation; written(...) prints several
    derivations_of(sheet)                       those by what is trained; given(sheet) is not
    export(sheet)                               an Exported: a NumPy module, as source

>>> from chainrule.algebra import load_sheet
>>> mistake = check(load_sheet("logistic"), "w[j]", "(a - y) * w[j]").mistake
>>> mistake.kind, mistake.repaired
('symbol', '(a - y) * x[j]')
"""

from chainrule.derivation.asking.case import Case
from chainrule.derivation.asking.cost_scale import averaged, halved
from chainrule.derivation.asking.points import points_of
from chainrule.derivation.asking.question import Question, QuestionError, named_by, question
from chainrule.derivation.asking.truth import OracleError, truth
from chainrule.derivation.asking.verdict import (
    KINDS,
    PASSES,
    RIGHT,
    VERDICTS,
    ChainCheck,
    Check,
    Line,
    Mistake,
    Verdict,
    Witness,
)
from chainrule.derivation.checking.chains import check, check_chain
from chainrule.derivation.checking.disclosure import without_mend
from chainrule.derivation.checking.hints import Hint, hint
from chainrule.derivation.checking.lines import links, split
from chainrule.derivation.checking.workings import Chain, Reply, Slip, Workings
from chainrule.derivation.deriving.derive import derive, derive_all, derive_trained
from chainrule.derivation.deriving.entries import derive_entry
from chainrule.derivation.deriving.folding import canonical
from chainrule.derivation.deriving.given import given
from chainrule.derivation.deriving.jacobians import jacobian
from chainrule.derivation.deriving.naming import with_names
from chainrule.derivation.deriving.order import to_work_out
from chainrule.derivation.deriving.step import Step
from chainrule.derivation.deriving.steps import Backpropagation, Derivation
from chainrule.derivation.mistakes.change import Change, Edit, applied
from chainrule.derivation.mistakes.detectors import DETECTORS, Detector, mistakes_in
from chainrule.derivation.mistakes.edits import EDITS, Mend
from chainrule.derivation.mistakes.search import Search
from chainrule.derivation.mistakes.wrong_calculus_rules import CALCULUS_RULES
from chainrule.derivation.mistakes.wrong_rule_derivatives import (
    CalculusRule,
    WrongDerivative,
    used_and_wanted,
    wrong_derivatives,
)
from chainrule.derivation.writing.example_values import example_values
from chainrule.derivation.writing.export import Exported, export
from chainrule.derivation.writing.formats import (
    FORMS,
    as_html,
    derivation_of,
    derivations_of,
    written,
)
from chainrule.derivation.writing.notation import NOTATIONS
from chainrule.derivation.writing.notes import notes
from chainrule.derivation.writing.page import page

__all__ = [
    "CALCULUS_RULES",
    "DETECTORS",
    "EDITS",
    "FORMS",
    "KINDS",
    "NOTATIONS",
    "PASSES",
    "RIGHT",
    "VERDICTS",
    "Backpropagation",
    "CalculusRule",
    "Case",
    "Chain",
    "ChainCheck",
    "Change",
    "Check",
    "Derivation",
    "Detector",
    "Edit",
    "Exported",
    "Hint",
    "Line",
    "Mend",
    "Mistake",
    "OracleError",
    "Question",
    "QuestionError",
    "Reply",
    "Search",
    "Slip",
    "Step",
    "Verdict",
    "Witness",
    "Workings",
    "WrongDerivative",
    "applied",
    "as_html",
    "averaged",
    "canonical",
    "check",
    "check_chain",
    "derivation_of",
    "derivations_of",
    "derive",
    "derive_all",
    "derive_entry",
    "derive_trained",
    "example_values",
    "export",
    "given",
    "halved",
    "hint",
    "jacobian",
    "links",
    "mistakes_in",
    "named_by",
    "notes",
    "page",
    "points_of",
    "question",
    "split",
    "to_work_out",
    "truth",
    "used_and_wanted",
    "with_names",
    "without_mend",
    "written",
    "wrong_derivatives",
]
