"""Light and polarity: from grey levels to how much ink each pixel has, on clean canvases and on paper."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey
from inkdigits.segmentation.ranks import medians

_SAME = 6  # grey levels: a drawn background varies by no more, also after JPEG
_SLIM = 4  # pixels: OpenCV takes pictures as slim as this for scalars
_GREYS = np.arange(256, dtype=np.float32)
_LARGE = 20_000  # pixels: from here a ninth of them is enough to know the background
_GRAIN_SIDE = 40  # pixels: in smaller pictures ink is everywhere, and grain cannot be told from it
_SURFACE_SIDE = 48  # pixels: size at which the paper's light is modelled
_REFITS = 3  # of its surface: what the one before left over says how much each pixel counts in the next
_RIDGE = np.eye(6, dtype=np.float32) * 1e-3  # keeps its equations solvable
_LEAST_CONTRAST = 14.0  # grey levels between paper and the faintest pencil that is read
_NOISE_FACTOR = 4.5  # ink stands this many deviations above the paper
_GRAIN_FACTOR = 2.5  # the paper's deviation by that of its grain; more than this is blurred ink
_INKY = 3.2  # noise alone reaches 2 to 3 deviations in one pixel of thirty
_BROAD = 0.15  # of the picture's shorter side: strokes are not as thick
_WRITTEN = 0.003  # of the picture is ink, at least,
_CLEAR = 70.0  # grey levels of contrast, where a shadow is,
_DARKER = 1.5  # and so many times that of its rim;
_PALER = 0.3  # of that is still of a stroke
_LEVEL = 192.0  # grey level of paper once its light is even: room for ink below and glare above


@dataclass(frozen=True, slots=True, eq=False)
class Lift:
    """Ink lifted off its background.

    Attributes:
        ink: uint8 (H, W), contrast to the background in grey levels, 0 where there is only background.
        floor: Contrast in grey levels below which a pixel is noise.
        clean: True for a drawn or binarized picture on an even background, False for photos and scans of paper.
        alone: True when nothing comes in from outside a clean picture: its border is empty, or it is small and cropped.
        light_on_dark: True when the ink is lighter than its background.
        even: uint8 (H, W), ink dark, as ``ink`` was taken from; None for clean pictures.
        smooth: uint8 (H, W), ink dark, without noise but with its light; None for clean pictures.
    """

    ink: Grey
    floor: float
    clean: bool
    light_on_dark: bool
    alone: bool = False
    even: Grey | None = None
    smooth: Grey | None = None


def lift_ink(grey: Grey) -> Lift:
    """Finds polarity and background and subtracts it.

    Args:
        grey: uint8 (H, W), as seen: 0 black, 255 white.

    Returns:
        The ink as contrast to its background, with the level from which it is trusted.
    """
    border = np.concatenate((grey[0], grey[-1], grey[:, 0], grey[:, -1]))
    background = _even_background(grey, border)
    if background is not None:
        return _lift_clean(grey, border, background)
    return _lift_paper(grey)


def _even_background(grey: Grey, border: Grey) -> int | None:
    """The background's level when the whole border shares it, or nearly half of all pixels do exactly."""
    sample = np.ascontiguousarray(grey[::3, ::3]) if grey.size > _LARGE else grey
    low, high = int(border.min()), int(border.max())
    if high - low <= _SAME:
        level = low if low == high else int(np.median(border))
        near = _count_between(sample, level - _SAME, level + _SAME)
        return level if near >= 0.3 * sample.size else None  # else the border is the frame of a cell
    histogram = cv2.calcHist([sample], [0], None, [256], [0, 256]).ravel()
    for mode in (0, 255):
        near = histogram[: _SAME // 2] if mode == 0 else histogram[-_SAME // 2 :]
        on_border = float(np.mean(np.abs(border.astype(np.int16) - mode) < _SAME))
        if near.sum() >= 0.4 * sample.size and on_border >= 0.3 and not _is_grainy(grey):
            return mode
    return None


def _count_between(grey: Grey, low: int, high: int) -> int:
    if min(grey.shape) <= _SLIM:
        return int(np.count_nonzero((grey >= low) & (grey <= high)))
    return cv2.countNonZero(cv2.inRange(grey, low, high))


def _is_grainy(grey: Grey) -> bool:
    """Overexposed paper is white in most places, too; but its grain is everywhere."""
    if min(grey.shape) < _GRAIN_SIDE:
        return False
    return float(np.median(cv2.absdiff(grey, cv2.medianBlur(grey, 3)))) > 0


def _lift_clean(grey: Grey, border: Grey, background: int) -> Lift:
    light_on_dark = float(cv2.mean(grey)[0]) > background
    ink = _contrast(grey, background, light_on_dark)
    most = int(border.max()) - background if light_on_dark else background - int(border.min())
    alone = most <= _SAME or min(grey.shape) < _GRAIN_SIDE
    return Lift(ink, 2.0 * _LEAST_CONTRAST, True, light_on_dark, alone)


def _contrast(grey: Grey, background: int, light_on_dark: bool) -> Grey:
    """How much lighter or darker than the background; a drawing's is nearly always black or white."""
    if light_on_dark and background == 0:
        return grey.copy()
    if not light_on_dark and background == 255:
        return cv2.bitwise_not(grey)
    return _lookup(grey, _GREYS - background if light_on_dark else background - _GREYS)


def _lift_paper(grey: Grey) -> Lift:
    smooth = cv2.GaussianBlur(grey, (0, 0), max(0.6, max(grey.shape) / 300))
    residual = surface_residual(smooth)
    light_on_dark = _third_moment(residual) > 0
    even = _flatten(smooth, residual, light_on_dark)
    contrast = cv2.subtract(_paper(even), even)
    offset, spread = _paper_level(contrast)
    spread = min(spread, _GRAIN_FACTOR * _grain(smooth))
    ink = _lookup(contrast, _GREYS - offset)
    upright = cv2.bitwise_not(smooth) if light_on_dark else smooth
    return Lift(ink, _floor(ink, spread), False, light_on_dark, False, even, upright)


def without_shades(lift: Lift) -> Lift | None:
    """Takes away what is broader than strokes, as the rim of a shadow is; None where nothing much darker is left."""
    if lift.clean:
        return None
    reach = max(3, round(_BROAD * min(lift.ink.shape))) | 1
    shade = cv2.GaussianBlur(cv2.morphologyEx(lift.ink, cv2.MORPH_OPEN, np.ones((reach, reach), np.uint8)), (0, 0), 2)
    darkest = float(shade.max())
    ink = cv2.subtract(lift.ink, shade)
    histogram = np.cumsum(cv2.calcHist([ink], [0], None, [256], [0, 256]).ravel()[::-1])
    peak = 255 - float(np.searchsorted(histogram, _WRITTEN * ink.size))
    if darkest < lift.floor or peak < max(_CLEAR, _DARKER * darkest):
        return None
    return replace(lift, ink=ink, floor=max(lift.floor, _PALER * peak))


def _floor(ink: Grey, spread: float) -> float:
    """Above the paper's noise; but where much of the picture is ink, its blur is taken for noise, so not above it."""
    floor = _NOISE_FACTOR * spread
    share = np.cumsum(cv2.calcHist([ink], [0], None, [256], [0, 256]).ravel()) / ink.size
    dark = float(np.searchsorted(share, 0.97))
    if dark > _INKY * spread:
        floor = min(floor, 0.4 * dark)
    return max(_LEAST_CONTRAST, floor)


def _grain(smooth: Grey) -> float:
    """Deviation of what changes from pixel to pixel, by its median; strokes, also blurred ones, hardly count."""
    high = cv2.absdiff(smooth, cv2.GaussianBlur(smooth, (0, 0), 2.0))
    histogram = np.cumsum(cv2.calcHist([high], [0], None, [256], [0, 256]).ravel())
    below = np.searchsorted(histogram, 0.5 * high.size)
    return 1.4826 * (float(below) + 0.5)


def _lookup(grey: Grey, levels: npt.NDArray[np.floating]) -> Grey:
    """Each pixel's new level from a table of 256, also for pictures so slim that arithmetic takes them for scalars."""
    return cv2.LUT(grey, np.clip(levels, 0, 255).astype(np.uint8))


def _flatten(smooth: Grey, residual: npt.NDArray[np.float32], light_on_dark: bool) -> Grey:
    """The picture without its large-scale light, ink dark on a level of 192 whatever the polarity."""
    height, width = smooth.shape
    fitted = cv2.resize(smooth, residual.shape[::-1], interpolation=cv2.INTER_AREA) - residual
    surface = cv2.resize(fitted, (width, height), interpolation=cv2.INTER_LINEAR)
    difference = surface - smooth if light_on_dark else smooth - surface
    return np.clip(difference + _LEVEL, 0, 255).astype(np.uint8)


def _paper_level(contrast: Grey) -> tuple[float, float]:
    """Offset and deviation of the paper's own contrast, from its lower percentiles, which ink does not reach."""
    share = np.cumsum(cv2.calcHist([contrast], [0], None, [256], [0, 256]).ravel()) / contrast.size
    low, middle = (float(np.searchsorted(share, level)) for level in (0.05, 0.35))
    return middle, (middle - low) / 1.26  # of a normal distribution, these percentiles lie 1.26 deviations apart


def _paper(dark_ink: Grey) -> Grey:
    """The paper without its ink: a closing wider than any stroke (Gonzalez & Woods), smoothed, at small size."""
    height, width = dark_ink.shape
    factor = min(1.0, 96 / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    small = cv2.resize(dark_ink, size, interpolation=cv2.INTER_AREA) if factor < 1 else dark_ink
    reach = max(3, round(min(small.shape) * 0.4)) | 1
    kernel = np.ones((reach, reach), np.uint8)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel)
    even = cv2.GaussianBlur(closed, (0, 0), max(1.0, reach / 4))
    return cv2.resize(even, (width, height), interpolation=cv2.INTER_LINEAR)


def _third_moment(residual: npt.NDArray[np.float32]) -> float:
    """Ink is the minority on one side of a smooth surface through the paper: the side of the larger third moment."""
    scale = float(np.abs(residual).mean()) or 1.0
    return float(np.mean((residual / scale) ** 3))


def surface_residual(grey: Grey) -> npt.NDArray[np.float32]:
    """Grey levels minus a quadratic surface fitted robustly (iteratively reweighted least squares) to the paper.

    Args:
        grey: uint8 (H, W).

    Returns:
        float32 (h, w), at most 48 pixels a side: positive where lighter than the paper.
    """
    factor = _SURFACE_SIDE / max(grey.shape)
    if factor < 1:
        size = (max(2, round(grey.shape[1] * factor)), max(2, round(grey.shape[0] * factor)))
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    values = grey.astype(np.float32)
    height, width = values.shape
    basis = _quadratic(height, width)
    target = values.ravel()
    residual = _rest(basis, target, np.ones_like(target))
    for _ in range(_REFITS):
        spread = max(float(medians(np.abs(residual))) * 1.4826, 1.0)
        residual = _rest(basis, target, 1 / (1 + (residual / (2 * spread)) ** 2) ** 2)
    return residual.reshape(height, width).astype(np.float32)


def _rest(
    basis: npt.NDArray[np.float32], target: npt.NDArray[np.float32], weight: npt.NDArray[np.floating]
) -> npt.NDArray[np.float32]:
    """What a fit of the terms (N, 6) to values (N,), of so much weight each, leaves over: float32 (N,)."""
    # Six normal equations rather than lstsq, whose threads cost more than they bring at this size.
    weighted = basis * weight[:, None]
    rest: npt.NDArray[np.float32] = target - basis @ np.linalg.solve(weighted.T @ basis + _RIDGE, weighted.T @ target)
    return rest


def _quadratic(height: int, width: int) -> npt.NDArray[np.float32]:
    """The six terms of a quadratic surface over [-1, 1] at each pixel: float32 (height * width, 6)."""
    x, y = _even_steps(width)[None, :], _even_steps(height)[:, None]
    terms = np.empty((height, width, 6), np.float32)
    for place, term in enumerate((np.float32(1), x, y, x * x, x * y, y * y)):
        terms[:, :, place] = term
    return terms.reshape(-1, 6)


def _even_steps(count: int) -> npt.NDArray[np.float32]:
    return (np.arange(count) * (2 / max(1, count - 1)) - 1).astype(np.float32)
