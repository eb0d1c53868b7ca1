"""Pictures to try: ours, made by ``scripts/make_samples.py``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "assets" / "samples"


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample picture; ``title`` says what is special about it."""

    file: str
    title: str

    @property
    def path(self) -> Path:
        """Where it lies."""
        return FOLDER / self.file


SAMPLES = (
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
