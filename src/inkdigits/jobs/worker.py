"""Who works on a folder: one process at a time, known by its number and its start, and what became of it."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from inkdigits.errors import InkDigitsError, MissingExtraError, OptionError
from inkdigits.jobs.files import read_json, write_json
from inkdigits.jobs.progress import Listener, Progress

if TYPE_CHECKING:
    import psutil

WORKER, PROGRESS, ENDED = "worker.json", "progress.json", "ended.json"
_SAME_START = 5.0  # seconds by which a start may seem to differ: clocks are set while processes run
_PACE = 0.25  # seconds from one note of the progress to the next

_children: dict[int, subprocess.Popen[bytes]] = {}  # started here: asked how they are, or they would stay zombies


def find_worker(folder: Path) -> psutil.Process | None:
    """The process that works on a folder, or None when there is none.

    Raises:
        MissingExtraError: psutil is not installed.
    """
    processes = _psutil()
    record = read_json(folder / WORKER)
    if not record:
        return None
    child = _children.get(record["pid"])
    if child is not None and child.poll() is not None:
        _children.pop(record["pid"], None)  # another page may have seen it end, too
    try:
        process = processes.Process(record["pid"])
        alive = process.status() not in (processes.STATUS_ZOMBIE, processes.STATUS_DEAD)
        same = abs(process.create_time() - record["started"]) < _SAME_START
    except processes.NoSuchProcess:
        return None
    return process if alive and same else None


def adopt(folder: Path, child: subprocess.Popen[bytes]) -> None:
    """Notes a process just started as the worker of a folder."""
    _children[child.pid] = child
    try:
        _note_worker(folder, child.pid)
    except _psutil().NoSuchProcess:
        child.wait()  # it has ended already; its log says why


@contextmanager
def claim(folder: Path, listen: Listener) -> Iterator[Listener]:
    """Makes this process the worker of a folder for a while, and keeps a record of its progress and its end.

    Args:
        folder: Where the work is.
        listen: Is told what the listener that this gives is told.

    Raises:
        OptionError: Another process works on it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        worker = find_worker(folder)
        if worker is not None and worker.pid != os.getpid():
            raise OptionError(f"process {worker.pid} works on {folder} already: stop it first, or use another folder")
        (folder / ENDED).unlink(missing_ok=True)
        (folder / PROGRESS).unlink(missing_ok=True)
        _note_worker(folder, os.getpid())
    reason, message = "error", ""
    try:
        with stoppable():
            yield _recorder(folder, listen)
        reason = "finished"
    except KeyboardInterrupt:
        reason = "stopped"
        raise
    except InkDigitsError as error:
        message = str(error)
        raise
    except BaseException as error:
        message = f"{type(error).__name__}: {error}"
        raise
    finally:
        write_json(folder / ENDED, {"reason": reason, "message": message})
        (folder / WORKER).unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Holds the folder itself, so that of two processes one looks first and the other finds its note."""
    try:
        import fcntl
    except ImportError:  # on Windows, which has no such lock
        yield
        return
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


@contextmanager
def stoppable() -> Iterator[None]:
    """Lets a request to end (SIGTERM) end this process as Ctrl+C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _recorder(folder: Path, listen: Listener) -> Callable[[Progress], None]:
    last: dict[str, Any] = {"stage": "", "at": 0.0, "note": ""}

    def record(progress: Progress) -> None:
        listen(progress)
        now = time.monotonic()
        note = last["note"] if progress.note in last["note"] else "; ".join(filter(None, (last["note"], progress.note)))
        ended = progress.done >= progress.total
        if progress.stage == last["stage"] and not ended and note == last["note"] and now - last["at"] < _PACE:
            return
        last.update(stage=progress.stage, at=now, note=note)
        write_json(folder / PROGRESS, {**asdict(progress), "note": note})

    return record


def _note_worker(folder: Path, pid: int) -> None:
    write_json(folder / WORKER, {"pid": pid, "started": _psutil().Process(pid).create_time()})


def _psutil() -> Any:
    try:
        import psutil
    except ImportError as error:
        raise MissingExtraError("Work in the background", "app") from error
    return psutil
