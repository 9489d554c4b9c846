"""Phrasings found in sentences: endings, order, nearness, and what a sentence denies."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from chainrule.explain import ExplainError, Matcher, phrasing, read_text, stem, synonyms


def stands(wanted: str, text: str) -> bool:
    return Matcher(read_text(text).sentences).first([phrasing(wanted)]) is not None


@pytest.mark.parametrize(
    "text",
    [
        "The slopes multiply.",
        "You multiply the slopes.",
        "Slopes are multiplied here.",
        "The slope is multiplied by the other slope, because gears do that.",
        "It is the slope of the whole. It is multiplied.",
        "Not only are slopes multiplied, they are multiplied for every machine.",
        "It doesn't matter which one is first: the slopes multiply.",
        "Do the slopes add? No: the slopes multiply.",
        "People think that slopes add, but slopes multiply.",
        "slopes multiply",
    ],
)
def test_what_is_said_is_found(text: str) -> None:
    assert stands("slope & multipl*", text)


@pytest.mark.parametrize(
    "text",
    [
        "The slopes do not multiply.",
        "The slopes don't multiply.",
        "The slopes dont multiply.",
        "Slopes never multiply.",
        "Slopes are added instead of multiplied.",
        "Slopes are added rather than multiplied.",
        "Slopes multiply only if the functions are straight lines.",
        "Only if both are lines the slopes multiply.",
        "Do the slopes multiply?",
        "It is wrong to say that slopes multiply.",
        "Many people think that slopes multiply.",
        "It is not true that slopes multiply.",
        "I don't know why slopes multiply.",
        "The slope is steep. Numbers can multiply.",
        "No slopes are multiplied.",
    ],
)
def test_what_is_denied_asked_or_doubted_is_not_found(text: str) -> None:
    assert not stands("slope & multipl*", text)


def test_a_denying_word_that_is_asked_for_denies_nothing() -> None:
    assert stands("no target & hidden", "A hidden neuron has no target.")
    assert stands("not|never & 0", "The step h is never 0.")
    assert not stands("target & hidden", "A hidden neuron has no target.")


def test_a_question_counts_with_its_answer() -> None:
    assert stands("slopes & multipl*", "Do the slopes multiply? Yes.")
    assert not stands("slopes & multipl*", "Do the slopes multiply? No, not at all.")
    assert stands("no|not & order", "Q: May I change the order?\nA: No.")
    assert not stands("slopes & multipl*", "Do the slopes multiply? It depends.")


def test_note_is_no_denial() -> None:
    assert not stands("not & slope", "Note the slope.")


def test_only_if_may_be_asked_for() -> None:
    assert stands("fit & only if & equal", "They fit only if the inner sizes are equal.")
    assert not stands("fit & equal", "They fit only if the inner sizes are equal.")


def test_order_is_kept_where_it_is_asked_for() -> None:
    assert stands("rise > over > run", "It is the rise over the run.")
    assert not stands("rise > over > run", "It is the run over the rise.")


def test_a_phrase_may_have_a_gap() -> None:
    assert stands("cost ... change", "how fast does the cost then change")
    assert not stands("cost ... change", "the cost of many other things that may change")


def test_three_groups_may_lie_in_two_sentences_or_three_short_ones() -> None:
    wanted = "error & back & weight"
    assert stands(wanted, "The errors go back. They pass the weights.")
    assert stands(wanted, "The errors go back. Weights carry them.")
    assert stands(wanted, "The errors go back. So they do. Weights carry them.")
    between = "So they do, and this is what everybody calls by this name."
    assert not stands(wanted, f"The errors go back. {between} Weights carry them.")
    assert not stands("error & weight", "The errors go back. Weights carry them.")
    far = "the others are only there to fill the page with words and more words " * 3
    assert not stands("error & weight", f"Errors {far} weights.")


def test_slips_of_the_finger_are_let_pass_in_long_words() -> None:
    assert stands("derivative", "the deriviative of f")
    assert stands("momentum", "the momemtum")
    assert not stands("cost", "the coat")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("multiplied", "multiplies"),
        ("squaring", "squares"),
        ("stopped", "stop"),
        ("normalized", "normalises"),
        ("centered", "centred"),
        ("biases", "biases"),
        ("falling", "falls"),
    ],
)
def test_endings_make_no_difference(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("costly", "cost"), ("bias", "bia"), ("loss", "lo")])
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_sets_are_written_out_and_an_unknown_one_is_an_error() -> None:
    assert "slope" in synonyms()
    assert stands("{slope}", "how fast does it change")
    with pytest.raises(ExplainError, match="nosuch"):
        phrasing("{nosuch} & slope")
    with pytest.raises(ExplainError, match="no word that counts"):
        phrasing("slope & the|a")


def test_formulas_are_no_words() -> None:
    assert stands("h & 0", "we let `h` go to `0`")
    assert not stands("w2 & delta2", "    delta1 = W2 @ delta2")
    assert not stands("sigma & 0", "as in `delta1 = (W2.T @ delta2) * sigma'(z1) + 0` here")


@pytest.mark.parametrize(
    "text",
    ["The slope is not needed here.", "The slope plays no role.", "The slope is irrelevant."],
)
def test_what_is_not_needed_is_not_found(text: str) -> None:
    assert not stands("slope", text)
    assert stands("slope", f"{text[:-1]}, but the slope counts.")


def test_a_no_that_denies_nothing_is_none() -> None:
    assert not stands("no & 0", "You may set it to 0, no problem.")
    assert stands("slope & 0", "No doubt the slope is 0.")


def test_why_not_asks_for_a_reason() -> None:
    assert stands("zero & same", "Why not start at zero? Because all would be the same.")


def test_shortened_words_are_two() -> None:
    assert stands("should have been", "what it should've been")
    assert stands("they are", "they’re")


def test_a_row_of_the_thesaurus_counts_only_where_it_is_asked_for() -> None:
    def found(wanted: str, text: str) -> bool:
        return Matcher(read_text(text).sentences).first([phrasing(wanted, wide=True)]) is not None

    assert found("negligible", "The crumb can be left out.")
    assert found("large & error", "A gigantic error.")
    assert not stands("large & error", "A gigantic error.")
    assert not found("=large & error", "A gigantic error.")
    assert not found("multipl*", "It takes a long time.")


def test_what_is_said_about_something_else_does_not_count() -> None:
    sentences = read_text("The value times one minus the value is the slope.").sentences
    wanted = [phrasing("slope & times")]
    assert Matcher(sentences).first(wanted) == 0
    assert Matcher(sentences).first(wanted, [phrasing("one minus")]) is None


def test_no_row_of_the_thesaurus_loses_a_word() -> None:
    """`on its own` would be `on`: fillers are left out."""
    rows = tomllib.loads((files("chainrule.explain") / "thesaurus.toml").read_text("utf-8"))["rows"]
    for row in rows:
        assert len(row) > 1
        for entry in row:
            (group,) = phrasing(entry).groups
            assert " " not in entry or len(group.phrases[0]) > 1, entry
