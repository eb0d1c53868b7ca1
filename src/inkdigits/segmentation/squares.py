"""Ruled and squared paper: lines closer to each other than the writing is high are taken out of the picture.

Writing that crosses the lines of its paper cannot be told from them part by part, as in forms and tables. But such
lines come again and again at one distance, across the whole picture, and are paler than ink: where they lie and how
dark they are is known from where nobody wrote.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey
from inkdigits.segmentation.shrink import shrink_to

_LONGEST = 800  # pixels: lines are looked for no larger than this
_SHORTEST = 40  # pixels: smaller pictures hold no pattern of lines
_STRIPS = 8  # a picture's columns are looked at in so many parts, so that its lines may fall a little
_THIN = 9  # pixels: thicker lines are none of paper
_LINES, _FEW_LINES = 3, 2  # of a pattern, at least, and of one across another at the same distance
_DARK = 4.0  # grey levels: the faintest line that matters
_GRAIN = 3.0  # times as dark as paper mostly is, and
_FULL = 0.7  # of a strip's columns as dark: rows that may be lines
_EVEN = 0.12  # of the distance between lines, or
_STEP = 1.6  # pixels: how far lines may lie beside their place
_REGULAR = 0.75  # of the distances are even
_SPAN = 0.6  # of the picture's side is covered by lines
_AGREE = 0.5  # of the strips see the same pattern
_CLOSEST = 6.0  # pixels between lines
_OVER = 1.35  # times as dark as a line, and
_MORE = 8.0  # grey levels darker: there is ink on it
_WRITTEN = 0.45  # of the ink's own darkness: what is left, binarized
_LEAST_INK = 28.0  # grey levels of contrast
_PALE = 0.65  # of the ink's darkness: lines as dark as ink are those of tables
_CROSSING = 0.15  # of the distance: writing reaches so far beyond a line on both sides
_SMALL = 0.4  # of the distance: smaller parts do not count
_CROSSED = 0.12  # of the writing crosses lines, at least
_BROAD = 31  # pixels: strokes are no broader
_REFITS = 4  # of the lines' places, each without the peaks that the one before has left aside
_BAND = 4.0  # pixels on both sides of a line's place: it lies within,
_EDGE = 1.5  # pixels: and it fades so far beside its darkest rows
_SHIFT, _PARTS = 4, 16  # OpenCV draws in sixteenths of a pixel

Rows = npt.NDArray[np.float64]
"""Rows of lines in pixels, (N,)."""

Pattern = npt.NDArray[np.float64]
"""Rows of N level lines in the middle of each strip: (N, strips); lines may lie outside the picture."""


def drop_squares(grey: Grey) -> Grey:
    """Takes the lines of ruled or squared paper out of a picture, where writing crosses them.

    Args:
        grey: uint8 (H, W), as seen: 0 black, 255 white; lines and ink darker than the paper.

    Returns:
        uint8 (H, W): without the lines; the very picture when it has none, or when its writing stays between them.
    """
    if min(grey.shape) < _SHORTEST:
        return grey
    small, scale = shrink_to(grey, _LONGEST, _LONGEST)
    patterns = _find_patterns(small)
    if patterns[0] is None and patterns[1] is None:
        return grey
    plain, level = _clear(small, patterns, 1.0)
    if not _is_written_over(plain, patterns, level):
        return grey
    return plain if scale == 1 else _clear(grey, patterns, scale)[0]


def _clear(grey: Grey, patterns: Sequence[Pattern | None], scale: float) -> tuple[Grey, float]:
    """A picture without its patterns, and how dark their lines are; ``scale`` is pixels of the patterns by its own."""
    darkest = 0.0
    for turned, pattern in enumerate(patterns):
        if pattern is not None:
            side = _turned(grey) if turned else grey
            side, level = _without(side, (pattern + 0.5) / scale - 0.5, 1 / scale)
            grey = _turned(side) if turned else side
            darkest = max(darkest, level)
    return grey, darkest


def _turned(grey: Grey) -> Grey:
    return np.ascontiguousarray(grey.T)


def _thin(grey: Grey, reach: int = _THIN) -> tuple[Grey, Grey]:
    """Paper without what is dark and thin from top to bottom, and how dark that is: uint8 (H, W) each."""
    paper = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((reach, 1), np.uint8))
    return paper, cv2.subtract(paper, grey)


def _find_patterns(grey: Grey) -> list[Pattern | None]:
    """The level lines and the upright ones; where one kind is sure, fewer of the other at its distance will do."""
    sides = [grey, _turned(grey)]
    patterns = [_find_pattern(side) for side in sides]
    for place, other in ((0, patterns[1]), (1, patterns[0])):
        if patterns[place] is None and other is not None:
            patterns[place] = _find_pattern(sides[place], _pitch(other))
    return patterns


def _pitch(pattern: Pattern) -> float:
    """Distance between its lines."""
    return float(np.median(np.diff(pattern[:, pattern.shape[1] // 2])))


def _find_pattern(grey: Grey, known: float | None = None) -> Pattern | None:
    """Level lines at one distance, or at a known one; None when there is no such pattern."""
    fewest = _LINES if known is None else _FEW_LINES
    height = len(grey)
    dark = _thin(grey)[1]
    least = max(_DARK, _GRAIN * float(np.median(dark[::3, ::3])))
    lined = _means(cv2.threshold(dark, least, 1, cv2.THRESH_BINARY)[1]) >= _FULL
    if np.count_nonzero(lined) < fewest * _AGREE * _STRIPS:
        return None  # most pictures have no pattern
    level = float(np.median(_means(dark)[lined]))
    profile = _means(cv2.min(dark, level))  # what is darker is ink
    found: list[tuple[float, Rows]] = []
    for strip in range(_STRIPS):
        found.append(_regular(profile[:, strip], lined[:, strip], fewest))
        if sum(not pitch for pitch, _ in found) > (1 - _AGREE) * _STRIPS:
            return None
    pitch = float(np.median([pitch for pitch, _ in found if pitch]))
    if known is not None and abs(pitch - known) > _EVEN * known:
        return None
    peaks = [lines if abs(one - pitch) < _EVEN * pitch else np.empty(0) for one, lines in found]
    if sum(len(lines) > 0 for lines in peaks) < _AGREE * _STRIPS:
        return None
    return _fitted(peaks, pitch, height)


def _means(dark: Grey) -> npt.NDArray[np.float32]:
    """Of each row in each strip: float32 (H, strips)."""
    return cv2.resize(dark.astype(np.float32), (_STRIPS, len(dark)), interpolation=cv2.INTER_AREA)


def _fitted(peaks: Sequence[Rows], pitch: float, height: int) -> Pattern:
    """All lines in each strip, also those that are covered: where the others let them be expected."""
    strips = np.repeat(np.arange(len(peaks)), [len(lines) for lines in peaks]).astype(np.float64)
    rows, numbers = np.concatenate(peaks), _numbered(peaks, pitch)
    terms, kept = _terms(numbers, strips), np.ones(len(rows), bool)
    for _ in range(_REFITS):  # strokes along a line have moved some peaks, or are some
        weights = np.linalg.lstsq(terms[kept], rows[kept], rcond=None)[0]
        rest = np.abs(rows - terms @ weights)
        kept = rest <= max(_STEP, float(np.median(rest)))
    more = int(height / pitch) + 2
    lines, places = np.arange(numbers.min() - more, numbers.max() + more + 1), np.arange(float(len(peaks)))
    grid = np.meshgrid(lines, places, indexing="ij")
    found = (_terms(grid[0].ravel(), grid[1].ravel()) @ weights).reshape(grid[0].shape)
    return np.asarray(found[((found > -pitch) & (found < height + pitch)).any(axis=1)])


def _terms(numbers: npt.NDArray[np.float64], strips: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Of a pattern that may be turned and seen aslant: float64 (N, 5)."""
    return np.stack((np.ones_like(numbers), numbers, strips, numbers * strips, numbers**2), axis=1)


