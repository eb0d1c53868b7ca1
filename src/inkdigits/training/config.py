"""The record of a training run: everything that decides its weights, with the values that made the shipped ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from inkdigits.errors import OptionError


def _digit_counts() -> dict[str, int]:
    return {
        "mnist_photo": 45_000,
        "pens": 60_000,
        "pens_photo": 30_000,
        "bitmaps": 12_000,
        "vector": 40_000,
        "habits": 20_000,
        "printed": 10_000,
        "letters": 60_000,
        "hershey": 50_000,
        "printed_letters": 12_000,
        "scribbles": 30_000,
        "signs": 25_000,
        "pairs": 12_000,
        "pieces": 4_000,
        "empty": 4_000,
    }


def _digit_weights() -> dict[str, float]:
    return {
        "mnist": 0.34,
        "mnist_photo": 0.08,
        "pens": 0.11,
        "pens_photo": 0.04,
        "bitmaps": 0.03,
        "vector": 0.07,
        "habits": 0.03,
        "printed": 0.02,
        "letters": 0.11,
        "hershey": 0.08,
        "printed_letters": 0.02,
        "scribbles": 0.04,
        "signs": 0.04,
        "pairs": 0.02,
        "pieces": 0.01,
        "empty": 0.01,
    }


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """Settings of ``inkdigits train``.

    Attributes:
        seed: Seed of everything random.
        epochs: Passes of ``epoch_size`` glyphs.
        epoch_size: Glyphs drawn from the pool in one epoch.
        batch_size: Glyphs in one step.
        learning_rate: Peak of the one-cycle schedule (Smith & Topin, 2018).
        weight_decay: On all weights but biases and normalization.
        label_smoothing: Share of each target spread over all classes; above 0.02 it hurts calibration.
        warmup: Share of the epochs in which the learning rate rises.
        last_rate: The learning rate at the end, as a share of the peak.
        augmentation: Strength, 0 to 1.
        calm: Share of the epochs, the last ones, in which three quarters of a batch are changed mildly instead of half.
        ema: Decay of the exponential moving average of the weights, per step.
        stem, middle, blocks, top, top_blocks, dropout: The network, see ``Shape``.
        counts: Glyphs made by each recipe of the pool.
        weights: Share of each recipe in a batch.
        device: ``"auto"``, ``"cpu"`` or ``"cuda"``.
    """

    seed: int = 7
    epochs: int = 200
    epoch_size: int = 120_000
    batch_size: int = 512
    learning_rate: float = 0.12
    weight_decay: float = 3e-4
    label_smoothing: float = 0.01
    warmup: float = 0.12
    last_rate: float = 4e-5
    augmentation: float = 1.0
    calm: float = 0.0
    ema: float = 0.999
    stem: int = 16
    middle: int = 64
    blocks: int = 1
    top: int = 128
    top_blocks: int = 0
    dropout: float = 0.1
    counts: Mapping[str, int] = field(default_factory=_digit_counts)
    weights: Mapping[str, float] = field(default_factory=_digit_weights)
    device: str = "auto"

    @classmethod
    def resolve(cls, value: TrainConfig | Mapping[str, Any] | None) -> TrainConfig:
        """Returns a config from nothing, a mapping, or an instance. Raises OptionError on an unknown key or value."""
        if isinstance(value, TrainConfig):
            return value
        values = dict(value or {})
        known = [item.name for item in fields(cls)]
        for key in values:
            if key not in known:
                raise OptionError(f"unknown training setting {key!r}; choose from {', '.join(known)}")
        config = cls(**values)
        for name in ("epochs", "epoch_size", "batch_size", "stem", "middle", "top"):
            if getattr(config, name) < 1:
                raise OptionError(f"training setting {name!r} must be at least 1, not {getattr(config, name)}")
        if config.device not in ("auto", "cpu", "cuda"):
            raise OptionError(f"unknown device {config.device!r}; choose from auto, cpu, cuda")
        return config

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)
