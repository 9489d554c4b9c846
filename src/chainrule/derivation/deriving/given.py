"""Which quantities of a sheet are trained, and which are given: inputs, targets, settings.

A sheet does not say it. This is the rule:

- A *target* is declared, and called y or Y (y1, Y_train), t, target or label, or is declared
  `onehot`, `prob` or `binary`. A sheet with a target trains something.
- In such a sheet an *input* is declared, and called x or X (x1, X_train) or input, or carries the
  number of the layer before the first: a0, A0, h0.
- A *setting* is a declared scalar that is chosen before training: one that is declared `positive`,
  or that only the cost uses, in a sheet that has other equations besides, as lam and n of a
  penalty; or one that is called lam, lambda, eta, alpha, beta, gamma, eps, epsilon, n or m.
- All else that is declared is trained. If that leaves nothing, nothing is left out.

A sheet without a target trains nothing: what is declared is what its function is derived by. In
ordinary calculus the names in between, `u = x**2`, are helpers on the way to it.
"""

from __future__ import annotations

import re

from chainrule.algebra import SCALAR, Declaration, Sheet, symbols
from chainrule.derivation.deriving.calculus import is_ordinary

TARGETS = re.compile(r"(y|Y|t|target|targets|label|labels)([_0-9].*)?")
INPUTS = re.compile(r"(x|X|input|inputs)([_0-9].*)?|[ahAH]_?0")
SETTINGS = re.compile(r"(lam|lambda|eta|alpha|beta|gamma|eps|epsilon|n|m)")
OF_TARGETS = ("onehot", "prob", "binary")


def targets(sheet: Sheet) -> frozenset[str]:
    """The declared quantities that the cost compares an output with."""
    return frozenset(d.name for d in sheet.declarations if _is_target(d))


def _is_target(declaration: Declaration) -> bool:
    assumed = any(said.split()[0] in OF_TARGETS for said in declaration.assumptions)
    return assumed or TARGETS.fullmatch(declaration.name) is not None


def given(sheet: Sheet) -> frozenset[str]:
    """The inputs, targets and settings of a sheet that trains something; none of another."""
    aims = targets(sheet)
    if not aims:
        return frozenset()
    of_cost = _only_in_cost(sheet)
    found = {
        d.name
        for d in sheet.declarations
        if d.name in aims
        or INPUTS.fullmatch(d.name)
        or (d.shape == SCALAR and (d.name in of_cost or _is_setting(d)))
    }
    return frozenset() if len(found) == len(sheet.declarations) else frozenset(found)


def _is_setting(declaration: Declaration) -> bool:
    chosen = "positive" in declaration.assumptions
    return chosen or SETTINGS.fullmatch(declaration.name) is not None


def _only_in_cost(sheet: Sheet) -> frozenset[str]:
    """The names that only the cost uses, where there are other equations."""
    if len(sheet.definitions) == 1:
        return frozenset()
    elsewhere = {
        name
        for definition in sheet.definitions
        if definition.name != sheet.cost
        for name in symbols(definition.expression)
    }
    return frozenset(sheet.shapes) - elsewhere


def is_calculus(sheet: Sheet) -> bool:
    """Whether a sheet is a function of ordinary calculus, not a network that is trained."""
    return all(is_ordinary(d.expression) for d in sheet.definitions) and not targets(sheet)


def helpers(sheet: Sheet) -> frozenset[str]:
    """The names between the variables and the function, in a sheet of ordinary calculus."""
    return frozenset(sheet.expressions) - {sheet.cost} if is_calculus(sheet) else frozenset()
