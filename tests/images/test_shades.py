"""Ink as light as its paper, and light ink on nothing, are seen; all other pictures stay as they were."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from handwriting import Picture, digit_picture, encode
from inkdigits import Settings
from inkdigits.images import load

SETTINGS = Settings()
INK = 255 - digit_picture(5)  # 255 on 0, soft at its edges
HARD = np.where(INK > 127, 255, 0).astype(np.uint8)

Color = tuple[int, int, int]
LOST: list[tuple[Color, Color, int]] = [  # ink, paper and the channel that shows it
    ((220, 40, 40), (30, 60, 220), 0),
    ((30, 60, 220), (220, 40, 40), 0),
    ((60, 160, 60), (200, 60, 60), 0),
    ((255, 0, 0), (0, 130, 0), 0),
    ((0, 0, 200), (0, 0, 0), 2),
]
light = st.tuples(*[st.integers(190, 255)] * 3)
dark = st.tuples(*[st.integers(0, 110)] * 3)


def paint(ink: Color, paper: Color, share: Picture = INK) -> Picture:
    """The digit in one color on another: uint8 (280, 280, 3), RGB."""
    amount = share[:, :, None] / 255
    return (np.array(ink) * amount + np.array(paper) * (1 - amount) + 0.5).astype(np.uint8)


def on_nothing(ink: Color, opacity: float = 1) -> Picture:
    """The digit on transparent pixels: uint8 (280, 280, 4), RGBA."""
    colors = np.full((*INK.shape, 3), ink, np.uint8)
    return np.dstack([colors, (INK * opacity).astype(np.uint8)])


def grey_of(picture: Picture) -> Picture:
    """As an array, after checking that its PNG, TIFF and Pillow image look the same."""
    grey = load(picture, SETTINGS).grey
    for same in (encode(picture), encode(picture, "TIFF"), Image.fromarray(picture)):
        other = load(same, SETTINGS).grey
        assert other.dtype == np.uint8
        assert other.flags.c_contiguous
        assert np.abs(other.astype(int) - grey).max() <= 2
    return grey


def luma_of(picture: Picture) -> Picture:
    """What was made of every picture in color before: uint8 (H, W)."""
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)


def pillow_luma(picture: Picture) -> Picture:
    return np.asarray(Image.fromarray(picture).convert("L"))


@pytest.mark.parametrize(("ink", "paper", "channel"), LOST)
def test_ink_as_light_as_its_paper_is_seen(ink: Color, paper: Color, channel: int) -> None:
    picture = paint(ink, paper)
    assert np.ptp(luma_of(picture)) < 30
    assert np.array_equal(grey_of(picture), picture[:, :, channel])


@pytest.mark.parametrize(("ink", "paper", "channel"), LOST)
def test_so_it_is_in_every_other_kind_of_picture(ink: Color, paper: Color, channel: int) -> None:
    picture = paint(ink, paper, HARD)
    opaque = np.dstack([picture, np.full(INK.shape, 255, np.uint8)])
    assert np.array_equal(grey_of(opaque), picture[:, :, channel])
    for array in (picture / 255, picture.astype(np.uint16) * 257, np.asfortranarray(picture)):
        assert np.array_equal(load(array, SETTINGS).grey, picture[:, :, channel])
    image = Image.fromarray(picture)
    for same in (image.quantize(2), image.convert("CMYK"), image.convert("YCbCr")):
        other = load(same, SETTINGS).grey
        assert np.abs(other.astype(int) - picture[:, :, channel]).max() <= 2
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=90)
    photo = load(stream.getvalue(), SETTINGS).grey
    assert np.abs(photo.astype(int) - picture[:, :, channel]).mean() < 6


@given(dark, light)
def test_dark_on_light_is_the_luma(ink: Color, paper: Color) -> None:
    picture = paint(ink, paper)[::4, ::4]
    assert np.array_equal(load(np.ascontiguousarray(picture), SETTINGS).grey, luma_of(np.ascontiguousarray(picture)))
    assert np.array_equal(load(encode(picture), SETTINGS).grey, pillow_luma(picture))


@given(st.integers(0, 255), st.integers(0, 255))
def test_grey_in_color_is_the_grey(ink: int, paper: int) -> None:
    picture = paint((ink,) * 3, (paper,) * 3)[::4, ::4]
    assert np.array_equal(grey_of(picture), picture[:, :, 0])


@pytest.mark.parametrize("color", [(200, 40, 40), (30, 60, 220), (255, 255, 190), (0, 0, 0)])
def test_what_is_of_one_color_is_the_luma(color: Color) -> None:
    picture = np.full((20, 30, 3), color, np.uint8)
    assert np.array_equal(grey_of(picture), luma_of(picture))


@pytest.mark.parametrize("noise", [(4, 4, 12), (1, 1, 12), (0, 0, 6)])
def test_noise_in_one_channel_is_no_ink(noise: Color) -> None:
    """On an empty page it would be read as digits."""
    page = np.random.default_rng(0).normal((230, 225, 190), noise, (600, 800, 3))
    picture = np.clip(page, 0, 255).astype(np.uint8)
    assert np.ptp(picture[:, :, 2]) > 2 * np.ptp(luma_of(picture))
    assert np.array_equal(load(picture, SETTINGS).grey, luma_of(picture))
    assert np.array_equal(load(encode(picture), SETTINGS).grey, pillow_luma(picture))


@pytest.mark.parametrize("ink", [(255, 255, 255), (250, 250, 230), (255, 255, 0)])
def test_light_ink_on_nothing_is_on_black_paper(ink: Color) -> None:
    picture = on_nothing(ink)
    grey = grey_of(picture)
    assert grey[0, 0] == 0
    assert grey.max() > 220
    assert np.abs(grey.astype(int) - INK * (grey.max() / 255)).max() <= 2


def test_so_it_is_in_grey_with_alpha_and_in_palettes() -> None:
    white = np.dstack([np.full_like(INK, 255), INK])
    assert np.array_equal(grey_of(white), INK)
    palette = Image.fromarray(HARD // 255)
    palette.putpalette([9, 9, 9, 255, 255, 255])
    for form in ("PNG", "GIF"):
        stream = io.BytesIO()
        palette.save(stream, form, transparency=0)
        assert np.array_equal(load(stream.getvalue(), SETTINGS).grey, HARD)


@pytest.mark.parametrize("opacity", [0.1, 0.2, 1])
@pytest.mark.parametrize("ink", [(0, 0, 0), (40, 40, 120)])
def test_dark_ink_stays_on_white_paper(ink: Color, opacity: float) -> None:
    grey = grey_of(on_nothing(ink, opacity))
    assert grey[0, 0] == 255
    assert grey.min() < 255 - 50 * opacity


@pytest.mark.parametrize("level", [0, 255])
def test_what_is_wholly_transparent_is_white(level: int) -> None:
    picture = np.full((20, 30, 4), level, np.uint8)
    picture[:, :, 3] = 0
    assert (grey_of(picture) == 255).all()


def test_an_empty_page_turned_on_nothing_stays_empty() -> None:
    """On black its edges would be strokes."""
    turn = cv2.getRotationMatrix2D((400, 300), 4, 0.9)
    page = np.full((600, 800, 4), 245, np.uint8)
    page[:, :, 3] = cv2.warpAffine(np.full((600, 800), 255, np.uint8), turn, (800, 600))
    assert grey_of(page).min() >= 244
