"""Strokes are checked, and drawn the same in any unit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handwriting import strokes_of
from inkdigits import LimitError, Settings, StrokeError
from inkdigits.images.strokes import check_strokes, render_strokes

SETTINGS = Settings()


@pytest.mark.parametrize(
    ("strokes", "words"),
    [
        ("abc", "str"),
        (b"abc", "bytes"),
        (None, "NoneType"),
        (3, "int"),
        ({1: 2}, "dict"),
        ([[1, 2, 3]], r"stroke 0 has shape \(3,\)"),
        ([[(1, 2)], [(1, 2, 3)]], r"stroke 1 has shape \(1, 3\)"),
        (np.zeros((4, 2)), r"stroke 0 has shape \(2,\)"),
        ([[(1, 2), (3,)]], "stroke 0 is not"),
        ([[("a", "b")]], "stroke 0 is not"),
        ([[(None, 1)]], "stroke 0 is not|stroke 0 has"),
        ([[(np.nan, 1)]], "not finite"),
        ([[(np.inf, 1)]], "not finite"),
        ([[(1e300, 1)]], "1e12"),
        ([[(1j, 1)]], "complex"),
        ([np.array([[1j, 1]])], "complex"),
        ([[(10**400, 1)]], "stroke 0"),
    ],
)
def test_what_are_no_strokes_says_why(strokes: object, words: str) -> None:
    with pytest.raises(StrokeError, match=words):
        check_strokes(strokes, SETTINGS)  # type: ignore[arg-type]


def test_too_many_points_give_both_numbers() -> None:
    with pytest.raises(LimitError, match=r"12 points, the limit is 10.*INKDIGITS_MAX_POINTS"):
        check_strokes([np.zeros((6, 2))] * 2, Settings(max_points=10))


def test_empty_strokes_are_left_out() -> None:
    assert len(check_strokes([[], [(1, 2)], np.empty((0, 2))], SETTINGS)) == 1


@given(st.sampled_from([1e-300, 1e-9, 1.0, 640.0, 1e9]), st.integers(0, 9))
def test_any_unit_draws_the_same(scale: float, label: int) -> None:
    strokes = strokes_of(label)
    first = render_strokes(strokes)
    second = render_strokes([stroke * scale for stroke in strokes])
    assert first.shape == second.shape
    assert np.abs(first.astype(int) - second).max() <= 40


def test_the_longer_side_is_fixed() -> None:
    wide = render_strokes([np.array([[0, 0], [1000.0, 10]])])
    tall = render_strokes([np.array([[0, 0], [0.001, 1]])])
    assert wide.shape[1] == tall.shape[0] == 104


@pytest.mark.parametrize("place", [1.0, 123.456, 1e11])
def test_a_tap_is_a_dot(place: float) -> None:
    taps = np.full((5, 2), place)
    taps[1:, 0] = np.nextafter(place, 1e12)
    picture = render_strokes([taps])
    assert max(picture.shape) == 24
    assert picture.max() == 255


def test_no_strokes_draw_nothing() -> None:
    assert not render_strokes([]).any()
