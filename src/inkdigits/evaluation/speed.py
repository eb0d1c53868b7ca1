"""How fast a reader is here and now, on drawings of our own."""

from __future__ import annotations

import numpy as np

from inkdigits.evaluation.clock import clocked, medians
from inkdigits.evaluation.pads import canvases
from inkdigits.images import render_strokes
from inkdigits.images.page import Grey
from inkdigits.reader import Reader
from inkdigits.segmentation import normalize
from inkdigits.training.vector_digits import draw_digit

_PADS, _NUMBERS = 200, 50
_GLYPHS, _ROUNDS = 10_000, 3
_LENGTH = 6  # digits of a number
_SEED = 20_047


def milliseconds_a_digit(reader: Reader, limit: int | None = None) -> float:
    """Median from a 280x280 drawing to the answer."""
    pads = canvases(min(limit or _PADS, _PADS))
    reader.read(pads[0], expect="digit")
    return float(1e3 * medians([clocked(lambda pad=pad: reader.read(pad, expect="digit")) for pad in pads])["wall"])


def rate_of_digits(reader: Reader, limit: int | None = None) -> float:
    """Digits a second by ``read_digits``, median of three rounds over 10,000 glyphs."""
    rng = np.random.default_rng(_SEED)
    drawn = np.stack([normalize(render_strokes(draw_digit(index % 10, rng))) for index in range(100)])
    count = min(_GLYPHS, 10 * (limit or _GLYPHS))
    glyphs = np.resize(drawn, (count, *drawn.shape[1:]))
    reader.read_digits(glyphs[:256])
    return float(count / medians([clocked(reader.read_digits, glyphs) for _ in range(_ROUNDS)])["wall"])


def milliseconds_a_number(reader: Reader, limit: int | None = None) -> float:
    """Median from the picture of six digits to the answer."""
    fields = _numbers(min(limit or _NUMBERS, _NUMBERS))
    reader.read(fields[0], expect="number")
    times = [clocked(lambda field=field: reader.read(field, expect="number")) for field in fields]
    return float(1e3 * medians(times)["wall"])


def _numbers(count: int) -> list[Grey]:
    """Digits side by side, dark on light."""
    rng = np.random.default_rng(_SEED)
    fields = []
    for _ in range(count):
        cells = [render_strokes(draw_digit(int(rng.integers(10)), rng)) for _ in range(_LENGTH)]
        height = max(cell.shape[0] for cell in cells) + 40
        padded = [np.pad(cell, ((20, height - 20 - cell.shape[0]), (10, 10))) for cell in cells]
        fields.append(np.ascontiguousarray(255 - np.concatenate(padded, axis=1)))
    return fields
