"""What is typed on a page and not sent yet, kept for a tab that is opened later."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from chainrule.ground import writing

MOST = 100
"""Texts that are kept; of more, those that were typed last."""


class UnsentTexts:
    """Texts by the name of their field, in a file that need not exist yet."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def all(self) -> dict[str, str]:
        """Every text, the last one typed at the end; none where the file cannot be read."""
        try:
            texts = json.loads(self.path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return texts if isinstance(texts, dict) else {}

    def keep(self, name: str, text: str) -> None:
        """Keep a text, or forget it where it is empty. WritingFault if that cannot be done."""
        with self._lock:
            texts = self.all()
            if not text and name not in texts:
                return
            texts.pop(name, None)
            if text:
                texts[name] = text
            kept = dict(list(texts.items())[-MOST:])
            self.path.parent.mkdir(parents=True, exist_ok=True)
            writing.replace(self.path, json.dumps(kept, ensure_ascii=False).encode())
