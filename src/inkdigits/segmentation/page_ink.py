"""The ink of a page: brought to a working size, turned dark on light, its paper estimated and subtracted."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.images.page import Grey
from inkdigits.segmentation.shrink import shrink_to

_LONGEST = 1600  # pixels: handwriting on a sheet of A4 is still 15 pixels high
_SEEN = 640  # pixels: size at which ink lighter than its surroundings is told from darker
_SAME = 8  # grey levels: a drawn or rendered background varies by no more
_CLEAN_SHARE = 0.3  # of all pixels that share the border's level, or
_EXACT_SHARE = 0.55  # of all pixels that are pure white or black: nothing but a background
_SMALL = 400  # pixels: size at which the paper is estimated
_REACH = 0.08  # of the longer side: marks wider than this are desks, not strokes,
_LEAST_REACH = 64  # pixels; in small pictures strokes are a larger share
_MOST_SLACK = 0.3  # of the paper's light: where more is missing, ink fills most of the surroundings
_LEAST_CONTRAST = 13.0  # of 255: the faintest pencil
_NOISE_FACTOR = 5.0  # ink stands this many deviations of the grain above the paper
_EVEN_SHARE = 0.35  # of the pixels change least: 0.45 deviations of the grain, and strokes do not count
_PALE = 60  # grey level: on darker paper contrast is not amplified further


@dataclass(frozen=True, slots=True, eq=False)
class PageInk:
    """Ink lifted off a page at working size.

    Attributes:
        scale: Working pixels by page pixels.
        light_on_dark: True when the page's ink is lighter than its background.
        paper: uint8 (h, w), the page without ink, light.
        ink: uint8 (h, w), contrast to the paper as a share of the paper's light, of 255.
        floor: Contrast from which a pixel is ink.
        clean: True for a drawn or rendered picture on an even background.
    """

    scale: float
    light_on_dark: bool
    paper: Grey
    ink: Grey
    floor: float
    clean: bool


def lift_page(grey: Grey) -> PageInk:
    """Subtracts the paper.

    Args:
        grey: uint8 (H, W), as seen, any polarity and light.
    """
    work, scale = shrink_to(grey, _LONGEST, _LONGEST)
    level = _even_level(work)
    light_on_dark = _mean(work) > level if level is not None else _is_board(work)
    if light_on_dark:
        work = cv2.bitwise_not(work)
        level = None if level is None else 255 - level
    if level is not None:
        paper = np.full_like(work, level)
        ink = _contrast(work, paper)
        return PageInk(scale, light_on_dark, paper, ink, 2 * _LEAST_CONTRAST, True)
    smooth = cv2.GaussianBlur(work, (0, 0), max(0.5, max(work.shape) / 2400))
    paper = _paper(smooth)
    ink = _contrast(smooth, paper)
    return PageInk(scale, light_on_dark, paper, ink, _floor(smooth), False)


def _even_level(grey: Grey) -> int | None:
    border = np.concatenate((grey[0], grey[-1], grey[:, 0], grey[:, -1]))
    histogram = cv2.calcHist([grey], [0], None, [256], [0, 256]).ravel() / grey.size
    if int(border.max()) - int(border.min()) <= _SAME:
        level = int(np.median(border))
        if histogram[max(0, level - _SAME) : level + _SAME + 1].sum() >= _CLEAN_SHARE:
            return level
    for level, near in ((255, histogram[253:]), (0, histogram[:3])):
        if near.sum() >= _EXACT_SHARE:
            return level
    return None


def _mean(grey: Grey) -> float:
    return float(cv2.mean(grey)[0])


def _is_board(grey: Grey) -> bool:
    """Light ink on dark: what differs from its surroundings at the scale of strokes is mostly lighter."""
    small, _ = shrink_to(grey, _SEEN, _SEEN)
    reach = max(5, round(max(small.shape) * 0.12)) | 1
    blurred = cv2.blur(small, (reach, reach))
    difference = np.clip(small.astype(np.float32) - blurred, -80, 80)
    return float(np.mean(difference**3)) > 0


def _paper(smooth: Grey) -> Grey:
    """A closing wider than any stroke, at small size."""
    height, width = smooth.shape
    factor = min(1.0, _SMALL / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    small = cv2.resize(smooth, size, interpolation=cv2.INTER_AREA) if factor < 1 else smooth
    longest = max(small.shape)
    reach = max(3, round(max(_REACH * longest, min(_LEAST_REACH, 0.4 * longest)))) | 1
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    slack = cv2.subtract(closed, small)  # on slopes of the light the closing lies above the paper, too
    window = min(reach, 101) | 1
    slack = cv2.min(cv2.medianBlur(slack, window), cv2.convertScaleAbs(closed, alpha=_MOST_SLACK))
    closed = cv2.GaussianBlur(cv2.subtract(closed, slack), (0, 0), max(1.0, reach / 12))
    return cv2.resize(closed, (width, height), interpolation=cv2.INTER_LINEAR) if factor < 1 else closed


def _contrast(dark: Grey, paper: Grey) -> Grey:
    """Share of the paper's light that is missing, of 255: a stroke in the shade counts as much as one in the sun."""
    return cv2.divide(cv2.subtract(paper, dark), cv2.max(paper, _PALE), scale=255)


def _floor(smooth: Grey) -> float:
    high = cv2.absdiff(smooth, cv2.GaussianBlur(smooth, (0, 0), 2.0))
    histogram = np.cumsum(cv2.calcHist([high], [0], None, [256], [0, 256]).ravel())
    lower = float(np.searchsorted(histogram, _EVEN_SHARE * high.size)) + 0.5
    light = max(_PALE, float(np.median(smooth[::4, ::4])))
    return max(_LEAST_CONTRAST, min(3 * _LEAST_CONTRAST, _NOISE_FACTOR * 2.2 * lower * 255 / light))
