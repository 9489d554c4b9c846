"""Entries of names that are not written whole: `δ_j`, `w_kj` without their layer, `x^{(i)}` of X.

`x_i` and `x^{(i)}` of a matrix X are its row or column i, as a column; `h_θ(x^{(i)})` is the output
for example i. Sizes decide between what fits.
"""

from __future__ import annotations

import re

from chainrule.algebra.language.choices import MEANT, USUAL, Option
from chainrule.algebra.language.likely_names import (
    OUTPUT,
    PROBABILITIES,
    activations,
    batch_size,
    inputs,
    linear_model,
    output,
    targets,
    weighted_inputs,
)
from chainrule.algebra.language.subscripts_and_superscripts import (
    Scripts,
    layer_number,
    scripts_here,
)
from chainrule.algebra.language.token_rewriter import Spelling
from chainrule.algebra.tree.function_registry import FUNCTIONS
from chainrule.algebra.tree.leaves import CONSTANT
from chainrule.algebra.tree.shapes import SCALAR, Shape, is_vector
from chainrule.algebra.tree.text import text

REASON = "a name without its layer, or one of an example, can be read in more ways than one"

HYPOTHESES = ("h", "f", "hyp", "y_hat", "yhat", "g")
"""What the output is called as a function of the input: `h_θ(x)`."""

_RAISED = re.compile(
    r"\[?\(?(?P<layer>\d+|[Ll](?:[+-]\d)?)?\)?\]?\(?(?P<example>[a-z])?\)?,?(?P<turned>T|⊤|\.T|')?"
)
_LOWERED = re.compile(r"(?P<layer>\d+)?,?(?P<letters>[a-zA-Z](?:,?[a-zA-Z])?)?")


def lettered(s: Spelling, scripts: Scripts) -> bool:
    """Spell the entry, the row or the column that stands here, if it is one."""
    parts = _parts(s, scripts)
    if parts is None:
        return False
    layer, letters, examples, turned = parts
    if not letters and not examples and layer is None:
        return False
    options = list[Option]()
    for name, shape in candidates(s, scripts.base, layer):
        for words in arranged(s, name, shape, letters, examples, name != scripts.base):
            rank = MEANT if " * d" in name else USUAL
            options.append(Option(f"{words}.T" if turned else words, rank))
            if words.startswith("vector") and not turned:
                options.append(Option(f"{words}.T", MEANT))
    if not options:
        return False
    key = f"{scripts.base} {layer} {letters} {examples}"
    s.put_one_of(key, list(dict.fromkeys(options)), scripts.end, REASON)
    return True


def letters_and_layer(s: Spelling, scripts: Scripts) -> tuple[list[str], int | None] | None:
    """The index letters and the layer of a name; None of one that has anything else."""
    parts = _parts(s, scripts)
    if parts is None or parts[3]:
        return None
    return [*parts[1], *parts[2]], parts[0]


def _parts(s: Spelling, scripts: Scripts) -> tuple[int | None, list[str], list[str], bool] | None:
    """The layer, the lowered letters, those of examples, and whether it is transposed."""
    layer: int | None = None
    letters, examples = list[str](), list[str]()
    turned = False
    for words in scripts.raised:
        match = _RAISED.fullmatch(words)
        if match is None:
            return None
        if match["layer"] is not None:
            layer = layer_number(s, match["layer"])
            if layer is None:
                return None
        examples += [match["example"]] if match["example"] else []
        turned = turned or match["turned"] is not None
    for words in scripts.lowered:
        match = _LOWERED.fullmatch(words)
        if match is None:
            return None
        if match["layer"] is not None and layer is None:
            layer = int(match["layer"])
        elif match["layer"] is not None:
            return None
        letters += [letter for letter in match["letters"] or "" if letter != ","]
    here = s.tokens[s.position]
    if not all(s.is_letter(here._replace(text=k)) for k in (*letters, *examples)):
        return None
    return layer, letters, examples, turned


