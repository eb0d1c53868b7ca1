"""The data sets: where they are, what is in them, and what they may be used for.

They come from a folder (``INKDIGITS_DATA`` or ``--data``) or, for MNIST, from its public mirrors by checksum.
Nothing here needs PyTorch.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import itertools
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from inkdigits.errors import ImageError, InkDigitsError
from inkdigits.images import load
from inkdigits.images.page import Grey
from inkdigits.settings import Settings

Stroke = npt.NDArray[np.float32]

MNIST_FILES = {
    ("train", "images"): (
        "train-images-idx3-ubyte.gz",
        "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "6bbc9ace898e44ae57da46a324031adb",
    ),
    ("train", "labels"): (
        "train-labels-idx1-ubyte.gz",
        "d53e105ee54ea40749a09fcbcd1e9432",
        "a25bea736e30d166cdddb491f175f624",
    ),
    ("test", "images"): (
        "t10k-images-idx3-ubyte.gz",
        "9fb629c4189551a2d022fa330f9573f3",
        "2646ac647ad5339dbf082846283269ea",
    ),
    ("test", "labels"): (
        "t10k-labels-idx1-ubyte.gz",
        "ec29112dd5afa0611ce80d1b7f02629c",
        "27ae3e4e09519cfbb04c329615203637",
    ),
}
"""(split, part) -> (file, MD5 of the published archive, MD5 of what is inside)."""

MNIST_MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)


_DAMAGED = (gzip.BadGzipFile, zlib.error, zipfile.BadZipFile, csv.Error, EOFError, ValueError, LookupError, TypeError)


class DataError(InkDigitsError):
    """A data set is missing, or is not what its checksum says."""


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """Labelled pictures: ``images`` uint8 (N, H, W) or a list of grey pages; ``labels`` int64 (N,)."""

    images: Any
    labels: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, slots=True, eq=False)
class Writing:
    """Labelled pen strokes.

    Attributes:
        samples: N lists of strokes, each float32 (n, 2), x right, y down, device units.
        labels: (N,) strings: a character, or a class name.
        writers: int32 (N,).
    """

    samples: list[list[Stroke]]
    labels: npt.NDArray[np.str_]
    writers: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.samples)

    def where(self, keep: npt.NDArray[np.bool_]) -> Writing:
        """The samples for which ``keep`` (N,) is true."""
        return Writing(
            [s for s, kept in zip(self.samples, keep, strict=True) if kept], self.labels[keep], self.writers[keep]
        )


def data_folder(folder: Path | str | None = None) -> Path | None:
    """The folder with data sets: the argument, else the setting ``data`` (``INKDIGITS_DATA``), else None."""
    chosen = folder or Settings.resolve(None).data
    return Path(chosen) if chosen else None


def load_mnist(split: str, folder: Path | None = None) -> Pictures:
    """MNIST in its original order (LeCun, Cortes, Burges; CC BY-SA 3.0).

    Args:
        split: ``"train"`` (60,000) or ``"test"`` (10,000).
        folder: Data folder; without it, the public mirror is asked.

    Raises:
        DataError: It cannot be found or downloaded, or its content has another checksum.
    """
    parts = {}
    for part in ("images", "labels"):
        name, _, md5 = MNIST_FILES[split, part]
        path = _mnist_file(split, part, folder)
        with undamaged(path):
            raw = gzip.decompress(path.read_bytes())
        if hashlib.md5(raw, usedforsecurity=False).hexdigest() != md5:
            raise DataError(f"{name} is not MNIST: its content's MD5 is not {md5}; delete the file and try again")
        parts[part] = raw
    images = np.frombuffer(parts["images"], np.uint8, offset=16).reshape(-1, 28, 28)
    return Pictures(images, np.frombuffer(parts["labels"], np.uint8, offset=8).astype(np.int64))


def mnist_content_md5(path: Path) -> str:
    """MD5 of what is inside one of MNIST's archives; ``""`` when it cannot be unpacked."""
    try:
        return hashlib.md5(gzip.decompress(path.read_bytes()), usedforsecurity=False).hexdigest()
    except (OSError, EOFError, zlib.error):
        return ""


