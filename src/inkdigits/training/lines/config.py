"""The record of a run of ``inkdigits train line``, with the values that made the shipped weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from inkdigits.errors import OptionError

STRIDE = 2
"""Columns of the line by frames of the output."""

FACTOR = 4
"""Columns that the convolutions look at together: a line's width is padded to a multiple of it."""


@dataclass(frozen=True, slots=True)
class LineConfig:
    """Settings of ``inkdigits train line``.

    Attributes:
        seed: Seed of everything random.
        lines: Lines that are made.
        chunk: Lines that are made together; an epoch adds one chunk.
        reuse: Epochs in which a line is used, each time changed by augmentation.
        validation: Lines of validation writers on which the run is judged and calibrated.
        batch_size: Lines in one step.
        learning_rate: Peak of the schedule: a short rise, level, then down to zero.
        cooldown: Share of the steps in which the learning rate falls.
        weight_decay: On all weights but biases and normalization (AdamW).
        augmentation: Strength, 0 to 1.
        ema: Decay of the exponential moving average of the weights, per step.
        blank: Added to the blank's bias after training, before calibration,
        one: and to that of the 1: rules in the synthetic pictures make the network shyer of 1s than real paper does.
        stem, low, low_blocks, high, high_blocks, wide, wide_blocks, dropout: The network, see ``LineShape``.
        device: ``"auto"``, ``"cpu"`` or ``"cuda"``.
    """

    seed: int = 7
    lines: int = 300_000
    chunk: int = 4_000
    reuse: int = 2
    validation: int = 2_000
    batch_size: int = 64
    learning_rate: float = 2e-3
    cooldown: float = 0.4
    weight_decay: float = 1e-2
    augmentation: float = 0.15
    ema: float = 0.998
    blank: float = -0.5
    one: float = 0.4
    stem: int = 16
    low: int = 32
    low_blocks: int = 1
    high: int = 96
    high_blocks: int = 1
    wide: int = 160
    wide_blocks: int = 2
    dropout: float = 0.0
    device: str = "auto"

    @classmethod
    def resolve(cls, value: LineConfig | Mapping[str, Any] | None) -> LineConfig:
        """Returns a config from nothing, a mapping, or an instance. Raises OptionError on an unknown key or value."""
        if isinstance(value, LineConfig):
            return value
        config = cls(**_known(value or {}, cls, "training"))
        for name in ("lines", "chunk", "reuse", "validation", "batch_size", "stem", "low", "high", "wide"):
            if getattr(config, name) < 1:
                raise OptionError(f"training setting {name!r} must be at least 1, not {getattr(config, name)}")
        if config.device not in ("auto", "cpu", "cuda"):
            raise OptionError(f"unknown device {config.device!r}; choose from auto, cpu, cuda")
        return config

    @property
    def epochs(self) -> int:
        """Chunks, and with them epochs, of the run."""
        return max(1, round(self.lines / self.chunk))

    def window(self, epoch: int) -> range:
        """The chunks that an epoch learns from."""
        return range(max(0, epoch - self.reuse + 1), epoch + 1)

    def steps(self, epoch: int) -> int:
        """Steps of an epoch."""
        return max(1, len(self.window(epoch)) * self.chunk // self.batch_size)

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class FinetuneConfig:
    """Settings of ``inkdigits train line --finetune``.

    Attributes:
        seed: Seed of everything random.
        epochs: Times that each field is seen, each time changed by augmentation.
        variants: Ways in which each field is cropped, turned and lit.
        spliced: New lines, by fields, that are made of the heads and tails of others.
        mix: Synthetic lines by fields in a batch, when there is a data folder to make them from.
        synthetic: Synthetic lines that are made.
        held: Share of the fields that is kept to judge by.
        looks: How often the held fields are looked at; the best weights win.
        batch_size: Fields and synthetic lines in one step.
        learning_rate: Peak of the schedule.
        augmentation: Strength, 0 to 1.
        ema: Decay of the exponential moving average of the weights, per step.
        device: ``"auto"``, ``"cpu"`` or ``"cuda"``.
    """

    seed: int = 7
    epochs: int = 40
    variants: int = 8
    spliced: float = 4.0
    mix: float = 1.0
    synthetic: int = 6_000
    held: float = 0.15
    looks: int = 10
    batch_size: int = 48
    learning_rate: float = 5e-4
    augmentation: float = 1.0
    ema: float = 0.995
    device: str = "auto"

    @classmethod
    def resolve(cls, value: FinetuneConfig | Mapping[str, Any] | None) -> FinetuneConfig:
        """Returns a config from nothing, a mapping, or an instance. Raises OptionError on an unknown key."""
        if isinstance(value, FinetuneConfig):
            return value
        return cls(**_known(value or {}, cls, "fine-tuning"))


def _known(values: Mapping[str, Any], kind: type[LineConfig] | type[FinetuneConfig], what: str) -> dict[str, Any]:
    """The values, if all of them are settings. Raises OptionError on the first that is none."""
    known = [item.name for item in fields(kind)]
    for key in values:
        if key not in known:
            raise OptionError(f"unknown {what} setting {key!r}; choose from {', '.join(known)}")
    return dict(values)
