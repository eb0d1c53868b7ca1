"""Is it ink at all? Shadows, edges of the paper, smudges, noise and texture are told from strokes of a pen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey
from inkdigits.segmentation.light import Lift
from inkdigits.segmentation.normalize import Box, ink_box
from inkdigits.segmentation.shapes import count_parts, is_ellipse, is_lattice, thickness_of

_SIDE = 64  # pixels: marks are looked at no larger than this
_BLOB = 0.42  # thickness by longer side: no stroke of a digit is as thick as this
_SPOT = 0.8  # the same, whatever the contrast: a dot, however large
_FAINT_BLOB = 0.2  # the same, for marks so faint that a pen would have drawn them thin
_SHARP = 6.0  # pixels: in thinner marks, blur hides whether they have an edge
_FAINT = 45.0  # grey levels of contrast
_SMUDGE = 0.28  # thickness by longer side from which a mark without edges is a smudge: its part above 0.7 of its peak
_CORE = 0.4  # is this small beside the part above 0.3; a Gaussian spot has 0.24, a blurred stroke 0.46 and more
_UNEVEN = 0.6  # spread of the surroundings by the mark's contrast,
_UNEVEN_ACROSS = 0.25  # and difference between the sides of a mark from edge to edge
_CONTACT = 0.8  # length along the picture's edge by longer side
_CRUMBS = 7  # parts; a digit whose strokes are broken into more is not legible
_SURROUNDED = 0.3  # share of the ring around a mark that may be as dark as the mark,
_SUNK = 0.5  # the same before its light was evened,
_REACH = 3.0  # strokes' widths: paper is looked for so far around,
_RISEN = 0.55  # and lies this share of the contrast above a stroke; photographed digits have 0.9 and more
_FAINT_REACH = 2.0  # the same for faint marks: also a blurred stroke is back at its paper this near,
_FAINT_RISEN = 0.75  # and a gradient is not
_STAIN = 0.5  # thickness of a round part by its longer side,
_STAIN_AREA = 1.7  # and its area by its thickness squared; a disc has 0.8, a stroke twice as long as wide 2
_BLOT = 65.0  # grey levels: a pen that leaves an ellipse of more contrast has written,
_BLOT_WIDTH = 5.0  # and so has one that leaves a thinner one, in pixels of the page
_SOFT = 0.48  # rise of an edge over two pixels by the ink's darkness: pens have 0.5 to 1, also a little out of focus
_EDGELESS = 0.18  # the same: far out of focus, a pen's stroke has 0.2
_PALE_EDGELESS, _PALEST = 0.34, 22.0  # and for ink of less contrast than this, which has 0.35 a little out of focus
_FORM = 48  # pixels: smaller marks are too coarse to tell the lines of a form from strokes
_FRAME = 0.6  # of the picture's sides: a cell's outline is as large, or reaches the picture's edge
_BAR = 0.08  # of the picture's side: a straight mark from edge to edge, as thin as this, is a ruling
_HAIRLINE, _FADED, _LONG = 2, 0.4, 0.9  # pixels; of its contrast, beyond its ends; of the picture: nothing is beyond
_RIM, _RIM_LONG = 0.1, 0.7  # of the picture's side: what is within so narrow a rim and as long is no digit
_BORDERED = 0.12  # and the same where the picture ends, where shadows and desks come in

_AROUND = np.ones((3, 3), np.uint8)


def is_ink(lift: Lift, mask: Grey, box: Box | None = None, whole: bool = False) -> bool:
    """Whether marks look written: one piece or few, with edges, and on paper no blob and dark against what is around.

    Args:
        lift: The ink's contrast.
        mask: uint8 (H, W), 255 where ink was found.
        box: Left, top, width, height of what is in the mask, where it is known already.
        whole: What is in the mask is known to be in one piece.
    """
    box = box or ink_box(mask)
    if box is None:
        return False
    left, top, width, height = box
    side = max(width, height)
    pad = max(3, round(side * 0.1)) + 3
    here = np.s_[max(0, top - pad) : top + height + pad, max(0, left - pad) : left + width + pad]
    mark = _Mark.of(mask[here], lift.ink[here], side)
    if mark.is_spot() or mark.is_smudge() or mark.is_blot() or (mark.is_blob() and mark.faint):
        return False
    if not whole and mark.is_dust():
        return False
    if not lift.alone and (_is_ruled(mark, box, mask.shape) or _goes_on(lift.ink, box, mark.contrast)):
        return False
    if lift.even is None or lift.smooth is None:
        return not mark.faint or _rise(mask, cv2.bitwise_not(lift.ink), box, mark, _FAINT_REACH) >= _FAINT_RISEN
    if mark.is_blob() or mark.dark_around(lift.even[here]) > _SURROUNDED or mark.dark_around(lift.smooth[here]) > _SUNK:
        return False
    reach, risen = (_FAINT_REACH, _FAINT_RISEN) if mark.faint else (_REACH, _RISEN)
    if mark.is_stain() or _rise(mask, lift.smooth, box, mark, reach) < risen:
        return False
    if not _comes_in(box, mask.shape):
        return True
    if mark.is_border(lift.smooth[here]) or _hugs_edge(mask, side):
        return False
    return not _goes_across(box, mask.shape) or not _divides(mask, lift.smooth, mark.contrast)


@dataclass(frozen=True, eq=False)
class _Mark:
    """A mark at a size where looking is cheap.

    Attributes:
        mask: uint8 (h, w), 255 where the mark is, with some surroundings.
        full: uint8 (H, W), the same at the page's size.
        ink: uint8 (H, W), its contrast, at the page's size.
        side: The longer side of its box in these pixels.
        scale: These pixels by those of the page.
        thickness: Width of its thickest stroke in these pixels.
    """

    mask: Grey
    full: Grey
    ink: Grey
    side: float
    scale: float
    thickness: float

    @classmethod
    def of(cls, full: Grey, ink: Grey, side: int) -> _Mark:
        scale = min(1.0, _SIDE / side)
        mask = cv2.threshold(_resize(full, scale), 127, 255, cv2.THRESH_BINARY)[1]
        thickness = thickness_of(mask)
        if thickness == 0:  # hairlines between the pixels that were looked at
            mask = cv2.threshold(_resize(full, scale, cv2.INTER_AREA), 0, 255, cv2.THRESH_BINARY)[1]
            thickness = thickness_of(mask)
        return cls(mask, full, ink, side * scale, scale, thickness)

    @cached_property
    def contrast(self) -> float:
        """Mean contrast in grey levels."""
        # Five times as quick as the mean under a mask.
        return cv2.sumElems(cv2.bitwise_and(self.ink, self.full))[0] / max(cv2.countNonZero(self.full), 1)

    @property
    def faint(self) -> bool:
        return self.contrast < _FAINT

    @property
    def _sharp(self) -> float:
        return _SHARP * self.scale

    def is_spot(self) -> bool:
        """As thick as it is long: the pen touched, and wrote nothing."""
        return self.thickness > _SPOT * self.side

    def is_dust(self) -> bool:
        """Many parts, each small beside the whole: specks and grain, not the broken strokes of a digit."""
        # A hairline falls to pieces where it is scaled down: only what is in one piece there needs no closer look.
        if count_parts(self.mask) == 1 or count_parts(self.full) <= 1:
            return False  # several times as quick as their areas, and most digits are in one piece
        count, _, stats, _ = cv2.connectedComponentsWithStats(self.full, connectivity=8)
        stats = stats[1:]
        largest = max(stats[:, cv2.CC_STAT_WIDTH].max(), stats[:, cv2.CC_STAT_HEIGHT].max())
        areas = stats[:, cv2.CC_STAT_AREA]
        crumbs = count - 1 > _CRUMBS and areas.max() < 0.35 * areas.sum()
        return bool(crumbs or largest < 0.2 * self.side / self.scale)

    def is_blob(self) -> bool:
        """Thicker than any stroke would be."""
        if self.thickness <= max(self._sharp, self.side * _FAINT_BLOB):
            return False
        return self.thickness > max(self._sharp, self.side * (_FAINT_BLOB if self.faint else _BLOB))

    def is_stain(self) -> bool:
        """Nothing but round parts: spots beside each other are as long as a digit, none of them is a stroke."""
        count, labels, stats, _ = cv2.connectedComponentsWithStats(self.mask, connectivity=8)
        padded = cv2.copyMakeBorder(self.mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
        depth = cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1]
        for index in range(1, count):
            _, _, width, height, area = stats[index]
            thickness = 2 * float(depth[labels == index].max())
            round_enough = thickness > _STAIN * max(width, height) and area < _STAIN_AREA * thickness**2
            if not round_enough or thickness <= self._sharp:
                return False
        return True

    def is_smudge(self) -> bool:
        """A thick mark without an edge: its dark core is small beside its pale rim."""
        if self.thickness < max(self._sharp, self.side * _SMUDGE):
            return False
        ink = _resize(self.ink, self.scale)
        inside = ink[self.mask > 0]
        peak = float(np.percentile(inside, 98))
        near = cv2.dilate(self.mask, np.ones((5, 5), np.uint8))
        pale = np.count_nonzero((ink >= 0.3 * peak) & (near > 0))
        return bool(np.count_nonzero(inside >= 0.7 * peak) < _CORE * pale)

    def is_blot(self) -> bool:
        """Pale, and elliptical or without an edge: a drop, a finger or the light left it."""
        if self.contrast >= _BLOT or self.thickness < _BLOT_WIDTH * self.scale:
            return False
        steepness = self._steepness()
        edgeless = _EDGELESS if self.contrast >= _PALEST else _PALE_EDGELESS
        return steepness < edgeless or (steepness < _SOFT and is_ellipse(self.mask, self.thickness))

    def _steepness(self) -> float:
        """How much the contrast rises over two pixels at the mark's edge, by the darkness of its ink."""
        rise = cv2.morphologyEx(self.ink, cv2.MORPH_GRADIENT, _AROUND)
        edge = cv2.morphologyEx(self.full, cv2.MORPH_GRADIENT, _AROUND) > 0
        return float(np.median(rise[edge])) / max(1.0, float(np.percentile(self.ink[self.full > 0], 95)))

    def dark_around(self, shade: Grey) -> float:
        """Share of the surroundings as dark as the mark: high for a shadow, a gradient, or the edge of something."""
        shade = _resize(shade, self.scale)
        ring = self._ring(shade)
        darkness = float(cv2.mean(shade, self.mask)[0])
        return float(np.mean(ring < darkness + 0.5 * self.contrast)) if len(ring) else 0.0

    def is_border(self, shade: Grey) -> bool:
        """True where dark meets light: part of the surroundings is as dark as the mark, or they differ as much."""
        ring = self._ring(_resize(shade, self.scale))
        if not len(ring):
            return False
        low, high = (float(level) for level in np.percentile(ring, (15, 85)))
        return high - low > _UNEVEN * self.contrast or self.dark_around(shade) > _BORDERED

    def _ring(self, shade: Grey) -> npt.NDArray[np.uint8]:
        near = max(1, round(min(self.side * 0.05, self.thickness * 0.8)))
        inner = cv2.dilate(self.mask, np.ones((2 * near + 1, 2 * near + 1), np.uint8))
        outer = cv2.dilate(inner, np.ones((5, 5), np.uint8))
        return shade[(outer > 0) & (inner == 0)]


