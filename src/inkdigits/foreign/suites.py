"""How a model that is about to be imported does on the public sets at hand, before it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from inkdigits.evaluation import Labelled, is_right, load_set, read_all, sets_at_hand
from inkdigits.reader import Reader
from inkdigits.settings import Settings
from inkdigits.training.datasets import Pictures, Writing

MOST = 500
"""Digits of each set: enough to know it, in a second."""


def measure_suites(weights: bytes, settings: Settings, listen: Callable[[str, float], None]) -> dict[str, float]:
    """Reads some digits of each set.

    Args:
        weights: The model, in our format.
        settings: Where the data is.
        listen: Told how far it is.

    Returns:
        Name of the set -> share read right.
    """
    names = sets_at_hand(settings.data)
    shares = {}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "digit.onnx"
        path.write_bytes(weights)
        reader = Reader(settings.changed({"model": path}))
        for place, name in enumerate(names):
            listen(f"Reads {name}", place / len(names))
            found = _some(load_set(name, settings.data))
            digits, labels = read_all(reader, found.data)
            shares[name] = float(is_right(digits, labels).mean())
    return shares


def _some(found: Labelled) -> Labelled:
    """As many digits as are measured, from all of the set."""
    chosen = np.linspace(0, len(found) - 1, min(MOST, len(found))).round().astype(int)
    data = found.data
    if isinstance(data, Pictures):
        stack = isinstance(data.images, np.ndarray)
        images = data.images[chosen] if stack else [data.images[index] for index in chosen]
        return replace(found, data=Pictures(images, data.labels[chosen]))
    samples = [data.samples[index] for index in chosen]
    return replace(found, data=Writing(samples, data.labels[chosen], data.writers[chosen]))
