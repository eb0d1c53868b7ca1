"""Measuring as work in the background: a folder with what was asked, and with what each model answered."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from inkdigits.errors import OptionError
from inkdigits.evaluation.judge import judge
from inkdigits.evaluation.measured import Measured, measure
from inkdigits.evaluation.models import ACTIVE, open_model
from inkdigits.evaluation.sets import DIGIT_SETS, Labelled, load_set
from inkdigits.jobs.files import read_json, write_json
from inkdigits.jobs.process import launch
from inkdigits.jobs.progress import Progress
from inkdigits.jobs.worker import claim
from inkdigits.reading import Digit
from inkdigits.settings import Settings

_ASKED = "asked.json"
_MODULE = "inkdigits.evaluation.background"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be measured.

    Attributes:
        models: Names for :func:`inkdigits.evaluation.models.open_model`.
        data: A data set, or a folder or CSV file.
        title: What to call the data.
        created: When it was asked for, ISO 8601 in UTC.
    """

    models: tuple[str, ...]
    data: str
    title: str
    created: str

    @classmethod
    def read(cls, folder: Path) -> Asked:
        """What was asked for in a folder."""
        found: dict[str, Any] = read_json(folder / _ASKED)
        return cls(**{**found, "models": tuple(found["models"])})

    def load(self, settings: Settings) -> Labelled:
        """The digits. Raises DataError when there are none, or a label is wrong."""
        found = load_set(self.data, settings.data)
        return found if self.data in DIGIT_SETS else Labelled(self.title, found.data, found.names)


def make_folder(place: Path) -> Path:
    """An empty folder for a new measurement, named by the time."""
    stamp = datetime.now(timezone.utc).strftime("%Y%m%d-%H%M%S")
    for turn in range(1_000):
        folder = place / (f"{stamp}-{turn}" if turn else stamp)
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        return folder
    raise OptionError(f"{place} has a thousand measurements of this very second: try again")


def start_measuring(folder: Path, models: Sequence[str], data: str, title: str) -> None:
    """Starts a worker that reads digits with each model.

    Args:
        folder: Made by :func:`make_folder`.
        models: Names for :func:`inkdigits.evaluation.models.open_model`.
        data: A data set, or a folder or CSV file.
        title: What to call the data.
    """
    created = datetime.now(timezone.utc).isoformat(timespec="seconds")
    write_json(folder / _ASKED, asdict(Asked(tuple(models), data, title, created)))
    launch(folder, ["-m", _MODULE, str(folder.resolve())])


def list_measurements(place: Path) -> list[Path]:
    """Folders of measurements, the newest first."""
    found = [path for path in place.iterdir() if (path / _ASKED).is_file()] if place.is_dir() else []
    return sorted(found, key=lambda path: path.name, reverse=True)


def load_measured(folder: Path, settings: Settings) -> list[Measured]:
    """What came of a finished measurement.

    Raises:
        OptionError: The digits have changed meanwhile.
        DataError: They are gone.
    """
    asked = Asked.read(folder)
    data = asked.load(settings)
    found = []
    for turn in range(len(asked.models)):
        answers = read_json(_answers(folder, turn))
        digits = tuple(Digit.from_dict(digit) for digit in answers["digits"])
        if len(digits) != len(data):
            raise OptionError(f"{asked.title} had {len(digits):,} digits and has {len(data):,} now: measure again")
        found.append(Measured(answers["model"], data, digits, judge(data.name, digits, data.labels, answers["model"])))
    return found


def work(folder: Path) -> None:
    """What the worker does."""
    settings = Settings.resolve(None)
    asked = Asked.read(folder)
    with claim(folder, lambda progress: None) as listen:
        data = asked.load(settings)
        total = len(data) * len(asked.models)
        for turn, name in enumerate(asked.models):
            reader = open_model(name, settings)
            called = reader.model if name == ACTIVE else name

            def show(done: int, before: int = turn * len(data)) -> None:
                listen(Progress("read", before + done, total))

            one = measure(called, reader, data, show)
            digits = [replace(digit, glyph=None).to_dict() for digit in one.digits]
            write_json(_answers(folder, turn), {"model": called, "digits": digits})


def _answers(folder: Path, turn: int) -> Path:
    return folder / f"answers-{turn}.json"


if __name__ == "__main__":
    work(Path(sys.argv[1]))
