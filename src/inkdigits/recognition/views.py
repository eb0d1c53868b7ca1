"""Lines read with a second opinion: where the first view leaves a doubt, leaning ones are looked at, some narrower."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from inkdigits.images.page import Grey
from inkdigits.recognition.automaton import Automaton
from inkdigits.recognition.decode import Frames
from inkdigits.recognition.slashes import doubt_slashes
from inkdigits.recognition.transcript import Transcript, combine, transcribe

_SURE = 0.99  # of the first view: no other is asked for. With less, sure mistakes are no longer found out
_VIEWS = ((0.15, 0.9), (-0.15, 0.9), (0.35, 1.0), (-0.35, 1.0))
"""Of each other view: columns a row that it leans by, and its share of the width. They make different mistakes."""


def read_views(
    frames_of: Callable[[Sequence[Grey]], list[Frames]],
    alphabet: str,
    lines: Sequence[Grey],
    language: Automaton | None = None,
    most_doubts: int | None = None,
) -> list[tuple[Frames, Transcript]]:
    """Reads lines; where the first view leaves a doubt, several views have their say.

    Args:
        frames_of: A line network: lines in, for each float32 (T, C) logarithms of probabilities out.
        alphabet: Its C - 1 characters.
        lines: uint8 (32, W) each, ink 255 on 0.
        language: What is legal; None for everything.
        most_doubts: Lines that other views are looked at for: of more doubtful ones, those that are likeliest to be
            numbers. None is no limit.

    Returns:
        For each line the frames of the first view, and the transcript of all. Without a language, slashes in unusual
        places are less likely in them than the network says, see :func:`doubt_slashes`.
    """

    def read(some: Sequence[Grey]) -> list[Frames]:
        frames = frames_of(some)
        return frames if language is not None else [doubt_slashes(each, alphabet) for each in frames]

    first = read(lines)
    found = [transcribe(frames, alphabet, language) for frames in first]
    doubtful = [index for index, transcript in enumerate(found) if not _is_sure(transcript)]
    doubtful = sorted(doubtful, key=lambda index: -_best(found[index]))[:most_doubts]
    views = [other_views(lines[index]) for index in doubtful]
    frames = iter(read([view for some in views for view in some]))
    for index, some in zip(doubtful, views, strict=True):
        found[index] = combine([found[index], *(transcribe(next(frames), alphabet, language) for _ in some)])
    return list(zip(first, found, strict=True))


def _is_sure(transcript: Transcript) -> bool:
    return max(_best(transcript), transcript.blank) >= _SURE


def _best(transcript: Transcript) -> float:
    return transcript.candidates[0].probability if transcript.candidates else 0.0


def other_views(line: Grey) -> tuple[Grey, ...]:
    """The same writing, leaning to either side, a little and more.

    Args:
        line: uint8 (32, W), ink 255 on 0.

    Returns:
        Four lines, uint8 (32, W'), of about the same width.
    """
    return tuple(_lean(line, slope, share) for slope, share in _VIEWS)


def _lean(line: Grey, slope: float, share: float) -> Grey:
    """Slants a line about its middle row, and squeezes it."""
    height, width = line.shape
    matrix = np.array([[1, slope, -slope * height / 2], [0, 1, 0]], np.float32)
    leaning = cv2.warpAffine(line, matrix, (width, height))
    if share == 1:
        return leaning
    return cv2.resize(leaning, (max(1, round(width * share)), height), interpolation=cv2.INTER_LINEAR)
