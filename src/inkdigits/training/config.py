"""The record of a training run: everything that decides its weights, with the values that made the shipped ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from inkdigits.errors import OptionError
from inkdigits.training.mixtures import BASES, COUNTS, FREE, OWN, WEIGHTS
from inkdigits.training.values import Choice, Count, Rate, Rule, Shares, Words, find_rule, take_all

_ADAMW_RATE = 0.003


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """Settings of ``inkdigits train``.

    Attributes:
        seed: Seed of everything random.
        epochs: Passes of ``epoch_size`` glyphs.
        epoch_size: Glyphs drawn from the pool in one epoch.
        batch_size: Glyphs in one step.
        optimizer: ``"sgd"`` (with Nesterov's momentum) or ``"adamw"``, which wants a far lower learning rate.
        learning_rate: Peak of the one-cycle schedule (Smith & Topin, 2018).
        weight_decay: On all weights but biases and normalization.
        label_smoothing: Share of each target spread over all classes; above 0.02 it hurts calibration.
        warmup: Share of the epochs in which the learning rate rises.
        last_rate: The learning rate at the end, as a share of the peak.
        augmentation: Strength: 0 changes nothing, 1 is what the shipped weights learned with.
        calm: Share of the epochs, the last ones, in which three quarters of a batch are changed mildly instead of half.
        ema: Decay of the exponential moving average of the weights, per step.
        stem, stem_blocks, middle, blocks, top, top_blocks, kernel_size, dropout: The network, see ``Shape``.
        early_stopping: Epochs without a lower validation loss after which a run ends, with its best weights; 0: never.
        validate_every: Epochs from one look at validation data to the next.
        start: A model whose weights it begins with, see :func:`inkdigits.registry.locate.find_weights`; the network
            has its sizes. ``""``: none.
        distill: Share of the loss, on glyphs that are not own pictures, in which the answers of the model that it
            begins with take the place of the labels (Li & Hoiem, 2016): against forgetting.
        restraint: How far answers to drawn digits may move from those of the model that it begins with, as a mean
            divergence in nats; beyond it, weights are mixed, see :func:`inkdigits.training.restraint.restrain`. 0: any.
        norms: ``"batch"``: normalization by the mean and variance of each batch; ``"fixed"``: by those of the model
            that it begins with.
        base: What is learned from beside own pictures: ``"all"`` of the data folder, ``"mnist"`` alone, ``"sample"``
            (digits that are drawn by a generator), or ``"own"``: nothing. Non-digits are always among it.
        own: Own pictures, see :func:`inkdigits.training.own.read_own`; ``""``: none.
        own_share: Their share of a batch beside the digits of a base.
        own_validation: Share of the own pictures of each class that is kept for validation; 0 keeps none.
        counts: Glyphs made by each recipe of the pool.
        weights: Share of each recipe in a batch.
        device: ``"auto"``, ``"cpu"`` or ``"cuda"``.
    """

    seed: int = 31
    epochs: int = 100
    epoch_size: int = 120_000
    batch_size: int = 512
    optimizer: str = "sgd"
    learning_rate: float = 0.12
    weight_decay: float = 7e-4
    label_smoothing: float = 0.01
    warmup: float = 0.12
    last_rate: float = 0.25
    augmentation: float = 1.0
    calm: float = 0.0
    ema: float = 0.9995
    stem: int = 32
    stem_blocks: int = 1
    middle: int = 64
    blocks: int = 2
    top: int = 128
    top_blocks: int = 2
    kernel_size: int = 3
    dropout: float = 0.2
    early_stopping: int = 0
    validate_every: int = 5
    start: str = ""
    distill: float = 0.0
    restraint: float = 0.0
    norms: str = "batch"
    base: str = "all"
    own: str = ""
    own_share: float = 0.3
    own_validation: float = 0.2
    counts: Mapping[str, int] = field(default_factory=lambda: dict(COUNTS["all"]))
    weights: Mapping[str, float] = field(default_factory=lambda: dict(WEIGHTS["all"]))
    device: str = "auto"

    @classmethod
    def resolve(cls, value: TrainConfig | Mapping[str, Any] | None) -> TrainConfig:
        """Returns a config from nothing, a mapping, or an instance.

        Values may be texts, as a command line has them. ``counts`` and ``weights`` that are not given follow ``base``,
        ``learning_rate`` follows ``optimizer``.

        Raises:
            OptionError: A name is unknown, or a value is of the wrong kind or out of range; the message names it.
        """
        if isinstance(value, TrainConfig):
            return value
        values = take_all(RULES, value)
        base = values.get("base", "all")
        rate = {"learning_rate": _ADAMW_RATE} if values.get("optimizer") == "adamw" else {}
        config = cls(**{**rate, "counts": dict(COUNTS[base]), "weights": _shares(base, values), **values})
        _check_sources(config)
        _check_start(config)
        return config

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def rule_of(name: str) -> Rule:
    """What a setting may be. Raises OptionError, with all names, when there is no such setting."""
    return find_rule(RULES, name)


def _shares(base: str, values: Mapping[str, Any]) -> dict[str, float]:
    shares = dict(WEIGHTS[base])
    if values.get("own") and base != OWN:
        share = values.get("own_share", TrainConfig.__dataclass_fields__["own_share"].default)
        shares = {**{name: part * (1 - share) for name, part in shares.items()}, OWN: share}
    return shares


def _check_start(config: TrainConfig) -> None:
    if not config.start and (config.distill or config.restraint or config.norms == "fixed"):
        raise OptionError(
            "'distill', 'restraint' and norms 'fixed' need a model to begin with: name it (start, or --start MODEL)"
        )


def _check_sources(config: TrainConfig) -> None:
    if config.base == OWN and not config.own:
        raise OptionError("base 'own' learns from own pictures alone: name their folder or file (own, or --own PATH)")
    if config.weights.get(OWN) and not config.own:
        raise OptionError("own pictures are to be learned, but none are named: give their folder or file (own)")
    if config.base == "all":
        return
    for name in config.counts:
        if name not in FREE:
            raise OptionError(f"recipe {name!r} in 'counts' needs the data folder: use base 'all', or leave it out")


RULES: Mapping[str, Rule] = {
    "seed": Count(0, 2**31),
    "epochs": Count(1, 100_000),
    "epoch_size": Count(1, 100_000_000),
    "batch_size": Count(2, 65_536),
    "optimizer": Choice("sgd", "adamw"),
    "learning_rate": Rate(0, 10, above=True),
    "weight_decay": Rate(0, 1),
    "label_smoothing": Rate(0, 0.5),
    "warmup": Rate(0, 1),
    "last_rate": Rate(0, 1, above=True),
    "augmentation": Rate(0, 2),
    "calm": Rate(0, 1),
    "ema": Rate(0, 0.999999),
    "stem": Count(1, 1_024),
    "stem_blocks": Count(0, 20),
    "middle": Count(1, 1_024),
    "blocks": Count(0, 20),
    "top": Count(1, 2_048),
    "top_blocks": Count(0, 20),
    "kernel_size": Choice(3, 5, 7),
    "dropout": Rate(0, 0.95),
    "early_stopping": Count(0, 100_000),
    "validate_every": Count(1, 100_000),
    "start": Words(),
    "distill": Rate(0, 1),
    "restraint": Rate(0, 100),
    "norms": Choice("batch", "fixed"),
    "base": Choice(*BASES),
    "own": Words(),
    "own_share": Rate(0, 0.95, above=True),
    "own_validation": Rate(0, 0.5),
    "counts": Shares(whole=True),
    "weights": Shares(),
    "device": Choice("auto", "cpu", "cuda"),
}
"""What each setting may be."""
