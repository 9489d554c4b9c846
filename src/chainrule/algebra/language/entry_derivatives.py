"""Derivatives of entries by entries: `∂z_j/∂w_{jk}`, `∂C/∂a_j`, `∂a_j/∂z_j`.

Of a vector by a vector it is an entry of the Jacobian. By a matrix there is none, so it is written
out: ∂z[j]/∂W[j,k] of z = W @ x is x[k].
"""

from __future__ import annotations

from chainrule.algebra.errors import AlgebraError
from chainrule.algebra.language.choices import MEANT, Option
from chainrule.algebra.language.joined_names import joined
from chainrule.algebra.language.lettered import REASON, arranged, candidates, letters_and_layer
from chainrule.algebra.language.likely_names import COSTS
from chainrule.algebra.language.subscripts_and_superscripts import scripts_here
from chainrule.algebra.language.summed_matrices import entry_of
from chainrule.algebra.language.token_rewriter import SPARE, Spelling
from chainrule.algebra.tree.arithmetic import MULTIPLY, multiply, times
from chainrule.algebra.tree.expression import Expression, rebuild, substitute
from chainrule.algebra.tree.indexing import ENTRY, entry, matrix, vector
from chainrule.algebra.tree.leaves import eye, symbol
from chainrule.algebra.tree.matrices import transposed
from chainrule.algebra.tree.shapes import SCALAR, Shape, is_vector
from chainrule.algebra.tree.text import text


def derivative_of_entry(s: Spelling) -> bool:
    """Spell the derivative of an entry, or by one, that stands here."""
    token = s.tokens[s.position]
    if token.text[:1] != "d" or len(token.text) < 2 or not s.scope.derivatives:
        return False
    following = [part.kind for part in s.tokens[s.position + 1 : s.position + 4]]
    plain = following[:2] == ["/", "name"] and following[-1] not in ("[", "**", "{")
    if plain and "_" not in token.text + s.tokens[s.position + 2].text:
        return False
    if s.scope.resolve(token.text) is not None:
        return False
    if following[0] == "/":  # dh_t/dh_{t-1} of names that are declared so
        joined(s, s.position + 2)
        pair = (token.text, s.tokens[s.position + 2].text)
        if all(name[1:] in s.scope.shapes for name in pair):
            return False
    over = scripts_here(s)
    if s.tokens[over.end].kind != "/" or s.tokens[over.end + 1].text[:1] != "d":
        return False
    position, s.position = s.position, over.end + 1
    under = scripts_here(s)
    if not (over.lowered or over.raised or under.lowered or under.raised):
        s.position = position
        return False
    upside, downside = letters_and_layer(s, over), letters_and_layer(s, under)
    s.position = position
    if upside is None or downside is None or under.base[:1] != "d":
        return False
    (above, upper), (below, lower) = upside, downside
    if not above and not below:
        return False
    options = [
        Option(words)
        for one in _quantities(s, over.base[1:], upper)
        for other in _quantities(s, under.base[1:], lower)
        for words in _written(s, one, other, above, below)
    ]
    if not options:
        return False
    options += [Option(f"{o.words}.T", MEANT) for o in options if o.words.startswith("vector")]
    named = over.base[1:] in s.scope.shapes and under.base[1:] in s.scope.shapes
    if named and len(set(options)) == 1:  # nothing is left open: both names are written out
        s.put(options[0].words, under.end)
        return True
    key = f"derivative {over.base} {upper} {above} {under.base} {lower} {below}"
    s.put_one_of(key, list(dict.fromkeys(options)), under.end, REASON)
    return True


def _quantities(s: Spelling, base: str, layer: int | None) -> list[str]:
    found = [
        name
        for known, _ in candidates(s, base, layer)
        if (name := s.scope.quantity(known)) is not None
    ]
    if not found and layer is None and base in COSTS and s.scope.cost is not None:
        return [s.scope.cost]
    return found


def _written(s: Spelling, over: str, under: str, above: list[str], below: list[str]) -> list[str]:
    """The ways to write the derivative in words that the language has."""
    one, other = s.scope.shapes[over], s.scope.shapes[under]
    if one == SCALAR:
        return [] if above else arranged(s, f"(d{over}/d{under})", other, below, [], False)
    if len(above) != _axes(one) or len(below) != _axes(other):
        return []
    if is_vector(one) and is_vector(other):
        letters = ",".join((*above, *below))
        return [f"(d{over}/d{under})[{letters}]"] if other != SCALAR else []
    given = symbol("#", one)
    try:
        made = entry_of(s.scope.carried(over, under, given), *below)
        made = rebuild(made, lambda node: _at_place(node, given, above))
        made = substitute(made, {given: _one_at(one, above)})
        made = rebuild(made, lambda node: times(*node.args) if node.operation is MULTIPLY else node)
    except AlgebraError:  # it does not depend on it, or has no such entries
        return []
    return [f"({text(made)})"]


def _at_place(node: Expression, given: Expression, letters: list[str]) -> Expression:
    """An entry of what is 1 at the place of the letters and 0 elsewhere."""
    if node.operation is not ENTRY or node.args[0] is not given:
        return node
    places = [place for place in node.params if place is not None]
    pairs = zip(places, letters, strict=True)
    return times(*(entry(eye(size), one, other) for (one, size), other in pairs if one != other))


def _axes(shape: Shape) -> int:
    return 0 if shape == SCALAR else 1 if is_vector(shape) else 2


def _one_at(shape: Shape, letters: list[str]) -> Expression:
    """1 at the place of the letters, 0 elsewhere."""
    rows, columns = shape
    p, q = [k for k in SPARE[::-1] if k not in letters][:2]
    if len(letters) == 2:
        body = multiply(entry(eye(rows), p, letters[0]), entry(eye(columns), q, letters[1]))
        return matrix((p, rows), (q, columns), body)
    size = rows if columns == 1 else columns
    column = vector((p, size), entry(eye(size), p, letters[0]))
    return column if columns == 1 else transposed(column)
