"""What a run is trained with, as it is kept in its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chainrule.network import EarlyStopping, NetworkError, Recipe
from chainrule.runs.errors import RunError


@dataclass(frozen=True)
class Settings:
    """The starting weights by name, the recipe, and how long to wait for a better epoch."""

    init: str
    recipe: Recipe
    patience: int | None

    @property
    def epochs(self) -> int:
        return self.recipe.epochs

    @property
    def learning_rate(self) -> float:
        return self.recipe.optimizer.learning_rate

    def to_dict(self) -> dict[str, Any]:
        first = {"init": self.init, "seed": self.recipe.seed}
        return {**first, **self.recipe.to_dict(), "patience": self.patience}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Settings:
        """From the header of a run's file; RunError if it is not what `to_dict` gives."""
        try:
            settings = cls(str(kept["init"]), Recipe.from_dict(kept), kept["patience"])
            settings.make_stopping()
        except (KeyError, NetworkError) as fault:
            raise RunError(
                f"its settings cannot be read ({fault}); expected a run that was trained here"
            ) from fault
        return settings

    def make_stopping(self) -> EarlyStopping | None:
        return None if self.patience is None else EarlyStopping(self.patience)
