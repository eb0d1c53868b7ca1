"""Pictures to try: ours, made by ``scripts/make_samples.py``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "assets" / "samples"


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample picture; ``title`` says what is special about it, ``small`` is its picture if it is a document."""

    file: str
    title: str
    small: str = ""

    @property
    def path(self) -> Path:
        """Where it lies."""
        return FOLDER / self.file

    @property
    def picture(self) -> Path:
        """What to show of it."""
        return FOLDER / (self.small or self.file)


SAMPLES = (
    Sample("number.jpg", "A number"),
    Sample("table.jpg", "A table"),
    Sample("pages.pdf", "Two pages", "pages.png"),
    Sample("clean.png", "Clean"),
    Sample("thin.png", "Thin pen"),
    Sample("thick.png", "Thick pen"),
    Sample("corner.png", "In a corner"),
    Sample("lined.jpg", "Lined paper"),
    Sample("boxed.jpg", "In a box"),
    Sample("shadow.jpg", "In shadow"),
    Sample("chalk.png", "Chalk"),
    Sample("letter.png", "A letter"),
    Sample("blank.png", "Blank page"),
)
