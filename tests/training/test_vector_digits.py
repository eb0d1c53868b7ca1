"""Vector digits: every hand writes, the same state writes the same, and strokes are fit for the reader."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.training.vector_digits import NON_DIGITS, STYLES, draw_digit, draw_non_digit


@pytest.mark.parametrize(("label", "style"), [(label, style) for label in STYLES for style in STYLES[label]])
def test_every_style_writes_in_its_box(label: int, style: str) -> None:
    rng = np.random.default_rng(label)
    for _ in range(10):
        strokes = draw_digit(label, rng, style)
        points = np.concatenate(strokes)
        assert all(stroke.ndim == 2 and stroke.shape[1] == 2 for stroke in strokes)
        assert np.isfinite(points).all()
        assert points.min() > -0.6
        assert points.max() < 1.6
        assert np.ptp(points[:, 1]) > 0.6


@pytest.mark.parametrize("kind", NON_DIGITS)
def test_every_kind_of_non_digit_draws(kind: str) -> None:
    rng = np.random.default_rng(1)
    for _ in range(5):
        strokes = draw_non_digit(rng, kind)
        assert strokes
        assert all(stroke.ndim == 2 and stroke.shape[1] == 2 and np.isfinite(stroke).all() for stroke in strokes)


def test_the_same_state_writes_the_same() -> None:
    first = [draw_digit(5, np.random.default_rng(3)) for _ in range(2)]
    second = [draw_non_digit(np.random.default_rng(3)) for _ in range(2)]
    for one, two in (first, second):
        assert len(one) == len(two)
        assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


def test_hands_differ() -> None:
    rng = np.random.default_rng(0)
    one, two = (draw_digit(2, rng, "looped") for _ in range(2))
    assert len(one[0]) != len(two[0]) or not np.allclose(one[0], two[0])


def test_unknown_names_fail() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(KeyError):
        draw_digit(10, rng)
    with pytest.raises(KeyError):
        draw_digit(1, rng, "gothic")
    with pytest.raises(KeyError):
        draw_non_digit(rng, "seven")
