"""The digit network with its calibration: glyphs in, probabilities and digitness out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inkdigits.errors import ModelError
from inkdigits.recognition.engine import Engine, processors

SHIPPED = Path(__file__).parent / "weights" / "digit.onnx"
FORMAT = "inkdigits-digit-1"
CLASSES = 10


@dataclass(frozen=True, slots=True)
class Calibration:
    """How raw outputs become probabilities; fitted on validation data by the training command.

    Attributes:
        temperature: The ten digit logits are divided by it (Guo et al., 2017).
        threshold: Raw digit score below which a glyph is rejected as no digit.
        slope: Scale of the logistic function that turns ``score - threshold`` into digitness.
        unsure: Probability of the most likely digit below which no digit is named.
    """

    temperature: float
    threshold: float
    slope: float
    unsure: float


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What the network says about N glyphs.

    Attributes:
        probabilities: float32 (N, 10), calibrated, each row sums to 1.
        digitness: float32 (N,), probability in [0, 1] of being one whole digit; 0.5 at the rejection threshold.
        activation: float32 (N, 10, h, w), how much each place speaks for each digit.
    """

    probabilities: npt.NDArray[np.float32]
    digitness: npt.NDArray[np.float32]
    activation: npt.NDArray[np.float32]


class Classifier:
    """A single-digit network. Thread-safe."""

    def __init__(
        self,
        path: Path | None = None,
        batch_size: int = 128,
        threads: int = 0,
        *,
        sha256: str | None = None,
        name: str | None = None,
    ) -> None:
        """Opens a model.

        Args:
            path: The model file; None takes the shipped one.
            batch_size: Glyphs in one run of the network.
            threads: Worker threads; 0 means one a processor.
            sha256: What the file's checksum must be; None takes any.
            name: What to call it in readings; None takes the name that the file has in it.

        Raises:
            ModelError: The file is missing, damaged, or not a digit model of this version.
        """
        self.path = path or SHIPPED
        self._engine = Engine(self.path, sha256)
        metadata = self._engine.require("digit", FORMAT)
        try:
            self.calibration = Calibration(**json.loads(metadata["calibration"]))
        except (KeyError, ValueError, TypeError) as error:
            raise ModelError(f"{self.path} does not say how it is to be read: {error}") from error
        self.name = name or metadata.get("name", self.path.stem)
        self._batch_size = batch_size
        self._threads = threads or processors()

    def scores(self, glyphs: npt.NDArray[np.uint8]) -> Scores:
        """Scores normalized glyphs.

        Args:
            glyphs: uint8 (N, 28, 28), ink 255 on 0, N of at least 1.
        """
        if len(glyphs) <= self._batch_size:
            return self._score(glyphs)
        parts = list(self.stream(glyphs))
        return Scores(
            np.concatenate([part.probabilities for part in parts]),
            np.concatenate([part.digitness for part in parts]),
            np.concatenate([part.activation for part in parts]),
        )

    def stream(self, glyphs: npt.NDArray[np.uint8]) -> Iterator[Scores]:
        """Scores as :meth:`scores` does, batch by batch in order, while the next ones are computed on all threads."""
        batches = [glyphs[start : start + self._batch_size] for start in range(0, len(glyphs), self._batch_size)]
        if len(batches) == 1 or self._threads == 1:
            yield from map(self._score, batches)
            return
        with ThreadPoolExecutor(min(self._threads, len(batches))) as pool:
            yield from pool.map(self._score, batches)

    def _score(self, glyphs: npt.NDArray[np.uint8]) -> Scores:
        logits, activation = self._engine.run(glyphs)
        digits, other = logits[:, :CLASSES], logits[:, CLASSES]
        score = digit_score(digits, other)
        calibration = self.calibration
        power = (calibration.threshold - score) * calibration.slope
        digitness = 1 / (1 + np.exp(np.minimum(np.maximum(power, -60), 60)))
        return Scores(softmax(digits / calibration.temperature), digitness.astype(np.float32), activation)


def digit_score(digits: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Evidence for a digit: logsumexp of the digit logits (N, 10) minus the logit (N,) of "not a digit"."""
    peak = digits.max(axis=1)
    total: npt.NDArray[np.float32] = peak + np.log(np.exp(digits - peak[:, None]).sum(axis=1)) - other
    return total


def softmax(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Softmax over the last axis of (N, C)."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: npt.NDArray[np.float32] = powers / powers.sum(axis=1, keepdims=True)
    return result
