"""Labelled single digits to measure on: the public sets at hand, our own drawings, and folders of anybody's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inkdigits.errors import OptionError
from inkdigits.evaluation.drawn import drawn_digits
from inkdigits.images import render_strokes
from inkdigits.images.page import Grey
from inkdigits.reader import Reader
from inkdigits.reading import Digit
from inkdigits.training.datasets import (
    DataError,
    Pictures,
    Writing,
    load_bitmaps,
    load_labelled_folder,
    load_mnist,
    load_writing,
    open_arrays,
)
from inkdigits.training.own_files import find_entries

MOST_PIXELS = 400_000_000
"""Pixels of all pictures of a folder together, which are held in memory."""

STEP = 256
"""Pictures read between two reports of progress."""


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """Labelled digits with a name each.

    Attributes:
        name: The data set, for reports.
        data: N pictures or drawings with their labels.
        names: Of each sample: its file, or its place in the set.
    """

    name: str
    data: Pictures | Writing
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        """Makes the names of files text that can be written."""
        object.__setattr__(self, "name", as_text(self.name))
        object.__setattr__(self, "names", tuple(map(as_text, self.names)))

    def __len__(self) -> int:
        return len(self.data)

    @property
    def labels(self) -> npt.NDArray[np.int64]:
        """True labels (N,) in 0-9."""
        return self.data.labels.astype(np.int64)

    def picture(self, index: int) -> Grey:
        """What one sample looks like: uint8 (H, W)."""
        if isinstance(self.data, Pictures):
            return np.asarray(self.data.images[index], np.uint8)
        return 255 - render_strokes([stroke.astype(np.float64) for stroke in self.data.samples[index]])


def as_text(name: str) -> str:
    """The name of a file as text: what in it is no UTF-8 becomes question marks."""
    return name.encode("utf-8", "replace").decode()


def load_set(name: str, folder: Path | None) -> Labelled:
    """Loads a data set.

    Args:
        name: One of :data:`DIGIT_SETS`, or a folder or CSV file of anybody's, see :func:`load_own`.
        folder: The data folder; MNIST is downloaded without it.

    Raises:
        OptionError: The name is neither.
        DataError: The data is missing, empty, or its labels are wrong.
    """
    if name in DIGIT_SETS:
        data = DIGIT_SETS[name](folder)
        return _not_empty(Labelled(name, data, tuple(f"{name} {index}" for index in range(len(data)))))
    path = Path(name)
    if not path.exists():
        raise OptionError(f"unknown data set {name!r}; choose from {', '.join(DIGIT_SETS)}, or give a folder or file")
    return load_own(path)


def load_own(path: Path) -> Labelled:
    """Loads labelled pictures of one digit each, blank ones too.

    Args:
        path: A folder with sub-folders 0 to 9, a folder with pictures and a ``labels.csv`` (columns file and label),
            that table, or a CSV file of a label and 784 pixels a row.

    Raises:
        DataError: It is none of these, or a label or picture cannot be used; the message names file and row.
    """
    entries, _ = find_entries(path)
    images: list[Grey] = []
    pixels = 0
    for entry in entries:
        images.append(entry.open())
        pixels += images[-1].size
        if pixels > MOST_PIXELS:
            raise DataError(
                f"{path} holds more than {MOST_PIXELS // 10**6} megapixels: scale down, or take it in parts"
            )
    labels = np.array([entry.label for entry in entries], np.int64)
    return _not_empty(Labelled(path.resolve().name, Pictures(images, labels), tuple(entry.name for entry in entries)))


def _not_empty(found: Labelled) -> Labelled:
    """The same, or DataError when there is nothing in it."""
    if not len(found):
        raise DataError(f"{found.name} holds no labelled digits: there is nothing to measure")
    return found


def read_all(reader: Reader, data: Pictures | Writing) -> tuple[list[Digit], npt.NDArray[np.int64]]:
    """Reads pictures in batches, strokes one by one, through the public doors; labels that are no digits are -1."""
    digits = [digit for part in read_in_steps(reader, data) for digit in part]
    if isinstance(data, Pictures):
        return digits, data.labels
    return digits, data.labels.astype(np.int64) if np.char.isdigit(data.labels).all() else np.full(len(data), -1)


def read_in_steps(reader: Reader, data: Pictures | Writing) -> Iterator[list[Digit]]:
    """As :func:`read_all`, a few hundred at a time, so that a caller can show how far it is, and stop."""
    for start in range(0, len(data), STEP):
        part = slice(start, start + STEP)
        if isinstance(data, Pictures):
            yield reader.read_digits(data.images[part])
        else:
            yield [reader.read_strokes(sample).digits[0] for sample in data.samples[part]]


def sets_at_hand(folder: Path | None) -> list[str]:
    """Names of the sets that can be loaded without a download, our own drawings last."""
    return [name for name, file in _FILES.items() if file is None or (folder is not None and (folder / file).exists())]


def _needed(folder: Path | None) -> Path:
    if folder is None:
        raise DataError(
            "this data set is not downloaded by itself: set INKDIGITS_DATA or --data-folder to the data folder"
        )
    return folder


def _canvas(folder: Path | None) -> Pictures:
    path = _needed(folder) / "suites" / "canvas_sim.npz"
    if not path.is_file():
        raise DataError(f"there is no {path}: set INKDIGITS_DATA or --data-folder to the data folder")
    with open_arrays(path) as file:
        return Pictures(file["imgs"], file["labels"])


Loader = Callable[[Path | None], "Pictures | Writing"]

PUBLIC_SETS: dict[str, Loader] = {
    "mnist": lambda folder: load_mnist("test", folder),
    "canvas_sim": _canvas,
    "pendigits": lambda folder: load_writing("pendigits", _needed(folder), "test"),
    "unipen_digits_dev": lambda folder: load_writing("unipen_digits_dev", _needed(folder)),
    "photo_digits_dev": lambda folder: load_labelled_folder(_needed(folder) / "photo_digits_dev"),
    "optdigits": lambda folder: load_bitmaps("optdigits", _needed(folder), "tes"),
}
"""Name -> loader of the public sets of labelled single digits that are for measuring."""

DIGIT_SETS: dict[str, Loader] = {**PUBLIC_SETS, "drawn": lambda _: drawn_digits()}
"""The same, and our own drawings."""

_FILES: dict[str, str | None] = {
    "mnist": "mnist",
    "canvas_sim": "suites/canvas_sim.npz",
    "pendigits": "strokes/pendigits.npz",
    "unipen_digits_dev": "strokes/unipen_digits_dev.npz",
    "photo_digits_dev": "photo_digits_dev",
    "optdigits": "bitmaps/optdigits.npz",
    "drawn": None,
}
"""Name -> what it needs in the data folder; None for what is made from nothing."""
