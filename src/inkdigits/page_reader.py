"""Pages: every field that holds a number is read, and what is found there is told in pixels of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey
from inkdigits.number_reader import Found, NumberReader
from inkdigits.reading import Box, Number
from inkdigits.segmentation import Field, Layout, Stage, drop_squares, find_fields, find_glyph
from inkdigits.segmentation.affine import bounds_of
from inkdigits.steps import line_stages
from inkdigits.wish import Wish

_MOST_DOUBTS = 40  # fields of a page that are looked at again: a damaged picture has hundreds, each of noise


class PageReader:
    """Finds fields and reads each as a number."""

    def __init__(self, numbers: NumberReader) -> None:
        """Takes a reader of fields."""
        self._numbers = numbers

    def read_one(self, grey: Grey, wish: Wish, trace: bool = False) -> tuple[tuple[Number, ...], tuple[Stage, ...]]:
        """Reads the one number of a picture, or says why there is none.

        Args:
            grey: uint8 (H, W), as seen: 0 black, 255 white.
            wish: What the number looks like.
            trace: Keep the pictures on the way.
        """
        grey = drop_squares(grey)
        whole = self._numbers.read_one(grey, wish, trace)
        if _is_settled(whole[0][0]):
            return whole
        again = self._second_look(grey, find_fields(grey), wish, trace)
        return ((again.number,), again.stages if trace else ()) if again else whole

    def read_each(self, pictures: Sequence[Grey], wish: Wish) -> list[Number]:
        """Reads the one number of each picture as :meth:`read_one` does, all of them through the networks together."""
        pictures = [drop_squares(grey) for grey in pictures]
        numbers = [found.number for found in self._numbers.read(pictures, wish)]
        for place, (grey, number) in enumerate(zip(pictures, numbers, strict=True)):
            if not _is_settled(number) and (again := self._second_look(grey, find_fields(grey), wish, False)):
                numbers[place] = again.number
        return numbers

    def read(self, grey: Grey, wish: Wish, trace: bool = False) -> tuple[tuple[Number, ...], tuple[Stage, ...]]:
        """Reads all numbers of a page, in reading order; words and drawings are left out.

        Args:
            grey: uint8 (H, W), as seen: 0 black, 255 white.
            wish: What each number looks like.
            trace: Keep the pictures on the way.
        """
        grey = drop_squares(grey)
        layout = find_fields(grey, trace)
        if not layout.fields and find_glyph(grey).blank:
            return (), layout.stages
        if len(layout.fields) <= 1:  # a picture of one number is read as such: nothing is lost by cutting it out
            (one,) = self._numbers.read([grey], wish, trace)
            if not one.number.text:
                one = self._second_look(grey, layout, wish, trace) or one
            return _only_numbers([one]), one.stages if trace else ()
        found = self._numbers.read([field.picture for field in layout.fields], wish, most_doubts=_MOST_DOUBTS)
        stages = (*layout.stages, *line_stages([item.drawn for item in found])) if trace else ()
        placed = [
            _on_page(item, field, grey)
            for item, field in zip(found, layout.fields, strict=True)
            if not (item.shade and _at_edge(field.box, grey.shape))
        ]
        return _only_numbers(placed), stages

    def _second_look(self, grey: Grey, layout: Layout, wish: Wish, trace: bool) -> Found | None:
        """What is refused with all that stands around it may be legible by itself."""
        if len(layout.fields) != 1:
            return None
        (field,) = layout.fields
        (found,) = self._numbers.read([field.picture], wish, trace)
        return _on_page(found, field, grey) if found.number.text else None


def _is_settled(number: Number) -> bool:
    """There is nothing to look at again."""
    return bool(number.text) or number.reason == "blank"


def _only_numbers(found: Sequence[Found]) -> tuple[Number, ...]:
    return tuple(item.number for item in found if item.number.digits and not item.looks_like_a_word)


def _at_edge(box: tuple[int, int, int, int], shape: tuple[int, ...]) -> bool:
    """Whether left, top, width, height reach the edge of a picture (H, W), where shadows come in."""
    left, top, width, height = box
    return min(left, top, shape[1] - left - width, shape[0] - top - height) <= 1


def _on_page(found: Found, field: Field, grey: Grey) -> Found:
    """The same with boxes in pixels of the page."""
    digits = tuple(
        replace(digit, box=None if digit.box is None else _mapped(digit.box, field.to_page, grey))
        for digit in found.number.digits
    )
    return replace(found, number=replace(found.number, digits=digits, box=Box(*field.box)))


def _mapped(box: Box, to_page: npt.NDArray[np.float64], grey: Grey) -> Box:
    """The upright box around a box that is turned."""
    low, high = bounds_of(to_page, (box.left, box.left + box.width), (box.top, box.top + box.height))
    left, top = max(0, round(low[0])), max(0, round(low[1]))
    right, bottom = min(grey.shape[1], round(high[0])), min(grey.shape[0], round(high[1]))
    return Box(left, top, max(1, right - left), max(1, bottom - top))
