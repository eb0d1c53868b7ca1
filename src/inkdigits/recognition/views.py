"""Lines read with a second opinion: where the first view leaves a doubt, leaning and narrower ones are looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from inkdigits.images.page import Grey
from inkdigits.recognition.automaton import Automaton
from inkdigits.recognition.decode import Frames
from inkdigits.recognition.transcript import Transcript, combine, transcribe

_SURE = 0.99  # of the first view: no other is asked for
_LEAN = 0.2  # columns a row
_NARROW = 0.87  # of the width


def read_views(
    frames_of: Callable[[Sequence[Grey]], list[Frames]],
    alphabet: str,
    lines: Sequence[Grey],
    language: Automaton | None = None,
    most: int | None = None,
) -> list[tuple[Frames, Transcript]]:
    """Reads lines; where the first view leaves a doubt, several views have their say.

    Args:
        frames_of: A line network: lines in, for each float32 (T, C) logarithms of probabilities out.
        alphabet: Its C - 1 characters.
        lines: uint8 (32, W) each, ink 255 on 0.
        language: What is legal; None for everything.
        most: Lines that other views are looked at for; of more doubtful ones, none is looked at. None is no limit.

    Returns:
        For each line the frames of the first view, and the transcript of all.
    """
    first = frames_of(lines)
    found = [transcribe(frames, alphabet, language) for frames in first]
    doubtful = [index for index, transcript in enumerate(found) if not _is_sure(transcript)]
    if most is not None and len(doubtful) > most:
        doubtful = []
    views = [other_views(lines[index]) for index in doubtful]
    frames = iter(frames_of([view for some in views for view in some]))
    for index, some in zip(doubtful, views, strict=True):
        found[index] = combine([found[index], *(transcribe(next(frames), alphabet, language) for _ in some)])
    return list(zip(first, found, strict=True))


def _is_sure(transcript: Transcript) -> bool:
    best = transcript.candidates[0].probability if transcript.candidates else 0.0
    return max(best, transcript.blank) >= _SURE


def other_views(line: Grey) -> tuple[Grey, ...]:
    """The same writing, slanted and squeezed a little.

    Args:
        line: uint8 (32, W), ink 255 on 0.

    Returns:
        Three lines, uint8 (32, W'), of about the same width.
    """
    height, width = line.shape
    narrow = cv2.resize(line, (max(1, round(width * _NARROW)), height), interpolation=cv2.INTER_LINEAR)
    return _lean(line, _LEAN), _lean(line, -_LEAN), narrow


def _lean(line: Grey, slope: float) -> Grey:
    height, width = line.shape
    matrix = np.array([[1, slope, -slope * height / 2], [0, 1, 0]], np.float32)
    return cv2.warpAffine(line, matrix, (width, height))
