"""Concept 5: vectors and matrices. Shapes, products, transposes, Jacobians."""

from __future__ import annotations

from chainrule.practice.answers.matrix import Matrix, Vector
from chainrule.practice.answers.shape import Shape
from chainrule.practice.derivatives import monomial, pretty, sum_of, term
from chainrule.practice.drawn_numbers import Draw
from chainrule.practice.numbers import (
    column,
    flipped,
    hadamard,
    outer,
    product,
    products,
    rows,
    shown,
    times,
)
from chainrule.practice.topic import Task, task, topic
from chainrule.practice.wrong_answers import Wrong, WrongRule

FIT = "A (r, s) matrix times an (s, c) matrix is an (r, c) matrix: the inner sizes must agree."
ROW_COLUMN = "Entry (i, j) of A @ B is row i of A times column j of B: multiply and add up."

INNER = WrongRule("inner-sizes", "shape", "the inner sizes were taken", FIT)
OUTER_SWAPPED = WrongRule("shape-transposed", "transpose", "rows and columns are swapped", FIT)
FITS = WrongRule("fits-after-all", "shape", "the sizes were said to fit or not to fit", FIT)
TRANSPOSE_FORGOTTEN = WrongRule(
    "transpose-ignored", "transpose", "the transpose was not seen", ".T swaps rows and columns"
)


@topic("product-shape", "which products fit, and their shape", "matrices", "shape")
def product_shape(draw: Draw) -> Task:
    r, s, c = draw.some_of(range(2, 8), 3)
    first, second = (r, s), (s, c)
    said = ["A", "B"]
    if draw.level > 1:
        place = draw.integer(0, 1, but=())
        said[place] += ".T"
        if place == 0:
            first = first[::-1]
        else:
            second = second[::-1]
    fits = draw.random.random() < 0.75
    if not fits:
        first = (first[0], first[1] + 1) if not said[0].endswith("T") else (first[0] + 1, first[1])
    right = (r, c) if fits else None
    wrong = [INNER.gives(Shape((s, s))), OUTER_SWAPPED.gives(Shape((c, r)))]
    wrong.append(FITS.gives(Shape(None if fits else (r, c))))
    shape = f"A is {first[0]} by {first[1]} and B is {second[0]} by {second[1]}"
    lines = [
        f"{n[0]}.T is {x[1]} by {x[0]}"
        for n, x in zip(said, (first, second), strict=True)
        if len(n) > 1
    ]
    left = first[::-1] if said[0].endswith("T") else first
    right_side = second[::-1] if said[1].endswith("T") else second
    lines.append(f"({left[0]}, {left[1]}) @ ({right_side[0]}, {right_side[1]}): inner sizes "
                 f"{left[1]} and {right_side[0]}")  # fmt: skip
    lines.append(f"so the shape is {Shape(right).text()}" if fits else "so there is no product")
    return task(
        f"{shape}. What is the shape of {said[0]} @ {said[1]}? Type none where it does not exist.",
        Shape(right),
        "Write the two shapes beside each other.",
        FIT,
        lines,
        wrong,
    )


TRANSPOSED = WrongRule(
    "transpose-used", "transpose", "the columns of the matrix were used instead of its rows",
    "entry i of W @ x is row i of W times x",
)  # fmt: skip
ENTRYWISE = WrongRule(
    "entry-by-entry", "operator", "entries were multiplied one by one", ROW_COLUMN
)
REVERSED = WrongRule("product-reversed", "order", "this is B @ A", "A @ B is not B @ A")


def size(draw: Draw) -> tuple[int, int]:
    return ((2, 2), (2, 3), (3, 2))[draw.level - 1]


@topic("matrix-vector", "a matrix times a vector", "matrices", "vector")
def matrix_vector(draw: Draw) -> Task:
    r, c = size(draw)
    w, x = draw.matrix(r, c), draw.vector(c)
    found = times(w, x)
    wrong: list[Wrong] = [
        WrongRule("products-not-added", "sum-mean", "the mean was taken instead of the sum",
                  ROW_COLUMN).gives(Vector(tuple(e / c for e in found), 3)),
    ]  # fmt: skip
    if r == c:
        wrong.insert(0, TRANSPOSED.gives(Vector(times(flipped(w), x))))
        wrong.append(ENTRYWISE.gives(Vector(tuple(w[i][i] * x[i] for i in range(r)))))
    return task(
        f"W = {rows(w)}, row by row, and x = {column(x)}. What is W @ x?",
        Vector(found),
        "One entry for each row of W.",
        "Entry i of W @ x is row i of W times x: multiply entry by entry and add up.",
        (f"entry {i}: "
         f"{products(row, x)} = {shown(e)}"
         for i, (row, e) in enumerate(zip(w, found, strict=True), start=1)),
        wrong,
    )  # fmt: skip


