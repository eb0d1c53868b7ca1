"""Does a Keras model answer here as it does in Keras? It is loaded only after its description was found to be plain."""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt

from inkdigits.errors import ModelError
from inkdigits.foreign.trial import Trial, run
from inkdigits.foreign.way import LAYOUTS, Way
from inkdigits.foreign.wrap import raw
from inkdigits.recognition.scores import CLASSES
from inkdigits.training.keras_quiet import quiet

PARITY = 1e-4
"""Largest difference, as a share of the largest answer where that is more than 1."""

_UNSAFE = ("arbitrary code", "disallowed", "Not allowed")  # how Keras says that a file is dangerous

_BORDERS = (
    ". The likely reason is its AveragePooling2D with padding='same': at the borders, Keras on PyTorch averages over "
    "repeated pixels, and elsewhere over those that are there alone. Use padding='valid', or export it as ONNX where "
    "it was trained and import that"
)

log = logging.getLogger(__name__)


def difference(data: bytes, form: str, trial: Trial, glyphs: npt.NDArray[np.uint8]) -> float | None:
    """Compares the answers to some digits.

    Args:
        data: The Keras file.
        form: Its ending, ``keras`` or ``h5``.
        trial: The converted model, and the way it is asked.
        glyphs: uint8 (N, 28, 28), ink 255 on 0.

    Returns:
        The largest difference, as a share of the largest answer where that is more than 1; None when this Keras cannot
        open the file, as with some of Keras 2.

    Raises:
        ModelError: The difference is larger than 1e-4, or Keras finds the file dangerous.
    """
    os.environ.setdefault("KERAS_BACKEND", "torch")
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"model.{form}"
        path.write_bytes(data)
        try:
            with quiet():
                import keras

                model = keras.models.load_model(path, compile=False, safe_mode=True)
                answers = model.predict(shown(trial.way, glyphs), verbose=0)
        except Exception as error:  # Keras raises whatever its layers and its backend raise
            if any(words in str(error) for words in _UNSAFE):
                raise ModelError(f"Keras does not open it, since it could do harm: {error}") from error
            log.info("Keras cannot open %s: %s", path.name, error)
            return None
    network = trial.network
    asked = network if network.softmax is None else replace(network, output=network.softmax)
    (here,) = run(raw(asked, trial.way, single=trial.single), glyphs)
    there = [np.reshape(one, (len(glyphs), -1)) for one in (answers if isinstance(answers, list) else [answers])]
    worst = min(_apart(here, one) for one in there if one.shape[1] == CLASSES)
    if not worst <= PARITY:
        why = _BORDERS if _averages_borders(model) else ""
        raise ModelError(f"its answers here and in Keras differ by {worst:.2g} (at most {PARITY:g}){why}")
    return worst


def _averages_borders(model: Any) -> bool:
    layers = model._flatten_layers()
    return any(type(layer).__name__ == "AveragePooling2D" and layer.padding == "same" for layer in layers)


def shown(way: Way, glyphs: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Glyphs as a model wants them."""
    gain, offset = way.gain_and_offset
    shape = LAYOUTS[way.layout]
    turned = glyphs.transpose(0, 2, 1) if way.turned else glyphs
    single = (turned * np.float32(gain) + np.float32(offset)).reshape(
        len(glyphs), *(1 if size == 3 else size for size in shape)
    )
    return np.broadcast_to(single, (len(glyphs), *shape)).astype(np.float32)


def _apart(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> float:
    return float(np.abs(one - other).max() / max(1.0, np.abs(other).max()))
