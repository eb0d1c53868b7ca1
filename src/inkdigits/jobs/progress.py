"""Where work is: what workers tell as they go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far work is.

    Attributes:
        stage: A word for what is done now, such as ``"data"``, ``"train"`` or ``"export"``.
        done: Units finished.
        total: Units in all.
        seconds_left: Estimate, or None.
        metrics: The last epoch's metrics.
        note: Something that the user should know, such as pictures that were left out.
    """

    stage: str
    done: int
    total: int
    seconds_left: float | None = None
    metrics: Mapping[str, float] | None = None
    note: str = ""


Listener = Callable[[Progress], None]
