"""What one writer gains from 30 digits of theirs (``train digit --finetune``), and what everybody else loses."""

from __future__ import annotations

import csv
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.results import Result, measure
from inkdigits.evaluation.rejection import NON_DIGIT_SETS, non_digits
from inkdigits.images import render_strokes
from inkdigits.jobs.files import read_json
from inkdigits.recognition import classifier
from inkdigits.recognition.scores import Calibration, softmax
from inkdigits.segmentation import normalize
from inkdigits.training.adapt import SETTINGS
from inkdigits.training.beginning import with_sizes
from inkdigits.training.calibrate import moved
from inkdigits.training.card import RESTRAINT
from inkdigits.training.config import TrainConfig
from inkdigits.training.datasets import Writing, load_mnist, load_writing
from inkdigits.training.fit import fit
from inkdigits.training.mixtures import OWN
from inkdigits.training.network import DigitNetwork
from inkdigits.training.pool import Pool, join_pools
from inkdigits.training.pools import Pools, open_pools
from inkdigits.training.runs import prepare
from inkdigits.training.sources import NON_DIGIT
from inkdigits.training.tensors import open_digit
from inkdigits.training.validate import Validation, validate

LEARNED = 30
LEAST = 50
"""Digits a writer must have, so that 20 are left to measure on."""

CHOOSING = 3
"""Every third writer was for choosing the settings, and is left out here."""

SEED = 20_071
_LETTERS = 4  # every so many of the letters and symbols
_DRAWS = 2_000  # of the bootstrap over writers

Glyphs = npt.NDArray[np.uint8]


def run(data: Path, folder: Path, limit: int | None = None) -> Result:
    """Adapts the shipped model to each writer of UNIPEN by themselves, and reads the rest of their digits.

    Args:
        data: The data folder.
        folder: Where the runs go.
        limit: At most so many writers.
    """
    prepare(SEED, threads=1)
    everything = load_writing("unipen_digits_dev", data)
    adapting = _Adapting.settle(folder)
    others = _Others.load(data, adapting)
    chosen = _writers(everything)[:limit]
    command = _command(everything.where(everything.writers == chosen[0]), folder / "command")
    rows = []
    for writer in chosen:
        rows.append(_one(writer, everything.where(everything.writers == writer), adapting, others))
        print(rows[-1], flush=True)
    found = {"learned": LEARNED, "seed": SEED, "writers": rows, "before": others.before, "command": command}
    return {**found, **_together(rows, others.before, command)}


def _command(writing: Writing, folder: Path) -> Result:
    """Seconds of the whole command in a process of its own: from pictures in a folder to a model file."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rows = [("file", "label")]
    for index, (sample, label) in enumerate(list(zip(writing.samples, writing.labels, strict=True))[:LEARNED]):
        ink = render_strokes([stroke.astype(np.float64) for stroke in sample])
        cv2.imwrite(str(folder / f"{index}.png"), 255 - ink)
        rows.append((f"{index}.png", str(label)))
    with (folder / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    arguments = ["train", "digit", "--finetune", str(folder), "--start", "shipped", "--run", str(folder / "run")]
    started, spent = time.perf_counter(), _children()
    subprocess.run([sys.executable, "-m", "inkdigits", *arguments], check=True, capture_output=True)
    return {"wall": time.perf_counter() - started, "cpu": _children() - spent}


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _writers(writing: Writing) -> list[int]:
    found, counts = np.unique(writing.writers, return_counts=True)
    enough = [int(writer) for writer, count in zip(found, counts, strict=True) if count >= LEAST]
    return [writer for place, writer in enumerate(enough) if place % CHOOSING]


@dataclass(frozen=True, slots=True)
class _Adapting:
    """What all adaptations have in common: settings, and the drawn glyphs, which depend on the seed alone."""

    folder: Path
    config: TrainConfig
    replay: Pools
    old: DigitNetwork
    before: Validation
    calibration: Calibration

    @classmethod
    def settle(cls, folder: Path) -> _Adapting:
        settings = with_sizes(folder, {**SETTINGS, "start": "shipped", "own": "given", "seed": SEED})
        config = TrainConfig.resolve(settings)
        (folder / "replay").mkdir(parents=True, exist_ok=True)
        replay = open_pools(folder / "replay", replace(config, own=""), None, lambda progress: None)
        old = open_digit(classifier.SHIPPED)
        calibration = classifier.Classifier().calibration
        return cls(folder, config, replay, old, validate(old, replay.validation), calibration)

    def __call__(self, name: str, glyphs: Glyphs, labels: npt.NDArray[np.int64]) -> tuple[DigitNetwork, Calibration]:
        """The network that learned some glyphs, as ``train digit --finetune`` makes it."""
        run = self.folder / name
        run.mkdir(parents=True, exist_ok=True)
        (run / "checkpoint.pt").unlink(missing_ok=True)
        own = Pool(glyphs, labels, np.zeros(len(glyphs), np.int64), (OWN,))
        pools = Pools(join_pools(self.replay.training, own), self.replay.validation)
        network = fit(run, self.config, pools, lambda progress: None)
        return network, moved(self.calibration, self.before, validate(network, self.replay.validation))


@dataclass(frozen=True, slots=True)
class _Others:
    """What must not be forgotten: MNIST's test images, and that letters are no digits."""

    mnist: Glyphs
    labels: npt.NDArray[np.int64]
    letters: Glyphs
    before: Result

    @classmethod
    def load(cls, data: Path, adapting: _Adapting) -> _Others:
        mnist = load_mnist("test", data)
        letters = _glyphs([sample for name in NON_DIGIT_SETS for sample in non_digits(name, data).samples[::_LETTERS]])
        loaded = cls(mnist.images, mnist.labels, letters, {})
        return replace(loaded, before=loaded.read(adapting.old, adapting.calibration))

    def read(self, network: DigitNetwork, calibration: Calibration) -> Result:
        right, _ = _read(network, calibration, self.mnist, self.labels)
        none = np.full(len(self.letters), NON_DIGIT)
        _, refused = _read(network, calibration, self.letters, none)
        return {"mnist_errors": int((~right).sum()), "letters": len(refused), "letters_refused": int(refused.sum())}


