"""``find_line``: one field with a number on it, in the normal form that the line network reads."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey
from inkdigits.segmentation.extent import Extent, find_extent
from inkdigits.segmentation.glyph import Stage
from inkdigits.segmentation.normalize import Box
from inkdigits.segmentation.rings import drop_rings
from inkdigits.segmentation.shrink import shrink_to
from inkdigits.segmentation.underlines import drop_underlines

HEIGHT = 32
TEXT = 24  # of the 32 rows: the height of the writing
_WORKING = (160, 1024)  # pixels, height and width: larger pictures are scaled down first
_FINE = 28.0  # pixels: writing that is smaller than this after scaling down is looked at again
_SMALLEST = 5  # pixels: slimmer pictures hold no writing
_LARGEST_SCALE = 4.0
_WIDEST = 4096  # pixels
_MARGIN = 5  # pixels beside the writing in the normal form, with what stands there,
_EMPTY = 8  # and without: where nothing more can come, first and last 1s are read far more often
_SMALL_SIDE = 24  # pixels: height at which the paper's light is modelled
_LEAST_CONTRAST = 12.0  # grey levels between paper and the faintest pencil that is read
_NOISE_FACTOR = 4.0  # ink stands this many deviations above the paper's grain


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A field's writing, cut out and normalized.

    A column of ``pixels`` lies at ``x = left + column / scale`` of the given picture, a row at
    ``y = top + row / scale + slope * (x - left)``.

    Attributes:
        pixels: uint8 (32, W), ink bright on 0, soft, W at least 32: the network's input.
        box: Left, top, width, height of the writing in the given picture; None when nothing is there.
        scale: Pixels of the line by pixels of the picture.
        left: The picture's x of column 0.
        top: The picture's y of row 0, at column 0.
        slope: How much the line falls to the right: dy / dx in the picture.
        stages: The pictures on the way, in order.
    """

    pixels: Grey
    box: Box | None
    scale: float
    left: float
    top: float
    slope: float = 0.0
    stages: tuple[Stage, ...] = field(default=())

    @property
    def blank(self) -> bool:
        """True when there is no ink."""
        return self.box is None


def find_line(grey: Grey, trace: bool = False) -> Line:
    """Evens light and polarity, crops to the writing, levels it and scales it to 24 of 32 rows.

    Rulings, boxes and patterns stay in the picture: the network has learned them.

    Args:
        grey: uint8 (H, W), as seen: 0 black, 255 white; any polarity, size and light; one number on it.
        trace: Keep the pictures on the way.

    Returns:
        The line; blank when no ink stands out from paper and noise.
    """
    page, shrink = shrink_to(grey, *_WORKING)
    line = _find(page, trace)
    if line.box is None or shrink == 1:
        return line
    found = _unscaled(line, shrink, grey)
    if found.box is None or TEXT / line.scale >= _FINE:
        return found
    return _look_closer(grey, found.box, trace) or found


def _look_closer(grey: Grey, box: Box, trace: bool) -> Line | None:
    """Reads writing that is small on a large page from the page's own pixels."""
    left, top, width, height = box
    x, y = max(0, left - height), max(0, top - height)
    page, shrink = shrink_to(grey[y : top + 2 * height, x : left + width + height], *_WORKING)
    line = _unscaled(_find(page, trace), shrink, grey)
    if line.box is None:
        return None
    box = (line.box[0] + x, line.box[1] + y, *line.box[2:])
    return replace(line, box=box, left=line.left + x, top=line.top + y)


def _unscaled(line: Line, factor: float, grey: Grey) -> Line:
    """The same line in the pixels of the larger picture."""
    if factor == 1 or line.box is None:
        return line
    height, width = grey.shape
    left, top = min(int(line.box[0] / factor), width - 1), min(int(line.box[1] / factor), height - 1)
    wide, tall = max(1, round(line.box[2] / factor)), max(1, round(line.box[3] / factor))
    box = (left, top, min(wide, width - left), min(tall, height - top))
    return replace(line, box=box, scale=line.scale * factor, left=line.left / factor, top=line.top / factor)


def _find(page: Grey, trace: bool) -> Line:
    ink, floor = _lift(page) if min(page.shape) >= _SMALLEST else (np.zeros_like(page), 1.0)
    ink, mask = _without_marks(ink, _mask(ink, floor))
    extent = find_extent(mask)
    if extent is None:
        return Line(np.zeros((HEIGHT, HEIGHT), np.uint8), None, 1.0, 0.0, 0.0)
    line = _cut(ink, floor, extent)
    return replace(line, stages=_stages(page, ink, mask, line.pixels)) if trace else line


def _without_marks(ink: Grey, mask: Grey) -> tuple[Grey, Grey]:
    """The ink, and where it is, without rings, boxes and lines that were drawn around or under the number."""
    bare = drop_underlines(drop_rings(mask, boxes=True))
    if bare is mask:
        return ink, mask
    marks = cv2.dilate(cv2.subtract(mask, bare), np.ones((5, 5), np.uint8))  # their edges are paler than ink
    return cv2.bitwise_and(ink, cv2.bitwise_not(cv2.subtract(marks, bare))), bare


