"""From a digit network's raw outputs to probabilities and digitness."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inkdigits.errors import ModelError

CLASSES = 10

_LEAST = 1e-12  # a probability that has a logarithm
_MOST = 1 - 1e-6  # digitness beyond it is as good as certain


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

    @classmethod
    def read(cls, metadata: Mapping[str, str], label: str) -> Calibration:
        """What the exporter wrote into a model file.

        Args:
            metadata: Of the file.
            label: What errors call it.

        Raises:
            ModelError: It is missing or damaged.
        """
        try:
            return cls(**json.loads(metadata["calibration"]))
        except (KeyError, ValueError, TypeError) as error:
            raise ModelError(f"{label} does not say how it is to be read: {error}") from error


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

    @classmethod
    def of(
        cls,
        logits: npt.NDArray[np.float32],
        activation: npt.NDArray[np.float32],
        calibration: Calibration,
        score: npt.NDArray[np.float32] | None = None,
    ) -> Scores:
        """Reads a network's outputs: logits (N, 11), the last for "not a digit", and the evidence by place.

        Their :func:`digit_score` may be given where it is known.
        """
        if score is None:
            score = digit_score(logits)
        power = (calibration.threshold - score) * calibration.slope
        digitness = 1 / (1 + np.exp(np.minimum(np.maximum(power, -60), 60)))
        return cls(softmax(logits[:, :CLASSES] / calibration.temperature), digitness.astype(np.float32), activation)

    @classmethod
    def join(cls, parts: list[Scores]) -> Scores:
        """One after the other."""
        return cls(
            np.concatenate([part.probabilities for part in parts]),
            np.concatenate([part.digitness for part in parts]),
            np.concatenate([part.activation for part in parts]),
        )

    @classmethod
    def blend(cls, opinions: Sequence[Scores], shares: Sequence[float]) -> Scores:
        """Several opinions on the same glyphs as one, a logarithmic opinion pool (Genest & Zidek, 1986).

        Args:
            opinions: At least one; one alone is what comes back. The first one's activation is kept.
            shares: Weight of each opinion, summing to 1.
        """
        if len(opinions) == 1:
            return opinions[0]
        words = sum(
            share * np.log(np.maximum(opinion.probabilities, _LEAST))
            for share, opinion in zip(shares, opinions, strict=True)
        )
        odds = sum(share * _logit(opinion.digitness) for share, opinion in zip(shares, opinions, strict=True))
        digitness = 1 / (1 + np.exp(-np.asarray(odds)))
        return cls(softmax(np.asarray(words)), digitness.astype(np.float32), opinions[0].activation)

    def at(self, places: npt.NDArray[np.intp]) -> Scores:
        """What is said of the glyphs at ``places``."""
        return Scores(self.probabilities[places], self.digitness[places], self.activation[places])

    def split(self, parts: int) -> list[Scores]:
        """The reverse of :meth:`join` for parts of one size."""
        return [self.at(places) for places in np.split(np.arange(len(self.digitness)), parts)]

    def put(self, places: npt.NDArray[np.intp], others: Scores) -> None:
        """Replaces what is said of the glyphs at ``places``."""
        self.probabilities[places] = others.probabilities
        self.digitness[places] = others.digitness
        self.activation[places] = others.activation


def digit_score(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Evidence for a digit: logsumexp of the first ten logits (N, 11) minus the last, that of "not a digit"."""
    digits = logits[:, :CLASSES]
    peak = digits.max(axis=1)
    total: npt.NDArray[np.float32] = peak + np.log(np.exp(digits - peak[:, None]).sum(axis=1)) - logits[:, CLASSES]
    return total


def softmax(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Softmax over the last axis of (N, C)."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: npt.NDArray[np.float32] = powers / powers.sum(axis=1, keepdims=True)
    return result


def _logit(share: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    bounded = np.clip(share, 1 - _MOST, _MOST)
    return np.asarray(np.log(bounded / (1 - bounded)), np.float32)
