"""The pool: normalized glyphs of every kind, made once a run by the reading road's own code.

Each kind is a recipe; a recipe makes one glyph from a seeded generator, so the pool is the same for the same seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.recognition.engine import processors
from inkdigits.segmentation import SIDE
from inkdigits.training.recipes import RECIPES
from inkdigits.training.sources import Sources, load_mnist_part

Task = tuple["Path | None", bool, str, int, int]  # folder, validation, recipe, seed, count

_WORTH_WORKERS = 20_000  # glyphs; a worker takes seconds to start


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Glyphs to learn from.

    Attributes:
        glyphs: uint8 (N, 28, 28), ink 255 on 0.
        labels: int64 (N,), 0-9, or 10 for no digit.
        kinds: int64 (N,), index into ``names``.
        names: The recipes' names.
    """

    glyphs: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.int64]
    names: tuple[str, ...]

    def save(self, path: Path) -> None:
        """Writes the pool to a file, completely or not at all."""
        part = path.with_suffix(".part.npz")
        np.savez(part, glyphs=self.glyphs, labels=self.labels, kinds=self.kinds, names=np.array(self.names))
        part.replace(path)

    def of_kind(self, name: str) -> npt.NDArray[np.bool_]:
        """Which glyphs (N,) a recipe made; none when it is not among the names."""
        return self.kinds == (self.names.index(name) if name in self.names else -1)

    @classmethod
    def open(cls, path: Path) -> Pool:
        """Reads what :meth:`save` wrote."""
        with np.load(path) as file:
            return cls(file["glyphs"], file["labels"], file["kinds"], tuple(str(name) for name in file["names"]))


def build_pool(
    folder: Path | None,
    counts: Mapping[str, int],
    seed: int,
    validation: bool = False,
    tick: Callable[[int], None] | None = None,
) -> Pool:
    """Makes glyphs by their recipes, on all processors.

    Args:
        folder: The data folder; None is enough for the recipes that need none.
        counts: Recipe name -> how many. MNIST's own glyphs are not made but taken, see :func:`mnist_pool`.
        seed: The same seed gives the same pool.
        validation: Take the validation part of the sources.
        tick: Called with the number of glyphs finished since the last call.

    Raises:
        KeyError: A recipe's name is unknown.
        DataError: Data is missing.
    """
    names = tuple(counts)
    tasks = [
        (folder, validation, name, seed + 1_000 * kind + 7 * chunk, size)
        for kind, name in enumerate(names)
        for chunk, size in enumerate(_chunks(counts[name]))
    ]
    glyphs, labels, kinds = [], [], []
    for (_, _, name, _, size), (made, truth) in zip(tasks, _run(tasks), strict=True):
        glyphs.append(made)
        labels.append(truth)
        kinds.append(np.full(size, names.index(name), np.int64))
        if tick:
            tick(size)
    return Pool(np.concatenate(glyphs), np.concatenate(labels), np.concatenate(kinds), names)


def mnist_pool(folder: Path | None, validation: bool = False) -> Pool:
    """MNIST's own glyphs: they are the normal form."""
    mnist = load_mnist_part(folder, validation)
    return Pool(mnist.images, mnist.labels, np.zeros(len(mnist), np.int64), ("mnist",))


def join_pools(first: Pool, second: Pool) -> Pool:
    """Both pools' glyphs under one list of names."""
    return Pool(
        np.concatenate((first.glyphs, second.glyphs)),
        np.concatenate((first.labels, second.labels)),
        np.concatenate((first.kinds, second.kinds + len(first.names))),
        first.names + second.names,
    )


def _run(tasks: Sequence[Task]) -> Iterator[tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]]:
    """Few glyphs are made here, many by workers; those are spawned, since a fork would copy busy thread pools."""
    if sum(size for *_, size in tasks) < _WORTH_WORKERS:
        yield from map(_make, tasks)
        return
    with ProcessPoolExecutor(processors(), get_context("spawn"), _one_thread) as workers:
        yield from workers.map(_make, tasks)


def _one_thread() -> None:
    cv2.setNumThreads(1)


def _chunks(count: int, size: int = 2_000) -> list[int]:
    return [min(size, count - start) for start in range(0, count, size)]


_sources: dict[tuple[Path | None, bool], Sources] = {}  # one copy a worker process


def _make(task: Task) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    folder, validation, name, seed, size = task
    if (folder, validation) not in _sources:
        _sources[folder, validation] = Sources.load(folder, validation) if folder else Sources.none()
    sources, recipe, rng = _sources[folder, validation], RECIPES[name], np.random.default_rng(seed)
    glyphs = np.empty((size, SIDE, SIDE), np.uint8)
    labels = np.empty(size, np.int64)
    for index in range(size):
        glyph, label = recipe(sources, rng)
        while not glyph.any():
            glyph, label = recipe(sources, rng)
        glyphs[index], labels[index] = glyph, label
    return glyphs, labels