def _lift(page: Grey) -> tuple[Grey, float]:
    """Contrast to the paper in grey levels, whatever the polarity, and the level below which it is noise."""
    small = _small(page)
    dark = page if _is_dark_on_light(small) else cv2.bitwise_not(page)
    small = small if dark is page else cv2.bitwise_not(small)
    # The paper without its ink: a closing wider than any stroke (Gonzalez & Woods), smoothed, at small size.
    reach = max(5, round(min(small.shape) * 0.45)) | 1
    closed = cv2.morphologyEx(
        small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8), borderType=cv2.BORDER_REPLICATE
    )
    paper = cv2.resize(cv2.blur(closed, (reach, reach)), page.shape[::-1], interpolation=cv2.INTER_LINEAR)
    contrast = cv2.subtract(paper, dark)
    share = np.cumsum(_histogram(contrast)) / contrast.size
    low, middle = (float(np.searchsorted(share, level)) for level in (0.1, 0.4))
    grain = _grain(dark)
    floor = max(_LEAST_CONTRAST, _NOISE_FACTOR * min(grain, (middle - low) / 1.03 + 0.5))
    return cv2.subtract(contrast, middle), floor


def _small(page: Grey) -> Grey:
    factor = _SMALL_SIDE / page.shape[0]
    if factor >= 1:
        return page
    return cv2.resize(page, (max(4, round(page.shape[1] * factor)), _SMALL_SIDE), interpolation=cv2.INTER_AREA)


def _is_dark_on_light(small: Grey) -> bool:
    """Ink is the minority: the side of the paper's level on which the third moment lies."""
    values = small.astype(np.float32)
    residual = values - cv2.GaussianBlur(values, (0, 0), _SMALL_SIDE / 2, borderType=cv2.BORDER_REPLICATE)
    residual -= residual.mean()
    return float((residual**3).sum()) <= 0


def _grain(page: Grey) -> float:
    """Deviation of what changes from pixel to pixel, by its median; strokes hardly count."""
    high = cv2.absdiff(page, cv2.blur(page, (3, 3)))
    return 1.6 * (float(np.searchsorted(np.cumsum(_histogram(high)), 0.5 * high.size)) + 0.3)


def _histogram(grey: Grey) -> npt.NDArray[np.float32]:
    return cv2.calcHist([grey], [0], None, [256], [0, 256]).ravel()


def _mask(ink: Grey, floor: float) -> Grey:
    """Binarizes at a share of the writing's own darkness, and above the paper's noise."""
    level = max(floor, 0.42 * _peak(ink, floor))
    if floor > _LEAST_CONTRAST:
        ink = cv2.GaussianBlur(ink, (3, 3), 0)
    return cv2.threshold(ink, np.ceil(level) - 1, 255, cv2.THRESH_BINARY)[1]


def _peak(ink: Grey, floor: float) -> float:
    """The darkness of well inked strokes: a high percentile, which a few stray pixels cannot move."""
    histogram = _histogram(ink)
    histogram[: int(np.ceil(floor))] = 0
    total = float(histogram.sum())
    return float(np.searchsorted(np.cumsum(histogram), 0.85 * total)) if total else 255.0


def _cut(ink: Grey, floor: float, extent: Extent) -> Line:
    """The writing, leveled, scaled and stretched to full contrast."""
    text = max(extent.bottom - extent.top, 1.0)
    scale = TEXT / max(text, 0.3 * extent.widest)
    full = max(extent.highest[1] - extent.highest[0], 1.0)
    scale = min(scale, max(0.72 * scale, (HEIGHT - 2) / full), _LARGEST_SCALE)
    width = extent.right - extent.left
    scale = min(scale, (_WIDEST - 2 * (_MARGIN + _EMPTY)) / width)
    middle = _middle(extent, scale)
    columns = max(HEIGHT, round(width * scale) + 2 * _MARGIN)
    left = (extent.left + extent.right) / 2 - columns / 2 / scale
    top = middle + extent.slope * left - HEIGHT / 2 / scale
    pixels = _warp(ink, scale, (left, top), extent.slope, columns)
    peak = max(_peak(pixels, 0.5 * floor), floor)
    pixels = cv2.convertScaleAbs(pixels, alpha=255 / peak)
    height = ink.shape[0]
    high, low = (float(np.clip(y, 0, height)) for y in extent.span)
    box = (int(extent.left), int(high), max(1, round(width)), max(1, round(low - high)))
    pixels = cv2.copyMakeBorder(pixels, 0, 0, _EMPTY, _EMPTY, cv2.BORDER_CONSTANT, value=0)
    empty = _EMPTY / scale
    return Line(pixels, box, float(scale), float(left - empty), float(top - extent.slope * empty), extent.slope)


def _middle(extent: Extent, scale: float) -> float:
    """The y, slope taken off, that comes to the middle row: of the text, but moved to keep what sticks out of it."""
    middle = (extent.top + extent.bottom) / 2
    reach = (HEIGHT / 2 - 1) / scale
    above, below = extent.highest
    if below - above <= 2 * reach:
        return min(max(middle, below - reach), above + reach)
    return middle


def _warp(ink: Grey, scale: float, origin: tuple[float, float], slope: float, columns: int) -> Grey:
    """Samples the line's pixels; what is scaled down a lot is averaged first, so that thin pens do not break."""
    factor = 1.0
    if scale < 0.6:
        factor = scale / 0.8
        size = (max(1, round(ink.shape[1] * factor)), max(1, round(ink.shape[0] * factor)))
        ink = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    step = factor / scale
    matrix = np.array(
        [
            [step, 0, factor * (origin[0] + 0.5 / scale) - 0.5],
            [slope * step, step, factor * (origin[1] + (0.5 + 0.5 * slope) / scale) - 0.5],
        ]
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(ink, matrix, (columns, HEIGHT), flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=0)


def _stages(page: Grey, ink: Grey, mask: Grey, pixels: Grey) -> tuple[Stage, ...]:
    full = cv2.normalize(ink, None, 0, 255, cv2.NORM_MINMAX)
    return (
        Stage("grey", "In grey", page),
        Stage("light", "Light evened, background removed", cv2.bitwise_not(full)),
        Stage("mask", "Ink found", cv2.bitwise_not(mask)),
        Stage("network", "What the network saw", pixels),
    )
