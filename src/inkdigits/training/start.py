"""``inkdigits train``: which of the trainings is meant."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, count
from pathlib import Path
from typing import Any

from inkdigits.errors import OptionError
from inkdigits.jobs.worker import claim
from inkdigits.training.adapt import adapted
from inkdigits.training.beginning import with_sizes
from inkdigits.training.config import TrainConfig
from inkdigits.training.runs import Listener

KINDS = ("digit", "line")


def start(
    kind: str,
    run: Path | None,
    data: Path | None,
    finetune: Path | None,
    config: Mapping[str, Any],
    listen: Listener,
    threads: int = 0,
    workers: int | None = None,
    begin: str | None = None,
) -> Path:
    """Trains a network, goes on with a training, or fine-tunes.

    Args:
        kind: ``"digit"`` or ``"line"``.
        run: The run's folder; None takes one in ``runs/``.
        data: Data folder; None takes ``INKDIGITS_DATA``.
        finetune: To fine-tune: for the line network a folder with labelled fields, for the digit network own pictures.
        config: Settings that differ from the defaults.
        listen: Called with the progress.
        threads: Threads of PyTorch; 0 takes those that are there.
        workers: Processes that make lines.
        begin: What to go on from: the folder of a finished run, or any model.

    Returns:
        The exported model.

    Raises:
        OptionError: There is no such kind, a setting does not belong to it, or another process works on the run.
    """
    if kind not in KINDS:
        raise OptionError(f"cannot train {kind!r}; choose from {', '.join(KINDS)}")
    folder = run or _folder(kind, finetune is not None)
    if kind == "digit":
        adapting = {} if finetune is None else adapted(finetune.resolve())
        config = {**adapting, **config, **({} if begin is None else {"start": begin})}
    if kind == "digit" and config:
        TrainConfig.resolve(with_sizes(folder, config))  # before anything is written
    with claim(folder, listen) as told:
        if kind == "line" and finetune is not None:
            from inkdigits.training.lines.finetune import finetune_line

            return finetune_line(folder, finetune, dict(config), data, told, threads)
        if kind == "line":
            from inkdigits.training.lines.fit import train_line

            return train_line(folder, dict(config) or None, data, told, threads, workers, begin)
        from inkdigits.training.fit import train

        if finetune is not None:
            threads = threads or 1  # so little work that a second thread, on a busy machine, waits more than it helps
        return train(folder, dict(config) or None, data, told, threads)


def _folder(kind: str, finetune: bool) -> Path:
    """Where a run goes unless the user says otherwise; beside an adaptation that has ended, the next one."""
    if not finetune or kind == "line":
        return Path("runs") / ("finetune" if finetune else kind)
    first = Path("runs") / "finetune-digit"
    others = (first.with_name(f"{first.name}-{number}") for number in count(2))
    return next(place for place in chain([first], others) if not (place / "digit.onnx").exists())
