"""A run as others see it: its settings, how far it is, whether it is alive, and what there is to say about it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkdigits.jobs.files import read_json
from inkdigits.jobs.standing import Standing, read_standing

CONFIG, METRICS = "config.json", "metrics.jsonl"


@dataclass(frozen=True, slots=True)
class Job:
    """A run in a folder, at one moment.

    Attributes:
        run: The folder.
        state: As :class:`~inkdigits.jobs.standing.Standing` says; ``"finished"`` when there is a model.
        config: Its settings.
        history: The metrics of each finished epoch.
        standing: What its worker said last.
    """

    run: Path
    state: str
    config: Mapping[str, Any]
    history: Sequence[Mapping[str, float]]
    standing: Standing

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.run.name

    @property
    def epochs(self) -> int:
        """Epochs finished."""
        return len(self.history)

    @property
    def read(self) -> float | None:
        """Share of the validation digits that it reads rightly, as last looked at; None before the first look."""
        return next((line["val_read"] for line in reversed(self.history) if "val_read" in line), None)

    @property
    def resumable(self) -> bool:
        """Whether it can go on."""
        return self.state in ("stopped", "failed", "lost")

    @property
    def progress(self) -> Mapping[str, Any]:
        """What the worker said last: stage, done, total, seconds_left, note."""
        return self.standing.progress

    @property
    def message(self) -> str:
        """Why it failed; else ``""``."""
        return self.standing.message

    @property
    def note(self) -> str:
        """What the run has to say about its data, such as pictures left out."""
        return self.standing.note


def read_job(run: Path) -> Job:
    """A run's state now. Raises MissingExtraError when training is not installed."""
    standing = read_standing(run)
    return Job(
        run=run,
        state=_state(run, standing.state),
        config=read_json(run / CONFIG) or {},
        history=_history(run / METRICS),
        standing=standing,
    )


def list_jobs(runs: Path) -> list[Job]:
    """All runs of digit networks in a folder, the newest first."""
    if not runs.is_dir():
        return []
    found = [path for path in runs.iterdir() if (path / CONFIG).is_file()]
    return [read_job(path) for path in sorted(found, key=lambda path: (path / CONFIG).stat().st_mtime, reverse=True)]


def is_finished(run: Path) -> bool:
    """Whether a run has made its model; asks no process."""
    return (run / "digit.onnx").is_file() and (run / "digit.json").is_file()


def _state(run: Path, state: str) -> str:
    if state == "running":
        return state
    if is_finished(run):
        return "finished"
    return "lost" if state == "finished" else state


def _history(path: Path) -> list[dict[str, float]]:
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
