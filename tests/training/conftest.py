"""A data folder for training tests, made from nothing."""

from __future__ import annotations

import gzip
import hashlib
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from handwriting import write_strokes
from inkdigits.images import render_strokes
from inkdigits.segmentation import normalize
from inkdigits.training import datasets, sources
from inkdigits.training.vector_digits import draw_digit, draw_non_digit


@pytest.fixture(scope="package")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder like the real one, small, with our own digits in it; MNIST's checksums are of these files."""
    folder = tmp_path_factory.mktemp("data")
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, 600)
    drawn = [draw_digit(int(label), rng) for label in labels]
    glyphs = np.stack([normalize(render_strokes(strokes)) for strokes in drawn])
    (folder / "mnist").mkdir()
    raw = {
        "images": struct.pack(">IIII", 2051, len(glyphs), 28, 28) + glyphs.tobytes(),
        "labels": struct.pack(">II", 2049, len(labels)) + labels.astype(np.uint8).tobytes(),
    }
    with pytest.MonkeyPatch.context() as patch:
        for part, content in raw.items():
            name, archive, _ = datasets.MNIST_FILES["train", part]
            (folder / "mnist" / name).write_bytes(gzip.compress(content))
            digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
            patch.setitem(datasets.MNIST_FILES, ("train", part), (name, archive, digest))
        patch.setattr(sources, "MNIST_VALIDATION", 100)
        write_strokes(folder / "strokes" / "pendigits.npz", drawn, [str(label) for label in labels])
        write_strokes(
            folder / "strokes" / "ujipenchars.npz", drawn[:50], [str(label) for label in labels[:25]] + ["A"] * 25
        )
        others = [draw_non_digit(rng) for _ in range(80)]
        write_strokes(folder / "strokes" / "omniglot.npz", others, ["Sanskrit/character01"] * 80)
        (folder / "bitmaps").mkdir()
        np.savez(folder / "bitmaps" / "semeion.npz", images=glyphs[:400], labels=labels[:400])
        np.savez(
            folder / "bitmaps" / "optdigits.npz", images=glyphs[:400], labels=labels[:400], split=np.full(400, "tra")
        )
        yield folder
