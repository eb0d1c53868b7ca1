"""The data sets by name: what each is, under which license, whether it is at hand and what its checksums say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from inkdigits.errors import OptionError
from inkdigits.recognition.classifier import SHIPPED
from inkdigits.training.datasets import MNIST_FILES, mnist_content_md5
from inkdigits.training.download import mnist_folders

_CONVERTED = "it was converted from the publisher's files, whose checksums are not known here, so it is not downloaded"

_RESEARCH = "its license is for research and does not let anybody hand it on: ask its publisher"
_MADE_HERE = "it was made for measuring this project and is published nowhere"


@dataclass(frozen=True, slots=True)
class DataSet:
    """One data set.

    Attributes:
        name: As commands call it.
        what: What is in it.
        count: How much, in words.
        license: Whose it is, and what may be done with it.
        use: What it is for.
        source: Where it comes from.
        files: In the data folder; of MNIST, in its ``mnist``.
        why_not: Why it cannot be downloaded; ``""`` when it can.
    """

    name: str
    what: str
    count: str
    license: str
    use: str
    source: str
    files: tuple[str, ...]
    why_not: str = ""

    @property
    def downloads(self) -> bool:
        """Whether ``inkdigits data download`` fetches it."""
        return not self.why_not

    def folder(self, data: Path | None) -> Path | None:
        """Where it is at hand; None when it is not."""
        folders = mnist_folders(data) if self.name == "mnist" else [data] if data else []
        return next((folder for folder in folders if all((folder / file).exists() for file in self.files)), None)

    def to_dict(self, data: Path | None) -> dict[str, Any]:
        """For JSON."""
        there = self.folder(data)
        return {
            "name": self.name,
            "what": self.what,
            "count": self.count,
            "license": self.license,
            "use": self.use,
            "source": self.source,
            "at_hand": there is not None,
            "folder": str(there) if there else None,
            "downloads": self.downloads,
            "why_not": self.why_not,
        }


SETS: Mapping[str, DataSet] = {
    item.name: item
    for item in (
        DataSet(
            "mnist",
            "MNIST, handwritten digits in its original order",
            "60,000 + 10,000 pictures",
            "LeCun, Cortes, Burges; CC BY-SA 3.0",
            "training; t10k for measuring only",
            "ossci-datasets.s3.amazonaws.com/mnist, storage.googleapis.com/cvdf-datasets/mnist",
            tuple(file for file, *_ in MNIST_FILES.values()),
        ),
        DataSet(
            "pendigits",
            "Pen-Based Recognition of Handwritten Digits, pen strokes",
            "10,992 by 44 writers",
            "UCI; CC BY 4.0",
            "training; split test for measuring only",
            "archive.ics.uci.edu/dataset/81",
            ("strokes/pendigits.npz",),
            _CONVERTED,
        ),
        DataSet(
            "ujipenchars",
            "UJI Pen Characters, digits and letters as strokes",
            "1,364 by 11 writers",
            "UCI; CC BY 4.0",
            "training, letters as non-digits",
            "archive.ics.uci.edu/dataset/158",
            ("strokes/ujipenchars.npz",),
            _CONVERTED,
        ),
        DataSet(
            "omniglot",
            "Omniglot characters as strokes",
            "4,840 by 20 drawers",
            "Lake et al.; MIT",
            "training, as non-digits",
            "github.com/brendenlake/omniglot",
            ("strokes/omniglot.npz",),
            _CONVERTED,
        ),
        DataSet(
            "semeion",
            "Semeion Handwritten Digit, 16 x 16 bitmaps",
            "1,593 by about 80 writers",
            "UCI; CC BY 4.0",
            "training",
            "archive.ics.uci.edu/dataset/178",
            ("bitmaps/semeion.npz",),
            _CONVERTED,
        ),
        DataSet(
            "optdigits",
            "Optical Recognition of Handwritten Digits, 32 x 32 bitmaps",
            "2,880 pictures",
            "UCI; CC BY 4.0",
            "training; split tes for measuring only",
            "archive.ics.uci.edu/dataset/80",
            ("bitmaps/optdigits.npz",),
            _CONVERTED,
        ),
        DataSet(
            "unipen_digits_dev",
            "UNIPEN train_r01_v07, section 1a, very varied pens",
            "9,467 by 114 writers",
            "International Unipen Foundation; research use",
            "measuring only",
            "www.unipen.org",
            ("strokes/unipen_digits_dev.npz",),
            _RESEARCH,
        ),
        DataSet(
            "photo_digits_dev",
            "digits photographed on paper",
            "307 pictures",
            "a public repository, MIT; first origin unstated",
            "measuring only",
            "not stated",
            ("photo_digits_dev/labels.csv",),
            "its first origin is not stated, so there is no address to vouch for",
        ),
        DataSet(
            "canvas_sim",
            "MNIST test digits as pad drawings of any size and place",
            "2,000 pictures",
            "made from MNIST; CC BY-SA 3.0",
            "measuring only",
            "made for this project",
            ("suites/canvas_sim.npz",),
            _MADE_HERE,
        ),
        DataSet(
            "unipen_letters",
            "UNIPEN train_r01_v07, sections 1b to 1d: letters and symbols, as what is no digit",
            "3 x 3,000 drawings",
            "International Unipen Foundation; research use",
            "measuring only",
            "www.unipen.org",
            tuple(f"strokes/unipen_{part}_dev.npz" for part in ("1b_upper", "1c_lower", "1d_symbols")),
            _RESEARCH,
        ),
        DataSet(
            "unipen_strings_dev",
            "UNIPEN, numbers written with a pen: postal codes, telephone numbers, dates, amounts",
            "444 by 57 writers",
            "International Unipen Foundation; research use",
            "measuring only",
            "www.unipen.org",
            ("strokes/unipen_strings_dev.npz",),
            _RESEARCH,
        ),
        DataSet(
            "cheques",
            "ORAND-CAR-A, amounts cut from real bank cheques",
            "799 pictures",
            "ORAND S.A.; research use",
            "fine-tuning experiments; split dev for measuring only",
            "www.orand.cl/icfhr2014-hdsr",
            ("cheques/labels.jsonl",),
            _RESEARCH,
        ),
        DataSet(
            "photos_dev",
            "photos and scans of numbers: dim, tinted, ruled, tables and grids",
            "20 pictures, 256 numbers",
            "public repositories; CC BY 4.0 or unstated",
            "measuring only",
            "not stated",
            ("photos_dev/labels.csv",),
            "its first origins are not all stated, so there is no address to vouch for",
        ),
        DataSet(
            "sheet_sim",
            "MNIST test digits in lines on paper, some touching",
            "300 pictures",
            "made from MNIST; CC BY-SA 3.0",
            "measuring only",
            "made for this project",
            ("suites/sheet_sim.npz",),
            _MADE_HERE,
        ),
    )
}
"""Name -> data set, those for training first."""


def find_set(name: str) -> DataSet:
    """A data set by its name. Raises OptionError, with all names, when there is none."""
    if name not in SETS:
        raise OptionError(f"unknown data set {name!r}; choose from {', '.join(SETS)}")
    return SETS[name]


def verify(item: DataSet, folder: Path) -> dict[str, str]:
    """Compares a data set's files with what is known of them.

    Args:
        item: The data set.
        folder: Where it is, see :meth:`DataSet.folder`.

    Returns:
        File -> ``"good"``, ``"differs"`` or ``"unknown"``, where no checksum is known.
    """
    if item.name == "mnist":
        return {
            file: "good" if mnist_content_md5(folder / file) == md5 else "differs"
            for file, _, md5 in MNIST_FILES.values()
        }
    known = _known_checksums()
    return {file: _compare(folder / file, known.get(file)) for file in item.files}


def _compare(path: Path, wanted: str | None) -> str:
    if wanted is None:
        return "unknown"
    return "good" if hashlib.sha256(path.read_bytes()).hexdigest() == wanted else "differs"


@cache
def _known_checksums() -> dict[str, str]:
    """SHA-256 of the files that the shipped model learned from, by its card."""
    card = json.loads(SHIPPED.with_suffix(".json").read_text(encoding="utf-8"))
    return dict(card.get("data_sha256", {}))
