"""What the shipped models have to reach: the bars of the scorecard, and of the benchmarks that measure the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Limit:
    """What one figure has to reach.

    Attributes:
        limit: The bar itself.
        at_most: True when less is better.
        strict: True when the limit itself is not enough.
    """

    limit: float
    at_most: bool = False
    strict: bool = False

    def met(self, value: float) -> bool:
        """Whether a value reaches the bar."""
        if value == self.limit:
            return not self.strict
        return (value < self.limit) == self.at_most


LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        "mnist_errors": Limit(25, at_most=True),
        "mnist_calibration": Limit(0.005, at_most=True),
        "canvas_sim": Limit(0.994),
        "pendigits": Limit(0.99),
        "pendigits_calibration": Limit(0.015, at_most=True),
        "unipen_digits_dev": Limit(0.975),
        "unipen_digits_dev_calibration": Limit(0.015, at_most=True),
        "photo_digits_dev": Limit(0.97),
        "written_rejected": Limit(0.85),
        "scribbled_rejected": Limit(0.85),
        "several_rejected": Limit(0.85),
        "sheet_sim": Limit(0.93),
        "cheques_dev": Limit(0.78),
        "unipen_strings_dev": Limit(0.90),
        "photos_found": Limit(0.85),
        "photos_extra": Limit(0.05, at_most=True, strict=True),
        "digits_per_second": Limit(30_000),
    }
)
"""Key of a score -> its bar; figures that have none are told, not judged."""
