"""How work in a folder stands, as others see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkdigits.jobs.files import read_json
from inkdigits.jobs.worker import ENDED, PROGRESS, find_worker

_STATES = {"stopped": "stopped", "error": "failed", "finished": "finished"}


@dataclass(frozen=True, slots=True)
class Standing:
    """Work in a folder, at one moment.

    Attributes:
        state: ``"running"``; ``"finished"``; ``"stopped"`` on request; ``"failed"`` with an error; or ``"lost"``: it
            ended without a word, as after a crash, a power cut or kill -9.
        progress: What the worker said last: stage, done, total, seconds_left, metrics, note.
        message: Why it failed; else ``""``.
    """

    state: str
    progress: Mapping[str, Any]
    message: str

    @property
    def note(self) -> str:
        """What the work has to say about its data, such as pictures left out."""
        return str(self.progress.get("note") or "")


def read_standing(folder: Path) -> Standing:
    """How the work in a folder stands now. Raises MissingExtraError where psutil is not installed."""
    progress = read_json(folder / PROGRESS) or {}
    if find_worker(folder) is not None:
        return Standing("running", progress, "")
    ended = read_json(folder / ENDED) or {}
    return Standing(_STATES.get(str(ended.get("reason", "")), "lost"), progress, str(ended.get("message", "")))
