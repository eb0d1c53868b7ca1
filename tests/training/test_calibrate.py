"""Calibration: fitted no firmer than its digits allow, and moved by what an adapted model's answers did."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.recognition.scores import Calibration, softmax
from inkdigits.training.calibrate import calibrate, fit_temperature, moved
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


@pytest.mark.parametrize("count", [20, 100, 1000])
def test_nobody_is_surer_than_so_many_digits_without_a_mistake_allow(count: int) -> None:
    rng = np.random.default_rng(count)
    labels = np.arange(count) % 10
    logits = rng.normal(0, 1, (count, 10)).astype(np.float32)
    logits[np.arange(count), labels] += 30
    sure = softmax(logits / np.float32(fit_temperature(logits, labels))).max(axis=1)
    assert 1 - sure.mean() == pytest.approx(1 / (count + 2), rel=0.5)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_at_which_answers_were_drawn_is_found(temperature: float) -> None:
    rng = np.random.default_rng(3)
    logits = rng.normal(0, 3, (8_000, 10)).astype(np.float32)
    chances = softmax(logits / np.float32(temperature)).cumsum(axis=1)
    labels = (chances < rng.random((8_000, 1))).sum(axis=1).clip(0, 9)
    assert fit_temperature(logits, labels) == pytest.approx(temperature, rel=0.06)


def test_a_model_that_misreads_none_of_its_few_digits_is_not_too_sure() -> None:
    few = answers()
    assert 0.5 < calibrate(answering(few, few.logits * 3)).temperature < 5
