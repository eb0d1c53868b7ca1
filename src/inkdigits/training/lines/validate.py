"""How well a line network does: exact strings, by the simplest decoding, kind by kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from inkdigits.images.page import Grey
from inkdigits.training.lines.batches import stack
from inkdigits.training.lines.chunks import Chunk
from inkdigits.training.lines.config import STRIDE
from inkdigits.training.lines.strings import ALPHABET, SEPARATORS

Frames = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class LineValidation:
    """Raw outputs on labelled lines.

    Attributes:
        frames: One float32 (T, 19) a line: log-probabilities.
        labels: What stands there.
        kinds: (N,) kinds of text.
    """

    frames: list[Frames]
    labels: list[str]
    kinds: npt.NDArray[np.str_]

    def right(self, strip: bool) -> npt.NDArray[np.bool_]:
        """Which strings are read exactly (N,); ``strip`` leaves the separators out on both sides."""
        pairs = ((greedy(frames), label) for frames, label in zip(self.frames, self.labels, strict=True))
        return np.array([_form(text, strip) == _form(label, strip) for text, label in pairs])

    def to_dict(self) -> dict[str, float]:
        """Share of exact strings: with separators, without, and without by kind of text."""
        digits = self.right(strip=True)
        result = {
            "val_exact": round(float(self.right(strip=False).mean()), 5),
            "val_digits": round(float(digits.mean()), 5),
        }
        for kind in np.unique(self.kinds):
            result[f"val_{kind}"] = round(float(digits[self.kinds == kind].mean()), 5)
        return result


def validate(network: nn.Module, chunk: Chunk) -> LineValidation:
    """Runs the network over lines as they are, in float32."""
    return LineValidation(run_lines(network, chunk.lines()), [str(label) for label in chunk.labels], chunk.kinds)


def run_lines(network: nn.Module, lines: Sequence[Grey], batch_size: int = 64) -> list[Frames]:
    """The network's log-probabilities of lines, (T, 19) each."""
    device = next(network.parameters()).device
    network.eval()
    order = np.argsort([line.shape[1] for line in lines], kind="stable")
    frames: list[Frames] = [np.empty((0, 0), np.float32)] * len(lines)
    with torch.no_grad():
        for start in range(0, len(lines), batch_size):
            here = order[start : start + batch_size]
            output = network(stack([lines[i] for i in here]).to(device)).cpu().numpy()
            for place, found in zip(here, output, strict=True):
                frames[place] = found[: -(-lines[place].shape[1] // STRIDE)]
    return frames


def greedy(frames: Frames) -> str:
    """The best class of each frame, repeats and blanks left out."""
    best = frames.argmax(axis=1)
    changed = np.concatenate(([True], best[1:] != best[:-1]))
    return "".join(ALPHABET[index - 1] for index in best[changed & (best > 0)])


def digits_of(text: str) -> str:
    """Text without its separators."""
    return text.translate(_STRIPPED)


_STRIPPED = str.maketrans("", "", SEPARATORS)


def _form(text: str, strip: bool) -> str:
    return digits_of(text) if strip else text
