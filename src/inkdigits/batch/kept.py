"""``Batch``: one that the app keeps, in a folder, as it is at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from inkdigits.batch.asked import Asked
from inkdigits.batch.checks import FILE, Checks
from inkdigits.batch.cuttings import FOLDER, Cuttings
from inkdigits.batch.journal import ERRORS, beside
from inkdigits.jobs.standing import Standing


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch at one moment.

    Attributes:
        folder: Where all of it is.
        asked: What is wanted.
        standing: What its worker does.
    """

    folder: Path
    asked: Asked
    standing: Standing

    @property
    def id(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def results(self) -> Path:
        """The file of results; it is there once it is complete."""
        return self.asked.results(self.folder)

    @property
    def errors(self) -> Path:
        """The file of what could not be read; it is there beside the results when there was any."""
        return beside(self.results, ERRORS)

    @property
    def cuttings(self) -> Cuttings:
        """Pictures of the numbers to look at."""
        return Cuttings(self.folder / FOLDER)

    @property
    def checks(self) -> Checks:
        """What people said of them."""
        return Checks(self.folder / FILE)

    @property
    def resumable(self) -> bool:
        """Whether it can go on."""
        return self.standing.state in ("stopped", "failed", "lost")