def _numbered(peaks: Sequence[Rows], pitch: float) -> Rows:
    """Which line each peak is, from strip to strip: they fall by less than half their distance."""
    numbers = []
    before = next(lines[0] for lines in peaks if len(lines))
    for lines in peaks:
        if len(lines):
            steps = np.round((lines - before) / pitch)
            numbers.append(steps)
            before = before + float(np.median(lines - before - steps * pitch))
    return np.concatenate(numbers)


def _regular(profile: npt.NDArray[np.float32], lined: npt.NDArray[np.bool_], fewest: int) -> tuple[float, Rows]:
    """Distance of the lines in one strip and their rows; 0 when they are too few, or not at one distance."""
    none = 0.0, np.empty(0)
    near = cv2.dilate(profile.reshape(-1, 1), np.ones((5, 1), np.uint8)).ravel()
    peaks = np.flatnonzero((profile == near) & lined)
    peaks = peaks[np.diff(peaks, prepend=-_CLOSEST) > 2]  # where a line is flat, its first row
    if len(peaks) < fewest:
        return none
    gaps = np.diff(peaks)
    pitch = float(np.median(gaps))
    even = np.abs(gaps - pitch) <= max(_STEP, _EVEN * pitch)
    span = min(_SPAN * len(profile), len(profile) - 2 * pitch)
    if pitch < _CLOSEST or even.mean() < _REGULAR or peaks[-1] - peaks[0] < span:
        return none
    return float(gaps[even].mean()), peaks.astype(np.float64)


