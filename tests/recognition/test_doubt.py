"""Second looks: who gets one, what is turned, and how opinions are put together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from handwriting import digit_picture
from inkdigits.recognition import Classifier, Scores
from inkdigits.recognition.doubt import TURNS, doubtful, turn
from inkdigits.recognition.quick import WEIGHTS
from inkdigits.segmentation import find_glyph


def scores(rows: list[tuple[float, float]]) -> Scores:
    """Of each glyph the likeliest digit's probability, the rest being a 1's, and digitness."""
    probabilities = np.zeros((len(rows), 10), np.float32)
    for row, (likeliest, _) in zip(probabilities, rows, strict=True):
        row[[7, 1]] = likeliest, 1 - likeliest
    return Scores(
        probabilities, np.array([digitness for _, digitness in rows], np.float32), np.zeros((len(rows), 10, 1, 1))
    )


def test_what_is_sure_is_not_looked_at_again() -> None:
    asked = scores([(0.99, 0.99), (0.7, 0.99), (0.99, 0.6), (0.99, 0.4), (0.99, 0.1), (0.5, 0.1)])
    assert doubtful(asked).tolist() == [1, 2, 3]


def test_a_turned_glyph_leans_and_keeps_its_ink() -> None:
    stroke = np.zeros((1, 28, 28), np.uint8)
    stroke[0, 4:24, 13:15] = 255
    left, right = (turn(stroke, degrees)[0].astype(float) for degrees in TURNS)
    columns = np.arange(28)
    for turned, sign in ((left, -1), (right, 1)):
        top, bottom = ((part * columns).sum() / part.sum() for part in (turned[4:8], turned[20:24]))
        assert sign * (top - bottom) > 1
        assert turned.sum() == pytest.approx(stroke.sum(), rel=0.02)


@given(
    arrays(np.float32, (3, 4, 10), elements=st.floats(1 / 1024, 1, width=32)),
    arrays(np.float32, (3, 4), elements=st.floats(0, 1, width=32)),
)
def test_a_blend_lies_between_its_opinions(weights: np.ndarray, digitness: np.ndarray) -> None:
    parts = [
        Scores(w / w.sum(axis=1, keepdims=True), d, np.zeros((4, 10, 1, 1)))
        for w, d in zip(weights, digitness, strict=True)
    ]
    blend = Scores.blend(parts, (0.5, 0.3, 0.2))
    assert blend.probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert (blend.digitness >= np.minimum(digitness.min(axis=0), 1 - 2e-6) - 2e-6).all()
    assert (blend.digitness <= np.maximum(digitness.max(axis=0), 2e-6) + 2e-6).all()
    odds = np.log(blend.probabilities[:, 0] / blend.probabilities[:, 1])
    each = np.stack([np.log(part.probabilities[:, 0] / part.probabilities[:, 1]) for part in parts])
    assert odds == pytest.approx((np.array([0.5, 0.3, 0.2]) @ each), abs=1e-3)


def test_of_one_opinion_nothing_changes() -> None:
    alone = Classifier().scores(np.stack([find_glyph(digit_picture(3, 1)).pixels]), alone=True)
    blend = Scores.blend([alone], [1.0])
    assert blend.probabilities == pytest.approx(alone.probabilities, abs=1e-5)
    assert blend.digitness == pytest.approx(alone.digitness, abs=1e-5)


def test_what_leaves_a_doubt_is_answered_by_three_views_and_the_rest_by_one(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    model = onnx.load(Classifier().path)
    metadata = {item.key: item.value for item in model.metadata_props if not item.key.startswith(WEIGHTS)}
    onnx.helper.set_model_props(model, metadata)
    onnx.save(model, tmp_path / "without-quick.onnx")
    classifier = Classifier(tmp_path / "without-quick.onnx")
    glyphs = np.stack([find_glyph(digit_picture(label, seed)).pixels for seed in range(20) for label in range(10)])
    half = np.concatenate([glyphs, glyphs[::-1] // 2 + glyphs // 2])  # two digits in one: most leave a doubt
    answers, once = classifier.scores(half), classifier.scores(half, alone=True)
    places = doubtful(once)
    others = np.setdiff1d(np.arange(len(half)), places)
    assert len(places) > 20
    assert len(others) > 100
    views = [once.at(places), *(classifier.scores(turn(half[places], degrees), alone=True) for degrees in TURNS)]
    assert answers.probabilities[others] == pytest.approx(once.probabilities[others], abs=1e-4)
    assert answers.probabilities[places] == pytest.approx(Scores.blend(views, [1 / 3] * 3).probabilities, abs=1e-3)
