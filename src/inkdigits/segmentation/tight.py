"""A digit that was cropped to its ink: without paper around it, nobody could tell it from a shadow or a desk."""

from __future__ import annotations

import cv2
import numpy as np

from inkdigits.images.page import Grey
from inkdigits.segmentation.clean import drop_frames
from inkdigits.segmentation.shapes import count_parts, thickness_of

_CLEAR = 60.0  # grey levels between ink and paper
_SLACK = 0.03  # of the longer side, two pixels at least, that may be between the ink and the picture's sides
_CONTACT = 0.8  # length along the sides by the longer one: what lies along them is no digit
_PEN = 0.3  # of the longer side: a pen is no wider
_DEEP = 1.5  # pens' widths from the side: so far in,
_WIDER = 1.4  # a stroke that was cut off is at most so many times as wide as where it was cut, and as narrow
_PARTS = 6  # of ink, and of paper with its islands
_LEAST, _MOST = 0.05, 0.7  # of the picture that is ink
_MARGIN = 0.35  # of the longer side


def with_margin(page: Grey) -> tuple[Grey, int] | None:
    """Puts paper around what reaches all four sides of a picture, as a cropped digit does.

    Args:
        page: uint8 (H, W), as seen, at least 5 pixels a side; any polarity.

    Returns:
        The larger picture, and how many pixels were added on each side; None when it is no such crop.
    """
    side = max(page.shape)
    slack = max(2, round(_SLACK * side))
    strips = (page[: slack + 1], page[-slack - 1 :], page[:, : slack + 1], page[:, -slack - 1 :])
    if any(int(strip.max()) - int(strip.min()) < _CLEAR for strip in strips):
        return None  # nothing reaches this side
    _, light = cv2.threshold(page, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    if cv2.countNonZero(light) in (0, page.size):
        return None
    dark = cv2.bitwise_not(light)
    if cv2.mean(page, light)[0] - cv2.mean(page, dark)[0] < _CLEAR:
        return None
    ink = min((dark, light), key=_contact)
    if not _reaches_all_sides(ink, slack) or _contact(ink) > _CONTACT * side:
        return None
    if not _LEAST < cv2.countNonZero(ink) / page.size < _MOST:
        return None
    if count_parts(ink) > _PARTS or count_parts(cv2.bitwise_not(ink)) > _PARTS or drop_frames(ink) is not ink:
        return None  # grain, or a cell
    pen = thickness_of(ink)
    if pen > _PEN * side or any(_crosses(turned, pen) for turned in (ink, ink[::-1], ink.T, ink.T[::-1])):
        return None
    margin = max(4, round(_MARGIN * side))
    return _surrounded(page, ink, margin), margin


def _contact(ink: Grey) -> int:
    """Pixels of the picture's sides that are ink."""
    return sum(int(np.count_nonzero(rim)) for rim in (ink[0], ink[-1], ink[:, 0], ink[:, -1]))


def _reaches_all_sides(ink: Grey, slack: int) -> bool:
    left, top, width, height = cv2.boundingRect(ink)
    beyond = (left, top, ink.shape[1] - left - width, ink.shape[0] - top - height)
    return max(beyond) <= slack


def _crosses(ink: Grey, pen: float) -> bool:
    """Whether a stroke comes in over the picture's upper side: where it is cut off, it is as wide as further in.

    The ink of a digit that is whole begins there with a round end, a bow, or along a bar that is soon over.
    """
    rows = ink[: round(_DEEP * pen) + 1]
    return any(_goes_on(rows[1:], run) for run in _runs(rows[0]))


def _goes_on(rows: Grey, first: tuple[int, int]) -> bool:
    """Whether what begins as one run of ink has about the same width in all further rows."""
    low, high = first
    widths = []
    for row in rows:
        met = [run for run in _runs(row) if run[0] < high and run[1] > low]
        if not met:
            return False
        low, high = met[0][0], met[-1][1]
        widths.append(high - low)
    width = first[1] - first[0]
    return bool(widths) and max(widths) < _WIDER * width and widths[-1] > width / _WIDER


def _runs(row: Grey) -> list[tuple[int, int]]:
    """Where ink begins and ends along a row."""
    edges = np.flatnonzero(np.diff(np.pad((row > 0).astype(np.int8), 1))).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _surrounded(page: Grey, ink: Grey, margin: int) -> Grey:
    """The picture on more paper, whose light goes on as it changes across what is seen of it."""
    height, width = page.shape
    rows, columns = np.nonzero(cv2.erode(cv2.bitwise_not(ink), np.ones((3, 3), np.uint8)))
    if len(rows) < 3:
        rows, columns = np.nonzero(ink == 0)
    known = np.stack([np.ones(len(rows)), rows, columns], axis=1)
    flat, down, across = np.linalg.lstsq(known, page[rows, columns].astype(np.float64), rcond=None)[0]
    y = np.arange(-margin, height + margin)[:, None]
    x = np.arange(-margin, width + margin)[None, :]
    larger: Grey = np.clip(np.rint(flat + down * y + across * x), 0, 255).astype(np.uint8)
    larger[margin : margin + height, margin : margin + width] = page
    return larger
