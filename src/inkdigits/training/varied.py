"""One glyph, varied as training varies it: to be looked at."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from inkdigits.training.augment import augment


def vary_glyph(
    glyph: npt.NDArray[np.uint8], count: int, strength: float, mild: float, seed: int = 0
) -> npt.NDArray[np.uint8]:
    """Copies of a glyph as a batch of training would hold them.

    Args:
        glyph: uint8 (28, 28).
        count: How many.
        strength: 0 changes nothing, 1 is what the shipped weights learned with.
        mild: Share of the copies that is changed mildly.
        seed: The same seed gives the same copies.

    Returns:
        uint8 (count, 28, 28).
    """
    images = torch.from_numpy(glyph.copy()).float().div_(255).expand(count, 1, 28, 28).clone()
    varied = augment(images, torch.Generator().manual_seed(seed), strength, mild)
    result: npt.NDArray[np.uint8] = varied.squeeze(1).mul(255).round().byte().numpy()
    return result
