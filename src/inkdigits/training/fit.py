"""``train``: from data to a model folder; stop it at any moment, start it again, and it goes on."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from inkdigits.training.calibrate import calibrate
from inkdigits.training.card import write_card
from inkdigits.training.config import TrainConfig
from inkdigits.training.curves import draw_curves
from inkdigits.training.datasets import checksums
from inkdigits.training.export import export
from inkdigits.training.network import DigitNetwork
from inkdigits.training.pool import Pool, build_pool, join_pools, mnist_pool
from inkdigits.training.runs import Listener, Progress, prepare, read_metrics, settle_config, settle_data
from inkdigits.training.session import Session
from inkdigits.training.sources import FILES
from inkdigits.training.validate import Validation, validate

VALIDATION_SHARE = 0.05


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
    config = settle_config(run, TrainConfig, config)
    folder = settle_data(data)
    prepare(config.seed, threads)
    pools = _pools(run, config, folder, listen)
    network = _fit(run, config, pools, listen)
    return _finish(run, config, folder, network, pools[1], listen)


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
