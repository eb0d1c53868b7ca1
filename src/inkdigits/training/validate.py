"""How well a network does on validation glyphs, kind by kind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from inkdigits.recognition.scores import digit_score, softmax
from inkdigits.training.pool import Pool
from inkdigits.training.sources import NON_DIGIT

DIGITS_KEPT = 0.99
"""The operating point at which rejection is compared: this share of true digits passes."""


@dataclass(frozen=True, slots=True, eq=False)
class Validation:
    """Raw outputs on validation glyphs.

    Attributes:
        logits: float32 (N, 11).
        labels: int64 (N,), 10 for no digit.
        kinds: (N,) recipe names.
    """

    logits: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.str_]

    @property
    def score(self) -> npt.NDArray[np.float32]:
        """Evidence for a digit (N,)."""
        return digit_score(self.logits)

    @property
    def is_digit(self) -> npt.NDArray[np.bool_]:
        """True digits (N,)."""
        return self.labels != NON_DIGIT

    @property
    def loss(self) -> float:
        """Mean cross-entropy over all glyphs, non-digits being a class of their own."""
        chosen = softmax(self.logits)[np.arange(len(self.labels)), self.labels]
        return round(float(-np.log(np.clip(chosen, 1e-12, 1)).mean()), 6)

    @property
    def accuracy(self) -> float:
        """Share of all glyphs whose class, of eleven, is right."""
        return round(float((self.logits.argmax(axis=1) == self.labels).mean()), 5)

    @property
    def read(self) -> float:
        """Share of true digits that are named rightly; one taken for no digit is not."""
        return round(float((self.logits.argmax(axis=1) == self.labels)[self.is_digit].mean()), 5)

    def to_dict(self) -> dict[str, float]:
        """Figures by name: of all glyphs, errors on MNIST, and of each kind its accuracy, or the share rejected."""
        right = self.logits[:, :NON_DIGIT].argmax(axis=1) == self.labels
        level = float(np.quantile(self.score[self.is_digit], 1 - DIGITS_KEPT))
        result: dict[str, float] = {
            "val_loss": self.loss,
            "val_accuracy": self.accuracy,
            "val_read": self.read,
        }
        if (mnist := self.kinds == "mnist").any():
            result["mnist_errors"] = int((~right[mnist]).sum())
        for kind in np.unique(self.kinds):
            here = self.kinds == kind
            measure = right[here] if self.is_digit[here].any() else self.score[here] < level
            result[f"val_{kind}"] = round(float(measure.mean()), 5)
        return result


def validate(network: nn.Module, pool: Pool, batch_size: int = 1_000) -> Validation:
    """Runs the network over a pool, without augmentation, in float32."""
    device = next(network.parameters()).device
    network.eval()
    parts = []
    with torch.no_grad():
        for start in range(0, len(pool.glyphs), batch_size):
            images = torch.from_numpy(pool.glyphs[start : start + batch_size]).unsqueeze(1).float() / 255
            parts.append(network(images.to(device)).float().cpu().numpy())
    return Validation(np.concatenate(parts), pool.labels, np.array(pool.names)[pool.kinds])
