"""The normal form: 20x20 box in 28x28, aspect kept, center of mass in the center."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from handwriting import draw, likeness, strokes_of
from inkdigits.segmentation.normalize import BOX, SIDE, ink_box, ink_boxes, normal_rows, normalize

labels = st.integers(0, 9)


def ink_of(label: int, seed: int = 0, pen: int = 14, height: float = 180) -> np.ndarray:
    return 255 - draw(strokes_of(label, seed), (320, 320), height, 60, 60, pen)


@given(labels, st.integers(0, 5), st.integers(3, 30), st.floats(60, 240))
def test_box_center_and_contrast(label: int, seed: int, pen: int, height: float) -> None:
    glyph = normalize(ink_of(label, seed, pen, height))
    assert glyph.shape == (SIDE, SIDE)
    assert glyph.dtype == np.uint8
    assert glyph.max() == 255
    box = ink_box(glyph)
    assert box is not None
    assert BOX - 2 <= max(box[2], box[3]) <= BOX
    mass = glyph.astype(float)
    y, x = np.indices(glyph.shape)
    assert (x * mass).sum() / mass.sum() == pytest.approx(13.5, abs=1.1)
    assert (y * mass).sum() / mass.sum() == pytest.approx(13.5, abs=1.1)


@given(labels, st.floats(100, 240))
def test_aspect_is_kept(label: int, height: float) -> None:
    ink = ink_of(label, height=height)
    before, after = ink_box(ink), ink_box(normalize(ink))
    assert before is not None
    assert after is not None
    assert after[2] / after[3] == pytest.approx(before[2] / before[3], rel=0.2, abs=0.08)


@given(labels, st.integers(0, 20))
def test_normalizing_twice_changes_little(label: int, seed: int) -> None:
    once = normalize(ink_of(label, seed))
    assert likeness(once, normalize(once)) > 0.97


@given(labels, st.tuples(st.integers(0, 80), st.integers(0, 80)))
def test_place_does_not_matter(label: int, place: tuple[int, int]) -> None:
    ink = ink_of(label)
    wide = np.zeros((420, 420), np.uint8)
    wide[place[0] : place[0] + 320, place[1] : place[1] + 320] = ink
    assert np.array_equal(normalize(wide), normalize(ink))


@given(labels, st.floats(50, 78))
def test_size_matters_little(label: int, height: float) -> None:
    small = normalize(ink_of(label, pen=round(height * 0.1), height=height))
    large = normalize(ink_of(label, pen=round(height * 0.3), height=height * 3))
    assert likeness(small, large) > 0.9


@pytest.mark.parametrize("pen", [1, 2, 3])
def test_thin_pens_do_not_fade(pen: int) -> None:
    glyph = normalize(ink_of(3, pen=pen, height=240))
    assert (glyph > 128).sum() > 45


@given(st.integers(1, 60), st.integers(1, 60), st.integers(64, 255))
def test_ink_of_every_shape_fits(height: int, width: int, level: int) -> None:
    assume(height * width > 1)
    glyph = normalize(np.full((height, width), level, np.uint8))
    assert glyph.shape == (SIDE, SIDE)
    assert glyph.max() == 255


def test_one_pixel_of_ink_fits() -> None:
    ink = np.zeros((9, 9), np.uint8)
    ink[4, 4] = 255
    assert normalize(ink).shape == (SIDE, SIDE)


def test_no_ink_stays_empty() -> None:
    assert not normalize(np.zeros((50, 20), np.uint8)).any()
    assert ink_box(np.zeros((50, 20), np.uint8)) is None


def test_which_rows_are_normal() -> None:
    normal = normalize(ink_of(4))
    moved = np.roll(normal, 3, axis=1)
    small = np.zeros_like(normal)
    small[9:19, 9:19] = normal[::2, ::2][2:12, 2:12]
    stack = np.stack([normal, moved, small, np.zeros_like(normal), 255 - normal])
    assert normal_rows(stack).tolist() == [True, False, False, False, False]


def test_the_boxes_of_a_stack_are_those_of_its_pictures() -> None:
    rng = np.random.default_rng(3)
    share = rng.choice([0, 0.002, 0.01, 0.3], (200, 1, 1))
    stack = np.where(rng.random((200, 28, 28)) < share, 200, 30).astype(np.uint8)
    stack[0] = 0
    assert ink_boxes(stack) == [ink_box(picture) for picture in stack]
