"""``find_glyph``: the one digit of a picture, in its normal form."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from inkdigits.images.page import Grey
from inkdigits.segmentation.clean import drop_frames, drop_rulings, keep_digit, may_frame
from inkdigits.segmentation.evidence import is_ink
from inkdigits.segmentation.light import Lift, lift_ink, without_shades
from inkdigits.segmentation.normalize import SIDE, Box, ink_box, normalize
from inkdigits.segmentation.shapes import count_parts
from inkdigits.segmentation.shrink import shrink_to
from inkdigits.segmentation.squares import drop_squares
from inkdigits.segmentation.tight import with_margin

_WORKING_SIDE = 384  # pixels: larger pictures are scaled down first; a digit needs 28
_COARSE = 72  # pixels: a digit found smaller than this on a page scaled down is looked at again
_SMALLEST = 5  # pixels at working size: smaller marks are dust,
_PALE = 8  # grey levels: ink paler than this does not count in the peak,
_WELL_INKED = 0.85  # which this share of the rest does not exceed
_NEIGHBORS = np.ones((3, 3), np.uint8)
_SMALLEST_SHARE = 0.04  # and so are those on paper smaller than this share of the page's longer side


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One picture on the way; uint8 (h, w), as ``Step`` will show it."""

    name: str
    title: str
    picture: Grey


@dataclass(frozen=True, slots=True, eq=False)
class Glyph:
    """A digit cut out and normalized.

    Attributes:
        pixels: uint8 (28, 28), ink 255 on 0, the network's input; all 0 when nothing was found.
        box: Left, top, width, height in pixels of the page, or None when nothing was found.
        stages: The pictures on the way, in order.
    """

    pixels: Grey
    box: Box | None
    stages: tuple[Stage, ...] = field(default=())

    @property
    def blank(self) -> bool:
        """True when there is no ink."""
        return self.box is None


def find_glyph(grey: Grey, trace: bool = False) -> Glyph:
    """Finds the ink of one digit on a page.

    Args:
        grey: uint8 (H, W), as seen: 0 black, 255 white; any polarity, size and light.
        trace: Keep the pictures on the way.

    Returns:
        The glyph; blank when the page has no ink that stands out from paper and noise.
    """
    page, scale = shrink_to(grey, _WORKING_SIDE, _WORKING_SIDE)
    glyph = _find_cropped(page, trace) or _find(page, trace)
    if glyph.box is None or scale == 1:
        return glyph
    box = _scaled(glyph.box, scale, grey)
    if max(glyph.box[2:]) >= _COARSE:
        return replace(glyph, box=box)
    return _look_closer(grey, box, trace) or replace(glyph, box=box)


def _find_cropped(page: Grey, trace: bool) -> Glyph | None:
    """The digit of a picture that was cropped to it, found with paper around it."""
    larger = with_margin(page) if min(page.shape) >= _SMALLEST else None
    if larger is None:
        return None
    picture, margin = larger
    glyph = _find(picture, trace)
    if glyph.box is None:
        return None
    left, top = max(0, glyph.box[0] - margin), max(0, glyph.box[1] - margin)
    return replace(
        glyph, box=(left, top, min(glyph.box[2], page.shape[1] - left), min(glyph.box[3], page.shape[0] - top))
    )


def _look_closer(grey: Grey, box: Box, trace: bool) -> Glyph | None:
    """Reads a digit that is small on a large page from the page's own pixels."""
    left, top, width, height = box
    margin = max(width, height) // 2
    x, y = max(0, left - margin), max(0, top - margin)
    part, scale = shrink_to(grey[y : top + height + margin, x : left + width + margin], _WORKING_SIDE, _WORKING_SIDE)
    glyph = _find(part, trace)
    if glyph.box is None:
        return None
    found = _scaled(glyph.box, scale, grey)
    return replace(glyph, box=(found[0] + x, found[1] + y, found[2], found[3]))


def _find(page: Grey, trace: bool) -> Glyph:
    if min(page.shape) < _SMALLEST:
        return Glyph(np.zeros((SIDE, SIDE), np.uint8), None)
    lift = lift_ink(page)
    if not lift.alone and (plain := drop_squares(page)) is not page:
        lift = lift_ink(plain)
    lift, mask, box = _find_ink(lift)
    ink = _masked(lift, mask, box) if box else mask
    pixels = normalize(ink)
    stages = _stages(page, lift, mask, ink, pixels) if trace else ()
    return Glyph(pixels, box if pixels.any() else None, stages)


def _find_ink(lift: Lift) -> tuple[Lift, Grey, Box | None]:
    """What the ink is taken from, where it is, and its box; where shadows stand out, first without them."""
    if (clearer := without_shades(lift)) is not None:
        mask, box = _find_mask(clearer)
        if box is not None:
            return clearer, mask, box
    return lift, *_find_mask(lift)


