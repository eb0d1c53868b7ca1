"""Runs as processes of their own: they outlive the page that started them, and the application."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import inkdigits
from inkdigits.errors import OptionError
from inkdigits.training.beginning import with_sizes
from inkdigits.training.config import TrainConfig
from inkdigits.training.jobs.files import read_json, write_json
from inkdigits.training.jobs.job import CONFIG, LOG
from inkdigits.training.jobs.worker import ENDED, WORKER, adopt, find_worker

JOB = "job.json"
_PATIENCE = 10.0  # seconds in which a worker that is asked to stop may stop by itself


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
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]{0,63}", name, re.ASCII):
        raise OptionError(f"{name!r} cannot name a run: use letters, digits, '-' and '_', a letter or digit first")
    run = runs / name
    settings = TrainConfig.resolve(with_sizes(run, config))
    if run.exists():
        raise OptionError(f"there is a run named {name!r} already: choose another name, or resume that one")
    run.mkdir(parents=True)
    write_json(run / CONFIG, settings.to_dict())
    write_json(run / JOB, {"data": str(data.resolve()) if data else None, "threads": threads})
    _launch(run)
    return run


def resume_job(run: Path) -> None:
    """Starts a worker for a run that stands still; it goes on after the last finished epoch.

    Raises:
        OptionError: Something works on it already.
    """
    if (worker := find_worker(run)) is not None:
        raise OptionError(f"process {worker.pid} works on the run {run.name!r} already")
    _launch(run)


def stop_job(run: Path) -> None:
    """Ends the worker of a run; what it learned in finished epochs is kept."""
    import psutil

    worker = find_worker(run)
    if worker is None:
        return
    family = [worker, *worker.children(recursive=True)]
    for process in family:
        _ask_to_end(process)
    _, alive = psutil.wait_procs(family, _PATIENCE)
    for process in alive:
        process.kill()
    psutil.wait_procs(alive, _PATIENCE)
    if read_json(run / ENDED) is None:
        write_json(run / ENDED, {"reason": "stopped", "message": ""})
    (run / WORKER).unlink(missing_ok=True)


def delete_job(run: Path) -> None:
    """Removes a run's folder. Raises OptionError while something works on it."""
    if find_worker(run) is not None:
        raise OptionError(f"the run {run.name!r} is at work: stop it first")
    shutil.rmtree(run)


def _ask_to_end(process: Any) -> None:
    import psutil

    try:
        process.terminate()
    except psutil.NoSuchProcess:
        return  # it has ended by itself


def _launch(run: Path) -> None:
    job = read_json(run / JOB) or {}
    command = [sys.executable, "-m", "inkdigits", "train", "digit", "--run", str(run.resolve())]
    command += ["--data", job["data"]] if job.get("data") else []
    command += ["--threads", str(job.get("threads", 0))]
    package = str(Path(inkdigits.__file__).resolve().parents[1])
    path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    (run / ENDED).unlink(missing_ok=True)
    with (run / LOG).open("ab") as log:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=run,
            env={**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
    adopt(run, child)