@topic("matrix-product", "a matrix times a matrix", "matrices", "matrix")
def matrix_product(draw: Draw) -> Task:
    r, s, c = ((2, 2, 2), (2, 2, 2), (2, 3, 2))[draw.level - 1]
    a, b = draw.matrix(r, s), draw.matrix(s, c)
    found = product(a, b)
    wrong = [OUTER_RESULT.gives(Matrix(flipped(found)))]
    if r == s == c:
        wrong = [
            ENTRYWISE.gives(Matrix(tuple(hadamard(x, y) for x, y in zip(a, b, strict=True)))),
            REVERSED.gives(Matrix(product(b, a))),
            TRANSPOSE_FORGOTTEN_B.gives(Matrix(product(a, flipped(b)))),
            *wrong,
        ]
    return task(
        f"A = {rows(a)} and B = {rows(b)}, row by row. What is A @ B?",
        Matrix(found),
        "Rows of the first, columns of the second.",
        ROW_COLUMN,
        (f"row {i + 1}: " + ", ".join(
            f"{products(a[i], col)} = {shown(found[i][j])}"
            for j, col in enumerate(flipped(b))) for i in range(r)),
        wrong,
    )  # fmt: skip


OUTER_RESULT = WrongRule(
    "result-transposed", "transpose", "rows and columns of the result are swapped", ROW_COLUMN
)
TRANSPOSE_FORGOTTEN_B = WrongRule(
    "rows-times-rows", "transpose", "rows were multiplied with rows", ROW_COLUMN
)


@topic("transpose", "transposes", "matrices", "matrix")
def transpose(draw: Draw) -> Task:
    if draw.level == 1:
        a = draw.matrix(2, 3)
        return task(
            f"A = {rows(a)}, row by row. What is A.T, its transpose?",
            Matrix(flipped(a)),
            "Which shape does it have?",
            "The transpose swaps rows and columns: its entry (i, j) is entry (j, i) of A.",
            (f"row {i} of A.T is column {i} of A: "
             f"{column(r)}" for i, r in enumerate(flipped(a), 1)),
            (TRANSPOSE_FORGOTTEN.gives(Matrix(a)),
             WrongRule("rows-reversed", "order", "the rows were put in the other order",
                       "the transpose swaps rows and columns").gives(Matrix(a[::-1]))),
        )  # fmt: skip
    a, b = draw.matrix(2, 2), draw.matrix(2, 2)
    found = flipped(product(a, b))
    return task(
        f"A = {rows(a)} and B = {rows(b)}, row by row. What is (A @ B).T?",
        Matrix(found),
        "Either multiply first, or swap the order.",
        "(A @ B).T = B.T @ A.T: the order turns round.",
        (f"A @ B = {rows(product(a, b))}", f"its transpose is {rows(found)}"),
        (TRANSPOSE_FORGOTTEN.gives(Matrix(product(a, b))),
         WrongRule("order-not-turned", "order", "A.T @ B.T was worked out",
                   "(A @ B).T = B.T @ A.T").gives(Matrix(product(flipped(a), flipped(b))))),
    )  # fmt: skip


@topic("hadamard", "the product entry by entry", "matrices", "vector")
def hadamard_product(draw: Draw) -> Task:
    n = draw.level + 1
    a, b, c = draw.vector(n), draw.vector(n), draw.vector(n, 1, 4)
    found, said = hadamard(a, b), f"a = {column(a)} and b = {column(b)}. What is a ⊙ b"
    if draw.level == 3:
        found, said = (
            hadamard(found, c),
            f"a = {column(a)}, b = {column(b)} and c = {column(c)}. What is a ⊙ b ⊙ c",
        )
    return task(
        f"{said}?",
        Vector(found),
        "The result is a vector again.",
        "⊙ multiplies entry by entry: (a ⊙ b)ᵢ = aᵢ · bᵢ.",
        (f"entry {i}: {shown(e)}" for i, e in enumerate(found, 1)),
        (WrongRule("hadamard-added", "operator", "the entries were added", "⊙ multiplies them")
         .gives(Vector(tuple(x + y for x, y in zip(a, b, strict=True)))),),
    )  # fmt: skip


@topic("outer-product", "a column times a row", "matrices", "matrix")
def outer_product(draw: Draw) -> Task:
    n, m = size(draw)
    a, b = draw.vector(n), draw.vector(m)
    return task(
        f"δ = {column(a)} and x = {column(b)} are columns. What is δ @ x.T?",
        Matrix(outer(a, b)),
        f"A column of {n} times a row of {m}: which shape is that?",
        "Entry (j, k) of δ @ x.T is δⱼ · xₖ.",
        (f"row {j}: {shown(d)} · {column(b)} = {column(row)}"
         for j, (d, row) in enumerate(zip(a, outer(a, b), strict=True), 1)),
        (WrongRule("outer-transposed", "transpose", "this is x @ δ.T",
                   "row j belongs to δⱼ, column k to xₖ").gives(Matrix(outer(b, a))),),
    )  # fmt: skip


