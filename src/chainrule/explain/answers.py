"""What the learner answers to a report: that something which was not found is there after all."""

from __future__ import annotations

from chainrule.explain.drafts import Draft, Drafts
from chainrule.explain.errors import ExplainError
from chainrule.explain.reader import Report, read_back, sentence_on
from chainrule.ground.words import did_you_mean


def placed(report: Report, drafts: Drafts, draft: Draft, idea: str, line: int) -> Report:
    """Keep the answer that an idea or a term is on a line of the draft; the report with it.

    ExplainError for a name that is none, and for a line without a sentence.
    """
    ids = [one.idea.id for one in report.ideas]
    names = [*ids, *(one.name for one in report.subject.terms)]
    if idea not in names:
        meant = did_you_mean(idea, names, f"the ideas are {', '.join(ids)}")
        raise ExplainError(f"no idea and no term is called {idea[:60]!r}; {meant}")
    sentence = sentence_on(draft.text, line)
    if sentence is None:
        raise ExplainError(f"there is no sentence on line {line}")
    drafts.answer(idea, sentence)
    return read_back(report.subject, draft.text, drafts.answers())
