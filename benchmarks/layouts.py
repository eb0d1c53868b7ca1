"""The same numbers far apart and close together: in lists, in tables, in combs, and beside printed words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.results import Result
from benchmarks.surroundings import Picture, photographed
from inkdigits import Reader
from inkdigits.evaluation import wilson
from inkdigits.training.datasets import Writing, load_writing
from inkdigits.training.sources import print_character, print_fonts

SEED = 20_042
PAGES = 12
"""Pages in each layout, each by one writer."""
_SIZE = 44  # pixels: height of the digits
_PEN = 5  # pixels
_MARGIN = 110
_PAPER, _INK, _LINE = 243, 45, 150  # grey levels
_LEAST_WRITTEN = 30  # digits of a writer who fills pages
_COMB = 6  # digits
_PRINT = 24  # pixels: size of printed words
_WORDS = ("Name", "Class", "Maths", "Total", "Score", "Date", "Sum", "Points", "Grade", "Exam", "Room", "Question")

Rng = np.random.Generator
Strokes = list[npt.NDArray[np.float64]]


class Hand:
    """A writer's digits, each drawn from those there are."""

    def __init__(self, writing: Writing, indices: npt.NDArray[np.int64], rng: Rng) -> None:
        """Takes a data set, which of its samples are the writer's, and a source of chance."""
        self._writing = writing
        self._of = {label: indices[writing.labels[indices] == label] for label in np.unique(writing.labels[indices])}
        self._rng = rng

    def text(self, length: int) -> str:
        """A number of digits that the writer has written."""
        return "".join(self._rng.choice(list(self._of), length))

    def digit(self, label: str) -> Strokes:
        """One digit, 1 high unless it is wider, its foot at 0 and its left end at 0."""
        sample = self._writing.samples[int(self._rng.choice(self._of[label]))]
        points = np.concatenate(sample)
        low, high = points.min(axis=0), points.max(axis=0)
        size = max(high[1] - low[1], 0.7 * (high[0] - low[0]), 1e-6)
        return [(stroke - (low[0], high[1])) / size for stroke in sample]

    def number(self, text: str) -> tuple[Strokes, float]:
        """Digits side by side, and how wide they are."""
        strokes: Strokes = []
        right = 0.0
        for label in text:
            digit = self.digit(label)
            shift = np.array([right, self._rng.normal(0, 0.03)])
            strokes += [stroke + shift for stroke in digit]
            right += max(0.1, float(np.concatenate(digit)[:, 0].max())) + self._rng.uniform(0.2, 0.4)
        return strokes, right


def _write(page: Picture, strokes: Strokes, left: float, foot: float) -> None:
    for stroke in strokes:
        points = np.round((stroke * _SIZE + (left, foot)) * 16).astype(np.int32).reshape(-1, 1, 2)
        points = np.repeat(points, 2, axis=0) if len(points) == 1 else points
        cv2.polylines(page, [points], False, _INK, _PEN, cv2.LINE_AA, 4)


def _blank(height: float, width: float) -> Picture:
    return np.full((int(height) + 2 * _MARGIN, int(width) + 2 * _MARGIN), _PAPER, np.uint8)


def in_list(hand: Hand, rng: Rng, pitch: float, columns: int = 1) -> tuple[Picture, list[str]]:
    """Ten rows, ``pitch`` digit heights apart."""
    page = _blank(10 * pitch * _SIZE, columns * 7 * _SIZE)
    texts = []
    for row in range(10):
        for column in range(columns):
            texts.append(hand.text(int(rng.integers(2, 5))))
            left = _MARGIN + column * 7 * _SIZE + rng.normal(0, 0.15) * _SIZE
            _write(page, hand.number(texts[-1])[0], left, _MARGIN + (row + 1) * pitch * _SIZE)
    return page, texts


def in_form(hand: Hand, rng: Rng, lines: int) -> tuple[Picture, list[str]]:
    """Eight numbers on rules, each beside so many lines of print."""
    page = _blank(8 * 1.9 * _SIZE, 16 * _SIZE)
    texts = []
    for row in range(8):
        top = _MARGIN + row * 1.9 * _SIZE
        for line in range(lines):
            words = " ".join(rng.choice(_WORDS, 2))
            _print(page, words, _MARGIN, top + (2 + 1.2 * _PRINT * line if lines > 1 else 0.5 * _SIZE))
        texts.append(hand.text(int(rng.integers(2, 6))))
        _write(page, hand.number(texts[-1])[0], _MARGIN + 6.2 * _SIZE, top + 1.15 * _SIZE)
        level = round(top + 1.3 * _SIZE)
        _rule(page, [_MARGIN + 6 * _SIZE, _MARGIN + 14 * _SIZE], [level])
    return page, texts


