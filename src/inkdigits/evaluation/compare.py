"""Two models on the same digits: is one better, or was it luck? McNemar's exact test."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from inkdigits.errors import OptionError

LUCK = 0.05
"""From this probability on, a difference is called luck."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Digits on which two models differ.

    Attributes:
        first: Name of the first model.
        second: Name of the second model.
        both_right: Digits that both read right.
        only_first: Digits that only the first reads right.
        only_second: Digits that only the second reads right.
        both_wrong: Digits that neither reads right.
    """

    first: str
    second: str
    both_right: int
    only_first: int
    only_second: int
    both_wrong: int

    @property
    def p(self) -> float:
        """Two-sided p-value of McNemar's exact test."""
        return mcnemar(self.only_first, self.only_second)

    def render(self) -> str:
        """One line for people."""
        if self.only_first == self.only_second:
            return f"{self.first} and {self.second} are right equally often"
        better, worse = (self.first, self.second)[:: 1 if self.only_first > self.only_second else -1]
        if self.p >= LUCK:
            return f"the difference between {self.first} and {self.second} may be luck (p = {self.p:.2g})"
        return f"{better} is better than {worse} (p = {self.p:.2g})"

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary."""
        return {**asdict(self), "p": self.p}


def compare(first: str, second: str, one: npt.NDArray[np.bool_], two: npt.NDArray[np.bool_]) -> Comparison:
    """Counts where two models are right.

    Args:
        first: Name of the first model.
        second: Name of the second model.
        one: (N,), which digits the first reads right.
        two: (N,), the same of the second.

    Raises:
        OptionError: The two were not asked the same digits.
    """
    if len(one) != len(two):
        raise OptionError(f"{first} read {len(one):,} digits and {second} {len(two):,}: compare them on the same ones")
    counts = [int(found.sum()) for found in (one & two, one & ~two, ~one & two, ~one & ~two)]
    return Comparison(first, second, *counts)


def mcnemar(only_first: int, only_second: int) -> float:
    """Two-sided p-value of McNemar's exact test (1947; exact form: the sign test on the discordant pairs).

    Args:
        only_first: Samples that only the first model has right.
        only_second: Samples that only the second model has right.

    Returns:
        Probability in [0, 1] of a split at least as uneven, were both models equally good; 1 without a difference.
    """
    pairs, fewer = only_first + only_second, min(only_first, only_second)
    tail = term = 1
    for k in range(1, fewer + 1):
        term = term * (pairs - k + 1) // k  # the next binomial coefficient, exact in whole numbers
        tail += term
    return min(1.0, 2 * tail / 2**pairs)
