"""A quick network in front of the digit network: what it is sure of need not wait for the larger one.

A cascade (Viola & Jones, 2001). Most glyphs are plain, and a network with a twentieth of the work knows it. It lies in
the metadata of the model file that it belongs to: one file, one checksum, and no two that could be mixed up.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inkdigits.errors import ModelError
from inkdigits.recognition.engine import Engine
from inkdigits.recognition.scores import Calibration, Scores, digit_score

WEIGHTS, BOUNDS = "inkdigits.quick", "inkdigits.quick.bounds"


@dataclass(frozen=True, slots=True)
class Bounds:
    """From where on the quick network's answer stands; fitted on validation data.

    Attributes:
        probability: Calibrated probability of its most likely digit, at least.
        score: Its raw digit score, at least.
    """

    probability: float
    score: float

    def hold(self, probabilities: npt.NDArray[np.float32], score: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
        """Which of N answers stand, by probabilities (N, 10) and digit scores (N,)."""
        return (probabilities.max(axis=1) >= self.probability) & (score >= self.score)


class QuickNetwork:
    """The quick network. Thread-safe."""

    def __init__(self, engine: Engine, calibration: Calibration, bounds: Bounds) -> None:
        """Takes an open network, how it is calibrated, and what it may decide."""
        self._engine = engine
        self._calibration = calibration
        self.bounds = bounds

    @classmethod
    def find(cls, metadata: Mapping[str, str], label: str) -> QuickNetwork | None:
        """The one in a model file's metadata; None when there is none.

        Args:
            metadata: Of the model file.
            label: What errors call it.

        Raises:
            ModelError: It is damaged.
        """
        if WEIGHTS not in metadata:
            return None
        try:
            bounds = Bounds(**json.loads(metadata[BOUNDS]))
            weights = base64.b64decode(metadata[WEIGHTS], validate=True)
        except (KeyError, ValueError, TypeError) as error:
            raise ModelError(f"the quick network in {label} is damaged: {error}") from error
        engine = Engine.holding(weights, f"the quick network in {label}")
        return cls(engine, Calibration.read(engine.metadata, label), bounds)

    def scores(self, glyphs: npt.NDArray[np.uint8]) -> tuple[Scores, npt.NDArray[np.intp]]:
        """What it says of glyphs (N, 28, 28), and the places of those that it leaves to the larger network."""
        logits, activation = self._engine.run(glyphs)
        score = digit_score(logits)
        scores = Scores.of(logits, activation, self._calibration, score)
        stands = self.bounds.hold(scores.probabilities, score)
        return scores, np.flatnonzero(~stands)