def _without(grey: Grey, pattern: Pattern, size: float) -> tuple[Grey, float]:
    """Lets paper show where a line lies and nothing darker on it; tells how dark the lines are.

    Args:
        grey: uint8 (H, W).
        pattern: The lines' rows in its pixels.
        size: How many of its pixels one was when the lines were found.
    """
    paper, dark = _thin(grey, round(_THIN * size) | 1)
    width, strips = grey.shape[1], pattern.shape[1]
    middles = (np.arange(strips) + 0.5) * width / strips
    level, half = _level(dark, pattern, middles, size)
    columns = np.array([0, *middles, width - 1])
    band = np.zeros_like(grey)
    for rows in pattern:
        ends = [1.5 * rows[0] - 0.5 * rows[1], *rows, 1.5 * rows[-1] - 0.5 * rows[-2]]
        points = np.round(np.stack((columns, ends), axis=1) * _PARTS).astype(np.int32)
        cv2.polylines(band, [points.reshape(-1, 1, 2)], False, 255, 2 * round(half + _EDGE * size) + 1, shift=_SHIFT)
    broad = round(_BROAD * size) | 1
    shade = cv2.subtract(cv2.morphologyEx(paper, cv2.MORPH_CLOSE, np.ones((broad, broad), np.uint8)), grey)
    pale = cv2.threshold(shade, max(_OVER * level, level + _MORE), 255, cv2.THRESH_BINARY_INV)[1]
    return np.where(cv2.bitwise_and(band, pale) > 0, paper, grey), level


def _level(dark: Grey, pattern: Pattern, middles: npt.NDArray[np.float64], size: float) -> tuple[float, float]:
    """How dark the lines are in grey levels, and half their width: medians of places on them, few of which have ink."""
    around, beside = round(_BAND * size), max(2, round(2 * size))
    levels, widths = [], []
    for rows in pattern.round().astype(int):
        for row, middle in zip(rows, middles.astype(int), strict=True):
            part = dark[max(0, row - around) : row + around + 1, max(0, middle - beside) : middle + beside + 1]
            if 0 <= row < len(dark):
                profile = np.median(part, axis=1)
                levels.append(float(profile.max()))
                widths.append(np.count_nonzero(profile >= 0.5 * profile.max()))
    return (float(np.median(levels)), float(np.median(widths)) / 2) if levels else (0.0, 0.0)


def _is_written_over(grey: Grey, patterns: Sequence[Pattern | None], level: float) -> bool:
    """Whether writing darker than lines of this level reaches beyond them on both sides, as it does in no table."""
    longest = max(grey.shape)
    reach = max(15, longest // 8) | 1
    paper = cv2.GaussianBlur(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8)), (0, 0), 5)
    ink = cv2.subtract(paper, grey)
    histogram = np.cumsum(cv2.calcHist([ink], [0], None, [256], [0, 256]).ravel()[::-1])
    peak = 255 - float(np.searchsorted(histogram, max(20, 0.002 * ink.size)))
    if peak < _LEAST_INK or level > _PALE * peak:
        return False
    mask = cv2.threshold(ink, max(_LEAST_INK, _WRITTEN * peak), 255, cv2.THRESH_BINARY)[1]
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    crossing = total = 0.0
    for left, top, width, height, area in stats[1:].tolist():
        boxes = ((top, top + height), (left, left + width))
        sides = [_crosses(box, rows) for box, rows in zip(boxes, patterns, strict=True)]
        if any(side is not None for side in sides):
            total += area
            crossing += area if any(sides) else 0
    return total > 0 and crossing >= _CROSSED * total


def _crosses(box: tuple[int, int], pattern: Pattern | None) -> bool | None:
    """Whether a part from one row to another has a line well inside; None for parts too small to say."""
    if pattern is None:
        return None
    lines = pattern[:, pattern.shape[1] // 2]
    pitch = _pitch(pattern)
    low, high = box
    if high - low < _SMALL * pitch:
        return None
    margin = _CROSSING * pitch
    return bool(((lines > low + margin) & (lines < high - margin)).any())
