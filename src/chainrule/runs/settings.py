"""What a run is trained with, as it is kept in its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from chainrule.network import EarlyStopping, Optimizer, Schedule, optimizer, schedule
from chainrule.runs.errors import RunError


@dataclass(frozen=True)
class Settings:
    """What a run is trained with, beside its network and its data."""

    init: str
    seed: int
    optimizer: str
    optimizer_settings: dict[str, float]
    batch_size: int
    epochs: int
    l1: float
    l2: float
    dropout: tuple[float, ...]
    schedule: str
    patience: int | None

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "dropout": list(self.dropout)}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Settings:
        """From the header of a run's file; RunError if it is not what `to_dict` gives."""
        try:
            patience = kept["patience"]
            return cls(
                init=str(kept["init"]),
                seed=int(kept["seed"]),
                optimizer=str(kept["optimizer"]),
                optimizer_settings={
                    str(name): float(value) for name, value in kept["optimizer_settings"].items()
                },
                batch_size=int(kept["batch_size"]),
                epochs=int(kept["epochs"]),
                l1=float(kept["l1"]),
                l2=float(kept["l2"]),
                dropout=tuple(float(rate) for rate in kept["dropout"]),
                schedule=str(kept["schedule"]),
                patience=None if patience is None else int(patience),
            )
        except KeyError as fault:
            raise RunError(
                f"its settings lack {fault}; expected a run that was trained here"
            ) from fault
        except (TypeError, ValueError, AttributeError) as fault:
            raise RunError(
                f"its settings cannot be read ({fault}); expected a run that was trained here"
            ) from fault

    def make_optimizer(self) -> Optimizer:
        return optimizer(self.optimizer, **self.optimizer_settings)

    def make_schedule(self) -> Schedule:
        return schedule(self.schedule)

    def make_stopping(self) -> EarlyStopping | None:
        return None if self.patience is None else EarlyStopping(self.patience)