def in_table(hand: Hand, rng: Rng, pitch: float, words: bool = False) -> tuple[Picture, list[str]]:
    """Six rows of four cells, ``pitch`` digit heights high; the first row and column may hold words."""
    wide, tall = 5.5 * _SIZE, pitch * _SIZE
    page = _blank(6 * tall, 4 * wide)
    _rule(
        page, [_MARGIN + round(column * wide) for column in range(5)], [_MARGIN + round(row * tall) for row in range(7)]
    )
    texts = []
    for row in range(6):
        for column in range(4):
            if words and not (row and column):
                _print(
                    page, rng.choice(_WORDS), _MARGIN + column * wide + 12, _MARGIN + (row + 0.5) * tall - _PRINT / 2
                )
                continue
            texts.append(hand.text(int(rng.integers(2, 5))))
            strokes, width = hand.number(texts[-1])
            left = column * wide + rng.uniform(0.15, 0.85) * max(0.0, wide - width * _SIZE)
            foot = (row + 0.5) * tall + _SIZE / 2 + rng.normal(0, 0.08) * (tall - _SIZE)
            _write(page, strokes, _MARGIN + left, _MARGIN + foot)
    return page, texts


def in_comb(hand: Hand, rng: Rng, share: float) -> tuple[Picture, list[str]]:
    """Four combs of six boxes, whose digits are ``share`` as high as the boxes."""
    tall = _SIZE / share
    wide = max(0.8 * tall, 1.1 * _SIZE)
    page = _blank(4 * 2.2 * tall, _COMB * wide)
    texts = []
    for row in range(4):
        top = _MARGIN + round(row * 2.2 * tall)
        _rule(page, [_MARGIN + round(place * wide) for place in range(_COMB + 1)], [top, top + round(tall)])
        texts.append(hand.text(_COMB))
        for place, label in enumerate(texts[-1]):
            digit = hand.digit(label)
            width = float(np.concatenate(digit)[:, 0].max()) * _SIZE
            left = _MARGIN + (place + 0.5 + rng.normal(0, 0.04)) * wide - width / 2
            _write(page, digit, left, top + tall / 2 + _SIZE / 2 + rng.normal(0, 0.03) * _SIZE)
    return page, texts


def _print(page: Picture, words: str, left: float, top: float) -> None:
    ink = print_character(words, print_fonts()[0], _PRINT)
    here = page[int(top) : int(top) + len(ink), int(left) : int(left) + ink.shape[1]]
    np.minimum(here, 255 - (ink * (1 - _INK / 255)).astype(np.uint8), out=here)


def _rule(page: Picture, columns: list[int], rows: list[int]) -> None:
    for x in columns:
        cv2.line(page, (x, rows[0]), (x, rows[-1]), _LINE, 2)
    for y in rows:
        cv2.line(page, (columns[0], y), (columns[-1], y), _LINE, 2)


LAYOUTS: dict[str, Callable[[Hand, Rng], tuple[Picture, list[str]]]] = {
    "a list, rows 3 digit heights apart": partial(in_list, pitch=3.0),
    "a list, 2 apart": partial(in_list, pitch=2.0),
    "a list, 1.5 apart": partial(in_list, pitch=1.5),
    "a list, 1.25 apart": partial(in_list, pitch=1.25),
    "three columns, 2 apart": partial(in_list, pitch=2.0, columns=3),
    "three columns, 1.5 apart": partial(in_list, pitch=1.5, columns=3),
    "a table, rows 2 digit heights high": partial(in_table, pitch=2.0),
    "a table, 1.5 high": partial(in_table, pitch=1.5),
    "a table, 1.25 high": partial(in_table, pitch=1.25),
    "a table, 1.5 high, words at head and side": partial(in_table, pitch=1.5, words=True),
    "a form, each number beside a line of print": partial(in_form, lines=1),
    "a form, beside two lines": partial(in_form, lines=2),
    "combs, digits 0.8 of the boxes' height": partial(in_comb, share=0.8),
    "combs, 0.65 of it": partial(in_comb, share=0.65),
    "combs, 0.5 of it": partial(in_comb, share=0.5),
}
"""Name -> what makes a page, uint8 (H, W), and its numbers."""


def run(reader: Reader, data: Path, limit: int | None = None) -> Result:
    """Reads pages of numbers composed of digits of unseen writers, as photographs.

    Args:
        reader: The reader to judge.
        data: Data folder.
        limit: At most so many pages in each layout.
    """
    writing = load_writing("unipen_digits_dev", data)
    rng = np.random.default_rng(SEED)
    people, counts = np.unique(writing.writers, return_counts=True)
    chosen = rng.permutation(people[counts >= _LEAST_WRITTEN])[:PAGES][:limit]
    rows = []
    for name, layout in LAYOUTS.items():
        rng = np.random.default_rng(SEED)
        right = count = extra = 0
        for writer in chosen:
            page, texts = layout(Hand(writing, np.flatnonzero(writing.writers == writer), rng), rng)
            photo = photographed(np.repeat(page[:, :, None], 3, axis=2), 0.8, 0.004, rng)
            found = [number.text for number in reader.read(photo).numbers if number.text]
            right += sum((Counter(found) & Counter(texts)).values())
            count += len(texts)
            extra += max(0, len(found) - len(texts))
        rows.append(
            {"name": name, "right": right, "count": count, "extra": extra, "interval": list(wilson(right, count))}
        )
        print(f"{name:44} {right:4} of {count} numbers, {extra:3} too many", flush=True)
    return {"seed": SEED, "layouts": rows, "measures": {}}
