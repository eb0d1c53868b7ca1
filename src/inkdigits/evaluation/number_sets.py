"""The labelled sets of numbers: what there is to read, how it is to be read, and what is right."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from inkdigits.training.datasets import DataError, load_writing

Kind = Literal["picture", "strokes"]


@dataclass(frozen=True, slots=True, eq=False)
class Fields:
    """Labelled fields of one number each.

    Attributes:
        sources: What a reader takes: arrays or paths, or lists of strokes.
        texts: The digits of each, nothing else.
        kind: Whether ``sources`` are pictures or strokes.
        parts: Names of subsets, each with the positions in it.
    """

    sources: Sequence[Any]
    texts: Sequence[str]
    kind: Kind = "picture"
    parts: dict[str, list[int]] | None = None

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture of several numbers.

    Attributes:
        path: The file.
        words: What is to be found, in reading order.
        cells: The picture is a grid of one-digit cells: words are single digits, and so is what is read.
    """

    path: Path
    words: tuple[str, ...]
    cells: bool


def sheet_sim(data: Path) -> Fields:
    """300 lines of MNIST test digits on paper; 113 of them with touching digits."""
    with _open(data / "suites" / "sheet_sim.npz") as file:
        texts = [str(label) for label in file["labels"]]
        touching = file["touching"].astype(bool)
        pictures = [file[f"img_{index:03d}"] for index in range(len(texts))]
    parts = {"touching": np.flatnonzero(touching).tolist(), "apart": np.flatnonzero(~touching).tolist()}
    return Fields(pictures, texts, parts=parts)


def cheques(data: Path, split: str = "dev") -> Fields:
    """Amounts cut from real bank cheques (ORAND-CAR-A)."""
    folder = data / "cheques"
    try:
        lines = (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DataError(f"{folder} holds no labels.jsonl: {error.strerror}") from error
    rows = [row for row in map(json.loads, lines) if row["split"] == split]
    return Fields([folder / row["file"] for row in rows], [row["text"] for row in rows])


def pen_strings(data: Path) -> Fields:
    """Postal codes, telephone numbers, dates and amounts written with a pen (UNIPEN); separators do not count."""
    writing = load_writing("unipen_strings_dev", data)
    return Fields(writing.samples, [only_digits(str(label)) for label in writing.labels], kind="strokes")


FIELD_SETS: dict[str, Callable[[Path], Fields]] = {
    "sheet_sim": sheet_sim,
    "cheques_dev": cheques,
    "unipen_strings_dev": pen_strings,
}
"""Name -> what loads it from the data folder."""


def photos(data: Path) -> list[Sheet]:
    """Photos and scans of numbers: dim, tinted, ruled, in tables and grids."""
    folder = data / "photos_dev"
    try:
        with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise DataError(f"{folder} holds no labels.csv: {error.strerror}") from error
    return [_sheet(folder, row) for row in rows]


def only_digits(text: str) -> str:
    """The digits of a text."""
    return "".join(character for character in text if character in "0123456789")


def _sheet(folder: Path, row: dict[str, str]) -> Sheet:
    cells = row["file"].startswith(("herc_", "sudoku_"))  # so says the data's README
    words = row["text"].replace("|", " ").split()
    return Sheet(folder / row["file"], tuple("".join(words)) if cells else tuple(words), cells)


def _open(path: Path) -> Any:
    try:
        return np.load(path)
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read: {error}") from error
