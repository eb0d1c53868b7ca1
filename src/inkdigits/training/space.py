"""What tuning looks for: the settings that a trial may choose, and from which values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from inkdigits.recognition import classifier
from inkdigits.training.beginning import read_sizes
from inkdigits.training.config import TrainConfig


class Trial(Protocol):
    """What suggests values; Optuna's trials do."""

    def suggest_categorical(self, name: str, choices: list[int]) -> Any:
        """One of a few values."""

    def suggest_int(self, name: str, low: int, high: int) -> int:
        """A whole number, both bounds included."""

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> float:
        """A number, both bounds included."""


Suggestion = Callable[[Trial, TrainConfig], Any]

_RATES = {"sgd": (0.01, 0.4), "adamw": (3e-4, 0.03)}


def _rate(trial: Trial, base: TrainConfig) -> float:
    low, high = _RATES[base.optimizer]
    return trial.suggest_float("learning_rate", low, high, log=True)


SPACE: Mapping[str, Suggestion] = {
    "stem": lambda trial, _: trial.suggest_categorical("stem", [8, 12, 16, 24, 32]),
    "middle": lambda trial, _: trial.suggest_categorical("middle", [16, 32, 48, 64, 96]),
    "top": lambda trial, _: trial.suggest_categorical("top", [32, 64, 96, 128, 192]),
    "stem_blocks": lambda trial, _: trial.suggest_int("stem_blocks", 0, 1),
    "blocks": lambda trial, _: trial.suggest_int("blocks", 0, 2),
    "top_blocks": lambda trial, _: trial.suggest_int("top_blocks", 0, 2),
    "kernel_size": lambda trial, _: trial.suggest_categorical("kernel_size", [3, 5]),
    "dropout": lambda trial, _: trial.suggest_float("dropout", 0.0, 0.5),
    "learning_rate": _rate,
    "augmentation": lambda trial, _: trial.suggest_float("augmentation", 0.3, 1.3),
}
"""Setting -> what suggests its value. The values of the shipped model are among them."""


def shipped_values(base: TrainConfig, free: list[str]) -> dict[str, Any]:
    """The sizes of the shipped network and what it learned with at first, of the settings that are looked for."""
    values = {**base.to_dict(), **read_sizes(classifier.SHIPPED)}
    return {name: values[name] for name in free}
