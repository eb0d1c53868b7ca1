"""The hands that write lines: one person's digits, or digits of many cut to one size, as strokes or bitmaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey
from inkdigits.training.habits import cross_seven, slash_zero, write_one
from inkdigits.training.lines.marks import STYLES, rushed_digit
from inkdigits.training.lines.strings import chance
from inkdigits.training.sources import Sources, print_character, print_fonts
from inkdigits.training.vector_digits import NON_DIGITS, draw_non_digit
from inkdigits.training.vector_digits import STYLES as COPYBOOK
from inkdigits.training.vector_pen import Points, draw_digit

Rng = np.random.Generator
Glyph = list[Points] | Grey
"""Strokes with their top at 0 and their baseline at 1, or a bitmap, ink 255 on 0, cropped to its ink."""

_DRAWN = 14  # digits a style in the bank
_SCRIBBLES = 240
_STEP = 0.085  # text heights along a stroke between two points


@dataclass(slots=True, eq=False)
class Desk:
    """The sources, sorted by who wrote what."""

    sources: Sources
    by_writer: dict[int, list[npt.NDArray[np.int64]]]
    mnist: list[npt.NDArray[np.int64]]
    bitmaps: list[npt.NDArray[np.int64]]
    writers: list[int] = field(default_factory=list)
    letter_writers: list[npt.NDArray[np.int64]] = field(default_factory=list)
    _glyphs: dict[tuple[str, int], Glyph] = field(default_factory=dict)

    def pen(self, index: int) -> list[Points]:
        """The pen sample of that index, upright; not to be changed."""
        key = ("pens", index)
        if key not in self._glyphs:
            self._glyphs[key] = upright(self.sources.pens.samples[index])
        found = self._glyphs[key]
        assert isinstance(found, list)
        return found

    def bitmap(self, kind: str, index: int) -> Grey:
        """The bitmap of that index, cropped to its ink."""
        key = (kind, index)
        if key not in self._glyphs:
            pictures = self.sources.mnist if kind == "mnist" else self.sources.bitmaps
            self._glyphs[key] = crop(np.asarray(pictures.images[index], np.uint8))
        found = self._glyphs[key]
        assert isinstance(found, np.ndarray)
        return found


@lru_cache(maxsize=4)
def desk_of(sources: Sources) -> Desk:
    """Sorts the sources once."""
    pens = sources.pens
    by_writer = {}
    for writer in np.unique(pens.writers):
        own = [np.flatnonzero((pens.writers == writer) & (pens.labels == str(digit))) for digit in range(10)]
        if all(map(len, own)):
            by_writer[int(writer)] = own
    everyone = [np.flatnonzero(pens.labels == str(digit)) for digit in range(10)]
    by_writer[-1] = everyone
    return Desk(
        sources,
        by_writer,
        [np.flatnonzero(sources.mnist.labels == digit) for digit in range(10)],
        [np.flatnonzero(sources.bitmaps.labels == digit) for digit in range(10)],
        [writer for writer in by_writer if writer >= 0] or [-1],
        [np.flatnonzero(sources.letters.writers == writer) for writer in np.unique(sources.letters.writers)],
    )


@cache
def vector_bank() -> dict[tuple[int, str], list[list[Points]]]:
    """Digits of every copybook and rushed style, drawn once from a fixed seed."""
    rng = np.random.default_rng(8_341)
    bank: dict[tuple[int, str], list[list[Points]]] = {}
    for label in range(10):
        for style in COPYBOOK[label]:
            bank[label, style] = [upright(draw_digit(label, rng, style)) for _ in range(_DRAWN)]
        for style in STYLES.get(label, ()):
            bank[label, style] = [upright(rushed_digit(label, style, rng)) for _ in range(_DRAWN)]
    return bank


@cache
def scribble_bank() -> list[list[Points]]:
    """Things that are no digits, drawn once from a fixed seed; single ones only, no rows of digits."""
    rng = np.random.default_rng(511)
    left_out = {"two_digits", "three_digits", "dots", "minus", "equals", "dollar", "half", "at", "overwritten"}
    kinds = [kind for kind in NON_DIGITS if kind not in left_out]
    return [upright(draw_non_digit(rng, kinds[i % len(kinds)])) for i in range(_SCRIBBLES)]


@lru_cache(maxsize=4_000)
def printed(characters: str, font: str, size: int) -> Grey:
    """Printed characters, cropped to their ink."""
    return crop(print_character(characters, font, size))


def crop(ink: Grey) -> Grey:
    """The ink's box; the whole picture when it is empty."""
    rows, columns = np.flatnonzero(ink.max(axis=1) > 100), np.flatnonzero(ink.max(axis=0) > 100)
    if not len(rows) or not len(columns):
        return ink
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def upright(strokes: Sequence[npt.NDArray[Any]]) -> list[Points]:
    """Scales strokes to a height of 1, or a width of 1.3 for flat ones, with their left end at 0."""
    points = np.concatenate(strokes)
    low = points.min(axis=0)
    extent = points.max(axis=0) - low
    size = max(float(extent[1]), float(extent[0]) / 1.3, 1e-6)
    return [(_thin_out(np.asarray(stroke, np.float64), size * _STEP) - low) / size for stroke in strokes]


