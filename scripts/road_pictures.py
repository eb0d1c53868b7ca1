"""Draws the pictures of docs/how-it-reads.md: what each stage of reading sees, on digits of our own making.

python scripts/road_pictures.py
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits import Reader, Reading
from inkdigits.images import render_strokes
from inkdigits.training.vector_digits import draw_digit, draw_non_digit

Picture = npt.NDArray[np.uint8]

FOLDER = Path(__file__).parent.parent / "docs" / "images"
TILE = 140
GAP = 8


def photo() -> Picture:
    """A seven in pencil on ruled paper, a shadow over one corner: uint8 (160, 150)."""
    rng = np.random.default_rng(3)
    height, width = 160, 150
    y, x = np.mgrid[0 : 1 : complex(0, height), 0 : 1 : complex(0, width)]
    sheet = 215 - 70 / (1 + np.exp(-9 * (x + y - 1.25)))
    sheet[58:60] *= 0.78
    sheet[130:132] *= 0.78
    ink = render_strokes(draw_digit(7, rng, "crossed"), thickness=0.07)
    small = cv2.resize(ink, None, fx=0.9, fy=0.9, interpolation=cv2.INTER_AREA) / 255
    sheet[38 : 38 + small.shape[0], 34 : 34 + small.shape[1]] *= 1 - 0.6 * small
    blurred = cv2.GaussianBlur(sheet, (0, 0), 0.9)
    return np.clip(blurred + rng.normal(0, 4, sheet.shape), 0, 255).astype(np.uint8)


def pad() -> Picture:
    """A five drawn small in a corner of a pad: uint8 (280, 280)."""
    canvas = np.full((280, 280), 255, np.uint8)
    ink = render_strokes(draw_digit(5, np.random.default_rng(8), "two_stroke"), thickness=0.12)
    canvas[150 : 150 + ink.shape[0], 160 : 160 + ink.shape[1]] -= ink
    return canvas


def road(reader: Reader, source: Picture) -> Picture:
    """The source and every stage, side by side."""
    reading = reader.read(source, expect="digit", trace=True)
    stages = [cv2.imdecode(np.frombuffer(step.png, np.uint8), cv2.IMREAD_GRAYSCALE) for step in reading.trace]
    print([step.title for step in reading.trace], "->", reading.render())
    return strip(stages)


def heat(reader: Reader, reading: Reading) -> Picture:
    """The glyph, and both maps of which ink decided, over it."""
    digit = reading.digits[0]
    glyph = np.frombuffer(digit.glyph or b"", np.uint8).reshape(28, 28)
    maps = [(reader.explain(digit, method=method) * 255).astype(np.uint8) for method in ("activation", "occlusion")]
    return strip([glyph, *maps])


def rejected(reader: Reader) -> Picture:
    """Drawings that are no digit; prints what the reader says of each."""
    tiles = []
    for kind in ("scrawl", "two_digits", "ampersand", "star", "crossed_out", "house"):
        strokes = draw_non_digit(np.random.default_rng(12), kind)
        print(kind, "->", reader.read_strokes(strokes).render())
        tiles.append(255 - render_strokes(strokes, thickness=0.05))
    return strip(tiles)


def strip(pictures: list[Picture]) -> Picture:
    """Pictures of any size in a row of square tiles."""
    row = np.full((TILE, len(pictures) * (TILE + GAP) - GAP), 232, np.uint8)
    for index, picture in enumerate(pictures):
        scale = TILE / max(picture.shape)
        mode = cv2.INTER_NEAREST if scale > 2 else cv2.INTER_AREA
        size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
        tile = cv2.resize(picture, size, interpolation=mode)
        top, left = (TILE - tile.shape[0]) // 2, index * (TILE + GAP) + (TILE - tile.shape[1]) // 2
        row[top : top + tile.shape[0], left : left + tile.shape[1]] = tile
    return row


def main() -> None:
    """Writes the pictures."""
    reader = Reader()
    pictures = {
        "road-photo": road(reader, photo()),
        "road-pad": road(reader, pad()),
        "road-heat": heat(reader, reader.read(photo(), expect="digit")),
        "road-rejected": rejected(reader),
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        cv2.imwrite(str(FOLDER / f"{name}.png"), picture, [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    main()
