"""Arrays of every usual shape and type become the same grey."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from inkdigits import ImageError, LimitError, Settings
from inkdigits.images.arrays import array_to_grey

SETTINGS = Settings()
greys = hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=12))


@given(greys)
def test_grey_of_any_type_is_the_same(grey: np.ndarray) -> None:
    grey[0, 0] = 255  # a float picture says by its largest value whether it goes to 1 or to 255
    for same in (
        grey,
        grey[:, :, None],
        np.repeat(grey[:, :, None], 3, axis=2),
        np.dstack([grey, np.full_like(grey, 255)]),
        grey / 255,
        grey.astype(np.float32),
        grey.astype(np.uint16) * 257,
        (grey.astype(np.uint16) * 257).astype(">u2"),
        grey.astype(np.int32),
        grey.astype(np.int64) * 257 if grey.size else grey,
    ):
        result = array_to_grey(same, SETTINGS)
        assert result.dtype == np.uint8
        assert result.flags.c_contiguous
        assert np.array_equal(result, grey)


def test_colors_weigh_as_the_eye_does() -> None:
    colors = np.eye(3, dtype=np.uint8)[None] * 255
    assert array_to_grey(colors, SETTINGS).tolist() == [[76, 150, 29]]


def test_what_is_transparent_is_white_paper() -> None:
    ink = np.zeros((1, 3, 4), np.uint8)
    ink[0, :, 3] = (0, 128, 255)
    assert array_to_grey(ink, SETTINGS).tolist() == [[255, 127, 0]]


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros(5), r"shape \(5,\)"),
        (np.zeros((2, 2, 5)), r"shape \(2, 2, 5\)"),
        (np.zeros((1, 2, 2, 3)), r"shape \(1, 2, 2, 3\)"),
        (np.zeros((0, 4)), "4 x 0"),
        (np.array([[np.nan, 1.0]]), "not finite"),
        (np.array([[np.inf, 1.0]]), "not finite"),
        (np.array([[1e300, 1.0]]), "not finite"),
        (np.array([[-1.0, 1.0]]), "-1 to 1"),
        (np.array([[0.0, 300.0]]), "0 to 300"),
        (np.array([[0, 70_000]]), "0 to 70000"),
        (np.array([["a", "b"]]), "<U1"),
        (np.array([[1j]]), "complex"),
        (np.array([[None]]), "object"),
        (np.zeros((2, 2), dtype=[("x", "u1")]), "picture"),
        (np.array([["2020-01-01"]], dtype="datetime64[D]"), "datetime"),
    ],
)
def test_what_is_no_picture_says_why(array: np.ndarray, words: str) -> None:
    with pytest.raises(ImageError, match=words):
        array_to_grey(array, SETTINGS)


def test_limits_give_both_numbers() -> None:
    with pytest.raises(LimitError, match=r"30 x 20 .* 10.*INKDIGITS_MAX_SIDE"):
        array_to_grey(np.zeros((20, 30)), Settings(max_side=10))
    with pytest.raises(LimitError, match=r"600 pixels.* 500.*INKDIGITS_MAX_PIXELS"):
        array_to_grey(np.zeros((20, 30)), Settings(max_pixels=500))


@given(st.floats(-0.0009, 0))
def test_interpolation_may_overshoot_a_little(low: float) -> None:
    assert array_to_grey(np.array([[low, 1.0005]]), SETTINGS).tolist() == [[0, 255]]
