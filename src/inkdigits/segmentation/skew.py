"""How far a page is turned: from its rulings, else from its lines of text; and the page turned upright."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey
from inkdigits.segmentation.affine import Affine, compose
from inkdigits.segmentation.page_ink import PageInk

Floats = npt.NDArray[np.float64]

_MOST = 15.0  # degrees: a page turned further was meant to be
_LEAST = 0.3  # degrees: less is not worth interpolating
_FAINT = 0.6  # of the level of ink
_SAMPLE = 640  # pixels: size at which the angle is looked for
_POINTS = 12_000
_FEW = 10  # parts: the profile of fewer says more about the digits than about their line, which each field finds itself
_TOLERANCE = 12.0  # degrees by which one pair of neighbors may differ from its line
_AT_ONCE = 256  # parts that are looked at beside all others: of thousands, all pairs would not go into memory
_GAIN = 1.06  # by which the profile's sharpness must beat that of the page as it is


@dataclass(frozen=True, slots=True, eq=False)
class LevelPage:
    """A page with its lines level, at working size.

    Attributes:
        ink: uint8 (h, w), contrast to the paper.
        mask: uint8 (h, w), 255 where there is ink.
        faint: uint8 (h, w), the same at a lower level, where lines go on that fade.
        paper: uint8 (h, w), the page without ink.
        angle: Degrees by which the page's lines fell (clockwise) before.
        from_page: float64 (2, 3): page pixels to level pixels.
        scale: Level pixels by page pixels.
    """

    ink: Grey
    mask: Grey
    faint: Grey
    paper: Grey
    angle: float
    from_page: Affine
    scale: float


def level_page(page: PageInk) -> LevelPage:
    """Turns a page so that its lines are level; pages that are nearly so stay as they are."""
    mask = _above(page.ink, page.floor)
    angle = find_angle(mask)
    scale = np.array([[page.scale, 0, 0], [0, page.scale, 0]], np.float64)
    if abs(angle) < _LEAST:
        return LevelPage(page.ink, mask, _above(page.ink, _FAINT * page.floor), page.paper, 0.0, scale, page.scale)
    turn, size = _turn(angle, mask.shape[1], mask.shape[0])
    ink = cv2.warpAffine(page.ink, turn, size, flags=cv2.INTER_LINEAR, borderValue=0)
    paper = cv2.warpAffine(page.paper, turn, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask, faint = _above(ink, page.floor), _above(ink, _FAINT * page.floor)
    return LevelPage(ink, mask, faint, paper, angle, compose(turn, scale), page.scale)


def _above(ink: Grey, level: float) -> Grey:
    return cv2.threshold(ink, np.ceil(level) - 1, 255, cv2.THRESH_BINARY)[1]


def _turn(angle: float, width: int, height: int) -> tuple[Affine, tuple[int, int]]:
    """Rotation about the middle onto a canvas that holds the whole page."""
    turn: Affine = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    cosine, sine = abs(turn[0, 0]), abs(turn[0, 1])
    size = (round(width * cosine + height * sine), round(width * sine + height * cosine))
    turn[:, 2] += (size[0] / 2 - width / 2, size[1] / 2 - height / 2)
    return turn, size


def find_angle(mask: Grey) -> float:
    """Degrees by which lines fall to the right; 0 when nothing says.

    Args:
        mask: uint8 (h, w), 255 where there is ink.
    """
    factor = min(1.0, _SAMPLE / max(mask.shape))
    if factor < 1:
        size = (max(1, round(mask.shape[1] * factor)), max(1, round(mask.shape[0] * factor)))
        mask = cv2.threshold(cv2.resize(mask, size, interpolation=cv2.INTER_AREA), 63, 255, cv2.THRESH_BINARY)[1]
    count, labels, stats, centers = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    if count <= 1:
        return 0.0
    ruled = _ruling_angle(labels, stats)
    if ruled is not None:
        return ruled
    return _text_angle(mask, stats, centers)


def _ruling_angle(labels: npt.NDArray[np.int32], stats: npt.NDArray[np.int32]) -> float | None:
    longest = max(labels.shape)
    sides = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    slim = stats[:, cv2.CC_STAT_AREA] < 0.35 * stats[:, cv2.CC_STAT_WIDTH] * stats[:, cv2.CC_STAT_HEIGHT]
    slim |= np.minimum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) < 0.1 * sides
    long = slim & (sides > 0.25 * longest)
    long[0] = False
    if not long.any():
        return None
    lines = np.where(long, 255, 0).astype(np.uint8)[labels]
    segments = cv2.HoughLinesP(lines, 1, np.pi / 720, 40, minLineLength=0.12 * longest, maxLineGap=4)
    if segments is None:
        return None
    ends = segments.reshape(-1, 4).astype(np.float64)
    across, down = ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]
    lengths = np.hypot(across, down)
    angles = (np.degrees(np.arctan2(down, across)) + 45) % 90 - 45
    near = np.abs(angles[:, None] - angles[None]) < 1.0
    weight = near @ np.where(np.abs(across) > np.abs(down), lengths, 0.5 * lengths)
    best = int(weight.argmax())
    if weight[best] < 1.5 * longest or weight[best] < 0.3 * lengths.sum() or abs(angles[best]) > _MOST:
        return None
    level = near[best] & (np.abs(across) > np.abs(down))
    chosen = level if level @ lengths > 0.5 * longest else near[best]  # cameras lean sideways lines and uprights apart
    return float(np.average(angles[chosen], weights=lengths[chosen]))


def _text_angle(mask: Grey, stats: npt.NDArray[np.int32], centers: npt.NDArray[np.float64]) -> float:
    heights = stats[1:, cv2.CC_STAT_HEIGHT]
    areas = stats[1:, cv2.CC_STAT_AREA]
    written = (heights >= 5) & (areas >= 0.1 * areas.max()) & (heights < 0.5 * mask.shape[0])
    if np.count_nonzero(written) < _FEW:
        return 0.0
    height = float(np.median(heights[written]))
    y, x = np.nonzero(mask)
    step = max(1, len(x) // _POINTS)
    x, y = x[::step].astype(np.float64), y[::step].astype(np.float64)
    cell = max(1.0, height / 6)
    scores: dict[float, float] = {}

    def sharpness(angle: float) -> float:
        if angle not in scores:
            rows = ((y - x * np.tan(np.radians(angle))) / cell).astype(np.int64)
            counts = np.bincount(rows - rows.min())
            scores[angle] = float(np.sum(counts.astype(np.float64) ** 2))
        return scores[angle]

    best = max(np.arange(-_MOST, _MOST + 0.1, 1.0).tolist(), key=sharpness)
    for reach in (0.5, 0.25):
        best = max((best - reach, best, best + reach), key=sharpness)
    if sharpness(best) < _GAIN * sharpness(0.0) or abs(best) > _MOST - 1:
        return 0.0
    if not _neighbors_agree(stats[1:][written], best):
        return 0.0
    return float(best)


def _neighbors_agree(stats: npt.NDArray[np.int32], angle: float) -> bool:
    """Whether parts beside each other rise as the page is said to: numbers apart from each other may line up anyhow."""
    left, top, width, height = (stats[:, column].astype(np.float64) for column in range(4))
    x, y = left + width / 2, top + height / 2
    pieces = [np.s_[start : start + _AT_ONCE] for start in range(0, len(x), _AT_ONCE)]
    pairs = np.concatenate([_directions(x, y, height, piece) for piece in pieces])
    if len(pairs) < 3:
        return False
    return bool(abs(float(np.median(pairs)) - angle) <= max(2.5, _TOLERANCE / np.sqrt(len(pairs))))


def _directions(x: Floats, y: Floats, height: Floats, some: slice) -> Floats:
    """Degrees by which those right beside some parts lie lower than these."""
    across, down = x[None] - x[some, None], y[None] - y[some, None]
    tall = height[some, None]
    beside = (across > 0.3 * tall) & (across < 2.5 * tall) & (np.abs(down) < 0.6 * tall)
    degrees: Floats = np.degrees(np.arctan2(down[beside], across[beside]))
    return degrees
