"""The normal form: how MNIST was made (LeCun, Cortes, Burges), applied to ink of any size and pen."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey

Box = tuple[int, int, int, int]  # left, top, width, height in pixels

SIDE = 28
BOX = 20
_THINNEST = 1.5  # pixels in the normal form; thinner lines fade when scaled down
_INK = 64  # from this level a pixel counts as ink


def normalize(ink: Grey) -> Grey:
    """Scales ink into a 20x20 box, aspect kept, and puts its center of mass at the center of 28x28.

    Args:
        ink: uint8 (H, W), ink 255 on 0, cropped to the ink or not.

    Returns:
        uint8 (28, 28), ink 255 on 0, anti-aliased; all 0 when there is no ink.
    """
    box = ink_box(ink)
    if box is None:
        return np.zeros((SIDE, SIDE), np.uint8)
    left, top, width, height = box
    crop = ink[top : top + height, left : left + width]
    scale = BOX / max(width, height)
    small = _stretch(_shrink(_thicken(crop, scale), scale) if scale < 1 else _enlarge(crop, scale))
    return _center(small)


def ink_box(ink: Grey) -> Box | None:
    """Left, top, width, height of all ink, or None."""
    left, top, width, height = cv2.boundingRect(cv2.threshold(ink, _INK - 1, 255, cv2.THRESH_BINARY)[1])
    return (left, top, width, height) if width else None


def ink_boxes(stack: npt.NDArray[np.uint8]) -> list[Box | None]:
    """:func:`ink_box` of each picture of a stack (N, H, W) of small ones, several times as quick."""
    columns, rows = (stack.max(axis=axis) >= _INK for axis in (1, 2))
    left, top = columns.argmax(axis=1), rows.argmax(axis=1)
    width = stack.shape[2] - columns[:, ::-1].argmax(axis=1) - left
    height = stack.shape[1] - rows[:, ::-1].argmax(axis=1) - top
    boxes = zip(left.tolist(), top.tolist(), width.tolist(), height.tolist(), strict=True)
    return [box if inked else None for box, inked in zip(boxes, rows.any(axis=1).tolist(), strict=True)]


def _thicken(crop: Grey, scale: float) -> Grey:
    """Widens a pen so thin that scaling down would fade it; thicker pens stay as they are."""
    area = cv2.sumElems(crop)[0] / 255
    edge = cv2.morphologyEx(crop, cv2.MORPH_GRADIENT, _CROSS, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    perimeter = max(cv2.sumElems(edge)[0] / 255 / 2, 1.0)
    # Of a long line of width w, the gradient's band covers about 2 pixels on each side.
    width = 2 * area / perimeter
    missing = _THINNEST / scale - width
    if missing <= 1:
        return crop
    pad = int(missing / 2) + 1
    padded = cv2.copyMakeBorder(crop, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=0)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * pad + 1, 2 * pad + 1))
    return cv2.dilate(padded, kernel)


_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


def _shrink(crop: Grey, scale: float) -> Grey:
    scale = min(scale, BOX / max(crop.shape))
    height, width = crop.shape
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(crop, size, interpolation=cv2.INTER_AREA)


def _enlarge(crop: Grey, scale: float) -> Grey:
    if scale == 1:
        return crop
    height, width = crop.shape
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(crop, size, interpolation=cv2.INTER_CUBIC)


def _stretch(small: Grey) -> Grey:
    """Full contrast: faint pencil and thin pens become as black as MNIST's ink."""
    peak = float(small.max())
    if peak in (0.0, 255.0):
        return small
    return cv2.convertScaleAbs(small, alpha=255 / peak)


def _center(small: Grey) -> Grey:
    height, width = small.shape
    moments = cv2.moments(small)
    mass = moments["m00"]
    x = (SIDE - 1) / 2 - moments["m10"] / mass
    y = (SIDE - 1) / 2 - moments["m01"] / mass
    left = min(max(round(x + 0.5), 0), SIDE - width)
    top = min(max(round(y + 0.5), 0), SIDE - height)
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    canvas[top : top + height, left : left + width] = small
    return canvas


def normal_rows(stack: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Which pictures of a stack are in the normal form already, as MNIST's are.

    Args:
        stack: uint8 (N, 28, 28).

    Returns:
        bool (N,): ink on an empty border, its longer side 18 to 20 pixels, centered on its mass.
    """
    rows = stack.max(axis=2)
    columns = stack.max(axis=1)
    longer = np.maximum(_extent(rows), _extent(columns))
    empty = (rows[:, 0] | rows[:, -1] | columns[:, 0] | columns[:, -1]) == 0
    mass = stack.sum(axis=2, dtype=np.uint32).astype(np.float32)
    total = np.maximum(mass.sum(axis=1), 1)
    y = mass @ _AXIS / total
    x = stack.sum(axis=1, dtype=np.uint32).astype(np.float32) @ _AXIS / total
    centered = (np.abs(x - SIDE / 2 + 0.25) <= 1) & (np.abs(y - SIDE / 2 + 0.25) <= 1)
    return empty & centered & (longer >= 18) & (longer <= BOX)


_AXIS = np.arange(SIDE, dtype=np.float32)


def _extent(profile: npt.NDArray[np.uint8]) -> npt.NDArray[np.intp]:
    """Length of the stretch above the ink level in each row of a (N, 28) profile."""
    dark = profile >= _INK
    start = dark.argmax(axis=1)
    end = SIDE - dark[:, ::-1].argmax(axis=1)
    return np.where(dark.any(axis=1), end - start, 0)
