"""``finetune_line``: the shipped line network learns a user's own fields, and does not forget the others."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from inkdigits.recognition.line import SHIPPED, LineCalibration, LineReader
from inkdigits.training.datasets import data_folder
from inkdigits.training.lines.blend import Weights, blend
from inkdigits.training.lines.calibrate import best_strings, calibrate_lines, coverage, mean_loss
from inkdigits.training.lines.chunks import Chunk, make_chunk
from inkdigits.training.lines.config import FinetuneConfig, LineConfig
from inkdigits.training.lines.export import export_line, open_exported
from inkdigits.training.lines.fields import Fields, read_fields
from inkdigits.training.lines.mixture import Mixture
from inkdigits.training.lines.network import LineNetwork
from inkdigits.training.lines.session import LineSession
from inkdigits.training.lines.validate import LineValidation, validate
from inkdigits.training.runs import Listener, Progress, prepare
from inkdigits.training.sources import Sources


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
    network, name = open_exported(start)
    mixture = Mixture.of(learned, network, config, _synthetic(data, config, rng), rng)
    tuned = _tune(run, config, network, mixture, held.lines(), listen)
    shares = [config.keep, *[(1 - config.keep) / len(tuned)] * len(tuned)]
    begun = deepcopy(network.state_dict())
    before = validate(network, held.lines())
    network.load_state_dict(blend([begun, *tuned], shares))
    after = validate(network, held.lines())
    if mean_loss(after, 1.0) > mean_loss(before, 1.0):  # nothing was gained: the fields are too few, or mislabelled
        network.load_state_dict(begun)
        after = before
    calibration = calibrate_lines(after, network, held.lines().lines(), LineReader(start, threads=1).calibration)
    return _finish(run, config, network, name, calibration, before, after)


def _tune(
    run: Path, config: FinetuneConfig, network: LineNetwork, mixture: Mixture, held: Chunk, listen: Listener
) -> list[Weights]:
    """The weights of each run."""
    found = []
    started = time.monotonic()
    for number in range(config.runs):
        own = replace(config, seed=config.seed + number)
        tuning = _Tuning(run, own, deepcopy(network), mixture, held)
        found.append(tuning.run_all(partial(_tell, listen, number, config.runs, started)))
    return found


def _tell(listen: Listener, number: int, runs: int, started: float, progress: Progress) -> None:
    """Progress of one run as that of all, which began at ``started``."""
    done, total = number * progress.total + progress.done, runs * progress.total
    left = (time.monotonic() - started) / max(1, done) * (total - done)
    listen(replace(progress, done=done, total=total, seconds_left=left))


def _synthetic(data: Path | None, config: FinetuneConfig, rng: np.random.Generator) -> Chunk | None:
    folder = data_folder(data)
    if folder is None or config.mix <= 0 or config.synthetic == 0:
        return None
    sources = Sources.load(folder, validation=False)
    return make_chunk(sources, config.synthetic, [int(rng.integers(2**31))])


class _Tuning:
    """The steps, and the choice of the best weights by the held fields."""

    def __init__(self, run: Path, config: FinetuneConfig, network: LineNetwork, mixture: Mixture, held: Chunk) -> None:
        line = LineConfig(
            seed=config.seed,
            batch_size=config.batch_size,
            learning_rate=config.learning_rate,
            cooldown=0.8,
            augmentation=config.augmentation,
            ema=config.ema,
            device=config.device,
        )
        self.session = LineSession(run, line, mixture.steps, network)
        self.config, self.mixture, self.held = config, mixture, held
        self.judged = validate(self.session.averaged, held)
        self.best = self._judge()
        self.weights = self._copy()

    def run_all(self, listen: Listener) -> Weights:
        """Learns, and returns the best weights."""
        rng = np.random.default_rng((self.config.seed, 1))
        generator = torch.Generator().manual_seed(self.config.seed)
        source = self.mixture.batches(rng)
        every = max(1, self.mixture.steps // self.config.looks)
        losses: list[Tensor] = []
        for step in range(1, self.mixture.steps + 1):
            lines, labels, silent = next(source)
            losses.append(self.session.learn(lines, labels, generator, silent))
            if step % every == 0 or step == self.mixture.steps:
                self._look()
                metrics = {"loss": round(float(torch.stack(losses).mean()), 5), **_report(self.judged)}
                listen(Progress("train", step, self.mixture.steps, None, metrics))
                losses.clear()
        return self.weights

    def _look(self) -> None:
        self.judged = validate(self.session.averaged, self.held)
        found = self._judge()
        if found <= self.best:
            self.best, self.weights = found, self._copy()

    def _judge(self) -> float:
        """Mean loss: with few held fields it tells more than how many are right."""
        return mean_loss(self.judged, 1.0)

    def _copy(self) -> dict[str, Tensor]:
        return {name: value.cpu().clone() for name, value in self.session.averaged.state_dict().items()}


def _report(judged: LineValidation) -> dict[str, float]:
    shares, right = best_strings(judged, 1.0)
    return {
        "held": len(right),
        "held_digits": round(float(right.mean()), 5),
        "held_coverage": round(coverage(shares, right), 5),
        "held_loss": round(mean_loss(judged, 1.0), 5),
    }


def _finish(
    run: Path,
    config: FinetuneConfig,
    network: LineNetwork,
    name: str,
    calibration: LineCalibration,
    before: LineValidation,
    after: LineValidation,
) -> Path:
    model = export_line(network.cpu().eval(), calibration, run / "line.onnx", f"{name}-finetuned")
    card = {
        "started_from": name,
        "config": asdict(config),
        "calibration": asdict(calibration),
        "before": _report(before),
        "after": _report(after),
    }
    (run / "finetune.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return model
