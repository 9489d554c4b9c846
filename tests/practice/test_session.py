"""Question after question: harder after success, easier after failure."""

from __future__ import annotations

from chainrule.practice import Session, level_of, topics_for


def session(name: str = "power", seed: int = 0) -> Session:
    return Session(topics_for(name), seed)


def answer_right(one: Session) -> None:
    assert one.answer(one.asked.task.answer.text()).passed
    one.next()


def test_two_clean_answers_make_it_harder_up_to_the_hardest():
    one = session()
    levels: list[int] = []
    for _ in range(7):
        levels.append(one.asked.level)
        answer_right(one)
    assert levels == [1, 1, 2, 2, 3, 3, 3]
    assert (one.score.right, one.score.at_once) == (7, 7)


def test_a_wrong_answer_makes_it_easier_once_a_question():
    one = session(seed=2)
    assert one.asked.level == 3
    one.answer("0")
    one.answer("1")
    one.next()
    assert one.asked.level == 2


def test_a_solution_that_was_shown_makes_it_easier():
    one = session(seed=1)
    assert "=" in one.show().text
    assert one.next().level == 1


def test_what_cannot_be_read_counts_for_nothing():
    one = session()
    for typed in ("((", "???", ""):
        assert one.answer(typed).check.verdict == "unreadable"
    answer_right(one)
    assert (one.score.right, one.score.at_once) == (1, 1)


def test_hints_come_one_by_one_and_are_not_at_once():
    one = session()
    assert [one.hint().name for _ in range(5)] == ["nudge", "rule", "first step", *["solution"] * 2]
    answer_right(one)
    assert (one.score.right, one.score.at_once) == (1, 0)


def test_every_question_can_be_asked_again_by_its_seed():
    one = session(seed=4)
    for _ in range(4):
        asked = one.asked
        assert level_of(asked.seed) == asked.level
        assert session(seed=asked.seed).asked.ask == asked.ask
        answer_right(one)


def test_the_topics_of_a_concept_follow_each_other():
    one = session("cost")
    names = []
    for _ in range(4):
        names.append(one.asked.topic.name)
        one.next()
    assert names == ["quadratic-cost", "mean-cost", "cost-slope", "quadratic-cost"]
