"""Figures against their definitions, on any answers whatever."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits import Digit, OptionError
from inkdigits.evaluation import compare, judge, mcnemar, wilson
from inkdigits.evaluation.measures import coverage_at, log_loss, reliability, risk_coverage, thinned

SHARES = st.floats(0, 1, allow_nan=False)
ANSWERS = st.lists(st.tuples(SHARES, st.booleans()), min_size=1, max_size=60)


def digit(chances: list[float], reason: str | None = None) -> Digit:
    label = int(np.argmax(chances))
    return Digit(None if reason else label, chances[label], tuple(chances), 1.0, reason)  # type: ignore[arg-type]


@st.composite
def read_digits(draw: st.DrawFn) -> tuple[list[Digit], np.ndarray]:
    count = draw(st.integers(1, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    chances = rng.dirichlet([0.3] * 10, count)
    reasons = rng.choice(["", "unsure", "not_a_digit", "blank"], count, p=[0.7, 0.1, 0.1, 0.1])
    digits = [
        Digit(None, 0.0, (0.0,) * 10, 0.0, "blank") if reason == "blank" else digit(row.tolist(), reason or None)
        for row, reason in zip(chances, reasons, strict=True)
    ]
    return digits, rng.integers(0, 10, count)


@given(st.integers(0, 40), st.integers(0, 40))
def test_mcnemar_is_the_two_sided_sign_test(only_first: int, only_second: int) -> None:
    pairs = only_first + only_second
    # every way that the pairs could fall, were both models equally good
    chances = [math.comb(pairs, k) * 0.5**k * 0.5 ** (pairs - k) for k in range(pairs + 1)]
    uneven = abs(only_first - only_second)
    expected = sum(chance for k, chance in enumerate(chances) if abs(2 * k - pairs) >= uneven)
    assert mcnemar(only_first, only_second) == pytest.approx(expected)
    assert mcnemar(only_first, only_second) == mcnemar(only_second, only_first)


def test_mcnemar_of_a_textbook_and_of_very_many_pairs() -> None:
    assert mcnemar(1, 9) == pytest.approx(22 / 1024)
    assert mcnemar(0, 0) == 1
    assert mcnemar(5_000, 5_000) == 1
    assert 0 < mcnemar(2_400, 2_600) < 0.01


def test_a_comparison_says_who_is_better_or_that_it_may_be_luck() -> None:
    right = np.ones(40, bool)
    worse = np.arange(40) >= 12
    assert compare("old", "new", worse, right).render() == "new is better than old (p = 0.00049)"
    assert compare("old", "new", right, worse).render() == "old is better than new (p = 0.00049)"
    assert "luck" in compare("old", "new", np.arange(40) >= 2, right).render()
    assert "equally often" in compare("old", "new", right, right).render()
    with pytest.raises(OptionError, match="the same ones"):
        compare("old", "new", right, right[1:])


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=50))
def test_a_comparison_counts_every_digit_once(pairs: list[tuple[bool, bool]]) -> None:
    one, two = (np.array([pair[side] for pair in pairs], bool) for side in (0, 1))
    found = compare("a", "b", one, two)
    counts = (found.both_right, found.only_first, found.only_second, found.both_wrong)
    assert counts == tuple(pairs.count(kind) for kind in ((True, True), (True, False), (False, True), (False, False)))


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_interval_holds_the_share(successes: int, more: int) -> None:
    count = successes + more
    low, high = wilson(successes, count)
    assert 0 <= low <= successes / count <= high <= 1


@given(ANSWERS)
def test_bins_hold_every_digit_once_where_it_belongs(answers: list[tuple[float, bool]]) -> None:
    confidence, right = (np.array(column) for column in zip(*answers, strict=True))
    bins = reliability(confidence, right)
    assert sum(one.count for one in bins) == len(answers)
    assert all(one.low - 1e-9 <= one.confidence <= one.high + 1e-9 for one in bins)
    assert sum(one.accuracy * one.count for one in bins) == pytest.approx(right.sum())


@given(ANSWERS)
def test_the_curve_is_what_every_threshold_gives(answers: list[tuple[float, bool]]) -> None:
    score, right = (np.array(column) for column in zip(*answers, strict=True))
    points = risk_coverage(score, right)
    for point in points:
        taken = score >= point.least
        assert point.coverage == pytest.approx(taken.mean())
        assert point.risk == pytest.approx((~right[taken]).mean())
    assert len(points) == len(set(score.tolist()))
    assert points[-1].coverage == 1
    for risk in (0, 0.1, 0.5, 1):
        found = [float((score >= level).mean()) for level in score if (~right[score >= level]).mean() <= risk]
        assert coverage_at(points, risk) == pytest.approx(max(found, default=0))


@given(st.integers(1, 3_000))
def test_a_thin_curve_keeps_its_ends(count: int) -> None:
    points = risk_coverage(np.linspace(1, 0, count), np.ones(count, bool))
    thin = thinned(points)
    assert len(thin) <= 202
    assert (thin[0], thin[-1]) == (points[0], points[-1])


def test_log_loss_is_that_of_the_true_digit() -> None:
    chances = np.full((3, 10), 0.05)
    chances[0, 3], chances[1, 4], chances[2] = 0.55, 0.55, 0
    loss = log_loss(chances, np.array([3, 5, 0]))
    assert loss == pytest.approx(-(math.log(0.55) + math.log(0.05) + math.log(0.1)) / 3)
    assert math.isfinite(log_loss(np.eye(10)[:1], np.array([5])))


@given(read_digits())
def test_figures_agree_with_each_other(read: tuple[list[Digit], np.ndarray]) -> None:
    digits, labels = read
    found = judge("set", digits, labels, "model")
    matrix = np.array(found.confusion)
    assert matrix.sum() == found.count == len(digits)
    assert matrix[:, 10].sum() == found.refused == sum(one.label is None for one in digits)
    assert matrix[:, :10].sum() - np.trace(matrix) == found.wrong
    assert matrix.sum(axis=1).tolist() == [figures.count for figures in found.classes]
    assert found.risk_coverage[-1].risk == pytest.approx(found.errors / found.count)
    assert found.calibration_error <= 1
    assert found.wrong <= found.errors


@given(read_digits())
def test_precision_and_recall_are_what_they_are_defined_as(read: tuple[list[Digit], np.ndarray]) -> None:
    digits, labels = read
    for figures in judge("set", digits, labels).classes:
        pairs = [
            (one.label == figures.label, label == figures.label) for one, label in zip(digits, labels, strict=True)
        ]
        answered, written = [w for a, w in pairs if a], [a for a, w in pairs if w]
        assert figures.precision == (pytest.approx(np.mean(answered)) if answered else None)
        assert figures.recall == (pytest.approx(np.mean(written)) if written else None)
        if figures.precision and figures.recall:
            mean = 2 / (1 / figures.precision + 1 / figures.recall)
            assert figures.f1 == pytest.approx(mean)


def test_refused_digits_are_taken_last_however_sure() -> None:
    sure, refused = [0.9, 0.1, *[0.0] * 8], [0.0, 1.0, *[0.0] * 8]
    found = judge("set", [digit(refused, "not_a_digit"), digit(sure)], np.array([0, 0]))
    assert [(point.coverage, point.risk) for point in found.risk_coverage] == [(0.5, 0.0), (1.0, 0.5)]
    assert list(product([0.01, 0.001], [0.5])) == list(found.coverage)
    assert found.confusion[0][0] == found.confusion[0][10] == 1
