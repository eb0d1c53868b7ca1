"""Synthetic lines: readable labels, the same for the same seed, ink where it should be, every kind and habit made."""

from __future__ import annotations

from collections import Counter

import cv2
import numpy as np
import pytest

from inkdigits.training.datasets import Pictures, Writing
from inkdigits.training.lines.hands import Hand, choose_hand, desk_of, printed, vector_bank
from inkdigits.training.lines.layout import lay_out
from inkdigits.training.lines.marks import MARKS
from inkdigits.training.lines.paper import Scene
from inkdigits.training.lines.patterns import grain_bank, pattern_bank
from inkdigits.training.lines.pictures import LinePicture, make_line
from inkdigits.training.lines.strings import ALPHABET, DIGITS, TEXTS, Sign, compose, label_of, signs
from inkdigits.training.lines.writing import draw_ink
from inkdigits.training.sources import Sources
from inkdigits.training.vector_digits import draw_digit, draw_non_digit

pytest.importorskip("HersheyFonts", reason="training needs its extra")
pytest.importorskip("matplotlib", reason="training needs its extra")


@pytest.fixture(scope="module")
def sources() -> Sources:
    """A little handwriting, made from nothing."""
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 10
    writers = (np.arange(60) // 20).astype(np.int32)
    strokes = [[s.astype(np.float32) * 300 for s in draw_digit(int(label), rng)] for label in labels]
    letters = [[s.astype(np.float32) for s in draw_non_digit(rng, "ampersand")] for _ in range(9)]
    small = [_bitmap(sample, 28) for sample in strokes]
    hard = [(_bitmap(sample, 20) > 128).astype(np.uint8) * 255 for sample in strokes]
    return Sources(
        Pictures(np.stack(small), labels.astype(np.int64)),
        Writing(strokes, labels.astype(str), writers),
        Pictures(hard, labels.astype(np.int64)),
        Writing(letters, np.array(["&"] * 9), (np.arange(9) // 3).astype(np.int32)),
    )


def _bitmap(strokes: list[np.ndarray], side: int) -> np.ndarray:
    canvas = np.zeros((side, side), np.uint8)
    points = np.concatenate(strokes)
    low, size = points.min(axis=0), float(np.ptp(points, axis=0).max())
    for stroke in strokes:
        fixed = np.round(((stroke - low) / size * (side - 8) + 4) * 16).astype(np.int32)
        cv2.polylines(canvas, [fixed.reshape(-1, 1, 2)], False, 255, 2, cv2.LINE_AA, 4)
    return canvas


def _make(sources: Sources, seed: int, kind: str | None = None) -> LinePicture:
    return make_line(sources, np.random.default_rng(seed), kind)


def test_labels_and_pictures_are_sound(sources: Sources) -> None:
    for seed in range(300):
        made = _make(sources, seed)
        assert set(made.label) <= set(ALPHABET)
        assert "??" not in made.label
        assert made.grey.dtype == np.uint8
        assert made.grey.ndim == 2
        assert made.grey.flags.c_contiguous
        height, width = made.grey.shape
        assert 4 <= height <= 800
        assert 4 <= width <= 1_600


def test_the_same_seed_makes_the_same_picture(sources: Sources) -> None:
    for seed in range(20):
        first, second = _make(sources, seed), _make(sources, seed)
        assert first.label == second.label
        assert np.array_equal(first.grey, second.grey)


@pytest.mark.parametrize("kind", TEXTS)
def test_every_kind_is_made(sources: Sources, kind: str) -> None:
    made = [_make(sources, seed, kind) for seed in range(12)]
    assert {picture.kind for picture in made} == {kind}
    labels = [picture.label for picture in made]
    if kind == "nothing":
        assert set(labels) == {""}
    elif kind in ("word", "scribble"):
        assert set(labels) == {"?"}
    elif kind in ("crossed", "with_word"):
        assert all("?" in label for label in labels)
    else:
        assert all(any(character in DIGITS for character in label) for label in labels)


def test_unknown_kinds_fail(sources: Sources) -> None:
    with pytest.raises(KeyError):
        _make(sources, 0, "poem")


def test_every_character_is_seen_and_mostly_digits() -> None:
    rng = np.random.default_rng(5)
    seen = Counter("".join(label_of(compose(rng)[1]) for _ in range(3_000)))
    assert set(seen) == set(ALPHABET)
    assert sum(seen[digit] for digit in DIGITS) > 0.8 * sum(seen.values())
    assert min(seen[digit] for digit in DIGITS) > 0.5 * max(seen[digit] for digit in DIGITS[1:])


def test_a_run_of_junk_is_one_question_mark() -> None:
    junk = Sign("scribble", "?")
    assert label_of([junk, Sign("gap", ""), junk, *signs("12"), junk]) == "?12?"
    assert label_of([]) == ""


def test_blank_paper_has_no_ink_and_lines_have(sources: Sources) -> None:
    desk = desk_of(sources)
    for kind in ("pens", "vector", "mnist", "bitmaps"):
        rng = np.random.default_rng(3)
        layout = lay_out(signs("40 73"), Hand(desk, kind, rng, writer=1), 0.1, False, rng)
        ink = draw_ink(layout, 48.0, layout.box(), kind == "bitmaps", rng)
        rows, columns = np.flatnonzero(ink.max(axis=1) > 100), np.flatnonzero(ink.max(axis=0) > 100)
        assert rows[0] <= 6
        assert rows[-1] >= len(ink) - 7
        assert columns[0] <= 6
        assert columns[-1] >= ink.shape[1] - 7
        assert 0.03 < (ink > 128).mean() < 0.6
    empty = draw_ink(lay_out([], Hand(desk, "pens", rng), 0.1, False, rng), 48.0, (0, 0, 2, 1), False, rng)
    assert not empty.any()


def test_digits_stand_in_reading_order(sources: Sources) -> None:
    for seed in range(40):
        rng = np.random.default_rng(seed)
        layout = lay_out(signs("123456"), choose_hand(desk_of(sources), rng), 0.1, bool(seed % 2), rng)
        middles = [(placed.box[0] + placed.box[2]) / 2 for placed in layout.placed]
        assert middles == sorted(middles)
        if seed % 2:
            assert len(layout.rules) == 7
            assert all(a < m < b for a, m, b in zip(layout.rules, middles, layout.rules[1:], strict=False))


def test_some_neighbors_touch_and_some_do_not(sources: Sources) -> None:
    desk = desk_of(sources)
    parts = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        layout = lay_out(signs("5830"), Hand(desk, "mnist", rng), 0.1, False, rng)
        ink = draw_ink(layout, 48.0, layout.box(), False, rng)
        parts.append(cv2.connectedComponents((ink > 100).astype(np.uint8))[0] - 1)
    touching = np.mean(np.array(parts) < 4)
    assert 0.1 < touching < 0.7


def test_every_scene_and_hand_is_chosen(sources: Sources) -> None:
    rng = np.random.default_rng(1)
    desk = desk_of(sources)
    assert {choose_hand(desk, rng).kind for _ in range(300)} == {"pens", "vector", "mnist", "bitmaps", "print"}
    assert {Scene.choose(rng).kind for _ in range(100)} == {"clean", "paper", "cheque"}


def test_the_banks_are_filled() -> None:
    assert all(tile.std() > 8 for tile in pattern_bank())
    assert all(abs(float(field.std()) - 1) < 0.01 for field in grain_bank())
    assert {label for label, _ in vector_bank()} == set(range(10))
    assert all(len(MARKS[mark](np.random.default_rng(0))) for mark in MARKS)


def test_printed_characters_are_cropped_to_their_ink() -> None:
    from inkdigits.training.sources import print_fonts

    picture = printed("7", print_fonts()[0], 48)
    assert picture.max(axis=0).min() > 0
    assert picture.max(axis=1).min() > 0
