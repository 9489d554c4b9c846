"""A run of products that is being read, and how far."""

from __future__ import annotations

from chainrule.algebra.language.nodes import Node, Run


class Cursor:
    """A run that is being read. position: of the next of its parts."""

    def __init__(self, run: Run | None = None) -> None:
        self.parts: tuple[Node, ...] = () if run is None else run.parts
        self.signs: tuple[str, ...] = () if run is None else run.signs
        self.position = 0

    def beside(self) -> bool:
        """Whether the next part stands side by side with the one before."""
        return self.position < len(self.parts) and self.signs[self.position - 1] == ""

    def advance(self) -> Node:
        self.position += 1
        return self.parts[self.position - 1]

    def pass_over(self) -> None:
        """Leave out the next part."""
        self.position += 1

    def rest(self, first: Node) -> Node:
        """What stands there instead of the part before, with all that follows it; none is left."""
        parts, signs = self.parts[self.position :], self.signs[max(self.position - 1, 0) :]
        self.position = len(self.parts)
        return Run(first.first, parts[-1].last, (first, *parts), signs) if parts else first
