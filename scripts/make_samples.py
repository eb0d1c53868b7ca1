"""Makes the sample pictures of the Upload page from our own vector digits: python scripts/make_samples.py."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.training.vector_digits import draw_digit
from inkdigits.web.samples import FOLDER, SAMPLES

ICON = FOLDER.parent / "icon.png"  # the browser tab's
SIDE = 360
SEED = 11
INK = (58, 33, 22)  # blue-black, as OpenCV orders it: blue, green, red
CHALK = (226, 232, 236)
PAPER = (243, 250, 252)
SLATE = (54, 46, 40)
LETTER_R = [[(30, 96), (30, 50), (30, 6)], [(30, 8), (58, 4), (76, 18), (70, 40), (32, 50)], [(48, 50), (78, 96)]]

Picture = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float64]


def main() -> None:
    """Writes every sample; the same pictures each time."""
    for sample in SAMPLES:
        picture = MAKERS[sample.file](np.random.default_rng(SEED))
        options = [cv2.IMWRITE_JPEG_QUALITY, 82] if sample.file.endswith(".jpg") else [cv2.IMWRITE_PNG_COMPRESSION, 9]
        sample.path.parent.mkdir(parents=True, exist_ok=True)
        if not cv2.imwrite(str(sample.path), picture, options):
            raise OSError(f"{sample.path} cannot be written")
        print(f"{sample.path.name}: {sample.path.stat().st_size:,} bytes")
    seven = write(paper(), draw_digit(7, np.random.default_rng(SEED), "plain"), (0.3, 0.16, 0.68), 44)
    if not cv2.imwrite(str(ICON), cv2.resize(seven, (64, 64), interpolation=cv2.INTER_AREA)):
        raise OSError(f"{ICON} cannot be written")


def write(
    page: Picture,
    strokes: Sequence[Points],
    place: tuple[float, float, float],
    pen: float,
    color: tuple[int, int, int] = INK,
) -> Picture:
    """Draws strokes on a page, anti-aliased; ``place`` is left, top and height as shares of the side."""
    points = np.vstack(strokes)
    low, size = points.min(axis=0), float(np.ptp(points[:, 1])) or 1.0
    left, top, height = (share * SIDE for share in place)
    for stroke in strokes:
        path = (stroke - low) / size * height + (left, top)
        fixed = np.round(path * 16).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(page, [fixed], False, color, max(1, round(pen)), cv2.LINE_AA, shift=4)
    return page


def paper(color: tuple[int, int, int] = PAPER) -> Picture:
    """A plain page."""
    return np.full((SIDE, SIDE, 3), color, np.uint8)


def photograph(page: Picture, rng: np.random.Generator, shade: float) -> Picture:
    """Turns a page as a camera would see it: tilted, unevenly lit, a little blurred and noisy."""
    corners = np.array([[0, 0], [SIDE, 0], [SIDE, SIDE], [0, SIDE]], np.float32)
    seen = corners + rng.uniform(-14, 14, (4, 2)).astype(np.float32)
    turned = cv2.warpPerspective(
        page, cv2.getPerspectiveTransform(corners, seen), (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE
    )
    across = np.linspace(1, 1 - shade, SIDE, dtype=np.float32)
    light = across[None, :, None] * np.linspace(1, 1 - shade / 2, SIDE, dtype=np.float32)[:, None, None]
    lit = cv2.GaussianBlur(turned, (0, 0), 0.8).astype(np.float32) * light + rng.normal(0, 2.5, turned.shape)
    return np.clip(lit, 0, 255).astype(np.uint8)


def clean(rng: np.random.Generator) -> Picture:
    """A 3 with a felt pen."""
    return write(paper(), draw_digit(3, rng), (0.32, 0.2, 0.6), 12)


def thin(rng: np.random.Generator) -> Picture:
    """A 2 with a hard pencil."""
    return write(paper(), draw_digit(2, rng), (0.3, 0.2, 0.6), 2, (120, 105, 98))


def thick(rng: np.random.Generator) -> Picture:
    """A 5 with a marker."""
    return write(paper(), draw_digit(5, rng), (0.3, 0.2, 0.6), 34)


def corner(rng: np.random.Generator) -> Picture:
    """A small 8 in the corner of the page."""
    return write(paper(), draw_digit(8, rng), (0.76, 0.72, 0.17), 4)


def lined(rng: np.random.Generator) -> Picture:
    """A 7 on lined paper, photographed."""
    page = paper()
    for y in range(30, SIDE, 60):
        cv2.line(page, (0, y), (SIDE, y), (214, 190, 170), 2, cv2.LINE_AA)
    return photograph(write(page, draw_digit(7, rng), (0.32, 0.26, 0.48), 8), rng, 0.2)


def boxed(rng: np.random.Generator) -> Picture:
    """A 4 in a ruled box, photographed."""
    page = paper()
    cv2.rectangle(page, (70, 50), (290, 310), (60, 60, 60), 4)
    return photograph(write(page, draw_digit(4, rng), (0.36, 0.27, 0.46), 8), rng, 0.15)


def shadow(rng: np.random.Generator) -> Picture:
    """A 6 half in shadow."""
    return photograph(write(paper(), draw_digit(6, rng), (0.34, 0.22, 0.54), 9), rng, 0.65)


def chalk(rng: np.random.Generator) -> Picture:
    """A 9 in chalk on slate."""
    return write(paper(SLATE), draw_digit(9, rng), (0.34, 0.2, 0.6), 12, CHALK)


def letter(_rng: np.random.Generator) -> Picture:
    """A capital R: no digit."""
    return write(paper(), [np.array(stroke, float) for stroke in LETTER_R], (0.3, 0.2, 0.6), 11)


def blank(_rng: np.random.Generator) -> Picture:
    """An empty page."""
    return paper()


MAKERS = {
    "clean.png": clean,
    "thin.png": thin,
    "thick.png": thick,
    "corner.png": corner,
    "lined.jpg": lined,
    "boxed.jpg": boxed,
    "shadow.jpg": shadow,
    "chalk.png": chalk,
    "letter.png": letter,
    "blank.png": blank,
}

if __name__ == "__main__":
    main()
