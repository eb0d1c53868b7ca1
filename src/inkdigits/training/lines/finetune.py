"""``finetune_line``: the shipped line network learns a user's own fields, and does not forget the others."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from inkdigits.errors import OptionError
from inkdigits.recognition.line import SHIPPED
from inkdigits.training.datasets import data_folder
from inkdigits.training.lines.batches import batches
from inkdigits.training.lines.calibrate import best_strings, calibrate_lines, coverage, mean_loss
from inkdigits.training.lines.chunks import Chunk, make_chunk
from inkdigits.training.lines.config import LineConfig
from inkdigits.training.lines.export import export_line, open_exported
from inkdigits.training.lines.fields import Fields, read_fields
from inkdigits.training.lines.network import LineNetwork
from inkdigits.training.lines.session import LineSession
from inkdigits.training.lines.validate import validate
from inkdigits.training.runs import Listener, Progress, prepare
from inkdigits.training.sources import Sources


@dataclass(frozen=True, slots=True)
class FinetuneConfig:
    """Settings of ``inkdigits train line --finetune``.

    Attributes:
        seed: Seed of everything random.
        epochs: Times that each field is seen, each time changed by augmentation.
        variants: Ways in which each field is cropped, turned and lit.
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
        values = dict(value or {})
        known = [item.name for item in fields(cls)]
        for key in values:
            if key not in known:
                raise OptionError(f"unknown fine-tuning setting {key!r}; choose from {', '.join(known)}")
        return cls(**values)


def finetune_line(
    run: Path,
    own: Path | Fields,
    config: FinetuneConfig | Mapping[str, Any] | None = None,
    data: Path | None = None,
    listen: Listener = lambda progress: None,
    threads: int = 0,
    start: Path = SHIPPED,
) -> Path:
    """Fine-tunes a line model on fields.

    Args:
        run: Where the model goes: line.onnx, and finetune.json with what was done and how well.
        own: A folder with pictures and labels.csv, or fields.
        config: Settings.
        data: Data folder for synthetic lines that keep the network from forgetting; None takes ``INKDIGITS_DATA``,
            and without that the fields stand alone.
        listen: Called with the progress.
        threads: Threads of PyTorch; 0 means one a processor.
        start: The model to begin with.

    Returns:
        The exported model, ``run / "line.onnx"``.

    Raises:
        DataError: A row of labels.csv cannot be used, or data is damaged; the message names file and row.
        OptionError: A setting is unknown.
    """
    config = FinetuneConfig.resolve(config)
    everything = own if isinstance(own, Fields) else read_fields(own)
    run.mkdir(parents=True, exist_ok=True)
    prepare(config.seed, threads)
    rng = np.random.default_rng(config.seed)
    learned, held = everything.split(config.held, rng)
    listen(Progress("data", 0, 1))
    stock = _Stock(learned, config, _synthetic(data, config, rng), rng)
    network, name = open_exported(start)
    tuning = _Tuning(run, config, network, stock, held.lines())
    network, report = tuning.run_all(listen)
    return _finish(run, config, network, name, tuning.judged, report)


def _synthetic(data: Path | None, config: FinetuneConfig, rng: np.random.Generator) -> Chunk | None:
    folder = data_folder(data)
    if folder is None or config.mix <= 0:
        return None
    sources = Sources.load(folder, validation=False)
    return make_chunk(sources, config.synthetic, [int(rng.integers(2**31))])


