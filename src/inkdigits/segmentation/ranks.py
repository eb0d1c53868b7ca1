"""Quantiles of a few hundred values: at the size of a field, NumPy's own take ten times as long."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def quantile(ranked: npt.NDArray[Any], share: float) -> float:
    """A quantile of ascending values, linear between two: to the last bit what ``np.quantile`` gives.

    Args:
        ranked: Numbers (N,) in ascending order, at least one.
        share: Of the values, in [0, 1], that lie below it.
    """
    place = share * (len(ranked) - 1)
    index = min(int(place), len(ranked) - 1)
    low, high = float(ranked[index]), float(ranked[min(index + 1, len(ranked) - 1)])
    along = place - index
    return high - (high - low) * (1 - along) if along >= 0.5 else low + (high - low) * along


def medians(values: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Medians along the last axis, of the same type.

    Args:
        values: Numbers (..., N), N at least 1.

    Returns:
        Their medians (...).
    """
    count = values.shape[-1]
    low, high = (count - 1) // 2, count // 2
    ranked = np.partition(values, (low, high), axis=-1)
    middles: npt.NDArray[np.floating] = (ranked[..., low] + ranked[..., high]) / 2
    return middles
