"""Rewriting entries by index letters: pushed in to names, collected again, letters renamed.

Entry j, k of a matrix product is a sum over the paths between j and k; that is all there is to the
componentwise form of backpropagation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from chainrule.algebra.rewriting.facts import Facts
from chainrule.algebra.rewriting.products import Monomial, monomial, product_of, written
from chainrule.algebra.rewriting.rule import Rewriter, Rule
from chainrule.algebra.tree.arithmetic import ADD, MULTIPLY, NEGATE, dimension, filled, multiply
from chainrule.algebra.tree.comparisons import COMPARE, MAXIMUM, MINIMUM
from chainrule.algebra.tree.expression import (
    Expression,
    Index,
    Operation,
    node,
    postorder,
    rebuild,
    with_args,
)
from chainrule.algebra.tree.function_registry import function_of
from chainrule.algebra.tree.indexing import ENTRY, MATRIX, SUM_OVER, sum_over
from chainrule.algebra.tree.leaves import ONES, SYMBOL
from chainrule.algebra.tree.matrices import DIAG, MATMUL, TRANSPOSE, matmul, transpose, transposed
from chainrule.algebra.tree.powers import DIVIDE, POWER_OF
from chainrule.algebra.tree.reductions import SUM_OF, sum_of
from chainrule.algebra.tree.shapes import SCALAR, is_vector
from chainrule.algebra.values.evaluation import letters_of

LETTERS = tuple("klpqrstuvabcdefgh")
"""The letters that sums are written with, in this order."""

MATRIX_LETTERS = tuple("ijghfedcbautsrqpno")
"""The letters of rows and columns of a matrix of entries."""

OF_PRODUCT = Rule(
    "entry of a matrix product", "Entry j, k of A @ B adds up A[j,i] * B[i,k] over i."
)
OF_EACH = Rule("entry by entry", "The operation works on each entry by itself.")
OF_TRANSPOSE = Rule("entry of a transpose", "Entry j, k of A.T is entry k, j of A.")
OF_MATRIX = Rule("entry of a matrix of entries", "The letters are put in.")
OF_SUM = Rule("entry of a sum along an axis", "The entries of that row or column are added up.")
OF_DIAGONAL = Rule("entry of the diagonal", "Entry j of diag(A) is A[j,j].")
WHOLE = Rule("all entries together", "All entries of a matrix make up the matrix.")
PRODUCT = Rule("matrix product", "All sums of A[j,k] * x[k] over k together are A @ x.")
FACTOR_OUT = Rule(
    "constant factor out of the sum", "What does not depend on the letter stands in front."
)
COUNT = Rule("sum of a constant", "A constant added up over n values is n times the constant.")
SUM_WHOLE = Rule("sum of all entries", "The entries of a vector added up are its sum.")
RENAME = Rule("letters", "The letter of a sum may be any that is free.")

_ELEMENTWISE = frozenset((ADD, MULTIPLY, DIVIDE, NEGATE, POWER_OF, COMPARE, MAXIMUM, MINIMUM))


def _is_elementwise(operation: Operation) -> bool:
    return operation in _ELEMENTWISE or function_of(operation) is not None


def reindexed(root: Expression, by: Mapping[str, Index]) -> Expression:
    """The tree with free index letters replaced; the new letters must not be bound inside."""
    done: dict[Expression, Expression] = {}
    for part in postorder(root):
        if not any(letter in by for letter, _ in part.indices) and not _binds(part, by):
            done[part] = part
            continue
        if part.operation is ENTRY:
            params = tuple(None if p is None else by.get(p[0], p) for p in part.params)
            done[part] = _entry_at(done[part.args[0]], params)
        elif _binds(part, by):
            inner = {k: v for k, v in by.items() if k not in {p[0] for p in part.params}}
            body = reindexed(part.args[0], inner) if inner else part.args[0]
            done[part] = with_args(part, (body,))
        else:
            done[part] = with_args(part, tuple(done[arg] for arg in part.args))
    return done[root]


def _binds(part: Expression, by: Mapping[str, Index]) -> bool:
    return part.operation in (SUM_OVER, MATRIX) and any(p[0] in by for p in part.params)


def _entry_at(x: Expression, params: tuple[Index | None, ...]) -> Expression:
    return node(ENTRY, (x,), params)


def fresh(avoid: Iterable[str], letters: tuple[str, ...] = LETTERS) -> str:
    """The first of the letters that is not to be avoided."""
    taken = set(avoid)
    for letter in letters:
        if letter not in taken:
            return letter
    number = 1
    while f"k{number}" in taken:
        number += 1
    return f"k{number}"


def part_entry(x: Expression, params: tuple[Index | None, ...]) -> Expression:
    """The entry of an argument that may stretch: only the letters of axes it has."""
    if x.shape == SCALAR:
        return x
    kept = tuple(
        None if size == 1 else letter for size, letter in zip(x.shape, params, strict=True)
    )
    return _entry_at(x, kept)


def entries(x: Expression, facts: Facts) -> tuple[Rule, Expression] | None:
    """An entry is pushed in until it stands at a name."""
    inner, params = x.args[0], x.params
    operation = inner.operation
    if operation is SYMBOL:
        return None
    if _is_elementwise(operation):
        args = tuple(part_entry(arg, params) for arg in inner.args)
        return OF_EACH, node(operation, args, inner.params)
    if operation is TRANSPOSE:
        return OF_TRANSPOSE, _entry_at(inner.args[0], (params[1], params[0]))
    if operation is MATMUL:
        return OF_PRODUCT, _entry_of_product(inner, params, facts)
    if operation is SUM_OF:
        axis = inner.params[0]
        source = inner.args[0]
        used = [p[0] for p in params if p is not None]
        letter = fresh([*letters_of(source), *used, *facts.reserved])
        index = (letter, source.shape[axis])
        where = (index, params[1]) if axis == 0 else (params[0], index)
        return OF_SUM, sum_over(letter, part_entry(source, where))
    if operation is DIAG and not is_vector(inner.args[0].shape):
        return OF_DIAGONAL, _entry_at(inner.args[0], (params[0], params[0]))
    if operation is MATRIX:
        by = {
            letter: params[place]
            for place, (letter, _) in enumerate(inner.params)
            if params[place] is not None
        }
        body = inner.args[0]
        bound = set(letters_of(body)) - {letter for letter, _ in body.indices}
        if any(index[0] in bound for index in by.values()):
            body = _renamed(body, by, facts)
        return OF_MATRIX, reindexed(body, by)
    return None


def _renamed(body: Expression, by: Mapping[str, Index], facts: Facts) -> Expression:
    """The body with the letters of its sums changed so that none is among those of `by`."""
    avoid = {index[0] for index in by.values()} | set(letters_of(body)) | facts.reserved
    done: dict[Expression, Expression] = {}
    for part in postorder(body):
        new = with_args(part, tuple(done[arg] for arg in part.args))
        if new.operation in (SUM_OVER, MATRIX):
            for letter, size in new.params:
                if letter in {index[0] for index in by.values()}:
                    other = fresh(avoid)
                    avoid.add(other)
                    new = _with_letter(new, letter, (other, size))
        done[part] = new
    return done[body]


def _with_letter(binder: Expression, letter: str, new: Index) -> Expression:
    params = tuple(new if p[0] == letter else p for p in binder.params)
    return node(binder.operation, (reindexed(binder.args[0], {letter: new}),), params)


def _entry_of_product(
    chain: Expression, params: tuple[Index | None, ...], facts: Facts
) -> Expression:
    used = {p[0] for p in params if p is not None} | set(letters_of(chain)) | facts.reserved
    factors: list[Expression] = []
    letters: list[str] = []
    left = params[0]
    for i, factor in enumerate(chain.args):
        last = i == len(chain.args) - 1
        right: Index | None = params[1] if last else None
        if not last and factor.shape[1] != 1:
            letter = fresh(used)
            used.add(letter)
            letters.append(letter)
            right = (letter, factor.shape[1])
        factors.append(part_entry(factor, (left, right)))
        left = right
    result = multiply(*factors)
    for letter in reversed(letters):
        result = sum_over(letter, result)
    return result


def sums_over(x: Expression, facts: Facts) -> tuple[Rule, Expression] | None:
    """What does not depend on the letter goes out; sums of whole vectors get their own sign."""
    body = x.args[0]
    letter, size = x.params[0]
    if body.operation is NEGATE or body.operation in (MULTIPLY, DIVIDE):
        found = monomial(body)
        inside = {b: e for b, e in found.powers.items() if letter in dict(b.indices)}
        outside = {b: e for b, e in found.powers.items() if b not in inside}
        if outside or found.coefficient != 1:
            rest = written(Monomial(Fraction(1), inside, SCALAR), facts)
            front = Monomial(found.coefficient, outside, SCALAR)
            summed = Monomial(Fraction(1), {sum_over(letter, rest): Fraction(1)}, SCALAR)
            return FACTOR_OUT, written(product_of([front, summed], SCALAR), facts)
    if body.operation is ENTRY and body.args[0].operation is ONES:
        return COUNT, dimension(size)
    if body.operation is ENTRY and not body.args[0].indices:
        whole = body.args[0]
        used = [p for p in body.params if p is not None]
        if len(used) == 1:
            return SUM_WHOLE, sum_of(whole)
    return _canonical_letters(x, facts)


def _canonical_letters(x: Expression, facts: Facts) -> tuple[Rule, Expression] | None:
    """Letters chosen from the inside out: sums get k, l, ..., rows and columns i, j, ...

    A letter is the first that nothing inside uses; what x itself binds does not count inside, so
    the choice does not depend on how the letters were called before.
    """
    holders = {p[0]: (f"{p[0]} of {place}", p[1]) for place, p in enumerate(x.params)}
    body = reindexed(x.args[0], holders)
    settled = rebuild(body, lambda part: _settled(part, facts))
    taken = (set(letters_of(settled)) | facts.reserved) - {p[0] for p in holders.values()}
    params: list[Index] = []
    for letter, size in x.params:
        wanted = fresh(taken, LETTERS if x.operation is SUM_OVER else MATRIX_LETTERS)
        taken.add(wanted)
        settled = reindexed(settled, {holders[letter][0]: (wanted, size)})
        params.append((wanted, size))
    after = node(x.operation, (settled,), tuple(params))
    return None if after is x else (RENAME, after)


def _settled(part: Expression, facts: Facts) -> Expression:
    if part.operation not in (SUM_OVER, MATRIX):
        return part
    letters = LETTERS if part.operation is SUM_OVER else MATRIX_LETTERS
    own = {letter for letter, _ in part.params}
    taken = (set(letters_of(part.args[0])) - own) | facts.reserved
    for letter, size in part.params:
        wanted = fresh(taken, letters)
        taken.add(wanted)
        if wanted != letter:
            if wanted in own:  # two letters change places
                return part
            part = _with_letter(part, letter, (wanted, size))
    return part


def matrices_of(x: Expression, facts: Facts) -> tuple[Rule, Expression] | None:
    """A matrix of entries becomes the matrix itself where its entries are those of a product."""
    collected = collect(x.args[0], x.params)
    if collected is None:
        return _canonical_letters(x, facts)
    rule = WHOLE if collected.operation is not MATMUL else PRODUCT
    return rule, filled(collected, x.shape)


def collect(body: Expression, params: tuple[Index, ...]) -> Expression | None:
    """The matrix whose entries, by these letters, are the body; None if it has no plain form."""
    rows = params[0]
    columns = params[1] if len(params) == 2 else None
    letters = {p[0] for p in params}
    if not letters & {letter for letter, _ in body.indices}:
        return body if not body.indices else None
    if body.operation is ENTRY:
        return _collected_entry(body, rows, columns)
    if _is_elementwise(body.operation):
        parts = [collect(arg, params) for arg in body.args]
        if any(part is None for part in parts):
            return None
        found = tuple(part for part in parts if part is not None)
        if body.operation is MULTIPLY and len(found) == 2 and columns is not None:
            down, across = found
            if down.shape[0] == 1 and across.shape[0] != 1:
                down, across = across, down
            if (
                down.shape[1] == 1
                and across.shape[0] == 1
                and SCALAR
                not in (
                    down.shape,
                    across.shape,
                )
            ):
                return matmul(down, across)
        return node(body.operation, found, body.params)
    if body.operation is SUM_OVER:
        return _collected_sum(body, rows, columns)
    return None


def _collected_entry(body: Expression, rows: Index, columns: Index | None) -> Expression | None:
    whole = body.args[0]
    if whole.indices:
        return None
    where = tuple(body.params)
    wanted = (rows, columns)
    if where == wanted:
        return whole
    if where == (columns, rows):
        return transpose(whole)
    if columns is None:
        if where == (None, rows):
            return transposed(whole)
        return None
    if where == (rows, None) or where == (None, columns):
        return whole
    return transposed(whole) if where in ((None, rows), (columns, None)) else None


def _collected_sum(body: Expression, rows: Index, columns: Index | None) -> Expression | None:
    """sum(k, A[j,k] * x[k]) for all j as A @ x, sum(k, A[j,k]) as sum(A, axis=1)."""
    inner = body.args[0]
    summed = body.params[0]
    factors = inner.args if inner.operation is MULTIPLY else (inner,)
    if len(factors) == 1 and columns is None:
        whole = _collected_exactly(inner, rows, summed)
        return None if whole is None else sum_of(whole, 1)
    if len(factors) != 2:
        return None
    for left, right in (factors, factors[::-1]):
        front = _collected_exactly(left, rows, summed)
        back = _collected_exactly(right, summed, columns)
        if front is not None and back is not None:
            return matmul(front, back)
    return None


def _collected_exactly(x: Expression, rows: Index, columns: Index | None) -> Expression | None:
    """The matrix A with x = A[rows,columns], if x depends on just these letters."""
    params = (rows,) if columns is None else (rows, columns)
    if {letter for letter, _ in x.indices} != {letter for letter, _ in params}:
        return None
    found = collect(x, params)
    wanted = (rows[1], 1 if columns is None else columns[1])
    return found if found is not None and found.shape == wanted else None


RULES: dict[object, tuple[Rewriter, ...]] = {
    ENTRY: (entries,),
    SUM_OVER: (sums_over,),
    MATRIX: (matrices_of,),
}
