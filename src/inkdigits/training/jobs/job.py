"""A run as others see it: its settings, how far it is, whether it is alive, and what there is to say about it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkdigits.training.jobs.files import read_json
from inkdigits.training.jobs.worker import ENDED, PROGRESS, find_worker

CONFIG, LOG, METRICS = "config.json", "log.txt", "metrics.jsonl"
_LAST = 4_000  # characters of a log that are kept for a message


@dataclass(frozen=True, slots=True)
class Job:
    """A run in a folder, at one moment.

    Attributes:
        run: The folder.
        state: ``"running"``; ``"finished"``; ``"stopped"`` on request; ``"failed"`` with an error; or ``"lost"``: it
            ended without a word, as after a crash, a power cut or kill -9.
        config: Its settings.
        history: The metrics of each finished epoch.
        progress: What the worker said last: stage, done, total, seconds_left, note.
        message: Why it failed; else ``""``.
    """

    run: Path
    state: str
    config: Mapping[str, Any]
    history: Sequence[Mapping[str, float]]
    progress: Mapping[str, Any]
    message: str

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.run.name

    @property
    def epochs(self) -> int:
        """Epochs finished."""
        return len(self.history)

    @property
    def resumable(self) -> bool:
        """Whether it can go on."""
        return self.state in ("stopped", "failed", "lost")

    @property
    def note(self) -> str:
        """What the run has to say about its data, such as pictures left out."""
        return str(self.progress.get("note") or "")


def read_job(run: Path) -> Job:
    """A run's state now. Raises MissingExtraError when training is not installed."""
    running = find_worker(run) is not None
    ended = read_json(run / ENDED) or {}
    return Job(
        run=run,
        state="running" if running else _state(run, str(ended.get("reason", ""))),
        config=read_json(run / CONFIG) or {},
        history=_history(run / METRICS),
        progress=read_json(run / PROGRESS) or {},
        message="" if running else str(ended.get("message", "")),
    )


def list_jobs(runs: Path) -> list[Job]:
    """All runs of digit networks in a folder, the newest first."""
    if not runs.is_dir():
        return []
    found = [path for path in runs.iterdir() if (path / CONFIG).is_file()]
    return [read_job(path) for path in sorted(found, key=lambda path: (path / CONFIG).stat().st_mtime, reverse=True)]


def last_words(run: Path, lines: int = 20) -> str:
    """The end of a run's log."""
    path = run / LOG
    if not path.is_file():
        return ""
    text = path.read_bytes()[-_LAST:].decode("utf-8", "replace")
    return "\n".join(text.splitlines()[-lines:])


def _state(run: Path, reason: str) -> str:
    if (run / "digit.onnx").is_file() and (run / "digit.json").is_file():
        return "finished"
    return {"stopped": "stopped", "error": "failed"}.get(reason, "lost")


def _history(path: Path) -> list[dict[str, float]]:
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
