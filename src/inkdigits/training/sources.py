"""What the digit network learns from: digits and non-digits of many hands, fonts and generators, split by writer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from inkdigits.errors import MissingExtraError
from inkdigits.images.page import Grey
from inkdigits.training.datasets import Pictures, Stroke, Writing, load_bitmaps, load_mnist, load_writing

Rng = np.random.Generator

NON_DIGIT = 10
MNIST_VALIDATION = 5_000  # the last of the 60,000; MNIST's test images are never touched by training
FILES = (
    "strokes/pendigits.npz",
    "strokes/ujipenchars.npz",
    "strokes/omniglot.npz",
    "bitmaps/semeion.npz",
    "bitmaps/optdigits.npz",
)

LOOK_ALIKES = frozenset("OolISsZz0123456789")
"""Characters that people, too, read as digits when they stand alone: never taught as non-digits."""

# Omniglot characters that are drawn like a digit: Aramaic 1, 4 and 0, Greek delta, theta, omicron, Korean 1 and 7...
_OMNIGLOT_LOOK_ALIKES = frozenset(
    [f"Balinese/character{n}" for n in ("14",)]
    + [f"Early_Aramaic/character{n}" for n in ("03", "04", "06", "16", "17", "20")]
    + [f"Greek/character{n}" for n in ("04", "06", "08", "15", "16")]
    + [f"Japanese_(katakana)/character{n}" for n in ("24", "27", "43", "46")]
    + [f"Korean/character{n}" for n in ("21", "22", "33", "37")]
    + [f"Latin/character{n}" for n in ("02", "15", "17")]
    + [f"Tagalog/character{n}" for n in ("03", "16")]
)
_HERSHEY_FONTS = ("futural", "futuram", "cursive", "rowmans", "rowmand", "scripts", "scriptc", "timesi", "timesr")
_PRINT_FONTS = (
    *(f"DejaVuSans{style}" for style in ("", "-Bold", "-Oblique", "-BoldOblique")),
    *(f"DejaVuSansMono{style}" for style in ("", "-Bold", "-Oblique")),
    *(f"DejaVuSerif{style}" for style in ("", "-Bold", "-Italic")),
    *(f"STIXGeneral{style}" for style in ("", "Bol", "Italic")),
    *("cmr10", "cmb10", "cmss10", "cmtt10"),
)
_PUNCTUATION = '#$%&*+=?@<>{}~^!:;"'
_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYabcdefghijkmnpqrtuvwxy"
_WIDER = "ΓΔΛΞΠΣΦΨΩαβγεζηκλμνξπρτυφχψωБГДЖИЛПЦШЩЪЮЯвгджикмнптцшщъюя€£¥§¶†‡©®±÷×∞≈≠≤≥√∑∫←→↑↓★☆♥♦♣♠☺✓✗"


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """Raw material of one part, training or validation; no writer and no picture is in both."""

    mnist: Pictures
    pens: Writing
    bitmaps: Pictures
    letters: Writing

    @classmethod
    def load(cls, folder: Path, validation: bool) -> Sources:
        """Loads one part. Raises DataError when a file is missing or damaged."""
        return cls(
            mnist=load_mnist_part(folder, validation),
            pens=_pen_digits(folder, validation),
            bitmaps=_bitmaps(folder, validation),
            letters=_letters(folder, validation),
        )

    @classmethod
    def none(cls) -> Sources:
        """No material at all, for recipes that make everything themselves."""
        pictures, writing = Pictures([], np.empty(0, np.int64)), Writing([], np.empty(0, "U1"), np.empty(0, np.int32))
        return cls(pictures, writing, pictures, writing)


def load_mnist_part(folder: Path | None, validation: bool) -> Pictures:
    """MNIST's training images without the last, or the last, which are for validation; None asks its mirrors."""
    everything = load_mnist("train", folder)
    part = slice(-MNIST_VALIDATION, None) if validation else slice(None, -MNIST_VALIDATION)
    return Pictures(everything.images[part], everything.labels[part])


