"""What a sign looks like: digits of the line's hand, separators, words, scribbles, crossed-out digits."""

from __future__ import annotations

import numpy as np

from inkdigits.images.page import Grey
from inkdigits.training.lines.hands import Glyph, Hand, printed, scribble_bank, upright
from inkdigits.training.lines.marks import MARKS, cross_out
from inkdigits.training.lines.strings import DIGITS, Sign, chance
from inkdigits.training.sources import print_fonts
from inkdigits.training.vector_pen import Points, spline

Rng = np.random.Generator

_WORDS = [
    "Total",
    "No",
    "Nr.",
    "Name",
    "Date",
    "Bs.",
    "EUR",
    "Fecha",
    "Page",
    "kg",
    "cm",
    "Rs",
    "USD",
    "Tel",
    "am",
    "pm",
    "Suma",
    "Pts",
    "Monto",
]


def glyph_of(sign: Sign, hand: Hand, pen: float, rng: Rng) -> tuple[Glyph, float]:
    """What is drawn for a sign, and the pen's weight for it; a copy that may be changed."""
    if sign.kind in DIGITS:
        return hand.digit(int(sign.kind)), 1.0
    if sign.kind == "word":
        return _word(hand, rng), float(rng.uniform(0.7, 1.0))
    if sign.kind == "print":
        return _printed_word(rng), 1.0
    if sign.kind == "scribble":
        bank = scribble_bank()
        return bank[int(rng.integers(len(bank)))], 1.0
    if sign.kind == "crossed":
        return _crossed(hand, max(1, round(sign.scale)), rng), 1.0
    if sign.kind in ("$", "-", ".", ",", ":", "/", "=") and hand.kind == "print":
        return _printed_mark(sign.kind, hand, rng), 1.0
    if sign.kind == "$" and chance(rng, 0.3):
        fonts = print_fonts()
        return printed("$", fonts[int(rng.integers(len(fonts)))], 48), 1.0
    strokes = MARKS[sign.kind](rng)
    left = min(float(stroke[:, 0].min()) for stroke in strokes)
    heavy = float(rng.uniform(0.9, 1.8)) if sign.kind in ".:" else 1.0
    return [stroke - (left, 0) for stroke in strokes], heavy


def _printed_mark(mark: str, hand: Hand, rng: Rng) -> Glyph:
    if mark == "$":
        return printed(mark, hand.font, 48)
    return MARKS[mark](rng)


def _printed_word(rng: Rng) -> Grey:
    fonts = print_fonts()
    word = _WORDS[int(rng.integers(len(_WORDS)))]
    return printed(word, fonts[int(rng.integers(len(fonts)))], 32)


def _word(hand: Hand, rng: Rng) -> list[Points]:
    """Letters of one writer; some joined."""
    desk = hand.desk
    own = desk.letter_writers[int(rng.integers(len(desk.letter_writers)))]
    joined = chance(rng, 0.4)
    strokes: list[Points] = []
    right = 0.0
    for _ in range(int(rng.integers(1, 7))):
        letter = upright(desk.sources.letters.samples[own[int(rng.integers(len(own)))]])
        size = float(rng.uniform(0.55, 1.0))
        shift = np.array([right + float(rng.uniform(0.03, 0.2)), 1 - size])
        moved = [stroke * size + shift for stroke in letter]
        if joined and strokes:
            start, end = strokes[-1][-1], moved[0][0]
            moved.insert(0, spline(np.array([start, (start + end) / 2 + (0, 0.1), end]), 4))
        strokes += moved
        right = max(float(stroke[:, 0].max()) for stroke in moved)
    return strokes


def _crossed(hand: Hand, count: int, rng: Rng) -> list[Points]:
    """Digits with strokes through them; always strokes, also for hands of bitmaps."""
    writer = hand if hand.strokes else Hand(hand.desk, "pens", rng)
    strokes: list[Points] = []
    right = 0.0
    for _ in range(count):
        glyph = writer.digit(int(rng.integers(10)))
        strokes += [stroke + np.array([right, 0.0]) for stroke in glyph]
        right = max(float(stroke[:, 0].max()) for stroke in strokes) + float(rng.uniform(0.05, 0.25))
    return strokes + cross_out(0.0, right - 0.1, rng)
