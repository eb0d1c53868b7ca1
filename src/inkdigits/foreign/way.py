"""``Way``: how a foreign model wants its pictures: order of axes, levels, polarity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

LAYOUTS: dict[str, tuple[int, ...]] = {
    "NHWC": (28, 28, 1),
    "NCHW": (1, 28, 28),
    "NHW": (28, 28),
    "784 in a row": (784,),
    "NHWC, three equal channels": (28, 28, 3),
    "NCHW, three equal channels": (3, 28, 28),
    "784 in a column": (784, 1),
    "784 in one channel": (1, 784),
}
"""Name -> shape of one picture."""

LEVELS: dict[str, tuple[float, float]] = {
    "0 to 1": (0.0, 1.0),
    "0 to 255": (0.0, 255.0),
    "-1 to 1": (-1.0, 1.0),
    "MNIST's mean and deviation": (-0.1307 / 0.3081, 0.8693 / 0.3081),
    "-0.5 to 0.5": (-0.5, 0.5),
}
"""Name -> level of the darkest and of the brightest pixel."""

_WHOLE = "0 to 255"


@dataclass(frozen=True, slots=True)
class Way:
    """One combination of what can differ.

    Attributes:
        layout: One of :data:`LAYOUTS`.
        levels: One of :data:`LEVELS`.
        dark: Whether ink is dark on bright paper; MNIST's is bright.
        turned: Whether rows and columns are exchanged, as in EMNIST's files.
    """

    layout: str
    levels: str
    dark: bool = False
    turned: bool = False

    @property
    def gain_and_offset(self) -> tuple[float, float]:
        """What makes levels of ink in 0 to 255 into what the model wants."""
        low, high = LEVELS[self.levels]
        first, last = (high, low) if self.dark else (low, high)
        return (last - first) / 255, first

    @property
    def channels(self) -> int:
        """How often the picture is repeated."""
        return 3 if "three" in self.layout else 1

    def facts(self) -> dict[str, str]:
        """In words, by what they are about."""
        turned = ", rows and columns exchanged" if self.turned else ""
        return {
            "layout": f"{self.layout} {('N', *LAYOUTS[self.layout])}".replace("'", "") + turned,
            "scaling": self.levels,
            "polarity": "dark ink on bright paper" if self.dark else "bright ink on dark paper",
        }

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"layout": self.layout, "scaling": self.levels, "dark_ink": self.dark, "turned": self.turned}


def layouts_for(sizes: Sequence[int | None]) -> list[str]:
    """The layouts that fit the sizes of a model's input; those that are not known are None."""
    return [
        name
        for name, shape in LAYOUTS.items()
        if len(sizes) == len(shape) + 1
        and all(size in (None, wanted) for size, wanted in zip(sizes[1:], shape, strict=True))
    ]


def ways(layout: str, *, whole: bool) -> Iterator[Way]:
    """All ways to try in a layout, the usual ones first; a model that takes whole numbers gets 0 to 255."""
    for turned in (False, True):
        for dark in (False, True):
            for levels in [_WHOLE] if whole else LEVELS:
                yield Way(layout, levels, dark, turned)
