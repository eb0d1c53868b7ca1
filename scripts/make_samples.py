"""Makes the sample pictures of the Upload page from our own vector digits: python scripts/make_samples.py."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from inkdigits.training.vector_digits import draw_digit
from inkdigits.web.samples import FOLDER, SAMPLES

ICON = FOLDER.parent / "icon.png"  # the browser tab's
SIDE = 360
SEED = 11
INK = (58, 33, 22)  # blue-black, as OpenCV orders it: blue, green, red
CHALK = (226, 232, 236)
PAPER = (243, 250, 252)
SLATE = (54, 46, 40)
TABLE = ("1", "52", "308", "4", "2", "17", "64", "905", "3", "", "29", "71", "4", "83", "", "6", "5", "40", "122", "38")
PAGES = ((("2026", "11"), ("4815", "7"), ("306",)), (("91", "64"), ("275", "3800")))
LETTER_R = [[(30, 96), (30, 50), (30, 6)], [(30, 8), (58, 4), (76, 18), (70, 40), (32, 50)], [(48, 50), (78, 96)]]

Picture = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float64]


def main() -> None:
    """Writes every sample; the same pictures each time."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for sample in SAMPLES:
        made = MAKERS[sample.file](np.random.default_rng(SEED))
        if isinstance(made, list):
            save_document(sample.path, made)
            save(sample.picture, cv2.resize(made[0], (120, 120), interpolation=cv2.INTER_AREA))
        else:
            save(sample.path, made)
        print(f"{sample.path.name}: {sample.path.stat().st_size:,} bytes")
    seven = write(paper(), draw_digit(7, np.random.default_rng(SEED), "plain"), (0.3, 0.16, 0.68), 44)
    save(ICON, cv2.resize(seven, (64, 64), interpolation=cv2.INTER_AREA))


def save(path: Path, picture: Picture) -> None:
    """Writes one picture, small."""
    options = [cv2.IMWRITE_JPEG_QUALITY, 82] if path.suffix == ".jpg" else [cv2.IMWRITE_PNG_COMPRESSION, 9]
    if not cv2.imwrite(str(path), picture, options):
        raise OSError(f"{path} cannot be written")


def save_document(path: Path, pages: Sequence[Picture]) -> None:
    """Writes a PDF with a page a picture; its dates are fixed, so that it is the same each time."""
    first, *others = [Image.fromarray(cv2.cvtColor(page, cv2.COLOR_BGR2RGB)) for page in pages]
    date = time.gmtime(0)
    first.save(path, "PDF", save_all=True, append_images=others, resolution=100, creationDate=date, modDate=date)


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


def paper(color: tuple[int, int, int] = PAPER, size: tuple[int, int] = (SIDE, SIDE)) -> Picture:
    """A plain page; ``size`` is its height and width."""
    return np.full((*size, 3), color, np.uint8)


def write_number(page: Picture, text: str, rng: np.random.Generator, place: tuple[int, int, int], pen: int) -> None:
    """Writes a number on a page; ``place`` is left, top and height in pixels."""
    left, top, height = place
    for digit in text:
        strokes = draw_digit(int(digit), rng)
        points = np.vstack(strokes)
        low, size = points.min(axis=0), float(np.ptp(points[:, 1]))
        for stroke in strokes:
            fixed = np.round(((stroke - low) / size * height + (left, top)) * 16).astype(np.int32)
            cv2.polylines(page, [fixed.reshape(-1, 1, 2)], False, INK, pen, cv2.LINE_AA, shift=4)
        left += round(float(np.ptp(points[:, 0])) / size * height + 0.24 * height)


def photograph(page: Picture, rng: np.random.Generator, shade: float, noise: float = 2.5) -> Picture:
    """Turns a page as a camera would see it: tilted, unevenly lit, a little blurred and noisy."""
    tall, wide = page.shape[:2]
    corners = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]], np.float32)
    seen = corners + rng.uniform(-14, 14, (4, 2)).astype(np.float32)
    turned = cv2.warpPerspective(
        page, cv2.getPerspectiveTransform(corners, seen), (wide, tall), borderMode=cv2.BORDER_REPLICATE
    )
    across = np.linspace(1, 1 - shade, wide, dtype=np.float32)
    light = across[None, :, None] * np.linspace(1, 1 - shade / 2, tall, dtype=np.float32)[:, None, None]
    lit = cv2.GaussianBlur(turned, (0, 0), 0.8).astype(np.float32) * light + rng.normal(0, noise, turned.shape)
    return np.clip(lit, 0, 255).astype(np.uint8)


def number(rng: np.random.Generator) -> Picture:
    """A number on a ruled line, photographed."""
    page = paper(size=(240, 560))
    for y in (76, 170):
        cv2.line(page, (0, y), (560, y), (214, 190, 170), 2, cv2.LINE_AA)
    write_number(page, "60273", rng, (130, 96, 70), 6)
    return photograph(page, rng, 0.2, 1.0)


def table(rng: np.random.Generator) -> Picture:
    """A ruled table with numbers in most of its cells, photographed."""
    page = paper(size=(480, 640))
    for x in range(40, 620, 140):
        cv2.line(page, (x, 30), (x, 450), (96, 92, 90), 2, cv2.LINE_AA)
    for y in range(30, 460, 84):
        cv2.line(page, (40, y), (600, y), (96, 92, 90), 2, cv2.LINE_AA)
    for place, text in enumerate(TABLE):
        write_number(page, text, rng, (60 + 140 * (place % 4), 50 + 84 * (place // 4), 42), 4)
    return photograph(page, rng, 0.15, 1.0)


def pages(rng: np.random.Generator) -> list[Picture]:
    """Two pages with a few numbers each, as a scanner makes them."""
    scanned = []
    for rows in PAGES:
        page = paper(size=(700, 500))
        for line, row in enumerate(rows):
            for place, text in enumerate(row):
                write_number(page, text, rng, (60 + 220 * place, 80 + 110 * line, 48), 4)
        scanned.append(page)
    return scanned


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


MAKERS: dict[str, Callable[[np.random.Generator], Picture | list[Picture]]] = {
    "number.jpg": number,
    "table.jpg": table,
    "pages.pdf": pages,
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
