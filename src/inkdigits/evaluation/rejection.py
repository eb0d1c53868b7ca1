"""How many drawings that are no digits are refused, at a level that costs few true digits."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from inkdigits.reading import Digit
from inkdigits.training.datasets import Writing, load_writing

LOOK_ALIKES = frozenset("OolIiSsZz|/'`,\\")
"""Left out of the rejection measure: alone and without a size, people read them as 0, 1, 2 or 5."""

NON_DIGIT_SETS = ("unipen_1b_upper_dev", "unipen_1c_lower_dev", "unipen_1d_symbols_dev")


def rejected_at(
    digits: Iterable[Digit], others: Iterable[Digit], false_rejects: float = 0.01
) -> tuple[int, int, float]:
    """How many non-digits are rejected at the level that rejects a given share of true digits.

    Returns:
        Non-digits rejected, non-digits in all, and the level of ``digitness``.
    """
    level = float(np.quantile([digit.digitness for digit in digits], false_rejects))
    scores = np.array([digit.digitness for digit in others])
    return int((scores < level).sum()), len(scores), level


def non_digits(name: str, folder: Path) -> Writing:
    """Letters or symbols from ``strokes/<name>.npz``, look-alikes left out."""
    data = load_writing(name, folder)
    return data.where(~np.isin(data.labels, list(LOOK_ALIKES)))
