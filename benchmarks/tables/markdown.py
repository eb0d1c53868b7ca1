"""Numbers and Markdown tables, written the same way everywhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

Interval = Sequence[float]


def share(value: float) -> str:
    """A share in [0, 1] as a percentage: two decimals, rounded down so that no bar is reached by rounding."""
    return f"{int(value * 10_000 + 1e-6) / 100:.2f} %"


def gap(value: float) -> str:
    """A share of which less is better: as :func:`share`, but rounded up."""
    return f"{math.ceil(value * 10_000 - 1e-6) / 100:.2f} %"


def times(value: float) -> str:
    """How many times as much: rounded down, small ones to a tenth."""
    return f"{math.floor(value):,d}×" if value >= 10 else f"{math.floor(value * 10 + 1e-6) / 10:.3g}×"


FORMATS: dict[str, Callable[[float], str]] = {
    "count": lambda value: f"{value:,.0f}",
    "change": lambda value: f"{value:+.1f}",
    "share": share,
    "gap": gap,
    "times": times,
    "ratio": lambda value: f"{value:,.2f}×",
    "rate": lambda value: f"{value:,.0f}/s",
    "seconds": lambda value: f"{value:.2f} s",
    "minutes": lambda value: f"{value:.1f} min",
    "megabytes": lambda value: f"{value:,.0f} MB",
}
"""Unit -> how its values are printed."""


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A Markdown table; None becomes a dash."""
    lines = [head, ["---"] * len(head), *([("–" if cell is None else str(cell)) for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def between(low: str, high: str) -> str:
    """An interval."""
    return f"{low} to {high}"


def share_between(interval: Interval) -> str:
    """A 95 % interval of a share."""
    return between(share(interval[0]).removesuffix(" %"), share(interval[1]))


def right_of(counted: Mapping[str, Any]) -> tuple[str, str]:
    """How many of how many are right, and the 95 % interval of the share: two cells."""
    return f"{counted['right']:,} of {counted['count']:,}", share_between(counted["interval"])


def percentages(values: Iterable[float | None]) -> list[str | None]:
    """Percentages that others reached, as they were told."""
    return [None if value is None else f"{value} %" for value in values]


def short_time(seconds: float) -> str:
    """A time with three figures that count: milliseconds below a second."""
    return f"{1e3 * seconds:.3g} ms" if seconds < 0.9995 else f"{seconds:.3g} s"
