"""Verdicts as JUnit XML, which GitLab, Jenkins and GitHub show as tests.

The form is that of Jenkins' `junit-10.xsd`: `testsuites`, one `testsuite`, a `testcase` a function
with `failure` or `error` where it does not pass. A failure is a wrong answer; an error is code that
does not come to an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    from chainrule.workshop import Verdict

ERRORS = frozenset({"raises", "stopped", "unreadable", "borrowed"})
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no place for."""
PACKAGE = "chainrule.build"


def junit_xml(verdicts: Sequence[Verdict], title: str, started: datetime) -> str:
    """The verdicts as one document; `title` is the name of the suite."""
    failed = sum(not each.passed and each.outcome not in ERRORS for each in verdicts)
    numbers = {
        "name": plain(title),
        "tests": str(len(verdicts)),
        "failures": str(failed),
        "errors": str(sum(each.outcome in ERRORS for each in verdicts)),
        "time": seconds(sum(each.seconds for each in verdicts)),
    }
    root = ElementTree.Element("testsuites", numbers)
    at = started.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    suite = ElementTree.SubElement(root, "testsuite", {**numbers, "timestamp": at})
    for verdict in verdicts:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            {"name": verdict.stage, "classname": PACKAGE, "time": seconds(verdict.seconds)},
        )
        text = plain("\n".join(lines(verdict)))
        if verdict.passed:
            if verdict.outcome != "right":
                ElementTree.SubElement(case, "system-out").text = text
            continue
        kind = "error" if verdict.outcome in ERRORS else "failure"
        type_ = verdict.mistake or verdict.outcome
        fields = {"message": plain(verdict.message), "type": plain(type_)}
        ElementTree.SubElement(case, kind, fields).text = text
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def lines(verdict: Verdict) -> Iterator[str]:
    """What is said of a function, without the width of a terminal."""
    from chainrule.cli.verdict_text import example_lines, own_lines, sentence

    for text in (verdict.message, verdict.explanation, *verdict.details, *verdict.notes):
        if text:
            yield sentence(text)
    if verdict.example is not None:
        yield from example_lines(verdict.example, 100)
    yield from own_lines(verdict.lines)


def seconds(number: float) -> str:
    return f"{number:.3f}"


def plain(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
