"""Runs of the digit network as processes of their own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inkdigits.jobs.files import write_json
from inkdigits.jobs.process import claim_folder, launch
from inkdigits.training.beginning import with_sizes
from inkdigits.training.config import TrainConfig
from inkdigits.training.jobs.job import CONFIG
from inkdigits.training.jobs.means import means_options, note_means


def start_job(runs: Path, name: str, config: Mapping[str, Any], data: Path | None = None, threads: int = 0) -> Path:
    """Starts a training of the digit network in a process of its own.

    Args:
        runs: Folder of runs.
        name: Of this run: letters, digits, ``.``, ``-`` and ``_``.
        config: Settings, see :class:`inkdigits.training.config.TrainConfig`.
        data: Data folder, when there is one.
        threads: Threads of PyTorch; 0 means one a processor.

    Returns:
        The run's folder.

    Raises:
        OptionError: The name is taken or cannot be used, or a setting is unknown or out of range.
    """
    run = claim_folder(runs, name, "run")
    settings = TrainConfig.resolve(with_sizes(run, config))
    run.mkdir(parents=True)
    write_json(run / CONFIG, settings.to_dict())
    note_means(run, data, threads)
    resume_job(run)
    return run


def resume_job(run: Path) -> None:
    """Starts a worker for a run that stands still; it goes on after the last finished epoch.

    Raises:
        OptionError: Something works on it already.
    """
    launch(run, ["-m", "inkdigits", "train", "digit", "--run", str(run.resolve()), *means_options(run)])
