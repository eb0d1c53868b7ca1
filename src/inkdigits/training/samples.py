"""Data sets to look at: some pictures of each class, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inkdigits.errors import OptionError
from inkdigits.images import render_strokes
from inkdigits.segmentation import normalize
from inkdigits.training.datasets import Writing, load_bitmaps, load_mnist, load_writing
from inkdigits.training.own import read_own
from inkdigits.training.recipes import RECIPES
from inkdigits.training.sources import Sources

Glyphs = npt.NDArray[np.uint8]

GENERATED, OWN = "sample", "own"
VIEWED = ("mnist", "pendigits", "semeion", "optdigits")
"""Sets of single digits in the catalog that one may learn from and so may look at."""
_DRAWN = 20  # digits of each class that the generator draws to be looked at


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A few glyphs of each class, and the balance of all.

    Attributes:
        glyphs: Label -> uint8 (n, 28, 28), ink 255 on 0.
        counts: Ten counts, of the whole set.
        note: What should be known, such as pictures that were left out.
    """

    glyphs: dict[int, Glyphs]
    counts: tuple[int, ...]
    note: str = ""


def look_at(name: str, each: int, data: Path | None = None, own: Path | None = None, seed: int = 0) -> Sample:
    """Takes a sample.

    Args:
        name: One of ``VIEWED``, ``"sample"`` for what the generator draws, or ``"own"``.
        each: Glyphs of each class, at most.
        data: The data folder.
        own: Own pictures, for ``"own"``.
        seed: Which ones.

    Raises:
        OptionError: There is no such set.
        DataError: Its data is missing, or own pictures cannot be used.
    """
    rng = np.random.default_rng(seed)
    if name == GENERATED:
        return _generated(each, rng)
    if name == OWN and own is not None:
        found = read_own(own)
        return _sample(found.glyphs, found.labels, each, rng, found.note)
    if name == "mnist":
        mnist = load_mnist("train", data)
        return _sample(mnist.images, mnist.labels, each, rng)
    if name == "pendigits" and data is not None:
        return _written(load_writing(name, data, "train"), each, rng)
    if name in VIEWED and data is not None:
        pictures = load_bitmaps(name, data, "tra" if name == "optdigits" else None)
        return _sample(pictures.images, pictures.labels, each, rng)
    raise OptionError(f"cannot look at {name!r}; choose from {', '.join((GENERATED, OWN, *VIEWED))}")


def _generated(each: int, rng: np.random.Generator) -> Sample:
    glyphs: dict[int, list[Glyphs]] = {label: [] for label in range(10)}
    while min(map(len, glyphs.values())) < min(each, _DRAWN):
        glyph, label = RECIPES["vector"](Sources.none(), rng)
        if glyph.any():
            glyphs[label].append(glyph)
    kept = {label: np.stack(found[:each]) for label, found in glyphs.items()}
    return Sample(kept, (0,) * 10, "It is drawn anew for every training, as many of each class as chance has it.")


def _written(writing: Writing, each: int, rng: np.random.Generator) -> Sample:
    labels = writing.labels.astype(np.int64)
    glyphs = {
        label: np.stack([normalize(render_strokes(writing.samples[i])) for i in _some(labels, label, each, rng)])
        for label in range(10)
        if (labels == label).any()
    }
    return Sample(glyphs, _balance(labels))


def _sample(
    images: Glyphs, labels: npt.NDArray[np.int64], each: int, rng: np.random.Generator, note: str = ""
) -> Sample:
    glyphs = {
        label: np.stack([_shown(images[i]) for i in _some(labels, label, each, rng)])
        for label in range(10)
        if (labels == label).any()
    }
    return Sample(glyphs, _balance(labels), note)


def _shown(image: Glyphs) -> Glyphs:
    return image if image.shape == (28, 28) else normalize(np.pad(image, 2))


def _some(labels: npt.NDArray[np.int64], label: int, each: int, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    return rng.permutation(np.flatnonzero(labels == label))[:each]


def _balance(labels: npt.NDArray[np.int64]) -> tuple[int, ...]:
    return tuple(int(count) for count in np.bincount(labels, minlength=10)[:10])
