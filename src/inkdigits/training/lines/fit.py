"""``train_line``: from data to a line model; stop it at any moment, start it again, and it goes on."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inkdigits.recognition.engine import processors
from inkdigits.training.datasets import checksums
from inkdigits.training.lines.beginning import Beginning
from inkdigits.training.lines.calibrate import calibrate_lines
from inkdigits.training.lines.card import write_line_card
from inkdigits.training.lines.chunks import Chunk, Stock, make_chunk
from inkdigits.training.lines.config import LineConfig
from inkdigits.training.lines.export import export_line
from inkdigits.training.lines.network import LineNetwork
from inkdigits.training.lines.session import LineSession
from inkdigits.training.lines.validate import validate
from inkdigits.training.runs import Listener, Progress, prepare, settle_config, settle_data
from inkdigits.training.sources import FILES, Sources

_JUDGED = 5  # epochs from one look at the validation lines to the next


def train_line(
    run: Path,
    config: LineConfig | Mapping[str, Any] | None = None,
    data: Path | None = None,
    listen: Listener = lambda progress: None,
    threads: int = 0,
    workers: int | None = None,
    start: str | Path | None = None,
) -> Path:
    """Trains the line network, or goes on where an earlier call in the same folder stopped.

    Args:
        run: The run's folder: config.json, lines, checkpoint, metrics.jsonl; at the end line.onnx and its card.
        config: Settings; on resuming they must be the run's own, or None.
        data: Data folder; None takes ``INKDIGITS_DATA``.
        listen: Called with the progress.
        threads: Threads of PyTorch; 0 leaves one processor to each worker. May change from call to call.
        workers: Processes that make lines; None means half of the processors, 0 makes them in between. The lines do
            not depend on it.
        start: Folder of a finished run, or a model, whose weights this one begins with, to go on with more lines; its
            network must have the same sizes, but may have fewer blocks. Needed at the first call only.

    Returns:
        The exported model, ``run / "line.onnx"``.

    Raises:
        DataError: Data is missing.
        OptionError: A setting is unknown, or differs from those that the run was started with; or there is no such
            ``start``, or it has a network of other sizes.
        WorkerError: A process that makes lines has died.
    """
    config = settle_config(run, LineConfig, config)
    folder = settle_data(data)
    first = Beginning.settle(run, start)
    workers = processors() // 2 if workers is None else workers
    prepare(config.seed, threads or max(1, processors() - workers))
    judged = validation_lines(run, config, folder, listen)
    network = _fit(run, config, Stock(run, folder, config.seed, config.chunk, workers), judged, first, listen)
    return finish(run, config, folder, network, judged, listen)


def validation_lines(run: Path, config: LineConfig, folder: Path, listen: Listener) -> Chunk:
    """Lines of validation writers, made once."""
    path = run / "validation.npz"
    if not path.exists():
        listen(Progress("data", 0, config.validation))
        sources = Sources.load(folder, validation=True)
        make_chunk(sources, config.validation, (config.seed, 0, 1)).save(path)
    return Chunk.open(path)


def _fit(
    run: Path, config: LineConfig, stock: Stock, judged: Chunk, beginning: Beginning | None, listen: Listener
) -> LineNetwork:
    """Runs the epochs that are left."""
    session = LineSession(run, config, sum(config.steps(epoch) for epoch in range(config.epochs)))
    session.resume()
    started, first = time.monotonic(), session.epoch
    stock.start(config.window(first).start, config.epochs)
    try:
        if beginning is not None and not first:
            session.begin_with(beginning.network(stock.take(0).lines))
        for epoch in range(first, config.epochs):
            begun = time.monotonic()
            window = config.window(epoch)
            loss = session.run_epoch(epoch, [stock.take(number) for number in window])
            last = epoch == config.epochs - 1
            speed = config.steps(epoch) * config.batch_size / (time.monotonic() - begun)
            metrics = {"epoch": epoch + 1, "loss": round(loss, 5), "lines_per_second": round(speed)}
            if last or epoch % _JUDGED == _JUDGED - 1:
                metrics |= validate(session.averaged, judged).to_dict()
            session.save(epoch + 1, metrics)
            stock.drop(window.start - 1)
            left = (time.monotonic() - started) / (epoch + 1 - first) * (config.epochs - epoch - 1)
            listen(Progress("train", epoch + 1, config.epochs, left, metrics))
    finally:
        stock.stop()
    return session.averaged


def finish(run: Path, config: LineConfig, folder: Path, network: LineNetwork, judged: Chunk, listen: Listener) -> Path:
    """Calibrates on validation lines, exports, checks that both runtimes agree, and writes the card."""
    listen(Progress("export", 0, 1))
    network = network.cpu().eval()
    network.lean(config.blank, config.one)
    check = validate(network, judged)
    calibration = calibrate_lines(check, network, judged.lines())
    model = export_line(network, calibration, run / "line.onnx", f"line-{config.seed}-{config.lines}")
    mnist = [str(path.relative_to(folder)) for path in sorted((folder / "mnist").glob("train-*"))]
    write_line_card(run, config, calibration, check, checksums(folder, [*mnist, *FILES]))
    listen(Progress("export", 1, 1))
    return model