def candidates(s: Spelling, base: str, layer: int | None) -> list[tuple[str, Shape]]:
    """The quantities and gradients that a name with a layer, or without one, may be."""
    scope = s.scope
    if base == "delta" and layer is None and of_activation(s):
        return _deltas_of_sums(s)
    suffix = "" if layer is None else str(layer)
    for spelling in (base, base.swapcase(), *LIKE.get(base, ())):
        known = scope.resolve(spelling + suffix)
        constant = known is not None and known.operation is CONSTANT  # e_{ij} of E
        if known is not None and not constant and (spelling + suffix) not in scope.dimensions:
            return [(spelling + suffix, known.shape)]
        layered = _layered(s, spelling) if layer is None else []
        if layered:
            return layered
    if layer == 0 and base in ("a", "A", "h", "x"):
        return [(name, scope.shapes[name]) for name in inputs(scope)]
    likely = list[str]()
    if layer is None and (
        base in OUTPUT or base in PROBABILITIES or base.replace("_", "") in OUTPUT
    ):
        likely = [name] if (name := output(scope)) is not None else []
    elif base in ("t", "y", "target", "d") and layer is None:
        likely = targets(scope)
    elif base in ("o", "out", "a") and layer is None:
        likely = activations(scope)
    elif base in ("net", "z", "in") and layer is None:
        likely = weighted_inputs(scope)
    elif base == "h" and layer is None:
        likely = [*activations(scope), *weighted_inputs(scope)]
    if likely or base[:1] != "d" or len(base) < 2 or scope.cost is None or not scope.derivatives:
        return [(name, scope.shapes[name]) for name in likely]
    under = [pair for pair in candidates(s, base[1:], layer) if pair[0] in scope.shapes]
    count = batch_size(scope) if s.choices.wide else None
    found = [(f"(d{scope.cost}/d{name})", shape) for name, shape in under]
    if count is not None:
        found += [(f"({count} * d{scope.cost}/d{name})", shape) for name, shape in under]
    return found


LIKE = {"delta": ("Delta",), "Delta": ("delta",), "theta": ("Theta",), "Theta": ("theta",)}
"""Names that another case of their first letter makes other."""


def of_activation(s: Spelling) -> bool:
    """Whether z is what a layer gives, as in Bishop's book, where δ is by what it is given."""
    z = s.scope.quantity("z") or s.scope.quantity("z1")
    return z is not None and z in activations(s.scope)


def _deltas_of_sums(s: Spelling) -> list[tuple[str, Shape]]:
    """The derivatives of the cost by what the layers are functions of, and by a linear output."""
    scope = s.scope
    names = weighted_inputs(scope)
    last = output(scope)
    if last is not None and last not in activations(scope):
        names.append(last)
    return [(f"(d{scope.cost}/d{name})", scope.shapes[name]) for name in names]


def _layered(s: Spelling, base: str) -> list[tuple[str, Shape]]:
    """The names that are this one with the number of a layer."""
    scope = s.scope
    pattern = re.compile(rf"{re.escape(base)}[0-9]{{1,3}}")
    names = [name for name in scope.shapes if pattern.fullmatch(name)]
    deltas = [delta for name in scope.shapes if (delta := scope.delta_name(name)) is not None]
    names += [delta for delta in deltas if pattern.fullmatch(delta)]
    known = [(name, scope.resolve(name)) for name in names]
    return [(name, x.shape) for name, x in known if x is not None]


def arranged(
    s: Spelling, name: str, shape: Shape, letters: list[str], examples: list[str], other_case: bool
) -> list[str]:
    """The entries, rows or columns that letters mean, as words.

    other_case: whether the name is another one than was typed, as X is for x.
    """
    both = [*letters, *examples]
    if not both:
        return [name]
    if shape == SCALAR or len(both) > 2:
        return []
    if is_vector(shape):
        return [f"{name}[{both[0]}]"] if len(both) == 1 else []
    if len(both) == 2:
        pair = [f"{name}[{both[0]},{both[1]}]"]
        weights = name[:1] in "wWuUvV" or name.lower().startswith("theta")
        swapped = len(letters) == 1 or (other_case and not examples and not weights)
        return pair + ([f"{name}[{both[1]},{both[0]}]"] if swapped else [])
    k = s.fresh_letter()
    return [f"vector({k}, {name}[{both[0]},{k}])", f"vector({k}, {name}[{k},{both[0]}])"]


