"""What the digit network must refuse: letters, signs, aimless paths and unwritten paper, all made from nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from inkdigits.evaluation.rejection import LOOK_ALIKES
from inkdigits.training.blank_scenes import unwritten
from inkdigits.training.vector_letter_shapes import LETTERS, SIGNS
from inkdigits.training.vector_letters import SYMBOLS, draw_letter, draw_symbol
from inkdigits.training.vector_walks import WALKS, draw_walk

KINDS = [
    *((draw_letter, letter) for letter in LETTERS),
    *((draw_symbol, sign) for sign in SYMBOLS),
    *((draw_walk, walk) for walk in WALKS),
]

Draw = Callable[[np.random.Generator, str | None], list[np.ndarray]]


@pytest.mark.parametrize(("draw", "kind"), KINDS, ids=[f"{draw.__name__}-{kind}" for draw, kind in KINDS])
def test_every_kind_draws_strokes_of_a_sane_size(draw: Draw, kind: str) -> None:
    rng = np.random.default_rng(2)
    for _ in range(8):
        strokes = draw(rng, kind)
        points = np.concatenate(strokes)
        assert all(stroke.ndim == 2 and stroke.shape[1] == 2 and len(stroke) > 1 for stroke in strokes)
        assert np.isfinite(points).all()
        assert np.ptp(points, axis=0).max() > 0


def test_nothing_that_people_read_as_a_digit_is_taught_as_none() -> None:
    assert not LOOK_ALIKES & {*LETTERS, *SIGNS, *SYMBOLS}


@pytest.mark.parametrize("draw", [draw_letter, draw_symbol, draw_walk])
def test_the_same_state_draws_the_same_and_another_does_not(draw: Draw) -> None:
    first, again, other = (draw(np.random.default_rng(seed), None) for seed in (4, 4, 5))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert len(first) != len(other) or not all(np.array_equal(a, b) for a, b in zip(first, other, strict=True))


@pytest.mark.parametrize("draw", [draw_letter, draw_symbol, draw_walk])
def test_unknown_names_fail(draw: Draw) -> None:
    with pytest.raises(KeyError):
        draw(np.random.default_rng(0), "seven")


def test_aimless_paths_are_as_wide_as_they_are_tangled() -> None:
    rng = np.random.default_rng(3)
    for _ in range(60):
        size = np.ptp(np.concatenate(draw_walk(rng)), axis=0)
        assert size.max() == pytest.approx(1)
        assert size.min() > 0.4


def test_unwritten_pictures_are_grey_pages() -> None:
    rng = np.random.default_rng(6)
    for _ in range(60):
        picture = unwritten(rng)
        assert picture.dtype == np.uint8
        assert picture.ndim == 2
        assert min(picture.shape) >= 20