def _held_out(writers: npt.NDArray[np.int32], every: int, validation: bool) -> npt.NDArray[np.bool_]:
    """Every n-th writer is for validation."""
    return np.isin(writers, np.unique(writers)[::every]) == validation


def _pen_digits(folder: Path, validation: bool) -> Writing:
    pens = load_writing("pendigits", folder, "train")
    uji = load_writing("ujipenchars", folder, "train")
    uji = uji.where(np.char.isdigit(uji.labels))
    parts = [pens.where(_held_out(pens.writers, 8, validation))]
    if not validation:
        parts.append(uji)
    return _join(parts)


def _bitmaps(folder: Path, validation: bool) -> Pictures:
    images: list[Grey] = []
    labels: list[npt.NDArray[np.int64]] = []
    for name, split in (("semeion", None), ("optdigits", "tra")):
        pictures = load_bitmaps(name, folder, split)
        part = slice(None, None, 10)
        keep = np.zeros(len(pictures), bool)
        keep[part] = True
        chosen = np.flatnonzero(keep == validation)
        images += [np.pad(pictures.images[i], 2) for i in chosen]
        labels.append(pictures.labels[chosen])
    return Pictures(images, np.concatenate(labels))


def _letters(folder: Path, validation: bool) -> Writing:
    uji = load_writing("ujipenchars", folder, "train")
    uji = uji.where(~np.isin(uji.labels, list(LOOK_ALIKES)) & _held_out(uji.writers, 6, validation))
    omniglot = load_writing("omniglot", folder, "train")
    omniglot = omniglot.where(
        ~np.isin(omniglot.labels, list(_OMNIGLOT_LOOK_ALIKES)) & _held_out(omniglot.writers, 7, validation)
    )
    return _join([uji, omniglot])


def _join(parts: Sequence[Writing]) -> Writing:
    return Writing(
        [sample for part in parts for sample in part.samples],
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.writers for part in parts]),
    )


@cache
def hershey_letters() -> list[list[Stroke]]:
    """Letters and signs of the Hershey vector fonts (A. V. Hershey, 1967) as strokes; look-alikes left out."""
    try:
        from HersheyFonts import HersheyFonts
    except ImportError as error:
        raise MissingExtraError("Training", "train") from error
    samples = []
    for name in _HERSHEY_FONTS:
        font = HersheyFonts()
        font.load_default_font(name)
        for character in _LETTERS + _PUNCTUATION:
            strokes = [np.array(list(stroke), np.float32) for stroke in font.strokes_for_text(character)]
            strokes = [stroke for stroke in strokes if len(stroke)]
            if strokes:
                samples.append(strokes)
    return samples


def print_character(character: str, font: str, size: int) -> Grey:
    """A printed character: uint8 (H, W), ink 255 on 0, cropped with a small margin; all 0 when the font lacks it."""
    face = ImageFont.truetype(font, size)
    left, top, right, bottom = face.getbbox(character)
    picture = Image.new("L", (max(1, int(right - left)) + 8, max(1, int(bottom - top)) + 8))
    ImageDraw.Draw(picture).text((4 - left, 4 - top), character, fill=255, font=face)
    return np.asarray(picture)


@cache
def print_fonts() -> tuple[str, ...]:
    """Files of the free fonts that Matplotlib brings: DejaVu, Computer Modern and STIX."""
    try:
        import matplotlib
    except ImportError as error:
        raise MissingExtraError("Training", "train") from error
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return tuple(str(folder / f"{name}.ttf") for name in _PRINT_FONTS)


def print_letters(font: str) -> str:
    """Characters that the font has and that are printed as non-digits."""
    return _LETTERS + _PUNCTUATION + (_WIDER if "DejaVuSans" in font and "Mono" not in font else "")
