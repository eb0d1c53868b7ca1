"""Numbers as somebody would write them, made from nothing: as pictures, pages, documents, and strokes for the pad."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from handwriting import Picture, Strokes, draw, paper, strokes_of

GAP = 0.28  # between digits, as a share of their height


def strokes_of_number(text: str, seed: int = 0) -> Strokes:
    """A number in strokes one unit high, from x = 0."""
    written: Strokes = []
    left = 0.0
    for place, digit in enumerate(text):
        strokes = strokes_of(int(digit), seed + place)
        points = np.concatenate(strokes)
        low, height = points.min(axis=0), float(np.ptp(points[:, 1]))
        written += [(stroke - low) / height + (left, 0) for stroke in strokes]
        left += float(np.ptp(points[:, 0])) / height + GAP
    return written


def number_picture(text: str, seed: int = 0) -> Picture:
    """One number on white, dark on light."""
    strokes = strokes_of_number(text, seed)
    width = int(120 * np.concatenate(strokes)[:, 0].max()) + 120
    return draw(strokes, (240, width), height=120, left=60, top=60, pen=10, paper=255)


def page_picture(rows: Sequence[Sequence[str]], seed: int = 0) -> Picture:
    """A photographed page with numbers in rows."""
    page = paper((160 + 150 * len(rows), 1200), seed, noise=2, slope=30)
    for line, row in enumerate(rows):
        for place, text in enumerate(row):
            strokes = strokes_of_number(text, seed + 7 * line + place)
            page = draw(strokes, height=60, left=90 + 380 * place, top=90 + 150 * line, pen=6, ink=40, paper=page)
    return page


def document(*pages: Picture) -> bytes:
    """A PDF of several pages."""
    memory = io.BytesIO()
    first, *others = [Image.fromarray(page) for page in pages]
    first.save(memory, "PDF", save_all=True, append_images=others, resolution=150)
    return memory.getvalue()