def mnist_checksums(split: str, folder: Path | None = None) -> dict[str, str]:
    """SHA-256 of MNIST's files of a split, wherever they are."""
    files = {MNIST_FILES[split, part][0]: _mnist_file(split, part, folder) for part in ("images", "labels")}
    return {f"mnist/{name}": hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}


def _mnist_file(split: str, part: str, folder: Path | None) -> Path:
    name, md5, _ = MNIST_FILES[split, part]
    if folder is not None:
        for candidate in (folder / "mnist" / name, folder / name):
            if candidate.is_file():
                return candidate
    from inkdigits.training.download import cache_folder, fetch

    return fetch(name, md5, cache_folder(), MNIST_MIRRORS)


def load_writing(name: str, folder: Path, split: str | None = None) -> Writing:
    """Pen strokes from ``strokes/<name>.npz``.

    Args:
        name: ``"pendigits"``, ``"ujipenchars"``, ``"omniglot"``, ``"unipen_digits_dev"``, and so on.
        folder: Data folder.
        split: ``"train"`` or ``"test"`` where the set has splits; None takes all.

    Raises:
        DataError: The file is missing or damaged.
    """
    with open_arrays(_existing(folder / "strokes" / f"{name}.npz")) as file:
        ends = np.cumsum(file["stroke_lengths"])[:-1]
        strokes = np.split(file["points"], ends)
        borders = np.concatenate(([0], np.cumsum(file["strokes_per_sample"])))
        samples = [strokes[a:b] for a, b in itertools.pairwise(borders)]
        everything = Writing(samples, file["labels"], file["writers"])
        return everything if split is None else everything.where(file["split"] == split)


def load_bitmaps(name: str, folder: Path, split: str | None = None) -> Pictures:
    """Small pictures, uint8 ink 255 on 0, from ``bitmaps/<name>.npz``; ``split`` as :func:`load_writing`."""
    with open_arrays(_existing(folder / "bitmaps" / f"{name}.npz")) as file:
        keep = np.ones(len(file["labels"]), bool) if split is None else file["split"] == split
        return Pictures(file["images"][keep], file["labels"][keep])


def load_labelled_folder(folder: Path) -> Pictures:
    """Pictures beside a ``labels.csv`` with columns ``file`` and ``text``, each of one digit.

    Raises:
        DataError: The table is missing, or a row has no picture or no digit; the message names the row.
    """
    table = _existing(folder / "labels.csv")
    images: list[Grey] = []
    labels: list[int] = []
    settings = Settings.resolve(None)
    with undamaged(table), table.open(newline="", encoding="utf-8") as file:
        for row, record in enumerate(csv.DictReader(file), start=2):
            name, text = record.get("file"), record.get("text")
            if not name or text is None or len(text) != 1 or text not in "0123456789":
                raise DataError(f"{table.name}, row {row}: wants columns file and text with one digit, has {record}")
            try:
                images.append(load(folder / name, settings).grey)
            except ImageError as error:
                raise DataError(f"{table.name}, row {row}: {error}") from error
            labels.append(int(text))
    return Pictures(images, np.array(labels, np.int64))


def checksums(folder: Path, names: list[str]) -> dict[str, str]:
    """SHA-256 of data files, for the record of a training run. Names are relative to ``folder``."""
    return {name: hashlib.sha256(_existing(folder / name).read_bytes()).hexdigest() for name in names}


@contextmanager
def undamaged(path: Path) -> Iterator[None]:
    """While a data file is read: what a damaged one makes its readers raise becomes a DataError that names it."""
    try:
        yield
    except _DAMAGED as error:
        raise DataError(f"{path} is damaged ({error or type(error).__name__}): delete it and get it again") from error


@contextmanager
def open_arrays(path: Path) -> Iterator[Any]:
    """The arrays of an ``.npz`` file by their names. Raises DataError when it is damaged, also while it is read."""
    with undamaged(path), path.open("rb") as raw, np.load(raw) as file:
        yield file


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise DataError(f"there is no {path.name} in {path.parent}: set INKDIGITS_DATA or --data to the data folder")
    return path
