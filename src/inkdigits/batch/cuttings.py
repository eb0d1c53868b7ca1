"""``Cuttings``: pictures of the numbers of a batch that somebody should look at, kept while it is read."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import cv2

from inkdigits.batch.row import Row
from inkdigits.errors import StorageError
from inkdigits.images.page import Grey
from inkdigits.spreadsheet import neutral_csv

FOLDER = "cuttings"
QUALITY = 85
_AROUND = 0.6  # of a number's height, on each side of it
_LEAST = 12  # pixels
_LARGEST = (960, 240)  # pixels, width and height: what is shown of it is smaller
_SUFFIX = ".jpg"


def is_doubtful(row: Row) -> bool:
    """Whether somebody should look at a row's number: there is ink, and it was not read for sure."""
    return row.number is not None and row.status in ("look again", "no number") and row.reason != "blank"


def name_of(row: Row) -> str:
    """What a row's number is called, the same whichever form its results were read back from."""
    where = json.dumps([neutral_csv(row.source), row.page, row.number])
    return hashlib.sha256(where.encode()).hexdigest()[:24]


class Cuttings:
    """A folder with a JPEG for each number to look at. A number that is read again replaces its own."""

    def __init__(self, folder: Path) -> None:
        """Takes the folder; it is made with the first picture."""
        self._folder = folder

    def keep(self, row: Row, picture: Grey) -> None:
        """Keeps the picture, uint8 (H, W), of a row's number."""
        done, data = cv2.imencode(_SUFFIX, picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        if not done:
            raise AssertionError("OpenCV could not encode a picture")
        self._folder.mkdir(exist_ok=True)
        path = self._folder / f"{name_of(row)}{_SUFFIX}"
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        part.write_bytes(data)
        part.replace(path)

    def names(self) -> set[str]:
        """Which numbers have a picture, by :func:`name_of`."""
        return {path.stem for path in self._folder.glob(f"*{_SUFFIX}")}

    def open(self, name: str) -> bytes:
        """The JPEG of one of them. Raises StorageError when it is gone."""
        try:
            return (self._folder / f"{name}{_SUFFIX}").read_bytes()
        except FileNotFoundError:
            raise StorageError(f"the picture {name} is gone, as when the batch was deleted meanwhile") from None


def cut_out(row: Row, page: Grey) -> Grey:
    """A row's number with a little around it, no larger than it is shown: uint8.

    Args:
        row: Its row; where it is not known where the number stands, all of the page is cut out.
        page: uint8 (H, W), the page that it was read from.
    """
    if row.left is None or row.top is None or row.width is None or row.height is None:
        return shrunk(page)
    around = max(_LEAST, round(_AROUND * row.height))
    left, top = max(0, row.left - around), max(0, row.top - around)
    return shrunk(page[top : row.top + row.height + around, left : row.left + row.width + around])


def shrunk(picture: Grey) -> Grey:
    """A picture, uint8 (H, W), no larger than it is shown."""
    height, width = picture.shape
    scale = min(_LARGEST[0] / width, _LARGEST[1] / height)
    if scale >= 1:
        return picture
    size = max(1, round(width * scale)), max(1, round(height * scale))
    smaller: Grey = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return smaller
