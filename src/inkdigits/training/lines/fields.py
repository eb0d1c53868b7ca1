"""A user's own labelled fields: pictures of numbers beside a ``labels.csv``."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from inkdigits.errors import ImageError
from inkdigits.images import load
from inkdigits.images.page import Grey
from inkdigits.segmentation.line import find_line
from inkdigits.settings import Settings
from inkdigits.training.datasets import DataError
from inkdigits.training.lines.chunks import Chunk, fits
from inkdigits.training.lines.strings import ALPHABET, SEPARATORS
from inkdigits.training.own_files import open_text

_LEAST = 10  # fields: fewer teach nothing that could be judged


@dataclass(frozen=True, slots=True, eq=False)
class Fields:
    """Pictures of one number each, and what stands there.

    Attributes:
        pictures: uint8 (H, W) each.
        labels: Characters of ``strings.ALPHABET``.
        names: Where each came from, for messages.
    """

    pictures: Sequence[Grey]
    labels: Sequence[str]
    names: Sequence[str]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def bare(self) -> bool:
        """True when no label has a separator: then separators on the pictures are neither right nor wrong."""
        return not any(sign in SEPARATORS for label in self.labels for sign in label)

    def part(self, places: Sequence[int]) -> Fields:
        """Some of the fields."""
        pictures, labels, names = self.pictures, self.labels, self.names
        return Fields([pictures[i] for i in places], [labels[i] for i in places], [names[i] for i in places])

    def split(self, share: float, rng: np.random.Generator) -> tuple[Fields, Fields]:
        """The fields to learn from, and a random share of them to judge by."""
        order = [int(place) for place in rng.permutation(len(self))]
        held = max(1, min(round(share * len(self)), len(self) - 1))
        return self.part(order[held:]), self.part(order[:held])

    def lines(self) -> Chunk:
        """The fields as the reader will see them."""
        found = [find_line(picture).pixels for picture in self.pictures]
        return Chunk.of(found, list(self.labels), ["field"] * len(found))

    def shaken(self, rng: np.random.Generator) -> Chunk:
        """The fields cropped, turned and lit a little differently, those that can still be read."""
        made = [(find_line(shake(picture, rng)).pixels, label) for picture, label in self._pairs()]
        kept = [(line, label) for line, label in made if fits(label, line.shape[1])]
        return Chunk.of([line for line, _ in kept], [label for _, label in kept], ["field"] * len(kept))

    def _pairs(self) -> list[tuple[Grey, str]]:
        return list(zip(self.pictures, self.labels, strict=True))


def read_fields(folder: Path) -> Fields:
    """Reads a folder with pictures and a ``labels.csv`` with the columns ``file`` and ``label``.

    Blanks in a label are left out. ``text`` is taken for ``label``, too, as ``inkdigits evaluate`` calls it.

    Raises:
        DataError: The table is missing or too short, or a row has no picture or no number; the message names the row.
    """
    table = folder / "labels.csv"
    if not table.is_file():
        raise DataError(f"there is no labels.csv in {folder}: fine-tuning needs one with the columns file and label")
    pictures: list[Grey] = []
    labels: list[str] = []
    names: list[str] = []
    settings = Settings.resolve(None)
    with open_text(table) as file:
        for row, record in enumerate(csv.DictReader(file), start=2):
            name, label = record.get("file"), record.get("label") or record.get("text")
            if not name or not label:
                raise DataError(f"{table.name}, row {row}: wants columns file and label, has {record}")
            labels.append(_label(label, f"{table.name}, row {row} ({name})"))
            try:
                pictures.append(load(folder / name, settings).grey)
            except ImageError as error:
                raise DataError(f"{table.name}, row {row}: {error}") from error
            names.append(name)
    if len(labels) < _LEAST:
        raise DataError(f"{table} has {len(labels)} rows; fine-tuning needs at least {_LEAST}, better some hundred")
    return Fields(pictures, labels, names)


def _label(text: str, place: str) -> str:
    label = "".join(text.split())
    for sign in label:
        if sign not in ALPHABET:
            raise DataError(f"{place}: {sign!r} in the label {text!r} cannot be learned; use {ALPHABET}")
    return label


def shake(picture: Grey, rng: np.random.Generator) -> Grey:
    """A picture as another person would have cropped and another scanner seen it."""
    height, width = picture.shape
    room = max(2, height // 10)
    padded = cv2.copyMakeBorder(picture, room, room, room, room, cv2.BORDER_REPLICATE)
    turn = cv2.getRotationMatrix2D((width / 2 + room, height / 2 + room), float(rng.normal(0, 1.2)), 1)
    turned = cv2.warpAffine(padded, turn, padded.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    low, high = rng.integers(room // 2, room + 1 + height // 40, (2, 2))
    cut = turned[low[0] : turned.shape[0] - high[0], low[1] : turned.shape[1] - high[1]]
    if rng.random() < 0.3:
        cut = cv2.GaussianBlur(cut, (0, 0), float(rng.uniform(0.3, 0.9)) * max(1.0, height / 60))
    if rng.random() < 0.3:
        cut = np.clip(cut + rng.normal(0, rng.uniform(1, 6), cut.shape), 0, 255).astype(np.uint8)
    if rng.random() < 0.5:
        gain, level = rng.uniform(0.7, 1.1), rng.uniform(-15, 15)
        cut = np.clip(cut * gain + level, 0, 255).astype(np.uint8)
    return cut