def _resize(picture: Grey, scale: float, interpolation: int = cv2.INTER_LINEAR) -> Grey:
    if scale == 1:
        return picture
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    return cv2.resize(picture, size, interpolation=interpolation)


def _rise(mask: Grey, smooth: Grey, box: Box, mark: _Mark, reach: float) -> float:
    """How far paper rises above a mark on all its sides, by the mark's contrast: 0 for a shadow's or a sheet's edge.

    A closing wider than a stroke fills it up to its paper (Gonzalez & Woods); a slope or a step it leaves as it is.
    What lies beyond the picture counts as dark: nobody knows that there is paper.
    """
    left, top, width, height = box
    wide = max(5, round(reach * mark.thickness / mark.scale)) | 1
    here = np.s_[max(0, top - 2 * wide) : top + height + 2 * wide, max(0, left - 2 * wide) : left + width + 2 * wide]
    shade = cv2.copyMakeBorder(smooth[here], wide, wide, wide, wide, cv2.BORDER_CONSTANT, value=0)
    risen = cv2.morphologyEx(shade, cv2.MORPH_BLACKHAT, np.ones((wide, wide), np.uint8))
    inside = np.ascontiguousarray(mask[here])
    return float(cv2.mean(np.ascontiguousarray(risen[wide:-wide, wide:-wide]), inside)[0]) / max(mark.contrast, 1.0)


