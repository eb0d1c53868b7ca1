"""Where labelled pictures are: folders a class, a table beside pictures, or rows of pixels."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

import numpy as np

from inkdigits.errors import ImageError
from inkdigits.images import load
from inkdigits.images.decode import suffixes
from inkdigits.images.page import Grey
from inkdigits.settings import Settings
from inkdigits.training.datasets import DataError

TABLE = "labels.csv"
FORMS = (
    "a folder with sub-folders named 0 to 9, a folder with pictures and labels.csv (columns file and label), "
    "or a CSV file with a label and 784 pixels a row"
)
_PIXELS = 28 * 28


@dataclass(frozen=True, slots=True)
class Entry:
    """A labelled picture that can be opened.

    Attributes:
        name: File, or file and row, for messages.
        label: 0-9.
        open: Gives uint8 (H, W), as seen; raises DataError, which names the picture, when it cannot.
    """

    name: str
    label: int
    open: Callable[[], Grey]


def find_entries(path: Path) -> tuple[list[Entry], list[str]]:
    """All labelled pictures under a path, see :func:`inkdigits.training.own.read_own`, and the files left out.

    Raises:
        DataError: There are none, a folder cannot be read, or a label is no digit; the message names file and row.
    """
    try:
        return _found(path)
    except PermissionError as error:
        raise DataError(f"{error.filename} may not be read: let this user read it, or name another place") from error


def _found(path: Path) -> tuple[list[Entry], list[str]]:
    if path.is_file():
        return (_table_rows(path.parent) if path.name == TABLE else _pixel_rows(path)), []
    if not path.is_dir():
        raise DataError(f"there is no {path}: name {FORMS}")
    if (path / TABLE).is_file():
        return _table_rows(path), []
    folders = [item for item in _visible(path) if item.is_dir()]
    if folders:
        return _class_folders(path, folders)
    tables = sorted(path.glob("*.csv"))
    if len(tables) == 1:
        return _pixel_rows(tables[0]), []
    raise DataError(f"there are no labelled pictures in {path}: it must be {FORMS}")


def _class_folders(path: Path, folders: list[Path]) -> tuple[list[Entry], list[str]]:
    entries: list[Entry] = []
    skipped = [item.name for item in _visible(path) if not item.is_dir()]
    known = suffixes()
    for folder in folders:
        if folder.name not in "0123456789" or len(folder.name) != 1:
            raise DataError(f"{path}: the sub-folder {folder.name!r} is no class: name the sub-folders 0 to 9")
        for file in _visible(folder):
            name = f"{folder.name}/{file.name}" + "/" * file.is_dir()
            if file.is_file() and file.suffix.lower() in known:
                entries.append(Entry(name, int(folder.name), _opener(file, name)))
            else:
                skipped.append(name)
    if not entries:
        raise DataError(f"there is no picture in the sub-folders of {path} (looked for {', '.join(known)})")
    return entries, skipped


def _visible(folder: Path) -> list[Path]:
    return sorted(item for item in folder.iterdir() if not item.name.startswith((".", "__MACOSX")))


def _table_rows(path: Path) -> list[Entry]:
    entries: list[Entry] = []
    table = path / TABLE
    with open_text(table) as file:
        reader = csv.DictReader(file)
        columns = reader.fieldnames or []
        if "file" not in columns or not {"label", "text"} & set(columns):
            raise DataError(f"{table}: wants the columns file and label, has {', '.join(columns) or 'none'}")
        for record in reader:
            place = f"{TABLE}, row {reader.line_num}"
            name = (record.get("file") or "").strip()
            if not name:
                raise DataError(f"{table}, row {reader.line_num}: names no file")
            if "\0" in name:
                raise DataError(f"{table}, row {reader.line_num}: the name of the file holds a zero byte")
            label = _label(record.get("label") or record.get("text"), f"{path / place} ({name})")
            if not (path / name).resolve().is_relative_to(path.resolve()):
                raise DataError(f"{path / place}: {name} is not in the folder")
            entries.append(Entry(name, label, _opener(path / name, f"{path / place}")))
    if not entries:
        raise DataError(f"{table} has no rows")
    return entries


def _pixel_rows(path: Path) -> list[Entry]:
    entries: list[Entry] = []
    with open_text(path) as file:
        reader = csv.reader(file)
        for record in reader:
            place = f"{path.name}, row {reader.line_num}"
            if not record or (reader.line_num == 1 and _is_header(record)):
                continue
            if len(record) != _PIXELS + 1:
                wanted = f"wants a label and {_PIXELS} pixels"
                raise DataError(f"{place}: {wanted} (28 x 28), has {len(record)} values")
            pixels = _pixels(record[1:], place)
            entries.append(Entry(place, _label(record[0], place), partial(np.asarray, pixels)))
    if not entries:
        raise DataError(f"{path} has no rows with a label and {_PIXELS} pixels")
    return entries


def _is_header(record: list[str]) -> bool:
    """Whether a first row names columns: a row of pixels with a wrong label is none."""
    if record[0].strip().isdigit():
        return False
    if len(record) != _PIXELS + 1:
        return True
    try:
        _pixels(record[1:], "")
    except DataError:
        return True
    return False


def _pixels(values: list[str], place: str) -> Grey:
    try:
        numbers = np.array(values, np.float64)
    except ValueError as error:
        raise DataError(f"{place}: a pixel is no number ({error})") from error
    if not ((numbers >= 0) & (numbers <= 255) & (numbers == numbers.round())).all():
        raise DataError(f"{place}: pixels must be whole numbers from 0 to 255")
    return numbers.astype(np.uint8).reshape(28, 28)


def _label(text: str | None, place: str) -> int:
    label = (text or "").strip()
    if len(label) != 1 or label not in "0123456789":
        raise DataError(f"{place}: the label must be one digit, 0 to 9, not {label!r}")
    return int(label)


def _opener(file: Path, place: str) -> Callable[[], Grey]:
    settings = Settings.resolve(None)

    def open_one() -> Grey:
        try:
            return load(file, settings).grey
        except ImageError as error:
            raise DataError(f"{place}: {error}") from error

    return open_one


@contextmanager
def open_text(path: Path) -> Iterator[IO[str]]:
    """Opens a CSV; one that is no text in UTF-8 is an error of the data: raises DataError, also while it is read."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            yield file
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} is no CSV file in UTF-8: {error}") from error