JACOBIAN = "Entry (i, j) of the Jacobian ∂y/∂x is ∂yᵢ/∂xⱼ: one row for each output."
J_TRANSPOSED = WrongRule(
    "jacobian-transposed", "transpose", "rows and columns are swapped", JACOBIAN
)


LOW = "₀₁₂₃₄"


@topic("jacobian-linear", "the Jacobian of a linear map", "matrices", "matrix")
def jacobian_linear(draw: Draw) -> Task:
    n, m = size(draw)
    w, b = draw.matrix(n, m), draw.vector(n)
    names = [f"x{j}" for j in range(1, m + 1)]
    sums = (
        sum_of(*(term(int(e), x) for e, x in zip(row, names, strict=True)), str(int(c)))
        for row, c in zip(w, b, strict=True)
    )
    said = "; ".join(f"y{LOW[i]} = {pretty(line, names)}" for i, line in enumerate(sums, 1))
    return task(
        f"{said}. What is the Jacobian ∂y/∂x?",
        Matrix(w),
        "One row for each y, one column for each x.",
        f"{JACOBIAN} For y = W @ x + b it is W.",
        (f"row {i}: the slopes of y{LOW[i]} are {column(row)}" for i, row in enumerate(w, 1)),
        (J_TRANSPOSED.gives(Matrix(flipped(w))),
         WrongRule("constant-in-jacobian", "extra-term", "the constants were added",
                   "a constant has the slope 0")
         .gives(Matrix(tuple(tuple(e + c for e in row) for row, c in zip(w, b, strict=True))))),
    )  # fmt: skip


@topic("jacobian-elementwise", "the Jacobian of an elementwise function", "matrices", "matrix")
def jacobian_elementwise(draw: Draw) -> Task:
    n, power, factor = (2, 2, 3)[draw.level - 1], draw.integer(2, 3), draw.integer(1, 3)
    x = draw.vector(n, -3, 3)
    slopes = tuple(factor * power * e ** (power - 1) for e in x)
    diagonal = tuple(tuple(s if i == j else 0.0 for j in range(n)) for i, s in enumerate(slopes))
    full = tuple(tuple(slopes) for _ in range(n))
    values = tuple(
        tuple(factor * e**power if i == j else 0.0 for j in range(n)) for i, e in enumerate(x)
    )
    return task(
        f"y = f(x) entry by entry, with f(u) = "
        f"{pretty(term(factor, monomial(power, 'u')), ('u',))}, at "
        f"x = {column(x)}. What is the Jacobian ∂y/∂x there?",
        Matrix(diagonal),
        "Does y₁ depend on x₂?",
        f"{JACOBIAN} Where f works entry by entry only the diagonal is not 0: f′(xᵢ).",
        (f"f′(u) = {pretty(term(factor * power, monomial(power - 1, 'u')), ('u',))}",
         f"on the diagonal: {column(slopes)}; everywhere else 0"),
        (WrongRule("jacobian-full", "extra-term", "entries off the diagonal are not 0 here",
                   "y₁ depends on x₁ alone").gives(Matrix(full)),
         WrongRule("values-on-diagonal", "other-quantity", "the values of f stand on the diagonal",
                   "the slopes f′(xᵢ) stand there").gives(Matrix(values))),
    )  # fmt: skip


@topic("jacobian", "the Jacobian of two functions", "matrices", "matrix")
def jacobian(draw: Draw) -> Task:
    a, b, c, d = (draw.signed(1, 4) for _ in range(4))
    x, y = draw.some_of((-2, -1, 1, 2, 3), 2)
    first = sum_of(term(a, "x**2"), term(b, "y"))
    second = (
        sum_of(term(c, "x * y"), term(d, "y"))
        if draw.level > 1
        else sum_of(term(c, "x"), term(abs(d), "y"))
    )
    d = d if draw.level > 1 else abs(d)
    bottom = (c * y, c * x + d) if draw.level > 1 else (c, d)
    found = ((2.0 * a * x, float(b)), (float(bottom[0]), float(bottom[1])))
    names = ("x", "y")
    return task(
        f"u = {pretty(first, names)} and v = {pretty(second, names)}. What is the Jacobian ∂(u, "
        "v)/∂(x, y) at "
        f"({shown(x)}, {shown(y)})?",
        Matrix(found),
        "The first row belongs to u.",
        JACOBIAN,
        (f"row 1: ∂u/∂x, ∂u/∂y = {column(found[0])}", f"row 2: ∂v/∂x, ∂v/∂y = {column(found[1])}"),
        (J_TRANSPOSED.gives(Matrix(flipped(found))),
         WrongRule("jacobian-rows-swapped", "order", "the rows are swapped", JACOBIAN)
         .gives(Matrix(found[::-1]))),
    )  # fmt: skip