def _hugs_edge(mask: Grey, side: int) -> bool:
    """True for a mark that lies along the picture's edge: a desk or a shadow that comes in."""
    contact = sum(np.count_nonzero(edge) for edge in (mask[0], mask[-1], mask[:, 0], mask[:, -1]))
    return bool(contact > _CONTACT * side)


def _goes_across(box: Box, shape: tuple[int, ...]) -> bool:
    left, top, width, height = box
    return (left <= 1 and left + width >= shape[1] - 1) or (top <= 1 and top + height >= shape[0] - 1)


def _divides(mask: Grey, smooth: Grey, contrast: float) -> bool:
    """True when a mark from edge to edge parts dark from light: the rim of a shadow or of the paper."""
    sides = cv2.bitwise_not(cv2.dilate(mask, np.ones((3, 3), np.uint8)))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(sides, connectivity=4)
    largest = 1 + np.argsort(stats[1:, cv2.CC_STAT_AREA])[-2:]
    levels = [float(np.median(smooth[labels == index])) for index in largest]
    return max(levels) - min(levels) > _UNEVEN_ACROSS * contrast if levels else True


def _is_ruled(mark: _Mark, box: Box, shape: tuple[int, ...]) -> bool:
    """True for the lines of a cell or of squared paper, and for one thin ruling across a picture."""
    _, _, width, height = box
    if max(width, height) < _FORM:
        return False
    if _is_rim_line(box, shape) or (
        _goes_across(box, shape) and (width <= _BAR * shape[1] or height <= _BAR * shape[0])
    ):
        return True
    large = width >= _FRAME * shape[1] and height >= _FRAME * shape[0]
    return (large or _comes_in(box, shape)) and is_lattice(mark.mask)


