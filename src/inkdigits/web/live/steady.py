"""``Steady``: of the readings of many frames, the last one that several agreed on."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inkdigits.reading import Reading

AGREE = 3
"""Frames in a row with the same numbers until these count as read."""

_SPAN = 2.0  # seconds over which the pace is told

Frame = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A reading that several frames agreed on, with the frame that showed it best (BGR)."""

    reading: Reading
    frame: Frame


class Steady:
    """Keeps the last reading that held for :data:`AGREE` frames, and how many frames a second were read."""

    def __init__(self) -> None:
        """Begins with nothing read."""
        self.held: Held | None = None
        self._text = ""
        self._best: Held | None = None
        self._run = 0
        self._times: deque[float] = deque()

    def add(self, reading: Reading, frame: Frame, now: float) -> None:
        """Takes the reading of one frame.

        Args:
            reading: What was read.
            frame: uint8 (H, W, 3).
            now: Seconds on a clock that never goes back.
        """
        self._times.append(now)
        while self._times[0] < now - _SPAN:
            self._times.popleft()
        if reading.text != self._text:
            self._text, self._run, self._best = reading.text, 0, None
        self._run += 1
        if self._best is None or reading.confidence > self._best.reading.confidence:
            self._best = Held(reading, frame)
        if reading.text and self._run >= AGREE:
            self.held = self._best

    def pace(self, now: float) -> float:
        """Frames read a second, over the last two."""
        recent = [moment for moment in self._times if moment >= now - _SPAN]
        return (len(recent) - 1) / (recent[-1] - recent[0]) if len(recent) > 1 else 0.0
