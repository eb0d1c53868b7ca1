"""How fast a number is read, as a ratio to the best open reader in turns with us; and a 12-megapixel page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.results import Result, measure
from benchmarks.rival import Rival
from inkdigits import Reader
from inkdigits.evaluation.clock import Times, clocked, medians
from inkdigits.evaluation.number_sets import cheques, photos

FIELDS = 100
ROUNDS = 3
PAGE = (4000, 3000)


def run(data: Path, python: Path | None, limit: int | None = None) -> Result:
    """Times one field and one large photo.

    Args:
        data: The data folder.
        python: A Python with ``rivals/requirements-ocr.txt``; None leaves that comparison out.
        limit: At most so many fields, and one round.
    """
    reader = Reader()
    fields = [str(source) for source in cheques(data).sources[: limit or FIELDS]]
    rounds = ROUNDS if limit is None else 1
    for path in fields[:3]:
        reader.read(path, expect="number")
    ours: Times = []
    theirs: Times = []
    about: Result = {}
    if python is None:
        ours = [clocked(_read, reader, path) for _ in range(rounds) for path in fields]
    else:
        with Rival(python, "rapidocr_read.py") as rival:
            about = rival.about
            rival.ask(fields[0])
            for _ in range(rounds):
                for path in fields:
                    ours.append(clocked(_read, reader, path))
                    answer = rival.ask(path)
                    theirs.append((answer["wall"], answer["cpu"]))
    page = _page(reader, data, rounds)
    field = {"ours": medians(ours), "rival": {**about, **medians(theirs)} if theirs else None}
    measures = {"page_seconds": measure(page["wall"], page["count"])}
    if theirs:
        measures["times_ocr"] = measure(field["rival"]["wall"] / field["ours"]["wall"], len(ours))
    print(f"one field {1e3 * field['ours']['wall']:.2f} ms, a page of 12 megapixels {page['wall']:.2f} s", flush=True)
    return {"field": field, "page": page, "measures": measures}


def _read(reader: Reader, path: str) -> None:
    reader.read(path, expect="number")


def _page(reader: Reader, data: Path, rounds: int) -> Result:
    """The photos of a table, a grid and a form, each enlarged to 12 megapixels, from pixels to numbers."""
    wanted = ("sparsha_img.jpg", "sudoku_image2002.jpg", "grades_image-8.jpg")
    pages = [_enlarged(sheet.path) for sheet in photos(data) if sheet.path.name in wanted]
    return medians([clocked(reader.read, page) for _ in range(rounds) for page in pages])


def _enlarged(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        size = PAGE if picture.width > picture.height else PAGE[::-1]
        return np.asarray(picture.convert("RGB").resize(size, Image.Resampling.BICUBIC))
