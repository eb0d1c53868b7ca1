"""``train``: from data to a model folder; stop it at any moment, start it again, and it goes on."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from inkdigits.errors import OptionError
from inkdigits.recognition.engine import processors
from inkdigits.training.calibrate import calibrate
from inkdigits.training.card import write_card
from inkdigits.training.config import TrainConfig
from inkdigits.training.curves import draw_curves
from inkdigits.training.datasets import DataError, checksums, data_folder
from inkdigits.training.export import export
from inkdigits.training.network import DigitNetwork
from inkdigits.training.pool import Pool, build_pool, join_pools, mnist_pool
from inkdigits.training.session import Session
from inkdigits.training.sources import FILES
from inkdigits.training.validate import Validation, validate

VALIDATION_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is: told to the caller as it goes.

    Attributes:
        stage: ``"data"``, ``"train"`` or ``"export"``.
        done: Units finished.
        total: Units in all.
        seconds_left: Estimate, or None.
        metrics: The last epoch's metrics.
    """

    stage: str
    done: int
    total: int
    seconds_left: float | None = None
    metrics: Mapping[str, float] | None = None


Listener = Callable[[Progress], None]


def train(
    run: Path,
    config: TrainConfig | Mapping[str, Any] | None = None,
    data: Path | None = None,
    listen: Listener = lambda progress: None,
    threads: int = 0,
) -> Path:
    """Trains the digit network, or goes on where an earlier call in the same folder stopped.

    Args:
        run: The run's folder: config.json, pool, checkpoint, metrics.jsonl; at the end digit.onnx, card, curves.png.
        config: Settings; on resuming they must be the run's own, or None.
        data: Data folder; None takes ``INKDIGITS_DATA``.
        listen: Called with the progress.
        threads: Threads of PyTorch; 0 means one a processor. May change from call to call.

    Returns:
        The exported model, ``run / "digit.onnx"``.

    Raises:
        DataError: Data is missing.
        OptionError: A setting is unknown, or differs from those that the run was started with.
    """
    config = _settle_config(run, config)
    folder = _folder(data)
    _prepare(config, threads)
    pools = _pools(run, config, folder, listen)
    network = _fit(run, config, pools, listen)
    return _finish(run, config, folder, network, pools[1], listen)


def read_metrics(run: Path) -> list[dict[str, float]]:
    """The metrics of each finished epoch of a run, oldest first."""
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]


def _settle_config(run: Path, config: TrainConfig | Mapping[str, Any] | None) -> TrainConfig:
    run.mkdir(parents=True, exist_ok=True)
    record = run / "config.json"
    if not record.exists():
        chosen = TrainConfig.resolve(config)
        record.write_text(json.dumps(chosen.to_dict(), indent=2) + "\n", encoding="utf-8")
        return chosen
    saved = TrainConfig.resolve(json.loads(record.read_text(encoding="utf-8")))
    if config is not None and TrainConfig.resolve(config) != saved:
        raise OptionError(f"{run} was started with other settings (see {record}): use another --run folder, or none")
    return saved


def _folder(data: Path | None) -> Path:
    folder = data_folder(data)
    if folder is None:
        raise DataError("training needs the data folder: set INKDIGITS_DATA or --data (see docs/training.md)")
    return folder


def _prepare(config: TrainConfig, threads: int) -> None:
    torch.set_num_threads(threads or processors())
    torch.manual_seed(config.seed)


def _pools(run: Path, config: TrainConfig, folder: Path, listen: Listener) -> tuple[Pool, Pool]:
    """The glyphs for training and for validation, made once and kept in the run's folder."""
    pools = []
    for name, validation in (("pool", False), ("validation", True)):
        path = run / f"{name}.npz"
        if not path.exists():
            share = VALIDATION_SHARE if validation else 1
            counts = {kind: max(200, int(count * share)) for kind, count in config.counts.items()}
            total, done = sum(counts.values()), 0

            def tick(count: int, total: int = total) -> None:
                nonlocal done
                done += count
                listen(Progress("data", done, total))

            made = build_pool(folder, counts, config.seed + 100_000 * validation, validation, tick)
            join_pools(mnist_pool(folder, validation), made).save(path)
        pools.append(Pool.open(path))
    return pools[0], pools[1]


def _fit(run: Path, config: TrainConfig, pools: tuple[Pool, Pool], listen: Listener) -> DigitNetwork:
    """Runs the epochs that are left."""
    session = Session(run, config, pools[0])
    session.resume()
    spent: list[float] = []
    for epoch in range(session.epoch, config.epochs):
        started = time.monotonic()
        loss = session.run_epoch(epoch)
        last = epoch == config.epochs - 1
        check = validate(session.averaged, pools[1]) if last or epoch % 5 == 4 else None
        spent.append(time.monotonic() - started)
        metrics = _metrics(epoch, loss, config.epoch_size / spent[-1], check)
        session.save(epoch + 1, metrics)
        left = float(np.median(spent)) * (config.epochs - epoch - 1)
        listen(Progress("train", epoch + 1, config.epochs, left, metrics))
    return session.averaged


def _metrics(epoch: int, loss: float, speed: float, check: Validation | None) -> dict[str, float]:
    metrics = {"epoch": epoch + 1, "loss": loss, "glyphs_per_second": round(speed)}
    return metrics if check is None else {**metrics, **check.to_dict()}


def _finish(
    run: Path, config: TrainConfig, folder: Path, network: DigitNetwork, validation: Pool, listen: Listener
) -> Path:
    """Calibrates on validation data, exports, checks that both runtimes agree, and writes the card."""
    listen(Progress("export", 0, 1))
    network = network.cpu().eval()
    check = validate(network, validation)
    calibration = calibrate(check)
    model = export(network, calibration, run / "digit.onnx", f"digit-{config.seed}-{config.epochs}")
    draw_curves(read_metrics(run), run / "curves.png")
    mnist = [str(path.relative_to(folder)) for path in sorted((folder / "mnist").glob("train-*"))]
    write_card(run, config, calibration, check, checksums(folder, [*mnist, *FILES]))
    listen(Progress("export", 1, 1))
    return model
