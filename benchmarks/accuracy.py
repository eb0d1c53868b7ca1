"""How many digits of each labelled set are read right, and whether the confidence keeps its word."""

from __future__ import annotations

from pathlib import Path

from benchmarks.results import Result, measure
from inkdigits import Reader
from inkdigits.evaluation import PUBLIC_SETS, Evaluation, judge, read_all, wilson
from inkdigits.evaluation.slices import some
from inkdigits.recognition import Classifier
from inkdigits.training.datasets import load_mnist

_CALIBRATION = {
    "mnist": "mnist_calibration",
    "pendigits": "pendigits_calibration",
    "unipen_digits_dev": "unipen_calibration",
}


def run(reader: Reader, data: Path, limit: int | None = None) -> Result:
    """Reads every labelled set through the public doors.

    Args:
        reader: The reader to judge.
        data: The data folder.
        limit: At most so many digits of each set, evenly spread over it.
    """
    sets = []
    for name, load in PUBLIC_SETS.items():
        found = judge(name, *read_all(reader, some(load(data), limit)))
        print(f"{name:20} {found.count:6,} digits  {found.errors:5,} errors  {found.accuracy:.2%}", flush=True)
        sets.append(found)
    return {"sets": [_row(found) for found in sets], "measures": {**_measures(sets), **_alone(reader, data, limit)}}


def _alone(reader: Reader, data: Path, limit: int | None) -> Result:
    """What the digit network makes of MNIST without the quick network in front of it."""
    mnist = load_mnist("test", data)
    images, labels = mnist.images[:limit], mnist.labels[:limit]
    scores = Classifier(reader.settings.model).scores(images, alone=True)
    errors = int((scores.probabilities.argmax(axis=1) != labels).sum())
    print(f"{'mnist, alone':20} {len(labels):6,} digits  {errors:5,} errors", flush=True)
    low, high = wilson(errors, len(labels))
    return {"mnist_errors": measure(errors, len(labels), (low * len(labels), high * len(labels)))}


def _row(found: Evaluation) -> Result:
    row = found.summary()
    del row["model"]
    return row


def _measures(sets: list[Evaluation]) -> Result:
    measures = {}
    for found in sets:
        measures[found.name] = measure(found.accuracy, found.count, found.interval)
        if found.name == "mnist":
            low, high = found.interval
            errors = (found.count * (1 - high), found.count * (1 - low))
            measures["mnist_errors_shipped"] = measure(found.errors, found.count, errors)
        if found.name in _CALIBRATION:
            measures[_CALIBRATION[found.name]] = measure(found.calibration_error, found.count)
    return measures
