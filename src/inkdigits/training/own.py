"""A user's own labelled pictures: as normal forms, split for training and validation, with what was left out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from inkdigits.segmentation import find_glyph
from inkdigits.segmentation.normalize import normal_rows
from inkdigits.training.datasets import DataError
from inkdigits.training.own_files import Entry, find_entries

LEAST = 10
"""Pictures with ink that are needed at least: fewer teach nothing that could be judged."""

_NAMED = 5  # files named in a message, of those without ink

Glyphs = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class OwnPictures:
    """What was found in a user's folder or file.

    Attributes:
        glyphs: uint8 (N, 28, 28), normal forms of the pictures with ink.
        labels: int64 (N,), 0-9.
        names: Where each came from.
        blank: Pictures in which no ink was found.
        skipped: Files that are no pictures, or lie in no class's folder.
        sha256: Of all pictures and labels, in order.
    """

    glyphs: Glyphs
    labels: npt.NDArray[np.int64]
    names: Sequence[str]
    blank: Sequence[str]
    skipped: Sequence[str]
    sha256: str

    def __len__(self) -> int:
        return len(self.labels)

    def split(self, share: float, seed: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Places (n,) for training and validation: ``share`` of each class, of two or more at least one; 0 is none.

        Equal pictures stay together: one that was learned says nothing when it is asked for again.
        """
        rng = np.random.default_rng((seed, 77))
        alike = self._alike()
        held: list[int] = []
        for label in np.unique(self.labels):
            members = alike[rng.permutation(np.flatnonzero(self.labels == label))]
            wanted, found = max(1, round(share * len(members))) if share > 0 else 0, 0
            for one in list(dict.fromkeys(members.tolist()))[:-1]:
                if found < wanted:
                    held.append(one)
                    found += int((members == one).sum())
        chosen = np.isin(alike, held)
        return np.flatnonzero(~chosen), np.flatnonzero(chosen)

    def _alike(self) -> npt.NDArray[np.int64]:
        """A number (N,) for each picture, the same for equal ones."""
        seen: dict[bytes, int] = {}
        return np.array([seen.setdefault(glyph.tobytes(), len(seen)) for glyph in self.glyphs], np.int64)

    def _two_labels(self) -> list[str]:
        """Equal pictures with different labels, by their names."""
        first: dict[bytes, int] = {}
        places = [(first.setdefault(glyph.tobytes(), place), place) for place, glyph in enumerate(self.glyphs)]
        return [f"{self.names[a]} = {self.names[b]}" for a, b in places if self.labels[a] != self.labels[b]]

    @property
    def note(self) -> str:
        """What was left out, and what contradicts itself, in words; ``""`` when nothing does."""
        parts = [
            _left_out("no ink was found in", self.blank, "picture"),
            _left_out("not read, since no pictures in a class's folder:", self.skipped, "file"),
            _left_out("learned all the same, though two labels are given to", self._two_labels(), "picture"),
        ]
        return "; ".join(part for part in parts if part)

    def to_dict(self) -> dict[str, Any]:
        """For the record of a run: counts, what was left out, checksum."""
        labels, counts = np.unique(self.labels, return_counts=True)
        return {
            "pictures": len(self),
            "classes": {str(label): int(count) for label, count in zip(labels, counts, strict=True)},
            "blank": list(self.blank),
            "skipped": list(self.skipped),
            "sha256": self.sha256,
        }


def read_own(path: Path, tick: Callable[[int, int], None] = lambda done, total: None) -> OwnPictures:
    """Reads labelled pictures of one digit each.

    Args:
        path: A folder with a sub-folder a class, named 0 to 9; or a folder with pictures and a ``labels.csv`` with the
            columns ``file`` and ``label``; or a CSV file in MNIST's form: a label and 784 pixels a row.
        tick: Called with the pictures done and their number.

    Raises:
        DataError: The path holds none of these, a label is no digit, a picture cannot be opened (the message names file
            and row), or there are too few pictures or classes.
    """
    entries, skipped = find_entries(path)
    digest = hashlib.sha256()
    kept: list[tuple[Entry, Glyphs]] = []
    blank: list[str] = []
    for done, entry in enumerate(entries, start=1):
        picture = entry.open()
        digest.update(_told(entry, picture))
        glyph = _normal_form(picture)
        if glyph.any():
            kept.append((entry, glyph))
        else:
            blank.append(entry.name)
        tick(done, len(entries))
    labels = np.array([entry.label for entry, _ in kept], np.int64)
    _check_enough(path, labels, blank)
    names = [entry.name for entry, _ in kept]
    return OwnPictures(np.stack([glyph for _, glyph in kept]), labels, names, blank, skipped, digest.hexdigest())


def checksum(path: Path) -> str:
    """The checksum that :func:`read_own` finds, without its pictures. Raises DataError as that does."""
    digest = hashlib.sha256()
    for entry in find_entries(path)[0]:
        digest.update(_told(entry, entry.open()))
    return digest.hexdigest()


def _told(entry: Entry, picture: Glyphs) -> bytes:
    return f"{entry.label} {picture.shape} ".encode() + picture.tobytes()


def _normal_form(picture: Glyphs) -> Glyphs:
    """MNIST's own pictures are normal forms already; everything else goes the way that reading goes."""
    if picture.shape == (28, 28) and normal_rows(picture[None])[0]:
        return picture
    return find_glyph(picture).pixels


def _check_enough(path: Path, labels: npt.NDArray[np.int64], blank: Sequence[str]) -> None:
    left_out = _left_out("no ink was found in", blank, "picture")
    if len(labels) < LEAST:
        why = f" ({left_out})" if left_out else ""
        raise DataError(f"{path} has {len(labels)} pictures to learn from{why}; at least {LEAST} are needed")
    if len(np.unique(labels)) < 2:
        raise DataError(f"every picture in {path} is a {labels[0]}: at least two classes are needed")


def _left_out(what: str, names: Sequence[str], noun: str) -> str:
    if not names:
        return ""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{what} {len(names)} {noun}{'s' * (len(names) > 1)}: {', '.join(names[:_NAMED])}{more}"
