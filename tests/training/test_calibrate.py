"""The calibration of an adapted model: moved by what its answers did, not by chance among few drawn glyphs."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.recognition.scores import Calibration
from inkdigits.training.calibrate import moved
from inkdigits.training.sources import NON_DIGIT
from inkdigits.training.validate import Validation

OLD = Calibration(temperature=0.7, threshold=-2.0, slope=1.1, unsure=0.4)


def answers(seed: int = 0) -> Validation:
    """140 digits, all of them right, and 320 that are none."""
    rng = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(140) % 10, np.full(320, NON_DIGIT)])
    logits = rng.normal(0, 1, (len(labels), 11)).astype(np.float32)
    logits[np.arange(len(labels)), labels] += 9
    return Validation(logits, labels, np.full(len(labels), "vector"))


def answering(before: Validation, logits: np.ndarray) -> Validation:
    return Validation(logits.astype(np.float32), before.labels, before.kinds)


def test_one_glyph_that_is_misread_now_changes_next_to_nothing() -> None:
    before = answers()
    logits = before.logits.copy()
    logits[0, :3] = 0, 9, 0
    after = moved(OLD, before, answering(before, logits))
    assert after.temperature == pytest.approx(OLD.temperature, rel=0.02)
    assert after.threshold == pytest.approx(OLD.threshold, abs=0.02)


def test_digits_that_score_lower_by_chance_leave_the_threshold_where_it_is() -> None:
    before = answers()
    logits = before.logits.copy()
    logits[:2, NON_DIGIT] += 12  # the lowest two of 140, by which a threshold would be fitted
    assert moved(OLD, before, answering(before, logits)).threshold == pytest.approx(OLD.threshold, abs=0.02)


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_answers_as_flat_or_as_steep_as_they_were_are_told_as_before(factor: float) -> None:
    before = answers()
    after = moved(OLD, before, answering(before, before.logits * factor))
    assert after.temperature == pytest.approx(OLD.temperature * factor, rel=1e-3)
    assert after.slope == pytest.approx(OLD.slope / factor, rel=1e-3)


def test_scores_that_all_move_take_the_threshold_along() -> None:
    before = answers()
    logits = before.logits.copy()
    logits[:, NON_DIGIT] -= 0.5
    assert moved(OLD, before, answering(before, logits)).threshold == pytest.approx(OLD.threshold + 0.5, abs=1e-3)


def test_without_digits_to_compare_nothing_moves() -> None:
    before = answers()
    others = ~before.is_digit
    few = Validation(before.logits[others], before.labels[others], before.kinds[others])
    assert moved(OLD, few, few) == OLD
