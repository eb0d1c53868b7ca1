"""Digits cropped to their ink are read as those with paper around them; shadows, rulings and cells stay nothing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handwriting import Picture, digit_picture, likeness, paper
from inkdigits import Reader
from inkdigits.segmentation import find_glyph
from inkdigits.segmentation.tight import with_margin


def cropped(picture: Picture, margin: int) -> Picture:
    """To its ink and a little more."""
    left, top, width, height = cv2.boundingRect((picture < 128).astype(np.uint8))
    return picture[max(0, top - margin) : top + height + margin, max(0, left - margin) : left + width + margin]


@given(label=st.integers(0, 9), seed=st.integers(0, 9), margin=st.integers(0, 3), inverted=st.booleans())
def test_a_cropped_digit_is_the_glyph_that_it_was(label: int, seed: int, margin: int, inverted: bool) -> None:
    picture = digit_picture(label, seed)
    tight = cropped(picture, margin)
    if label == 1 and margin == 0 and (tight < 128).mean() > 0.5:
        return  # nothing but ink
    found = find_glyph(255 - tight if inverted else tight)
    assert found.box
    whole = find_glyph(picture)
    assert likeness(found.pixels, whole.pixels) > 0.85
    left, top, width, height = found.box
    assert left >= 0
    assert top >= 0
    assert left + width <= tight.shape[1]
    assert top + height <= tight.shape[0]


def photographed(label: int, seed: int) -> Picture:
    """A digit on paper that is lit from the side."""
    small = cv2.resize(digit_picture(label, seed), (112, 112), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), 0.8).astype(np.float64)
    light = np.linspace(0.72, 0.95, soft.shape[1])
    noise = np.random.default_rng(seed).normal(0, 2.5, soft.shape)
    return np.clip((40 + 0.84 * soft) * light + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("label", range(10))
@pytest.mark.parametrize("margin", [0, 1, 2])
def test_cropped_digits_are_read(reader: Reader, label: int, margin: int) -> None:
    for seed in range(6):
        number = reader.read(cropped(photographed(label, seed), margin), expect="digit").numbers[0]
        assert number.text == str(label), seed


def test_light_goes_on_beyond_the_crop() -> None:
    picture = np.minimum(cropped(digit_picture(8), 1), 255).astype(np.float64)
    slope = np.linspace(0.7, 1.0, picture.shape[1])
    larger = with_margin((picture * slope).astype(np.uint8))
    assert larger is not None
    page, margin = larger
    rows = page[: margin - 2].astype(float)
    assert np.ptp(rows, axis=0).max() <= 2  # no edge where the crop was
    assert rows[0, 0] < rows[0, margin] < rows[0, -margin] <= rows[0, -1]


@pytest.mark.parametrize(
    "name", ["empty", "shadow", "corner", "ruled", "squared", "cell", "margin", "grain", "black", "flat"]
)
def test_what_is_no_cropped_digit_gets_no_margin(name: str) -> None:
    page = paper((90, 90), 3)
    if name == "shadow":
        page[:, 40:] = page[:, 40:] // 3
    elif name == "corner":
        page[np.add.outer(np.arange(90), np.arange(90)) < 90] = 30
    elif name == "ruled":
        page[20::25] = 60
    elif name == "squared":
        page[10::20] = page[:, 10::20] = 60
    elif name == "cell":
        page[:3] = page[-3:] = 60
        page[:, :3] = page[:, -3:] = 60
    elif name == "margin":
        page = np.minimum(
            page, cv2.copyMakeBorder(cropped(digit_picture(4), 0)[:70, :70], 10, 20, 10, 60, 0, value=255)[:90, :90]
        )
    elif name == "grain":
        page = np.random.default_rng(0).integers(0, 256, (90, 90), np.uint8)
    elif name in ("black", "flat"):
        page = np.full((90, 90), 5 if name == "black" else 180, np.uint8)
    assert with_margin(page) is None
