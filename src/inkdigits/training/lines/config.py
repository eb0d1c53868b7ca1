"""The record of a run of ``inkdigits train line``, with the values that made the shipped weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from inkdigits.training.values import Choice, Count, Rate, Rule, take_all

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
        one: and to that of the 1; chosen on real fields, which may have more of them than the synthetic lines.
        stem, low, low_blocks, high, high_blocks, wide, wide_blocks, dropout: The network, see ``LineShape``.
        device: ``"auto"``, ``"cpu"`` or ``"cuda"``.
    """

    seed: int = 7
    lines: int = 1_100_000
    chunk: int = 4_000
    reuse: int = 2
    validation: int = 2_000
    batch_size: int = 64
    learning_rate: float = 2e-3
    cooldown: float = 0.4
    weight_decay: float = 1e-2
    augmentation: float = 0.15
    ema: float = 0.998
    blank: float = 0.0
    one: float = 0.0
    stem: int = 16
    low: int = 32
    low_blocks: int = 2
    high: int = 96
    high_blocks: int = 2
    wide: int = 160
    wide_blocks: int = 3
    dropout: float = 0.0
    device: str = "auto"

    @classmethod
    def resolve(cls, value: LineConfig | Mapping[str, Any] | None) -> LineConfig:
        """Returns a config from nothing, a mapping, or an instance. Raises OptionError on an unknown key or value."""
        if isinstance(value, LineConfig):
            return value
        return cls(**take_all(LINE_RULES, value))

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
        epochs: Times that each field is seen in a run, each time changed by augmentation.
        runs: Runs with seeds of their own, whose weights are averaged.
        keep: Share of the weights that were begun with in that average: it reads others' writing better, and the
            fields' own no worse (Wortsman et al., 2022, "WiSE-FT").
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
    epochs: int = 60
    runs: int = 2
    keep: float = 0.2
    variants: int = 8
    spliced: float = 4.0
    mix: float = 1.0
    synthetic: int = 6_000
    held: float = 0.12
    looks: int = 10
    batch_size: int = 48
    learning_rate: float = 8e-4
    augmentation: float = 1.0
    ema: float = 0.995
    device: str = "auto"

    @classmethod
    def resolve(cls, value: FinetuneConfig | Mapping[str, Any] | None) -> FinetuneConfig:
        """Returns a config from nothing, a mapping, or an instance. Raises OptionError on an unknown key or value."""
        if isinstance(value, FinetuneConfig):
            return value
        return cls(**take_all(FINETUNE_RULES, value, "fine-tuning"))


_DEVICE = Choice("auto", "cpu", "cuda")

LINE_RULES: Mapping[str, Rule] = {
    "seed": Count(0, 2**31),
    "lines": Count(1, 1_000_000_000),
    "chunk": Count(1, 1_000_000),
    "reuse": Count(1, 1_000),
    "validation": Count(1, 1_000_000),
    "batch_size": Count(1, 65_536),
    "learning_rate": Rate(0, 10, above=True),
    "cooldown": Rate(0, 1),
    "weight_decay": Rate(0, 1),
    "augmentation": Rate(0, 1),
    "ema": Rate(0, 0.999999),
    "blank": Rate(-20, 20),
    "one": Rate(-20, 20),
    "stem": Count(1, 1_024),
    "low": Count(1, 1_024),
    "low_blocks": Count(0, 20),
    "high": Count(1, 2_048),
    "high_blocks": Count(0, 20),
    "wide": Count(1, 2_048),
    "wide_blocks": Count(0, 20),
    "dropout": Rate(0, 0.95),
    "device": _DEVICE,
}
"""What each setting of :class:`LineConfig` may be."""

FINETUNE_RULES: Mapping[str, Rule] = {
    "seed": Count(0, 2**31),
    "epochs": Count(1, 100_000),
    "runs": Count(1, 100),
    "keep": Rate(0, 0.9),
    "variants": Count(1, 10_000),
    "spliced": Rate(0, 1_000),
    "mix": Rate(0, 1_000),
    "synthetic": Count(0, 100_000_000),
    "held": Rate(0, 0.95),
    "looks": Count(1, 100_000),
    "batch_size": Count(1, 65_536),
    "learning_rate": Rate(0, 10, above=True),
    "augmentation": Rate(0, 1),
    "ema": Rate(0, 0.999999),
    "device": _DEVICE,
}
"""What each setting of :class:`FinetuneConfig` may be."""
