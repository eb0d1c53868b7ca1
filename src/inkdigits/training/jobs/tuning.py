"""Studies as processes of their own: started, watched, stopped, gone on with."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkdigits.jobs.process import claim_folder, launch
from inkdigits.jobs.standing import Standing, read_standing
from inkdigits.training.jobs.means import add_means, means_options, note_means, read_means
from inkdigits.training.plan import RECORD, Plan
from inkdigits.training.study import Seen, look_at


@dataclass(frozen=True, slots=True)
class StudyJob:
    """A study in a folder, at one moment.

    Attributes:
        plan: What it looks for, and where.
        standing: What its worker here does.
        before: Trials that had ended when the worker was started.
        wanted: Trials that it is to add.
    """

    plan: Plan
    standing: Standing
    before: int
    wanted: int

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.plan.folder.name

    def added(self, seen: Seen) -> int:
        """How many of the wanted trials have ended, those of other machines included."""
        return min(self.wanted, max(0, _ended(seen) - self.before))


def start_study(
    place: Path,
    name: str,
    fixed: Mapping[str, Any],
    trials: int,
    minutes: float | None = None,
    storage: str | None = None,
    data: Path | None = None,
    threads: int = 0,
) -> Path:
    """Starts a study in a process of its own.

    Args:
        place: Folder of studies.
        name: Of this study: letters, digits, ``.``, ``-`` and ``_``; in a database that machines share, too.
        fixed: Settings that no trial changes.
        trials: How many.
        minutes: After which no further trial begins; None: never.
        storage: Address of a database that machines share; None is SQLite in the folder.
        data: Data folder, when there is one.
        threads: Threads of PyTorch; 0 means one a processor.

    Returns:
        The study's folder.

    Raises:
        OptionError: The name is taken or cannot be used, or a setting is unknown or out of range.
        MissingExtraError: The database's driver is not installed.
        StorageError: The database does not answer. As with every error, nothing is left of the study.
    """
    folder = claim_folder(place, name, "study")
    try:
        Plan.settle(folder, fixed, storage)
        note_means(folder, data, threads)
        go_on(folder, trials, minutes)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def go_on(folder: Path, trials: int, minutes: float | None = None) -> None:
    """Starts a worker that adds trials to a study which stands still.

    Raises:
        OptionError: Something works on it already.
        MissingExtraError: Its database's driver is not installed.
        StorageError: Its database does not answer.
    """
    before = _ended(look_at(Plan.read(folder)))
    command = ["-m", "inkdigits", "tune", "--study", str(folder.resolve()), "--trials", str(trials)]
    command += ["--minutes", str(minutes)] if minutes else []
    launch(folder, [*command, *means_options(folder)])
    add_means(folder, before=before, trials=trials)


def read_study(folder: Path) -> StudyJob:
    """How a study stands now."""
    job = read_means(folder)
    return StudyJob(Plan.read(folder), read_standing(folder), job.get("before", 0), job.get("trials", 0))


def list_studies(place: Path) -> list[StudyJob]:
    """All studies in a folder, the newest first."""
    if not place.is_dir():
        return []
    found = [path for path in place.iterdir() if (path / RECORD).is_file()]
    return [read_study(path) for path in sorted(found, key=lambda path: (path / RECORD).stat().st_mtime, reverse=True)]


def _ended(seen: Seen) -> int:
    return sum(trial.state != "running" for trial in seen.trials)
