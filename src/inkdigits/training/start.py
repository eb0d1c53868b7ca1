"""``inkdigits train``: which of the trainings is meant."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inkdigits.errors import OptionError
from inkdigits.training.beginning import with_sizes
from inkdigits.training.config import TrainConfig
from inkdigits.jobs.worker import claim
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
        run: The run's folder; None takes ``runs/`` and the kind.
        data: Data folder; None takes ``INKDIGITS_DATA``.
        finetune: A folder with labelled fields, to fine-tune the shipped line network.
        config: Settings that differ from the defaults.
        listen: Called with the progress.
        threads: Threads of PyTorch; 0 takes those that are there.
        workers: Processes that make lines.
        begin: What to go on from: of the line network, the folder of a finished run; of the digit network, any model.

    Returns:
        The exported model.

    Raises:
        OptionError: There is no such kind, a setting does not belong to it, or another process works on the run.
    """
    if kind not in KINDS:
        raise OptionError(f"cannot train {kind!r}; choose from {', '.join(KINDS)}")
    if finetune is not None and kind != "line":
        raise OptionError("--finetune is for the line network: inkdigits train line --finetune DIR")
    folder = run or Path("runs") / ("finetune" if finetune else kind)
    if kind == "digit" and begin is not None:
        config = {**config, "start": begin}
    if kind == "digit" and config:
        TrainConfig.resolve(with_sizes(folder, config))  # before anything is written
    with claim(folder, listen) as told:
        if finetune is not None:
            from inkdigits.training.lines.finetune import finetune_line

            return finetune_line(folder, finetune, dict(config), data, told, threads)
        if kind == "line":
            from inkdigits.training.lines.fit import train_line

            return train_line(
                folder, dict(config) or None, data, told, threads, workers, Path(begin) if begin else None
            )
        from inkdigits.training.fit import train

        return train(folder, dict(config) or None, data, told, threads)
