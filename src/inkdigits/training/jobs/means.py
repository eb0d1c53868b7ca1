"""What a worker of a training or a study works with: the data folder and its threads, kept for when it goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from inkdigits.jobs.files import read_json, write_json

RECORD = "job.json"


def note_means(folder: Path, data: Path | None, threads: int) -> None:
    """Keeps them in the folder of the work."""
    write_json(folder / RECORD, {"data": str(data.resolve()) if data else None, "threads": threads})


def add_means(folder: Path, **others: Any) -> None:
    """Keeps more beside them: what the page of the work wants to know."""
    write_json(folder / RECORD, {**read_means(folder), **others})


def read_means(folder: Path) -> dict[str, Any]:
    """What was kept; nothing where the work was started from the command line."""
    return read_json(folder / RECORD) or {}


def means_options(folder: Path) -> list[str]:
    """The same as options of a command."""
    kept = read_means(folder)
    data = ["--data", str(kept["data"])] if kept.get("data") else []
    return [*data, "--threads", str(kept.get("threads", 0))]