class _Stock:
    """Fields in several variants, and synthetic lines, in batches."""

    def __init__(
        self, learned: Fields, config: FinetuneConfig, synthetic: Chunk | None, rng: np.random.Generator
    ) -> None:
        self.variants = [learned.lines(), *(learned.shaken(rng) for _ in range(config.variants - 1))]
        self.synthetic = synthetic
        share = config.mix / (1 + config.mix) if synthetic else 0.0
        self.others = round(share * config.batch_size)
        self.own = max(1, min(config.batch_size - self.others, len(learned)))
        self.steps = max(1, len(learned) * config.epochs // self.own)
        self.silent = learned.bare

    def batches(self, rng: np.random.Generator) -> Iterator[tuple[list[Any], list[str], int]]:
        """Endless: lines, labels, and how many of the first ones say nothing about separators."""
        others = self._endless([self.synthetic], self.others, rng) if self.synthetic else None
        for lines, labels in self._endless(self.variants, self.own, rng):
            silent = len(lines) if self.silent else 0
            if others is not None:
                more, their = next(others)
                lines, labels = lines + more, labels + their
            yield lines, labels, silent

    @staticmethod
    def _endless(chunks: list[Chunk], size: int, rng: np.random.Generator) -> Iterator[tuple[list[Any], list[str]]]:
        while True:
            yield from batches([chunks[int(rng.integers(len(chunks)))]], size, rng)


class _Tuning:
    """The steps, and the choice of the best weights by the held fields."""

    def __init__(self, run: Path, config: FinetuneConfig, network: LineNetwork, stock: _Stock, held: Chunk) -> None:
        line = LineConfig(
            seed=config.seed,
            batch_size=config.batch_size,
            learning_rate=config.learning_rate,
            cooldown=0.8,
            augmentation=config.augmentation,
            ema=config.ema,
            device=config.device,
        )
        self.session = LineSession(run, line, stock.steps, network)
        self.config, self.stock, self.held = config, stock, held
        self.judged = validate(self.session.averaged, held)
        self.best = self._judge()
        self.weights = self._copy()

    def run_all(self, listen: Listener) -> tuple[LineNetwork, dict[str, Any]]:
        """Learns, and returns the best network with a report."""
        before = self._report()
        rng = np.random.default_rng((self.config.seed, 1))
        generator = torch.Generator().manual_seed(self.config.seed)
        source = self.stock.batches(rng)
        every = max(1, self.stock.steps // self.config.looks)
        started = time.monotonic()
        losses: list[Tensor] = []
        for step in range(1, self.stock.steps + 1):
            lines, labels, silent = next(source)
            losses.append(self.session.learn(lines, labels, generator, silent))
            if step % every == 0 or step == self.stock.steps:
                self._look()
                left = (time.monotonic() - started) / step * (self.stock.steps - step)
                metrics = {"loss": round(float(torch.stack(losses).mean()), 5), **self._report()}
                listen(Progress("train", step, self.stock.steps, left, metrics))
                losses.clear()
        self.session.averaged.load_state_dict(self.weights)
        self.judged = validate(self.session.averaged, self.held)
        return self.session.averaged, {"before": before, "after": self._report()}

    def _look(self) -> None:
        self.judged = validate(self.session.averaged, self.held)
        found = self._judge()
        if found <= self.best:
            self.best, self.weights = found, self._copy()

    def _judge(self) -> float:
        """Mean loss: with few held fields it tells more than how many are right."""
        return mean_loss(self.judged, 1.0)

    def _copy(self) -> dict[str, Tensor]:
        return {name: value.clone() for name, value in self.session.averaged.state_dict().items()}

    def _report(self) -> dict[str, float]:
        shares, right = best_strings(self.judged, 1.0)
        return {
            "held": len(right),
            "held_digits": round(float(right.mean()), 5),
            "held_coverage": round(coverage(shares, right), 5),
            "held_loss": round(mean_loss(self.judged, 1.0), 5),
        }


def _finish(
    run: Path, config: FinetuneConfig, network: LineNetwork, name: str, judged: Any, report: dict[str, Any]
) -> Path:
    calibration = replace(calibrate_lines(judged))
    model = export_line(network.cpu().eval(), calibration, run / "line.onnx", f"{name}-finetuned")
    card = {"started_from": name, "config": asdict(config), "calibration": asdict(calibration), **report}
    (run / "finetune.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return model
