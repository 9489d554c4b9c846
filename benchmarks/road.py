"""How fast the road answers, with a record of 10,000 events, and how safe the record is.

    python -m benchmarks.road [--kills 200]

Prints the processor time of `chainrule`, of the next question and of a verdict with its event;
kills practising processes at random moments and counts what was lost.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chainrule.ground.events import Answered
from chainrule.practice import TOPICS, Session, topics_for
from chainrule.roadmap import FILE, HOME, Log, current_standing, standing_of

EVENTS = 10_000
COMMAND = [
    sys.executable,
    "-c",
    "import sys; from chainrule.cli.main import main; sys.exit(main())",
]


def filled(log: Log) -> None:
    """A learner of half a year."""
    chance, start = random.Random(0), datetime.now(UTC) - timedelta(days=180)
    log.add(
        *(
            Answered(
                topic=chance.choice(TOPICS).name,
                seed=number,
                verdict="right" if chance.random() < 0.8 else "wrong",
                at=(start + timedelta(minutes=25 * number)).isoformat(timespec="microseconds"),
            )
            for number in range(EVENTS)
        )
    )


def processor_seconds(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def road_at_a_glance(rounds: int = 7) -> list[float]:
    """Processor seconds of `chainrule` in a process of its own."""
    seconds = []
    for _ in range(rounds):
        before = os.times()
        subprocess.run(COMMAND, check=True, stdout=subprocess.DEVNULL)
        after = os.times()
        seconds.append(
            after.children_user + after.children_system
            - before.children_user - before.children_system
        )  # fmt: skip
    return seconds


def practising(log: Log) -> tuple[list[float], list[float]]:
    """Seconds for the next question, and for a verdict with its event on the disk."""
    questions, verdicts = [], []
    for topic in TOPICS:
        session = Session(topics_for(topic.name), 0)
        for _ in range(5):
            questions.append(processor_seconds(session.next))
            answer = session.asked.task.answer.text()

            def graded(session: Session = session, answer: str = answer) -> None:
                event = session.answer(answer).event()
                assert event is not None
                log.add(event)

            verdicts.append(processor_seconds(graded))
    return questions, verdicts


def kills(number: int, folder: Path) -> tuple[int, int]:
    """Answers that were acknowledged before a kill, and those of them that are lost."""
    chance, acknowledged, lost, asked = random.Random(1), 0, 0, 0
    os.environ[HOME] = str(folder)
    for _ in range(number):
        process = subprocess.Popen(
            [*COMMAND, "practice", "slope"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("0\nskip\n" * 200)
        process.stdin.flush()
        most, seen = chance.randrange(1, 9), 0
        for line in process.stdout:
            seen += line.strip(" >").startswith(("wrong", "right"))
            if seen >= most:
                break
        time.sleep(chance.random() / 100)
        os.kill(process.pid, signal.SIGKILL)
        rest, _ = process.communicate()
        seen += sum(line.strip(" >").startswith(("wrong", "right")) for line in rest.splitlines())
        log = Log(folder / FILE)
        kept = [event for event in log.events() if isinstance(event, Answered)]
        lost += max(seen - (len(kept) - asked), 0)
        assert len({(event.topic, event.seed) for event in kept}) == len(kept), "asked twice"
        assert not log.notices
        log.close()
        acknowledged, asked = acknowledged + seen, len(kept)
    return acknowledged, lost


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        os.environ[HOME] = name
        log = Log(Path(name) / FILE)
        filled(log)
        events = log.events()
        whole = processor_seconds(lambda: standing_of(events))
        print(f"{EVENTS:,} events computed from the beginning: {whole:.2f} s")
        current_standing(log, datetime.now().astimezone())
        glance = road_at_a_glance()
        print(f"chainrule: {statistics.median(glance):.2f} s, at most {max(glance):.2f} s")
        questions, verdicts = practising(log)
        for what, seconds in (("next question", questions), ("verdict and event", verdicts)):
            middle, most = statistics.median(seconds), max(seconds)
            print(f"{what}: median {1000 * middle:.1f} ms, at most {1000 * most:.0f} ms")
    with tempfile.TemporaryDirectory() as name:
        acknowledged, lost = kills(wanted.kills, Path(name))
        print(f"{wanted.kills} kills: {acknowledged} answers acknowledged, {lost} lost")


if __name__ == "__main__":
    main()
