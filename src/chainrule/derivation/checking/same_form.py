"""Whether two texts are the same but for what nobody would call a difference.

The order of factors and terms, brackets around what is added to a sum, the place of a minus sign,
`1/2 * a` for `a/2`, a transpose taken twice or taken of a product. Anything more is another form.
"""

from __future__ import annotations

from fractions import Fraction

from chainrule.algebra import (
    ADD,
    ATOM,
    DIVIDE,
    MATMUL,
    MULTIPLY,
    NEGATE,
    NUMBER,
    POWER_OF,
    TRANSPOSE,
    Expression,
    Part,
    Shape,
    matmul,
    postorder,
    rebuild,
    transposed,
)

Product = tuple[Fraction, tuple[str, ...]]
"""A number, and the other factors as sorted texts."""

Form = tuple[Shape, Product]


def form(root: Expression) -> Form:
    """What is left of an expression when order, brackets and the place of numbers are forgotten.

    Two texts of one form are the same answer, written in slightly different ways.
    """
    root = rebuild(root, _transposed_inside)
    products: dict[Expression, Product] = {}
    sums: dict[Expression, list[Product]] = {}
    for node in postorder(root):
        products[node] = _product(node, products, sums)
    return root.shape, products[root]


def _transposed_inside(node: Expression) -> Expression:
    """A transpose moved to the factors of a matrix product, and two of them taken away."""
    if node.operation is not TRANSPOSE:
        return node
    inner = node.args[0]
    if inner.operation is MATMUL:
        return matmul(*(transposed(factor) for factor in reversed(inner.args)))
    return transposed(inner)


def _product(
    node: Expression, products: dict[Expression, Product], sums: dict[Expression, list[Product]]
) -> Product:
    parts = [products[arg] for arg in node.args]
    one = Fraction(1)
    if node.operation is NUMBER:
        return (Fraction(node.params[0]), ())
    if node.operation is NEGATE:
        return (-parts[0][0], parts[0][1])
    if node.operation is MULTIPLY:
        number, words = one, []
        for coefficient, factors in parts:
            number *= coefficient
            words.extend(factors)
        return (number, tuple(sorted(words)))
    if node.operation is DIVIDE and parts[1][0] != 0:
        (over, above), (under, below) = parts
        return (over / under, tuple(sorted([*above, *(f"1/{word}" for word in below)])))
    if node.operation is MATMUL:
        number, words = one, []
        for coefficient, factors in parts:
            number *= coefficient
            words.append("*".join(factors))
        return (number, (" @ ".join(words).join("()"),))
    if node.operation is POWER_OF and parts[1] == (one, ()):
        return parts[0]
    if node.operation is ADD:
        terms: list[Product] = []
        for arg in node.args:
            positive = arg.args[0] if arg.operation is NEGATE else arg
            sign = -1 if arg.operation is NEGATE else 1
            for coefficient, factors in sums.get(positive, [products[positive]]):
                terms.append((sign * coefficient, factors))
        terms.sort(key=lambda term: (term[1], term[0]))
        sums[node] = terms
        # The sign of a sum is that of its first term, so that -(a - b) is b - a.
        lead = terms[0][0]
        sign = Fraction(-1 if lead < 0 else 1)
        words = " + ".join(f"{sign * c} {'*'.join(f)}" for c, f in terms)
        return (sign, (f"({words})",))
    inner = [
        Part(_words(product), ATOM, arg) for arg, product in zip(node.args, parts, strict=True)
    ]
    return (one, (node.operation.text(node, inner),))


def _words(product: Product) -> str:
    number, factors = product
    return f"({number} {'*'.join(factors)})"
