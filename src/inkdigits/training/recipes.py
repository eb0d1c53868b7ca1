"""The recipes: each makes one normalized glyph, of a digit or of something else, from sources and chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from inkdigits.images.page import Grey
from inkdigits.segmentation import find_glyph, normalize
from inkdigits.training.blank_scenes import unwritten
from inkdigits.training.habits import cross_seven, draw_sign, slash_zero, write_one
from inkdigits.training.pens import draw, vary_strokes
from inkdigits.training.scenes import empty_paper, photograph
from inkdigits.training.sources import (
    NON_DIGIT,
    Sources,
    hershey_letters,
    print_character,
    print_fonts,
    print_letters,
)
from inkdigits.training.vector_digits import draw_digit, draw_non_digit
from inkdigits.training.vector_letters import draw_letter, draw_symbol
from inkdigits.training.vector_walks import draw_walk

Rng = np.random.Generator

_BAR = 0.06  # variance across by variance along: what is narrower is a bar
Recipe = Callable[[Sources, Rng], tuple[Grey, int]]


def _pick(count: int, rng: Rng) -> int:
    return int(rng.integers(count))


def _seen(ink: Grey, rng: Rng) -> Grey:
    return find_glyph(photograph(ink, rng)).pixels


def _pen_ink(sources: Sources, rng: Rng) -> tuple[Grey, int]:
    index = _pick(len(sources.pens), rng)
    return draw(vary_strokes(sources.pens.samples[index], rng), rng), int(sources.pens.labels[index])


def _pens(sources: Sources, rng: Rng) -> tuple[Grey, int]:
    ink, label = _pen_ink(sources, rng)
    return normalize(ink), label


def _pens_photo(sources: Sources, rng: Rng) -> tuple[Grey, int]:
    ink, label = _pen_ink(sources, rng)
    return _seen(ink, rng), label


def _mnist_photo(sources: Sources, rng: Rng) -> tuple[Grey, int]:
    index = _pick(len(sources.mnist), rng)
    large = cv2.resize(sources.mnist.images[index][3:-3, 3:-3], None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    return _seen(large, rng), int(sources.mnist.labels[index])


def _bitmap(sources: Sources, rng: Rng) -> tuple[Grey, int]:
    index = _pick(len(sources.bitmaps), rng)
    bitmap = sources.bitmaps.images[index]
    large = cv2.resize(bitmap, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
    soft = cv2.GaussianBlur(large, (0, 0), float(rng.uniform(0.5, 2.2)))
    return normalize(soft if rng.random() < 0.7 else bitmap), int(sources.bitmaps.labels[index])


def _vector(sources: Sources, rng: Rng) -> tuple[Grey, int]:
    label = _pick(10, rng)
    ink = draw(vary_strokes(draw_digit(label, rng), rng, 0.7), rng)
    return (normalize(ink) if rng.random() < 0.7 else _seen(ink, rng)), label


def _habits(sources: Sources, rng: Rng) -> tuple[Grey, int]:
    """Half of them zeros with a slash, the rest crossed sevens and ones of every kind."""
    label = int(rng.choice([0, 7, 1], p=[0.5, 0.2, 0.3]))
    if label == 1:
        strokes = write_one(rng)
    else:
        chosen = np.flatnonzero(sources.pens.labels == str(label))
        written = (
            sources.pens.samples[chosen[_pick(len(chosen), rng)]] if rng.random() < 0.7 else draw_digit(label, rng)
        )
        strokes = slash_zero(written, rng) if label == 0 else cross_seven(written, rng)
    ink = draw(vary_strokes(strokes, rng), rng)
    return (normalize(ink) if rng.random() < 0.8 else _seen(ink, rng)), label


def _signs(sources: Sources, rng: Rng) -> tuple[Grey, int]:
    ink = draw(vary_strokes(draw_sign(rng), rng), rng)
    return (normalize(ink) if rng.random() < 0.85 else _seen(ink, rng)), NON_DIGIT


def _printed(sources: Sources, rng: Rng) -> tuple[Grey, int]:
    label = _pick(10, rng)
    ink = print_character(str(label), _font(rng), int(rng.integers(28, 72)))
    return (normalize(ink) if rng.random() < 0.4 else _seen(ink, rng)), label


def _font(rng: Rng) -> str:
    fonts = print_fonts()
    return fonts[_pick(len(fonts), rng)]


_MIRRORED = frozenset("adghknuyABDGJKLNRUY")
"""Letters that are no digit in a mirror either."""


def _letters(sources: Sources, rng: Rng) -> tuple[Grey, int]:
    ink = draw(vary_strokes(sources.letters.samples[_pick(len(sources.letters), rng)], rng), rng)
    return (normalize(ink) if rng.random() < 0.8 else _seen(ink, rng)), NON_DIGIT


def _altered_letters(sources: Sources, rng: Rng) -> tuple[Grey, int]:
    """Letters of few writers, so changed more than digits are; some mirrored, some with strokes of another in them."""
    index = _pick(len(sources.letters), rng)
    strokes = vary_strokes(sources.letters.samples[index], rng, float(rng.uniform(0.8, 1.8)))
    chance = rng.random()
    if chance < 0.12 and str(sources.letters.labels[index]) in _MIRRORED:
        strokes = [stroke * np.array([-1.0, 1.0]) for stroke in strokes]
    elif chance > 0.92:
        other = vary_strokes(sources.letters.samples[_pick(len(sources.letters), rng)], rng)
        strokes += [stroke + rng.normal(0, 0.3, 2) for stroke in other]
    ink = draw(strokes, rng)
    return (normalize(ink) if rng.random() < 0.8 else _seen(ink, rng)), NON_DIGIT


def _vector_letters(sources: Sources, rng: Rng) -> tuple[Grey, int]:
    strokes = draw_letter(rng) if rng.random() < 0.62 else draw_symbol(rng)
    ink = draw(vary_strokes(strokes, rng, 1.1), rng, 0.2)
    return (normalize(ink) if rng.random() < 0.85 else _seen(ink, rng)), NON_DIGIT


def _walks(sources: Sources, rng: Rng) -> tuple[Grey, int]:
    ink = draw(vary_strokes(draw_walk(rng), rng, 0.6), rng, 0.13)
    return (normalize(ink) if rng.random() < 0.85 else _seen(ink, rng)), NON_DIGIT


def _hershey(sources: Sources, rng: Rng) -> tuple[Grey, int]:
    letters = hershey_letters()
    ink = draw(vary_strokes(letters[_pick(len(letters), rng)], rng, 1.2), rng)
    return (normalize(ink) if rng.random() < 0.8 else _seen(ink, rng)), NON_DIGIT


def _printed_letters(sources: Sources, rng: Rng) -> tuple[Grey, int]:
    font = _font(rng)
    characters = print_letters(font)
    ink = print_character(characters[_pick(len(characters), rng)], font, int(rng.integers(28, 72)))
    return (normalize(ink) if rng.random() < 0.5 else _seen(ink, rng)), NON_DIGIT


def _scribbles(sources: Sources, rng: Rng) -> tuple[Grey, int]:
    ink = draw(vary_strokes(draw_non_digit(rng), rng, 0.6), rng)
    return (normalize(ink) if rng.random() < 0.8 else _seen(ink, rng)), NON_DIGIT


def _pairs(sources: Sources, rng: Rng) -> tuple[Grey, int]:
    """Two or three digits side by side, near or touching."""
    parts = []
    for _ in range(2 if rng.random() < 0.85 else 3):
        ink = _pen_ink(sources, rng)[0] if rng.random() < 0.5 else _large_mnist(sources, rng)
        parts.append(
            _crop(cv2.resize(ink, None, fx=80 / ink.shape[0], fy=80 / ink.shape[0], interpolation=cv2.INTER_AREA))
        )
    gap = int(rng.integers(-8, 16))
    width = sum(part.shape[1] for part in parts) + 16 * (len(parts) - 1) + 1
    row = np.zeros((80, width), np.uint8)
    left = 0
    for part in parts:
        region = row[: part.shape[0], left : left + part.shape[1]]
        np.maximum(region, part[:, : region.shape[1]], out=region)
        left = max(0, left + part.shape[1] + gap)
    return normalize(row), NON_DIGIT


def _large_mnist(sources: Sources, rng: Rng) -> Grey:
    return cv2.resize(sources.mnist.images[_pick(len(sources.mnist), rng)], (112, 112), interpolation=cv2.INTER_CUBIC)


def _crop(ink: Grey) -> Grey:
    rows, columns = np.flatnonzero(ink.max(axis=1) > 64), np.flatnonzero(ink.max(axis=0) > 64)
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if len(rows) else ink


def _pieces(sources: Sources, rng: Rng) -> tuple[Grey, int]:
    """A digit cut across so that a wide piece is left: no digit is that wide."""
    while True:
        ink = _crop(_pen_ink(sources, rng)[0])
        cut = int(rng.uniform(0.25, 0.5) * ink.shape[0])
        piece = _crop(ink[:cut] if rng.random() < 0.5 else ink[-cut:])
        if piece.shape[1] >= 1.5 * piece.shape[0]:
            return normalize(piece), NON_DIGIT


def _empty(sources: Sources, rng: Rng) -> tuple[Grey, int]:
    return find_glyph(empty_paper(rng)).pixels, NON_DIGIT


def _unwritten(sources: Sources, rng: Rng) -> tuple[Grey, int]:
    """What segmentation takes for ink where there is none; but no upright bars, since a 1 is no more than that."""
    while True:
        glyph = find_glyph(unwritten(rng)).pixels
        if glyph.any() and not _is_upright_bar(glyph):
            return glyph, NON_DIGIT


def _is_upright_bar(glyph: Grey) -> bool:
    moments = cv2.moments(glyph)
    across, down, mixed = (moments[name] / moments["m00"] for name in ("mu20", "mu02", "mu11"))
    spread = np.hypot(across - down, 2 * mixed)
    narrow = (across + down - spread) / (across + down + spread)
    return bool(narrow < _BAR and down > 0.7 * across)


RECIPES: Mapping[str, Recipe] = {
    "mnist_photo": _mnist_photo,
    "pens": _pens,
    "pens_photo": _pens_photo,
    "bitmaps": _bitmap,
    "vector": _vector,
    "habits": _habits,
    "printed": _printed,
    "letters": _letters,
    "altered_letters": _altered_letters,
    "vector_letters": _vector_letters,
    "hershey": _hershey,
    "printed_letters": _printed_letters,
    "scribbles": _scribbles,
    "walks": _walks,
    "signs": _signs,
    "pairs": _pairs,
    "pieces": _pieces,
    "empty": _empty,
    "unwritten": _unwritten,
}
