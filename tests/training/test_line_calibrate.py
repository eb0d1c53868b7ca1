"""Calibrating a line network on few fields or many: no leap from what is expected, no certainty that is not due."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the 'train' extra")

from inkdigits.training.lines.calibrate import fit_line_temperature, fit_platt
from inkdigits.training.lines.strings import ALPHABET
from inkdigits.training.lines.validate import LineValidation

SHIPPED = (0.955, 0.86)


def confidence(share: float, slope: float, offset: float) -> float:
    return float(1 / (1 + np.exp(-(slope * np.log(share / (1 - share)) + offset))))


@pytest.mark.parametrize("count", [1, 6, 12, 24, 72, 300])
@pytest.mark.parametrize("wrong", [0, 1])
def test_few_sure_fields_move_the_calibration_a_little(count: int, wrong: int) -> None:
    shares = np.full(count, 0.9999)
    right = np.arange(count) >= wrong
    slope, offset = fit_platt(shares, right, SHIPPED)
    assert 0.1 <= slope < 1.3
    assert abs(offset - SHIPPED[1]) < 1.5
    if wrong == 0:
        assert confidence(0.5, slope, offset) < confidence(0.5, *SHIPPED) + 0.02, "nothing was learned of doubtful ones"
    else:
        assert confidence(0.9999, slope, offset) < confidence(0.9999, *SHIPPED)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("count", [12, 72, 2000])
def test_what_keeps_its_word_already_goes_on_doing_so(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    odds = rng.normal(7, 3.5, count)
    shares = 1 / (1 + np.exp(-odds))
    slope, offset = fit_platt(shares, rng.random(count) < shares)
    assert 0.3 < slope < 1.8
    assert abs(offset) < 1.6
    if count == 2000:
        assert abs(confidence(0.9, slope, offset) - 0.9) < 0.06


def test_too_sure_a_model_is_taken_back() -> None:
    rng = np.random.default_rng(3)
    odds = rng.normal(3, 2, 2000)
    told = 1 / (1 + np.exp(-2 * odds))  # twice as sure as is due
    slope, _ = fit_platt(told, rng.random(2000) < 1 / (1 + np.exp(-odds)))
    assert 0.42 < slope < 0.58


@pytest.mark.parametrize(("count", "least"), [(1, 0.8), (12, 0.6), (400, 0.3)])
def test_the_temperature_leaves_what_is_expected_only_with_many_fields(count: int, least: float) -> None:
    """Fields that are all right, by a network that is 90 % sure of each frame."""
    frames = np.full((6, len(ALPHABET) + 1), np.log(0.1 / len(ALPHABET)), np.float32)
    frames[np.arange(6), [0, 5, 0, 8, 8, 0]] = np.log(0.9)
    check = LineValidation([frames] * count, ["47"] * count, ["plain"] * count)
    temperature = fit_line_temperature(check, 0.93)
    assert least < temperature < 0.93
    assert fit_line_temperature(check, 2.0) > temperature