def hypothesis(s: Spelling, scripts: Scripts) -> bool:
    """`h_θ(x^{(i)})`, `h(x_i)`, `f_w(x)`: the output, of an example or of all."""
    at, base = scripts.end, scripts.base
    if base not in HYPOTHESES and f"{base}_hat" not in HYPOTHESES:
        return False
    opener = s.tokens[at]
    if opener.kind != "(" or opener.spaced:
        return False
    close = s.closing(at)
    if close is None or s.tokens[at + 1].kind != "name":
        return False
    position, s.position = s.position, at + 1
    inner = scripts_here(s)
    s.position = position
    known = s.scope.quantity(base)
    name = known if known is not None else output(s.scope)
    shape = SCALAR if name is None else s.scope.shapes[name]
    if name is None and base == "h" and (model := linear_model(s.scope)) is not None:
        name, shape = f"({text(model)})", model.shape
    if inner.end != close or name is None or inner.base.lower() not in ("x", "input"):
        return False
    numbers = [words.strip("()") for words in (*inner.raised, *inner.lowered)]
    if not numbers:
        if known is None:
            s.put(name, close + 1)
        return known is None
    here = s.tokens[s.position]
    if len(numbers) > 1 or not s.is_letter(here._replace(text=numbers[0])):
        return False
    words = arranged(s, name, shape, [], numbers, False)
    if not words:
        return False
    key = f"hypothesis {numbers[0]}"
    s.put_one_of(key, [Option(part) for part in words], close + 1, REASON)
    return True


PREVIOUS = ("{}Lm1", "{}lm1", "{}_prev", "{}prev", "prev_{}", "prev{}")
"""What a quantity of the layer before is called where layers have no number."""


def unnumbered_layer(s: Spelling) -> bool:
    """`a^{(L)}` and `a^{(L-1)}` of a sheet of one layer: a, and a_prev or the like."""
    token = s.tokens[s.position]
    words, name = s.words(s.position + 2), s.scope.quantity(token.text)
    d = "d" if name is None and token.text[:1] == "d" else ""
    name = s.scope.quantity(token.text[1:]) if d else name
    if words is None or name is None or _layered(s, name):
        return False
    plain = words[0].strip("()[]")
    if plain[:1] not in ("L", "l") or s.scope.resolve(plain[:1]) is not None:
        return False
    if plain in ("L", "l"):
        s.put(f"{d}{name}", words[1])
        return True
    before = [made.format(name) for made in PREVIOUS]
    known = next((part for part in before if part in s.scope.shapes), None)
    if plain[1:] != "-1" or known is None:
        return False
    s.put(f"{d}{known}", words[1])
    return True


def as_function(s: Spelling) -> bool:
    """`s(w·x)` of s = sigma(z): where it is right so, the function and not the quantity."""
    token = s.tokens[s.position]
    made = s.scope.definitions.get(s.scope.quantity(token.text) or "")
    if not s.choices.wide or made is None or made.operation.name not in FUNCTIONS:
        return False
    options = [Option(token.text), Option(made.operation.name, MEANT)]
    reason = f"`{token.text}` before a bracket is read as its function"
    s.put_one_of(f"function {token.text}", options, s.position + 1, reason)
    return True


def short_entry(s: Spelling) -> bool:
    """`o_k` where there is a name `ok`: where it is right so, an entry."""
    token = s.tokens[s.position]
    base, _, low = token.text.partition("_")
    if not s.choices.wide or token.text in s.scope.shapes or len(low) != 1:
        return False
    if not s.is_letter(token._replace(text=low)):
        return False
    options = [Option(token.text)]
    for name, shape in candidates(s, base, None):
        options += [Option(words, MEANT) for words in arranged(s, name, shape, [low], [], True)]
    s.put_one_of(f"short {token.text}", options, s.position + 1, REASON)
    return True


def target_of_example(s: Spelling) -> bool:
    """`Σ_i (s_i - y) x_i`: where it is right so, y for y[i]."""
    token = s.tokens[s.position]
    letter = next((t.text[4:] for t in s.out if t.text.startswith("sum_")), "")
    follows = s.tokens[s.position + 1].kind
    if len(letter) != 1 or follows in ("[", ".T") or token.text not in targets(s.scope):
        return False
    words = arranged(s, token.text, s.scope.shapes[token.text], [letter], [], False)
    options = [Option(token.text), *(Option(part, MEANT) for part in words)]
    s.put_one_of(f"target {token.text}", options, s.position + 1, REASON)
    return True