def _thin_out(stroke: Points, step: float) -> Points:
    """Fewer points where they lie close: drawing costs time by the point."""
    if len(stroke) < 6:
        return stroke
    length = float(np.abs(np.diff(stroke, axis=0)).sum())
    count = max(4, int(length / step))
    if count >= len(stroke) - 1:
        return stroke
    return stroke[np.linspace(0, len(stroke) - 1, count).round().astype(np.intp)]


@dataclass(slots=True, eq=False)
class Hand:
    """Who writes a line and with which habits; ``kind`` is "pens", "vector", "mnist", "bitmaps" or "print"."""

    desk: Desk
    kind: str
    rng: Rng
    writer: int = -1
    styles: dict[int, str] = field(default_factory=dict)
    font: str = ""
    small_zero: float = 1.0
    crossed_sevens: bool = False
    slashed_zeros: bool = False
    own_ones: bool = False
    rushed: bool = False

    @property
    def strokes(self) -> bool:
        """True when the hand's digits are strokes."""
        return self.kind in ("pens", "vector")

    def digit(self, label: int) -> Glyph:
        """One digit."""
        rng = self.rng
        if self.kind in ("mnist", "bitmaps"):
            own = (self.desk.mnist if self.kind == "mnist" else self.desk.bitmaps)[label]
            return self.desk.bitmap(self.kind, int(own[int(rng.integers(len(own)))]))
        if self.kind == "print":
            return printed(str(label), self.font, 48)
        return self._written(label)

    def _written(self, label: int) -> list[Points]:
        rng = self.rng
        vector = self.kind == "vector" or (label in self.styles and chance(rng, 0.8))
        if label == 1 and self.own_ones:
            return upright(write_one(rng))
        if vector:
            bank = vector_bank()
            style = self.styles.get(label) or _any_style(label, rng)
            choices = bank[label, style]
            strokes = choices[int(rng.integers(len(choices)))]
        else:
            own = self.desk.by_writer[self.writer][label]
            strokes = self.desk.pen(int(own[int(rng.integers(len(own)))]))
        if label == 7 and self.crossed_sevens and len(strokes) == 1:
            strokes = cross_seven(strokes, rng)
        elif label == 0 and self.slashed_zeros:
            strokes = slash_zero(strokes, rng)
        return strokes


def _any_style(label: int, rng: Rng) -> str:
    styles = [*COPYBOOK[label], *STYLES.get(label, ())]
    return styles[int(rng.integers(len(styles)))]


def choose_hand(desk: Desk, rng: Rng) -> Hand:
    """Who writes the next line."""
    drawn = rng.random()
    if drawn < 0.46:
        return _pen_hand(Hand(desk, "pens", rng), rng)
    if drawn < 0.59:
        hand = _pen_hand(Hand(desk, "vector", rng), rng)
        hand.styles |= {d: _any_style(d, rng) for d in range(10) if d not in hand.styles and chance(rng, 0.75)}
        return hand
    if drawn < 0.88:
        return Hand(desk, "mnist", rng)
    if drawn < 0.95:
        return Hand(desk, "bitmaps", rng)
    fonts = print_fonts()
    return Hand(desk, "print", rng, font=fonts[int(rng.integers(len(fonts)))])


def _pen_hand(hand: Hand, rng: Rng) -> Hand:
    writers = hand.desk.writers
    hand.writer = -1 if chance(rng, 0.15) else writers[int(rng.integers(len(writers)))]
    hand.small_zero = float(rng.uniform(0.4, 0.95)) if chance(rng, 0.35) else 1.0
    hand.crossed_sevens = chance(rng, 0.25)
    hand.slashed_zeros = chance(rng, 0.07)
    hand.own_ones = chance(rng, 0.2)
    if chance(rng, 0.5):  # some of this hand's digits are written in a hurry
        for label, styles in STYLES.items():
            if chance(rng, 0.55 if label in (5, 7, 9) else 0.35):
                names = list(styles)
                hand.styles[label] = names[int(rng.integers(len(names)))]
    return hand


def thin_or_thicken(ink: Grey, level: float, slope: float) -> Grey:
    """Moves the edge of a soft bitmap's strokes to the grey ``level``, as steep as ``slope``."""
    table = np.clip((np.arange(256) - level) * slope + 128, 0, 255)
    table[0] = 0
    return cv2.LUT(ink, table.astype(np.uint8))
