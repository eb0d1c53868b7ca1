"""Lines in stock: made ahead by worker processes, kept as files, so that a run can stop anywhere and repeats itself."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.errors import InkDigitsError
from inkdigits.images.page import Grey
from inkdigits.segmentation.line import HEIGHT, find_line
from inkdigits.training.lines.config import STRIDE
from inkdigits.training.lines.pictures import make_line
from inkdigits.training.sources import Sources

AHEAD = 8
"""Chunks that may lie ready."""

_WIDEST = 640  # pixels: no number is longer
_EMPTY_KEPT = 0.2  # of the pictures without anything on them: one looks like the other


class WorkerError(InkDigitsError):
    """A process that makes lines has died."""


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Lines of different widths, side by side.

    Attributes:
        pixels: uint8 (32, sum of widths).
        widths: int32 (N,).
        labels: (N,) strings.
        kinds: (N,) kinds of text.
    """

    pixels: Grey
    widths: npt.NDArray[np.int32]
    labels: npt.NDArray[np.str_]
    kinds: npt.NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.widths)

    @classmethod
    def of(cls, lines: Sequence[Grey], labels: Sequence[str], kinds: Sequence[str]) -> Chunk:
        """Puts lines, uint8 (32, W) each, into a chunk."""
        widths = np.array([line.shape[1] for line in lines], np.int32)
        pixels = np.concatenate([np.zeros((HEIGHT, 0), np.uint8), *lines], axis=1)
        return cls(pixels, widths, np.array(labels, np.str_), np.array(kinds, np.str_))

    def lines(self) -> list[Grey]:
        """Each line, uint8 (32, W)."""
        return np.split(self.pixels, np.cumsum(self.widths), axis=1)[: len(self)]

    def save(self, path: Path) -> None:
        """Writes the chunk, completely or not at all."""
        part = path.with_suffix(".part.npz")
        np.savez(part, pixels=self.pixels, widths=self.widths, labels=self.labels, kinds=self.kinds)
        part.replace(path)

    @classmethod
    def open(cls, path: Path) -> Chunk:
        """Reads what :meth:`save` wrote."""
        with np.load(path) as file:
            return cls(file["pixels"], file["widths"], file["labels"], file["kinds"])


def make_chunk(sources: Sources, count: int, seed: Sequence[int]) -> Chunk:
    """Makes lines and looks at them as the reader will.

    Args:
        sources: Whose digits and letters.
        count: How many lines.
        seed: The same numbers make the same lines.
    """
    rng = np.random.default_rng(seed)
    lines: list[Grey] = []
    labels: list[str] = []
    kinds: list[str] = []
    while len(lines) < count:
        picture = make_line(sources, rng)
        line = find_line(picture.grey)
        lost = bool(line.blank and picture.label) or not fits(picture.label, line.pixels.shape[1])
        if lost or (line.blank and rng.random() > _EMPTY_KEPT):
            continue
        lines.append(line.pixels)
        labels.append(picture.label)
        kinds.append(picture.kind)
    return Chunk.of(lines, labels, kinds)


def fits(label: str, width: int) -> bool:
    """Whether a label can be read off a line of this width: a frame a character, one more between equal ones."""
    repeats = sum(one == two for one, two in itertools.pairwise(label))
    return width <= _WIDEST and len(label) + repeats <= width // STRIDE


class Stock:
    """The chunks of a run, numbered from 0, made by worker processes or, without any, when they are asked for."""

    def __init__(self, run: Path, folder: Path, seed: int, size: int, workers: int) -> None:
        """Names the place; :meth:`start` starts the workers."""
        self.folder = run / "lines"
        self.folder.mkdir(exist_ok=True)
        self.data, self.seed, self.size, self.workers = folder, seed, size, workers
        self._context = multiprocessing.get_context("spawn")
        self._used: Any = self._context.Value("l", 0)
        self._processes: list[BaseProcess] = []
        self._sources: Sources | None = None

    def start(self, first: int, total: int) -> None:
        """Starts the workers at a chunk; they stay at most :data:`AHEAD` ahead of what was taken."""
        self._used.value = first
        for worker in range(self.workers):
            order = (self.folder, self.data, self.seed, self.size, range(first + worker, total, self.workers))
            process = self._context.Process(target=_work, args=(*order, self._used, os.getpid()), daemon=True)
            process.start()
            self._processes.append(process)

    def take(self, number: int) -> Chunk:
        """A chunk, waited for or made now. Raises WorkerError when its maker has died."""
        path = _path(self.folder, number)
        self._used.value = max(self._used.value, number)
        if not self.workers and not path.exists():
            if self._sources is None:
                self._sources = Sources.load(self.data, validation=False)
            make_chunk(self._sources, self.size, (self.seed, number)).save(path)
        while not path.exists():
            if any(process.exitcode for process in self._processes):
                raise WorkerError("a process that makes lines has died: see its message above; start again to go on")
            time.sleep(0.05)
        return Chunk.open(path)

    def drop(self, number: int) -> None:
        """Deletes a chunk that is not needed again."""
        _path(self.folder, number).unlink(missing_ok=True)

    def stop(self) -> None:
        """Ends the workers."""
        for process in self._processes:
            process.terminate()
            process.join()
        self._processes = []


def _path(folder: Path, number: int) -> Path:
    return folder / f"{number:05d}.npz"


def _work(folder: Path, data: Path, seed: int, size: int, numbers: range, used: Any, parent: int) -> None:
    """A worker's life, in one thread."""
    cv2.setNumThreads(1)
    sources = Sources.load(data, validation=False)
    for number in numbers:
        path = _path(folder, number)
        while number > used.value + AHEAD and os.getppid() == parent:
            time.sleep(0.2)
        if os.getppid() != parent:
            return
        if not path.exists():
            make_chunk(sources, size, (seed, number)).save(path)
