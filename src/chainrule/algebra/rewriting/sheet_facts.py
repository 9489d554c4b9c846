"""What a sheet says about its names, read off for rewriting."""

from __future__ import annotations

from dataclasses import replace

from chainrule.algebra.language.sheet import Sheet
from chainrule.algebra.rewriting.facts import Facts
from chainrule.algebra.rewriting.normal_form import normal_form
from chainrule.algebra.tree.elementary_functions import SIGMA
from chainrule.algebra.tree.expression import Expression, postorder
from chainrule.algebra.tree.leaves import SYMBOL
from chainrule.algebra.tree.reductions import SOFTMAX


def facts_of(sheet: Sheet) -> Facts:
    """What a sheet says about its names."""
    distributions: dict[Expression, tuple[int, ...]] = {}
    symmetric: set[Expression] = set()
    for declaration in sheet.declarations:
        leaf = sheet.symbol(declaration.name)
        said = declaration.assumptions
        axes = tuple(
            axis
            for axis, end in ((0, ""), (1, " axis=1"))
            if f"onehot{end}" in said or f"prob{end}" in said
        )
        if axes:
            distributions[leaf] = axes
        if "symmetric" in said:
            symmetric.add(leaf)
    ranks = {name: place for place, name in enumerate(sheet.shapes, start=1)}
    first = Facts(
        distributions=distributions,
        symmetric=frozenset(symmetric),
        scope=sheet.scope,
        reserved=frozenset((*sheet.shapes, *sheet.dimensions)),
        knows_sigma=any(part.operation is SIGMA for part in postorder(*sheet.expressions.values())),
        ranks=ranks,
    )
    definitions: dict[Expression, Expression] = {}
    meanings: dict[Expression, Expression] = {}
    for definition in sheet.definitions:
        if definition.name == sheet.cost:
            continue
        leaf = sheet.symbol(definition.name)
        meanings[leaf] = definition.expression
        normal = normal_form(definition.expression, first)
        if normal.args and normal.operation is not SYMBOL:
            definitions.setdefault(normal, leaf)
        if normal.operation is SOFTMAX:
            distributions[leaf] = (normal.params[0],)
    return replace(first, definitions=definitions, meanings=meanings, normal={}, weights={})
