"""``train``: from data to a model folder; stop it at any moment, start it again, and it goes on."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from inkdigits.jobs.files import write_json
from inkdigits.recognition.scores import Calibration
from inkdigits.training.beginning import Beginning, with_sizes
from inkdigits.training.calibrate import calibrate, moved
from inkdigits.training.card import RESTRAINT, write_card
from inkdigits.training.config import TrainConfig
from inkdigits.training.curves import draw_curves
from inkdigits.training.datasets import data_folder
from inkdigits.training.export import export
from inkdigits.training.network import DigitNetwork
from inkdigits.training.pool import Pool
from inkdigits.training.pools import Pools, data_checksums, open_pools
from inkdigits.training.restraint import restrain
from inkdigits.training.runs import Listener, Progress, prepare, read_metrics, save_whole, settle_config, settle_data
from inkdigits.training.session import Session
from inkdigits.training.tensors import open_digit
from inkdigits.training.validate import Validation, validate


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
        data: Data folder; None takes ``INKDIGITS_DATA``. Only base ``"all"`` cannot do without.
        listen: Called with the progress.
        threads: Threads of PyTorch; 0 means one a processor. May change from call to call.

    Returns:
        The exported model, ``run / "digit.onnx"``.

    Raises:
        DataError: Data is missing, or own pictures cannot be used.
        OptionError: A setting is unknown, or differs from those that the run was started with.
    """
    chosen = with_sizes(run, config) if isinstance(config, Mapping) else config
    config = settle_config(run, TrainConfig, chosen)
    folder = settle_data(data) if config.base == "all" else data_folder(data)
    prepare(config.seed, threads)
    Beginning.settle(run, config.start)  # its errors come before the glyphs are made
    pools = open_pools(run, config, folder, listen)
    network = fit(run, config, pools, listen)
    return _finish(run, config, folder, network, pools.validation, listen)


def fit(run: Path, config: TrainConfig, pools: Pools, listen: Listener) -> DigitNetwork:
    """Runs the epochs that are left, and gives the network to judge and ship."""
    session = Session(run, config, pools.training)
    session.resume()
    spent: list[float] = []
    for epoch in range(session.epoch, config.epochs):
        if _is_over(session, config):
            break
        started = time.monotonic()
        learned = session.run_epoch(epoch)
        spent.append(time.monotonic() - started)
        last = epoch == config.epochs - 1 or (epoch + 1) % config.validate_every == 0
        check = validate(session.averaged, pools.validation) if last else None
        metrics = _metrics(epoch, learned, config.epoch_size / spent[-1], check)
        spent[-1] = time.monotonic() - started
        _keep_best(session, config, metrics)
        session.save(epoch + 1, metrics)
        left = float(np.median(spent)) * (config.epochs - epoch - 1)
        listen(Progress("train", epoch + 1, config.epochs, left, metrics))
    if config.early_stopping:
        session.averaged.load_state_dict(torch.load(_best(run), map_location=session.device, weights_only=True))
    if config.restraint:
        _hold_back(session, config, listen)
    return session.averaged


def _hold_back(session: Session, config: TrainConfig, listen: Listener) -> None:
    """Keeps an adaptation within its bounds, and a record of how far it went."""
    held = restrain(session.averaged, session.begun, session.pool, config.restraint, config.seed)
    write_json(session.run / RESTRAINT, asdict(held))
    listen(Progress("train", session.epoch, config.epochs, note=held.note))


def _best(run: Path) -> Path:
    return run / "best.pt"


def _keep_best(session: Session, config: TrainConfig, metrics: Mapping[str, float]) -> None:
    """Keeps the weights of the lowest validation loss; before the checkpoint, so that no kill can lose them."""
    if not config.early_stopping or "val_loss" not in metrics:
        return
    if all(metrics["val_loss"] < line["val_loss"] for line in session.history if "val_loss" in line):
        save_whole(session.averaged.state_dict(), _best(session.run))


def _is_over(session: Session, config: TrainConfig) -> bool:
    """Whether an epoch was judged as far after the best one as the settings allow; those between looks do not count."""
    judged = [line for line in session.history if "val_loss" in line]
    if not config.early_stopping or not judged:
        return False
    best = min(judged, key=lambda line: line["val_loss"])
    return judged[-1]["epoch"] - best["epoch"] >= config.early_stopping


def _metrics(epoch: int, learned: tuple[float, float], speed: float, check: Validation | None) -> dict[str, float]:
    loss, accuracy = learned
    metrics = {"epoch": epoch + 1, "loss": loss, "accuracy": round(accuracy, 5), "glyphs_per_second": round(speed)}
    return metrics if check is None else {**metrics, **check.to_dict()}


def _calibration(run: Path, config: TrainConfig, check: Validation, validation: Pool) -> Calibration:
    beginning = Beginning.settle(run, config.start)
    if beginning is None or not config.distill:
        return calibrate(check)
    before = validate(open_digit(beginning.path), validation)
    return moved(Calibration(**beginning.record["calibration"]), before, check)


def _finish(
    run: Path, config: TrainConfig, folder: Path | None, network: DigitNetwork, validation: Pool, listen: Listener
) -> Path:
    """Calibrates on validation data, exports, checks that both runtimes agree, and writes the card."""
    listen(Progress("export", 0, 1))
    network = network.cpu().eval()
    check = validate(network, validation)
    calibration = _calibration(run, config, check, validation)
    draw_curves(read_metrics(run), run / "curves.png")
    model = export(network, calibration, run / "digit.onnx", f"digit-{config.seed}-{config.epochs}")
    write_card(run, config, calibration, check, data_checksums(run, config, folder))
    listen(Progress("export", 1, 1))
    return model
