"""Workers as processes of their own: they outlive the page that started them, and the application."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from inkdigits.errors import OptionError
from inkdigits.jobs.files import read_json, write_json
from inkdigits.jobs.worker import ENDED, WORKER, adopt, find_worker

LOG = "log.txt"
_LAST = 4_000  # characters of a log that are kept for a message
_PATIENCE = 10.0  # seconds in which a worker that is asked to stop may stop by itself


def claim_folder(place: Path, name: str, what: str) -> Path:
    """The folder of new work, by its name. It is not made yet.

    Args:
        place: Where folders of such work lie.
        name: Letters, digits, ``.``, ``-`` and ``_``.
        what: What errors call it, such as ``"run"``.

    Raises:
        OptionError: The name is taken or cannot be used.
    """
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]{0,63}", name, re.ASCII):
        raise OptionError(f"{name!r} cannot name a {what}: use letters, digits, '-' and '_', a letter or digit first")
    if (place / name).exists():
        raise OptionError(f"there is a {what} named {name!r} already: choose another name, or go on with that one")
    return place / name


def launch(folder: Path, arguments: Sequence[str]) -> None:
    """Starts a worker: this Python with ``arguments``, which is to :func:`~inkdigits.jobs.worker.claim` the folder.

    Raises:
        OptionError: Something works there already.
    """
    if (worker := find_worker(folder)) is not None:
        raise OptionError(f"process {worker.pid} works on {folder.name!r} already")
    (folder / ENDED).unlink(missing_ok=True)
    with (folder / LOG).open("ab") as log:
        child = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**environment(), "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
    adopt(folder, child)


def environment() -> dict[str, str]:
    """The environment of a process that is to find this package where this one did."""
    package = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path}


def stop(folder: Path) -> None:
    """Ends the worker of a folder; what it has kept stays."""
    import psutil

    worker = find_worker(folder)
    if worker is None:
        return
    family = [worker]
    with suppress(psutil.NoSuchProcess):  # it may end by itself at any moment
        family += worker.children(recursive=True)
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, alive = psutil.wait_procs(family, _PATIENCE)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, _PATIENCE)
    if read_json(folder / ENDED) is None:
        write_json(folder / ENDED, {"reason": "stopped", "message": ""})
    (folder / WORKER).unlink(missing_ok=True)


def delete(folder: Path) -> None:
    """Removes a folder and what was worked out in it. Raises OptionError while something works on it."""
    if find_worker(folder) is not None:
        raise OptionError(f"{folder.name!r} is at work: stop it first")
    shutil.rmtree(folder)


def last_words(folder: Path, lines: int = 20) -> str:
    """The end of a worker's log."""
    path = folder / LOG
    if not path.is_file():
        return ""
    text = path.read_bytes()[-_LAST:].decode("utf-8", "replace")
    return "\n".join(text.splitlines()[-lines:])
