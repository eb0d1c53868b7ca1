"""Handwriting for tests, made from nothing: digits as strokes, on canvases and on paper."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from inkdigits.training.vector_digits import draw_digit

Picture = npt.NDArray[np.uint8]
Strokes = list[npt.NDArray[np.float64]]

PLAIN = {
    0: "round",
    1: "flagged",
    2: "straight_foot",
    3: "round",
    4: "open",
    5: "two_stroke",
    6: "curved",
    7: "crossed",
    8: "figure",
    9: "straight",
}
"""The style of each digit that nobody misreads."""


def strokes_of(label: int, seed: int = 0) -> Strokes:
    """A plainly written digit in a box of about 0 to 1."""
    return draw_digit(label, np.random.default_rng([label, seed]), PLAIN[label])


def draw(
    strokes: Strokes,
    shape: tuple[int, int] = (280, 280),
    height: float = 180,
    left: float = 70,
    top: float = 50,
    pen: int = 16,
    ink: int = 0,
    paper: int | Picture = 255,
) -> Picture:
    """Draws strokes ``height`` pixels high, their box starting at ``left`` and ``top``, on a level or a picture."""
    canvas = np.full(shape, paper, np.uint8) if isinstance(paper, int) else paper.copy()
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = height / extent[1]
    for stroke in strokes:
        fixed = np.round(((stroke - low) * scale + (left, top)) * 16).astype(np.int32)
        cv2.polylines(canvas, [fixed.reshape(-1, 1, 2)], False, ink, pen, cv2.LINE_AA, 4)
    return canvas


def digit_picture(label: int, seed: int = 0) -> Picture:
    """A plain digit on a white canvas: uint8 (280, 280), dark on light."""
    return draw(strokes_of(label, seed))


def paper(shape: tuple[int, int], seed: int = 0, level: float = 190, noise: float = 4, slope: float = 60) -> Picture:
    """Photographed paper: uneven light and noise, nothing on it."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0 : 1 : complex(0, shape[0]), 0 : 1 : complex(0, shape[1])]
    light = level + slope * (0.6 * x + 0.4 * y - 0.5)
    return np.clip(light + rng.normal(0, noise, shape), 0, 255).astype(np.uint8)


def encode(picture: Picture, form: str = "PNG", **options: object) -> bytes:
    """The picture as a file's bytes."""
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, form, **options)
    return stream.getvalue()


def likeness(one: Picture, two: Picture) -> float:
    """Correlation in [-1, 1] of two normal forms at their best shift of up to a pixel."""
    if not (one.any() and two.any()):
        return 0.0
    first = one.astype(float).ravel()
    shifts = [np.roll(two, (y, x), (0, 1)).astype(float).ravel() for y in (-1, 0, 1) for x in (-1, 0, 1)]
    return max(float(np.corrcoef(first, shifted)[0, 1]) for shifted in shifts)


DASH = [np.array([[0.0, 0.55], [0.4, 0.52]])]
SLASH = [np.array([[0.8, -0.1], [0.0, 1.1]])]


def number_strokes(text: str, gap: float = 0.35, seed: int = 0) -> Strokes:
    """Plain digits of height 1 side by side, with dashes and slashes between them; ``gap`` is their distance."""
    right = 0.0
    strokes: Strokes = []
    for index, sign in enumerate(text):
        glyph = {"-": DASH, "/": SLASH}.get(sign) or _unit(strokes_of(int(sign), seed + index))
        strokes += [stroke + np.array([right, 0.0]) for stroke in glyph]
        right += float(np.concatenate(glyph)[:, 0].max()) + gap
    return strokes


def _unit(strokes: Strokes) -> Strokes:
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    return [(stroke - low) / extent[1] for stroke in strokes]


def number_picture(text: str, seed: int = 0, gap: float = 0.35, height: int = 60, pen: int = 5) -> Picture:
    """A number on a white field, with a margin of two thirds of its height: dark on light."""
    strokes = number_strokes(text, gap, seed)
    margin = round(height * 2 / 3)
    extent = np.ptp(np.concatenate(strokes), axis=0) * height / np.ptp(np.concatenate(strokes)[:, 1])
    return draw(strokes, (round(extent[1]) + 2 * margin, round(extent[0]) + 2 * margin), height, margin, margin, pen)


def put(page: Picture, picture: Picture, left: int, top: int) -> Picture:
    """A page with a field written on it: the darker of both, pixel by pixel."""
    page = page.copy()
    here = page[top : top + picture.shape[0], left : left + picture.shape[1]]
    np.minimum(here, picture, out=here)
    return page


def doubtful_picture(text: str = "4719", other: str = "8035") -> Picture:
    """Two numbers written over each other: nobody knows which is meant."""
    one, two = number_picture(text), number_picture(other)
    page = np.full(np.maximum(one.shape, two.shape), max(one.max(), two.max()), np.uint8)
    return put(put(page, one, 0, 0), two, 0, 0)


def write_strokes(path: Path, samples: list[list[np.ndarray]], labels: list[str], split: str | None = "train") -> None:
    """Writes drawings as the data folder has them: points, stroke lengths, labels, eight writers in turn."""
    strokes = [stroke for sample in samples for stroke in sample]
    count = len(samples)
    arrays = {
        "points": np.concatenate(strokes).astype(np.float32),
        "stroke_lengths": np.array([len(stroke) for stroke in strokes], np.int32),
        "strokes_per_sample": np.array([len(sample) for sample in samples], np.int32),
        "labels": np.array(labels),
        "writers": np.arange(count, dtype=np.int32) % 8,
    }
    if split:
        arrays["split"] = np.full(count, split)
    path.parent.mkdir(exist_ok=True, parents=True)
    np.savez(path, **arrays)


def sheet() -> Picture:
    """A page with four numbers: 4096, 21857, 555 and 78."""
    page = np.full((700, 900), 255, np.uint8)
    for index, (text, left, top) in enumerate(
        [("4096", 60, 40), ("21857", 480, 60), ("555", 80, 300), ("78", 500, 520)]
    ):
        page = put(page, number_picture(text, index, height=50), left, top)
    return page