def _find_mask(lift: Lift) -> tuple[Grey, Box | None]:
    """Where the ink is, 255 in a mask, and its box; all 0 and None where there is nothing that looks written."""
    mask, box, whole = _clean_mask(lift) if lift.alone else _paper_mask(lift)
    if box is None or not is_ink(lift, mask, box, whole) or max(box[2], box[3]) < _least_size(mask, lift.alone):
        return np.zeros_like(mask), None
    return mask, box


def _least_size(mask: Grey, alone: bool) -> float:
    """Pixels of the longer side from which marks count: a drawing's were meant, however large its canvas."""
    side = max(mask.shape)
    return min(_SMALLEST if alone else max(_SMALLEST, _SMALLEST_SHARE * side), 0.3 * side)


def _paper_mask(lift: Lift) -> tuple[Grey, Box | None, bool]:
    """Binarizes above the paper's noise, drops what is not the digit, then goes by the digit's own darkness.

    Returns:
        The ink, its box, and whether it is known to be in one piece.
    """
    candidate = keep_digit(drop_rulings(_threshold(lift.ink, lift.floor)), False)
    if not candidate.any():
        return candidate, None, False
    level = max(lift.floor, 0.38 * _peak(lift.ink, candidate))
    mask = keep_digit(cv2.bitwise_and(candidate, _threshold(lift.ink, level)), False)
    return mask, ink_box(mask), False


def _clean_mask(lift: Lift) -> tuple[Grey, Box | None, bool]:
    """As :func:`_paper_mask`. Of a drawing, only the part around its ink is looked at: most of a canvas is empty."""
    left, top, width, height = cv2.boundingRect(_threshold(lift.ink, lift.floor))
    mask = np.zeros_like(lift.ink)
    if not width:
        return mask, None, False
    here = np.s_[top : top + height, left : left + width]
    ink = lift.ink[here]
    part = _threshold(ink, max(lift.floor, 0.35 * _peak(ink)))
    whole = count_parts(part) <= 1  # six times as quick as labelling, and most drawings are in one piece
    if not whole:
        part = keep_digit(part, True)
    mask[here] = part
    if may_frame(width, height, mask.shape):
        mask = drop_frames(mask)
        return mask, ink_box(mask), False
    x, y, width, height = cv2.boundingRect(part)
    return mask, (left + x, top + y, width, height) if width else None, whole


def _threshold(ink: Grey, level: float) -> Grey:
    return cv2.threshold(ink, np.ceil(level) - 1, 255, cv2.THRESH_BINARY)[1]


def _peak(ink: Grey, mask: Grey | None = None) -> float:
    """The darkness of well inked strokes: a high percentile that a few stray pixels cannot move."""
    if mask is not None:
        ink = cv2.bitwise_and(ink, mask)
    most, total = int(ink.max()), _count_from(ink, _PALE)
    if total == 0:
        return 0.0
    if total - _count_from(ink, most) < _WELL_INKED * total:
        return float(most)  # a drawing's ink is nearly all of one level: six times as quick as its histogram
    histogram = cv2.calcHist([ink], [0], None, [256], [0, 256]).ravel()
    histogram[:_PALE] = 0
    return float(np.searchsorted(np.cumsum(histogram), _WELL_INKED * total))


def _count_from(ink: Grey, level: int) -> int:
    return cv2.countNonZero(cv2.threshold(ink, level - 1, 255, cv2.THRESH_BINARY)[1])


def _masked(lift: Lift, mask: Grey, box: Box) -> Grey:
    """Soft ink inside the mask and one pixel around it, stretched to full contrast, cropped to it."""
    left, top = max(box[0] - 1, 0), max(box[1] - 1, 0)
    right, bottom = box[0] + box[2] + 1, box[1] + box[3] + 1
    region = mask[top:bottom, left:right]
    around = cv2.dilate(region, _NEIGHBORS)
    soft = cv2.bitwise_and(lift.ink[top:bottom, left:right], around)
    peak = max(_peak(soft, region), 1.0)
    return cv2.convertScaleAbs(soft, alpha=255 / peak) if peak < 255 else soft


def _scaled(box: Box, scale: float, grey: Grey) -> Box:
    """The box in the pixels of ``grey``, which was scaled by ``scale``."""
    if scale == 1:
        return box
    height, width = grey.shape
    left, top = min(int(box[0] / scale), width - 1), min(int(box[1] / scale), height - 1)
    wide, tall = max(1, round(box[2] / scale)), max(1, round(box[3] / scale))
    return left, top, min(wide, width - left), min(tall, height - top)


def _stages(page: Grey, lift: Lift, mask: Grey, ink: Grey, pixels: Grey) -> tuple[Stage, ...]:
    full = cv2.normalize(lift.ink, None, 0, 255, cv2.NORM_MINMAX) if lift.ink.any() else lift.ink
    return (
        Stage("grey", "In grey", page),
        Stage("light", "Light evened, background removed", cv2.bitwise_not(full)),
        Stage("mask", "Ink found", cv2.bitwise_not(mask)),
        Stage("ink", "Cut out", cv2.bitwise_not(ink)),
        Stage("network", "What the network saw", pixels),
    )