def _goes_on(ink: Grey, box: Box, contrast: float) -> bool:
    """True for a hairline that fades, but goes on to both edges of the picture: a ruling."""
    left, top, width, height = box
    if min(width, height) > _HAIRLINE:
        return False
    if width > height:
        return _goes_on(ink.T, (top, left, height, width), contrast)
    if height > _LONG * len(ink):
        return False
    beyond = np.delete(ink, np.s_[top : top + height], axis=0).mean(axis=0)
    return float(beyond[left : left + width].max()) >= float(np.median(beyond)) + _FADED * contrast


def _is_rim_line(box: Box, shape: tuple[int, ...]) -> bool:
    """True for a long slim mark within the picture's rim and along it: the side of a cell."""
    left, top, width, height = box
    beside = left + width <= _RIM * shape[1] or left >= (1 - _RIM) * shape[1]
    above = top + height <= _RIM * shape[0] or top >= (1 - _RIM) * shape[0]
    return (beside and height >= _RIM_LONG * shape[0]) or (above and width >= _RIM_LONG * shape[1])


def _comes_in(box: Box, shape: tuple[int, ...]) -> bool:
    """True for a mark at the picture's edge, unless it fills the picture as a tightly cropped digit does."""
    left, top, width, height = box
    if width > 0.6 * shape[1] and height > 0.6 * shape[0]:
        return False
    rim = max(2, round(0.04 * max(shape)))
    return left <= rim or top <= rim or left + width >= shape[1] - rim or top + height >= shape[0] - rim
