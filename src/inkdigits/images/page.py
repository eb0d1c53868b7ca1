"""The page: one upright grey picture and where it came from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """An upright picture as it looks: dark is low, light is high.

    Attributes:
        grey: uint8, shape (H, W), 0 black to 255 white.
        source: File name or other short origin, ``""`` when unknown.
        index: Which page of its document this is, from 0.
        count: How many pages the document has; 1 for a plain picture.
    """

    grey: Grey
    source: str = ""
    index: int = 0
    count: int = 1

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self.grey.shape[1])

    @property
    def height(self) -> int:
        """Height in pixels."""
        return int(self.grey.shape[0])
