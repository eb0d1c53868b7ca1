"""Finding the digit: polarity, light, cells, specks, broken strokes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handwriting import draw, likeness, paper, strokes_of
from inkdigits.segmentation import find_glyph
from inkdigits.segmentation.light import lift_ink

LABELS = range(10)


def plain(label: int) -> np.ndarray:
    return draw(strokes_of(label))


def alike(picture: np.ndarray, label: int) -> float:
    """How much the digit found in a picture is like the same strokes on a plain canvas."""
    return likeness(find_glyph(picture).pixels, find_glyph(plain(label)).pixels)


@pytest.mark.parametrize("label", LABELS)
def test_polarity_does_not_matter(label: int) -> None:
    picture = plain(label)
    assert not lift_ink(picture).light_on_dark
    assert lift_ink(255 - picture).light_on_dark
    assert np.array_equal(find_glyph(picture).pixels, find_glyph(255 - picture).pixels)


@pytest.mark.parametrize("label", LABELS)
def test_contrast_does_not_matter(label: int) -> None:
    faint = draw(strokes_of(label), ink=150, paper=210)
    assert likeness(find_glyph(faint).pixels, find_glyph(plain(label)).pixels) > 0.97


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("side", [60, 150, 280, 380, 900])
@pytest.mark.parametrize("on_paper", [False, True])
def test_a_hairline_is_as_good_as_a_pen(label: int, side: int, on_paper: bool) -> None:
    sheet = paper((side, side), label, noise=2, slope=20) if on_paper else 255
    hairline = draw(strokes_of(label), (side, side), 0.64 * side, side // 4, side // 6, 1, 40, sheet)
    found = find_glyph(hairline)
    assert not found.blank
    assert likeness(found.pixels, find_glyph(draw(strokes_of(label), pen=22)).pixels) > 0.6


@given(
    label=st.sampled_from(LABELS),
    level=st.floats(120, 220),
    noise=st.floats(0, 6),
    slope=st.floats(-80, 80),
    light=st.booleans(),
)
def test_uneven_light_does_not_matter(label: int, level: float, noise: float, slope: float, light: bool) -> None:
    sheet = paper((300, 260), label, level, noise, slope)
    ink = draw(strokes_of(label), (300, 260), 180, 70, 50, 14).astype(float) / 255
    photo = (sheet * (0.3 + 0.7 * ink)).astype(np.uint8)
    glyph = find_glyph(255 - photo if light else photo)
    assert likeness(glyph.pixels, find_glyph(plain(label)).pixels) > 0.85


def shaded(picture: np.ndarray, edge: float, softness: float, depth: float = 0.45) -> np.ndarray:
    """A picture whose right part, from a share of its width on, lies in a shadow."""
    width = picture.shape[1]
    light = 1 - depth / (1 + np.exp(-(np.arange(width) - edge * width) / softness))
    noise = np.random.default_rng(0).normal(0, 2, picture.shape)
    return np.clip(picture * light + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("edge", [0.35, 0.5, 0.7])
@pytest.mark.parametrize("softness", [8, 14, 40])
def test_half_a_digit_in_a_shadow_is_the_same_digit(label: int, edge: float, softness: float) -> None:
    picture = draw(strokes_of(label), (320, 320), 170, 90, 70, 9, 35, 240)
    assert alike(shaded(picture, edge, softness), label) > 0.8


@pytest.mark.parametrize("edge", [0.35, 0.5, 0.7])
@pytest.mark.parametrize("softness", [1, 3, 8, 14, 40])
def test_the_edge_of_a_shadow_is_no_digit(edge: float, softness: float) -> None:
    assert find_glyph(shaded(np.full((320, 320), 240, np.uint8), edge, softness)).blank


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("width", [1, 3, 6])
def test_a_ruled_box_is_not_the_digit(label: int, width: int) -> None:
    cell = draw(
        strokes_of(label), (200, 200), 120, 62, 40, 9, ink=50, paper=paper((200, 200), label, noise=3, slope=30)
    )
    cv2.rectangle(cell, (8, 8), (191, 191), 60, width)
    assert alike(cell, label) > 0.85


@pytest.mark.parametrize("label", LABELS)
def test_a_sudoku_cell_cut_along_its_lines(label: int) -> None:
    cell = draw(strokes_of(label), (120, 120), 72, 38, 24, 6, ink=40, paper=paper((120, 120), label, noise=3, slope=20))
    cell[:3] = cell[-2:] = 50
    cell[:, :2] = cell[:, -3:] = 50
    assert alike(cell, label) > 0.85


@pytest.mark.parametrize("label", LABELS)
def test_specks_are_dropped(label: int) -> None:
    rng = np.random.default_rng(label)
    photo = draw(strokes_of(label), (300, 300), 180, 80, 60, 14, ink=50, paper=paper((300, 300), label, noise=3))
    for y, x in rng.integers(5, 295, (12, 2)):
        photo[y : y + 2, x : x + 2] = 70
    assert alike(photo, label) > 0.85


def test_broken_strokes_stay_together() -> None:
    strokes = strokes_of(5)
    picture = draw(strokes)
    rows = np.flatnonzero((picture < 128).any(axis=1))
    gap = picture.copy()
    middle = int(rows[0] + 0.3 * len(rows))
    gap[middle : middle + 6] = 255
    assert likeness(find_glyph(gap).pixels, find_glyph(picture).pixels) > 0.9


def test_the_box_is_in_pixels_of_the_page() -> None:
    picture = draw(strokes_of(8), (1500, 1200), 400, 700, 900, 40)
    glyph = find_glyph(picture)
    rows, columns = np.nonzero(picture < 128)
    assert glyph.box is not None
    left, top, width, height = glyph.box
    assert left == pytest.approx(columns.min(), abs=8)
    assert top == pytest.approx(rows.min(), abs=8)
    assert left + width == pytest.approx(columns.max(), abs=10)
    assert top + height == pytest.approx(rows.max(), abs=10)


def test_stages_only_when_asked() -> None:
    assert find_glyph(plain(2)).stages == ()
    stages = find_glyph(plain(2), trace=True).stages
    assert stages[0].picture.shape == (280, 280)
    assert stages[-1].picture.shape == (28, 28)
    assert all(stage.title and stage.picture.dtype == np.uint8 for stage in stages)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32))
def test_tiny_pictures_never_break(height: int, width: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    for picture in (
        rng.integers(0, 256, (height, width), dtype=np.uint8),
        np.where(rng.random((height, width)) < 0.1, 0, 255).astype(np.uint8),
    ):
        glyph = find_glyph(picture, trace=True)
        assert glyph.pixels.shape == (28, 28)
        assert glyph.blank == (not glyph.pixels.any())


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (2, 1), (1, 4), (4, 1), (1, 5000), (5000, 1), (3, 3)])
@pytest.mark.parametrize("level", [0, 127, 255])
def test_slivers_are_blank(shape: tuple[int, int], level: int) -> None:
    assert find_glyph(np.full(shape, level, np.uint8)).blank


@pytest.mark.parametrize("shape", [(1, 4), (4, 1), (2, 2), (9, 9)])
def test_one_dark_pixel_never_breaks(shape: tuple[int, int]) -> None:
    picture = np.full(shape, 255, np.uint8)
    picture[shape[0] // 2, shape[1] // 2] = 0
    assert find_glyph(picture).pixels.shape == (28, 28)
