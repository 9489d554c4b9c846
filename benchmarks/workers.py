"""The peers' processes, as the benchmark speaks with them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from benchmarks.peers import Peer


class Failed(Exception):
    """A peer's process ended, or could not do what it was asked."""


class Worker:
    """A peer in its own long-lived process; one question at a time."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        command = [sys.executable, "-m", "benchmarks.worker", peer.name]
        self.process = subprocess.Popen(
            command + (["wide"] if peer.wide else []),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **peer.environment},
            text=True,
        )
        try:
            hello = self.read()
        except Failed:
            self.close()
            raise
        self.about: str = hello["about"]
        self.source: str = hello["source"]

    def read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise Failed(f"{self.peer.title}: its process ended")
        return json.loads(line)

    def ask(self, command: str, workload: str) -> dict[str, Any]:
        """`check`, `prepare` or `time`, and the answer."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps({"command": command, "workload": workload}) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Failed(f"{self.peer.title}: its process ended") from None
        answer = self.read()
        if "failed" in answer:
            raise Failed(f"{self.peer.title}: {answer['failed']}")
        return answer

    def close(self) -> None:
        """End the process and wait for it."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
