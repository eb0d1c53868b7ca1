"""Batches of small pictures in a ZIP, as ratios: to the library that reads the same ZIP, and two processes to one."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from statistics import median

import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.paced import paced
from benchmarks.results import Result, measure
from inkdigits import Reader, Settings
from inkdigits.batch import read_batch
from inkdigits.evaluation.clock import clocked
from inkdigits.training.datasets import load_mnist

PICTURES = 10_000
"""The last of MNIST's training digits: real ones, whose answers do not matter here."""

THREADS = 2
ROUNDS = 5


def run(data: Path, limit: int | None = None) -> Result:
    """Reads a ZIP of PNGs with the library, with a batch of two processes and with one of one, in turns.

    Args:
        data: The data folder, for MNIST.
        limit: At most so many pictures, and two rounds.
    """
    digits = load_mnist("train", data).images[-PICTURES:][:limit]
    reader = Reader(Settings(threads=THREADS))
    with tempfile.TemporaryDirectory() as name:
        source = _zip(digits, Path(name) / "digits.zip")
        rounds = [_round(reader, digits, source) for _ in range(ROUNDS if limit is None else 2)]
    kept = median(one["library"] / one["two"]["wall"] for one in rounds)
    times = median(one["one"]["reading"] / one["two"]["reading"] for one in rounds)
    print(f"{kept:.2f} of the library, start and all; two processes {times:.2f} times one")
    return {
        "pictures": len(digits),
        "threads": THREADS,
        "rounds": rounds,
        "measures": {"batch_share": measure(kept, len(digits)), "batch_times": measure(times, len(digits))},
    }


def _round(reader: Reader, digits: npt.NDArray[np.uint8], source: Path) -> Result:
    """Seconds of each; the arrays are what the library is quickest with: nothing to decode."""
    found = {
        "library": clocked(_library, reader, source)[0],
        "two": _batch(source, 2),
        "one": _batch(source, 1),
        "arrays": clocked(reader.read_digits, digits)[0],
    }
    print({key: value if isinstance(value, float) else value["wall"] for key, value in found.items()}, flush=True)
    return found


def _zip(digits: npt.NDArray[np.uint8], path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for place, digit in enumerate(digits):
            stream = io.BytesIO()
            Image.fromarray(digit).save(stream, "PNG")
            archive.writestr(f"{place:05d}.png", stream.getvalue())
    return path


def _library(reader: Reader, source: Path) -> None:
    with zipfile.ZipFile(source) as archive:
        reader.read_digits(archive.read(name) for name in archive.namelist())


def _batch(source: Path, processes: int) -> Result:
    return paced(lambda out, note: read_batch([source], out, expect="digit", processes=processes, listen=note))
