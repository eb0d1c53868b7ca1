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
        skipped: Files that are no pictures.
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
        """Places (n,) for training and validation: ``share`` of each class, of two or more at least one; 0 is none."""
        rng = np.random.default_rng((seed, 77))
        held: list[int] = []
        for label in np.unique(self.labels):
            members = rng.permutation(np.flatnonzero(self.labels == label))
            some = share > 0 and len(members) > 1
            held += members[: max(1, round(share * len(members))) if some else 0].tolist()
        chosen = np.zeros(len(self), bool)
        chosen[held] = True
        return np.flatnonzero(~chosen), np.flatnonzero(chosen)

    @property
    def note(self) -> str:
        """What was left out, in words; ``""`` when nothing was."""
        parts = [
            _left_out("no ink was found in", self.blank, "picture"),
            _left_out("not read, since no pictures:", self.skipped, "file"),
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
        digest.update(f"{entry.label} {picture.shape} ".encode() + picture.tobytes())
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
