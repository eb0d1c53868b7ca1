"""``Watcher``: reads the newest frame of a video, again and again, beside the video that it never holds up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.errors import InkDigitsError
from inkdigits.reading import Reading
from inkdigits.web.live.overlay import draw_reading
from inkdigits.web.live.steady import Held, Steady

Frame = npt.NDArray[np.uint8]
Read: TypeAlias = "Callable[[npt.NDArray[np.uint8]], Reading]"

SIDE = 512
"""Longer side of what is read, in pixels: digits held into a camera are large, and pace counts."""

_FRESH = 0.5  # seconds that a box stays on the video after its frame
_IDLE = 5.0  # seconds without a frame until the thread ends; the next frame starts it again


class Watcher:
    """Takes frames from one thread, reads the newest in another, and keeps the last reading that held."""

    def __init__(self) -> None:
        """Begins with nothing read, and reads nothing until it is asked."""
        self.error = ""
        self._read: Read | None = None
        self._steady = Steady()
        self._lock = threading.Condition()
        self._newest: Frame | None = None
        self._last: tuple[Reading, float] | None = None
        self._thread: threading.Thread | None = None

    def ask(self, read: Read) -> None:
        """Takes what reads a grey frame, uint8 (H, W); a new question clears the last error."""
        with self._lock:
            self._read, self.error = read, ""

    @property
    def held(self) -> Held | None:
        """The last reading that several frames agreed on."""
        with self._lock:
            return self._steady.held

    @property
    def pace(self) -> float:
        """Frames read a second."""
        with self._lock:
            return self._steady.pace(time.monotonic())

    def show(self, frame: Frame) -> Frame:
        """Takes a frame, uint8 (H, W, 3) blue, green, red, and gives it back with the newest boxes on it."""
        with self._lock:
            self._newest = frame
            self._lock.notify()
            if self._thread is None and self._read is not None and not self.error:
                self._thread = threading.Thread(target=self._work, name="inkdigits-live", daemon=True)
                self._thread.start()
            last = self._last
        if last is None or time.monotonic() - last[1] > _FRESH:
            return frame
        return draw_reading(frame, last[0])

    def _work(self) -> None:
        try:
            while self._read_newest():
                pass
        except InkDigitsError as error:
            self.error = str(error)
        finally:
            with self._lock:
                self._thread = None

    def _read_newest(self) -> bool:
        """Waits for a frame and reads it; False when none came for a while."""
        with self._lock:
            self._lock.wait_for(lambda: self._newest is not None, _IDLE)
            frame, read, self._newest = self._newest, self._read, None
        if frame is None or read is None:
            return False
        reading = read(to_grey(frame))
        with self._lock:
            now = time.monotonic()
            self._last = (reading, now)
            self._steady.add(reading, frame, now)
        return True


def to_grey(frame: Frame) -> npt.NDArray[np.uint8]:
    """What is read of a frame: grey, and no larger than it must be."""
    scale = min(1.0, SIDE / max(frame.shape[:2]))
    small = cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else frame
    return np.ascontiguousarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY))