def _one(writer: int, writing: Writing, adapting: _Adapting, others: _Others) -> Result:
    glyphs, labels = _glyphs(writing.samples), writing.labels.astype(np.int64)
    order = np.random.default_rng((SEED, writer)).permutation(len(labels))
    learned, rest = order[:LEARNED], order[LEARNED:]
    old = _read(adapting.old, adapting.calibration, glyphs[rest], labels[rest])
    name = f"writer-{writer}"
    network, calibration = adapting(name, glyphs[learned], labels[learned])
    new = _read(network, calibration, glyphs[rest], labels[rest])
    return {
        "writer": writer,
        "count": len(rest),
        "errors": [int((~right).sum()) for right, _ in (old, new)],
        "refused": [int(refused.sum()) for _, refused in (old, new)],
        "share": read_json(adapting.folder / name / RESTRAINT)["share"],
        **others.read(network, calibration),
    }


def _glyphs(samples: Sequence[Sequence[npt.NDArray[np.float32]]]) -> Glyphs:
    return np.stack([normalize(render_strokes([stroke.astype(np.float64) for stroke in sample])) for sample in samples])


def _read(
    network: DigitNetwork, calibration: Calibration, glyphs: Glyphs, labels: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which glyphs have the right label as the most likely one, and which a reader would refuse."""
    found = validate(network, Pool(glyphs, labels, np.zeros(len(labels), np.int64), ("some",)))
    logits = found.logits[:, :NON_DIGIT]
    sure = softmax(logits / calibration.temperature).max(axis=1)
    return logits.argmax(axis=1) == labels, (found.score < calibration.threshold) | (sure < calibration.unsure)


def _together(rows: Sequence[Result], before_any: Result, command: Result) -> Result:
    errors = np.array([row["errors"] for row in rows])
    before, after = errors.sum(axis=0)
    more = np.array([row["mnist_errors"] for row in rows]) - before_any["mnist_errors"]
    fewer = 1 - after / before if before else 0.0
    return {
        "errors": [int(before), int(after)],
        "count": sum(row["count"] for row in rows),
        "measures": {
            "writers_fewer": measure(float(fewer), int(before), _interval(errors)),
            "writers_mnist_more": measure(float(more.mean()), len(rows)),
            "writers_seconds": measure(command["wall"]),
        },
    }


def _interval(errors: npt.NDArray[np.int64]) -> tuple[float, float]:
    """95 % of the shares of errors that go, in samples of as many writers (bootstrap)."""
    return tuple(np.quantile(list(_shares(errors)), (0.025, 0.975)).tolist())


def _shares(errors: npt.NDArray[np.int64]) -> Iterator[float]:
    rng = np.random.default_rng(SEED)
    for _ in range(_DRAWS):
        before, after = errors[rng.integers(0, len(errors), len(errors))].sum(axis=0)
        if before:
            yield 1 - after / before
