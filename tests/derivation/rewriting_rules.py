"""For every rule of rewriting, what it does and nothing else does: told from the two lines alone.

Each predicate looks at the line before and the line after a step, and is false if the step did
something else. Nothing here uses the rewriting rules of the package.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from chainrule.algebra import (
    ADD,
    DIMENSION,
    DIVIDE,
    ENTRY,
    EXP,
    EYE,
    MATMUL,
    MULTIPLY,
    NEGATE,
    NUMBER,
    ONE,
    ONES,
    POWER_OF,
    SCALAR,
    SQRT,
    SUM_OF,
    SUM_OVER,
    SYMBOL,
    TRANSPOSE,
    Expression,
    Operation,
    Sheet,
    occurrences,
    substitute,
    text,
)
from chainrule.derivation import Step

Predicate = Callable[[Step, Sheet], bool]


def nodes(x: Expression) -> Iterator[Expression]:
    return (part for _, part in occurrences(x))


def count(x: Expression, *operations: Operation) -> int:
    return sum(part.operation in operations for part in nodes(x))


def fewer(step: Step, test: Callable[[Expression], bool]) -> bool:
    before = sum(map(test, nodes(step.before)))
    return before > sum(map(test, nodes(step.after)))


def bag(x: Expression) -> Counter[str]:
    """The names and numbers other than 1, each as often as it is written."""
    leaves = (text(part) for part in nodes(x) if not part.args and part.operation is not ONES)
    return Counter(leaf for leaf in leaves if leaf != "1")


def names(x: Expression) -> Counter[str]:
    """The names, each as often as it is written; that of a power as often as it is multiplied."""
    if x.operation in (SYMBOL, DIMENSION):
        return Counter([text(x)])
    found: Counter[str] = Counter()
    for arg in x.args:
        found += names(arg)
    if x.operation is POWER_OF and x.args[1].operation is NUMBER:
        return Counter({name: n * int(x.args[1].params[0]) for name, n in found.items()})
    return found


def factors(x: Expression, power: int = 1) -> Iterator[tuple[str, int]]:
    """What is multiplied in a product or quotient, with 1 above the bar and -1 below."""
    if x.operation is MULTIPLY:
        for arg in x.args:
            yield from factors(arg, power)
    elif x.operation is DIVIDE:
        yield from factors(x.args[0], power)
        yield from factors(x.args[1], -power)
    elif x.operation is NEGATE or x.operation is POWER_OF:
        yield from factors(x.args[0], power)
    elif x.operation is not NUMBER:
        yield text(x), power


def products(x: Expression) -> Iterator[list[tuple[str, int]]]:
    for part in nodes(x):
        if part.operation in (MULTIPLY, DIVIDE):
            yield list(factors(part))


def both_sides(x: Expression) -> set[str]:
    """What stands above and below a bar of one product."""
    found: set[str] = set()
    for product in products(x):
        found |= {base for base, power in product if power > 0 and (base, -1) in product}
    return found


def cancels(step: Step, sheet: Sheet) -> bool:
    gone = both_sides(step.before)
    fell = names(step.before) - names(step.after)
    return bool(gone) and bool(fell) and not names(step.after) - names(step.before)


def repeated(x: Expression) -> int:
    """How many factors of products are there more than once."""
    return sum(
        number - 1
        for product in products(x)
        for number in Counter(base for base, _ in product).values()
    )


def collects_powers(step: Step, sheet: Sheet) -> bool:
    return repeated(step.after) < repeated(step.before)


def works_out(step: Step, sheet: Sheet) -> bool:
    """Only the numbers changed."""
    same = names(step.before) == names(step.after)
    return same and numbers(step.before) != numbers(step.after)


def numbers(x: Expression) -> Counter[str]:
    return Counter(text(part) for part in nodes(x) if part.operation is NUMBER)


def defines(step: Step, sheet: Sheet) -> bool:
    """A name stands for what the sheet says it is."""
    new = names(step.after) - names(step.before)
    if not new:
        return False
    meaning = {
        sheet.symbol(name): sheet.expressions[name] for name in new if name in sheet.expressions
    }
    before, after = (substitute(line, meaning) for line in (step.before, step.after))
    return bool(meaning) and bag(after) == bag(before)


def puts_in(step: Step, sheet: Sheet) -> bool:
    known = [piece for piece in step.reason if isinstance(piece, tuple)]
    put_in = substitute(step.before, {sides[0]: sides[1] for sides in known})
    return bool(known) and bag(put_in) == bag(step.after) and known[0][0] in set(nodes(step.before))


def brackets(x: Expression) -> int:
    """Sums that are a factor."""
    return sum(
        arg.operation is ADD
        for part in nodes(x)
        if part.operation in (MULTIPLY, MATMUL, DIVIDE, NEGATE)
        for i, arg in enumerate(part.args)
        if not (part.operation is DIVIDE and i == 1)
    )


def terms(x: Expression) -> int:
    return sum(len(part.args) for part in nodes(x) if part.operation is ADD)


def multiplies_out(step: Step, sheet: Sheet) -> bool:
    """A bracket is gone, and what stood outside is written more often."""
    wider = written(step.after) >= written(step.before)
    same = set(names(step.after)) == set(names(step.before))
    opened = brackets(step.after) < brackets(step.before)
    return wider and same and (opened or outermost(step.after) < outermost(step.before))


def outermost(x: Expression) -> int:
    """How deep the outermost sum lies."""
    return min((len(path) for path, part in occurrences(x) if part.operation is ADD), default=99)


def factors_out(step: Step, sheet: Sheet) -> bool:
    """A sum whose terms all have a factor is no longer there, and nothing is written more often."""
    gone = sharing(step.before) - set(nodes(step.after))
    return bool(gone) and written(step.after) <= written(step.before)


def sharing(x: Expression) -> set[Expression]:
    """The sums whose terms all have a factor."""
    totals = [part for part in nodes(x) if part.operation is ADD]
    return {total for total in totals if set.intersection(*map(pieces, total.args))}


def pieces(term: Expression) -> set[str]:
    """What a term is a product of, also of matrices; what is below a bar as 1/..."""
    if term.operation is POWER_OF:
        return {text(term), *pieces(term.args[0])}
    if term.operation is DIVIDE:
        return pieces(term.args[0]) | {f"1/{piece}" for piece in pieces(term.args[1])}
    if term.operation in (MULTIPLY, NEGATE, MATMUL):
        return set[str]().union(*map(pieces, term.args))
    if term.operation is NUMBER:
        return {f"times {n}" for n in (2, 3, 5, 7, 11, 13) if term.params[0] % n == 0}
    return {text(term)}


def written(x: Expression) -> int:
    """How many names and numbers are written."""
    return names(x).total() + numbers(x).total()


def collects_terms(step: Step, sheet: Sheet) -> bool:
    return terms(step.after) < terms(step.before) and brackets(step.after) <= brackets(step.before)


def adds_up(step: Step, sheet: Sheet) -> bool:
    declared = {
        d.name for d in sheet.declarations for said in d.assumptions if said[:4] in ("oneh", "prob")
    }
    softmaxes = {d.name for d in sheet.definitions if d.expression.name == "softmax"}
    gone = set(sums(step.before)) - set(sums(step.after))
    return bool(gone) and all(set(names(x.args[0])) <= declared | softmaxes for x in gone)


def sums(x: Expression) -> list[Expression]:
    return [part for part in nodes(x) if part.operation in (SUM_OF, SUM_OVER)]


def takes_out(step: Step, sheet: Sheet) -> bool:
    """The sums are as many, and of less."""
    before, after = sums(step.before), sums(step.after)
    smaller = sum(s.size for s in after) < sum(s.size for s in before)
    return len(before) == len(after) and smaller and names(step.before) == names(step.after)


def turns(inner: Operation | None) -> Predicate:
    """Transposes of something are fewer; of what works entry by entry if None."""

    def is_one(part: Expression) -> bool:
        of = part.args[0].operation if part.operation is TRANSPOSE else None
        return of is not None and (of is inner if inner else of.broadcasts)

    return lambda step, _: same_leaves(step) and fewer(step, is_one)


def same_leaves(step: Step) -> bool:
    return bag(step.before) == bag(step.after)


def scalars_inside(x: Expression) -> int:
    """Scalars that are factors within a matrix product, those of its factors too."""
    return sum(
        inner.shape == SCALAR
        for part in nodes(x)
        if part.operation is MATMUL
        for arg in part.args
        for inner in (arg, *(arg.args if arg.operation in (MULTIPLY, DIVIDE) else ()))
    )


def moves_scalars(step: Step, sheet: Sheet) -> bool:
    return same_leaves(step) and scalars_inside(step.after) < scalars_inside(step.before)


def primes(x: Expression) -> int:
    return sum(p.params[0] for p in nodes(x) if p.operation.name in ("sigma", "tanh", "relu"))


def reads_entries(*inner: Operation) -> Predicate:
    """Entries are taken of less, among such things; of what works entry by entry if none."""

    def weight(x: Expression) -> int:
        of = [part.args[0] for part in nodes(x) if part.operation is ENTRY]
        return sum(
            y.size for y in of if (y.operation in inner if inner else y.operation.broadcasts)
        )

    return lambda step, _: same_leaves(step) and weight(step.after) < weight(step.before)


def into_own_value(step: Step, sheet: Sheet) -> bool:
    f = sheet.symbol(sheet.cost)
    back = substitute(step.after, {f: sheet.expressions[sheet.cost]})
    return f in set(nodes(step.after)) and count(back, EXP) > 0 and count(step.after, EXP) == 0


def splits(step: Step, sheet: Sheet) -> bool:
    more = count(step.after, DIVIDE) > count(step.before, DIVIDE)
    return more and step.before.operation is DIVIDE


def power_of_power(part: Expression) -> bool:
    return part.operation is POWER_OF and part.args[0].operation is POWER_OF


def minus_bracket(part: Expression) -> bool:
    return part.operation is NEGATE and part.args[0].operation is ADD


def below(x: Expression) -> int:
    """Powers with a negative exponent."""
    return sum(p.operation is POWER_OF and p.args[1].operation is NEGATE for p in nodes(x))


def of_negative(part: Expression) -> bool:
    return part.name in ("sin", "cos", "tan") and part.args[0].operation is NEGATE


def halves(step: Step, sheet: Sheet) -> bool:
    return fewer(step, lambda part: part.operation is SQRT) or (
        text(step.after).count("3/2") > text(step.before).count("3/2")
    )


PREDICATES: dict[str, Predicate] = {
    "cancel": cancels,
    "collect powers": collects_powers,
    "work the numbers out": works_out,
    "definition": defines,
    "put in what is known": puts_in,
    "multiply out": multiplies_out,
    "factor out": factors_out,
    "collect like terms": collects_terms,
    "adds up to 1": adds_up,
    "constant factor out of the sum": takes_out,
    "transpose of a product": turns(MATMUL),
    "transpose of each part": turns(None),
    "scalars to the front": moves_scalars,
    "derivative of the activation": lambda s, _: primes(s.after) < primes(s.before),
    "name of the derivative": lambda s, _: primes(s.after) > primes(s.before),
    "entry by entry": reads_entries(),
    "entry of a matrix product": reads_entries(MATMUL),
    "entry of a transpose": reads_entries(TRANSPOSE),
    "entry of a sum along an axis": reads_entries(SUM_OF),
    "sum of all entries": lambda s, _: count(s.after, SUM_OVER) < count(s.before, SUM_OVER),
    "broadcasting": lambda s, _: count(s.after, ONES) < count(s.before, ONES),
    "root as a power": halves,
    "split the fraction": splits,
    "the function itself": into_own_value,
    "divide above and below": lambda s, _: s.after.operation is s.before.operation is DIVIDE
    and count(s.after, EXP) < count(s.before, EXP),
    "the sigmoid by its name": lambda s, _: s.after.name == "sigma" != s.before.name,
    "power of a power": lambda s, _: fewer(s, power_of_power),
    "take the brackets off": lambda s, _: same_leaves(s) and fewer(s, minus_bracket),
    "negative power": lambda s, _: below(s.after) < below(s.before),
    "odd function": lambda s, _: same_leaves(s) and fewer(s, of_negative),
    "even function": lambda s, _: same_leaves(s) and fewer(s, of_negative),
    "identity matrix": lambda s, _: count(s.after, EYE) < count(s.before, EYE),
}  # fmt: skip
"""The rules that change something a reader sees."""


def fewer_signs(step: Step) -> int:
    return count(step.before, NEGATE) - count(step.after, NEGATE)


QUIET: dict[str, Predicate] = {
    "order the factors": lambda s, _: same_leaves(s),
    "order the terms": lambda s, _: same_leaves(s),
    "two minus signs": lambda s, _: same_leaves(s) and fewer_signs(s) >= 2,
    "minus sign to the front": lambda s, _: same_leaves(s) and count(s.before, NEGATE) > 0,
    "minus sign into the bracket": lambda s, _: same_leaves(s) and count(s.before, NEGATE) > 0,
    "factor 1": lambda s, _: same_leaves(s) and fewer(s, lambda part: part is ONE),
    "associative law": lambda s, _: same_leaves(s),
    "letters": lambda s, _: same_leaves(s),
}  # fmt: skip
"""Those that only put things in another order, found among all steps."""
