"""The network behind its one engine: probabilities, batches, threads, and models that are none."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from handwriting import digit_picture
from inkdigits import ModelError
from inkdigits.recognition import Classifier, activation_map, occlusion_map
from inkdigits.recognition.engine import processors
from inkdigits.recognition.scores import digit_score, softmax
from inkdigits.segmentation import find_glyph


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier()


@pytest.fixture(scope="module")
def glyphs() -> np.ndarray:
    return np.stack([find_glyph(digit_picture(label, seed)).pixels for seed in range(20) for label in range(10)])


def test_shapes_types_and_ranges(classifier: Classifier, glyphs: np.ndarray) -> None:
    scores = classifier.scores(glyphs)
    assert scores.probabilities.shape == (200, 10)
    assert scores.probabilities.dtype == scores.digitness.dtype == np.float32
    assert scores.probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert ((scores.digitness >= 0) & (scores.digitness <= 1)).all()
    assert scores.activation.shape[:2] == (200, 10)
    accuracy = (scores.probabilities.argmax(axis=1) == np.tile(np.arange(10), 20)).mean()
    assert accuracy > 0.95


def test_batches_and_threads_change_nothing(classifier: Classifier, glyphs: np.ndarray) -> None:
    whole = classifier.scores(glyphs)
    for batch_size, threads in ((1, 1), (7, 3), (4096, 0)):
        parts = Classifier(batch_size=batch_size, threads=threads).scores(glyphs)
        assert np.allclose(parts.probabilities, whole.probabilities, atol=1e-4)
        assert np.allclose(parts.digitness, whole.digitness, atol=1e-3)


def test_one_classifier_for_many_threads(classifier: Classifier, glyphs: np.ndarray) -> None:
    expected = classifier.scores(glyphs[:20]).probabilities
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: classifier.scores(glyphs[:20]).probabilities, range(40)))
    assert all(np.array_equal(result, expected) for result in results)


def test_the_model_names_itself(classifier: Classifier) -> None:
    assert classifier.name
    assert classifier.calibration.temperature > 0
    assert classifier.calibration.slope > 0
    assert 0 <= classifier.calibration.unsure < 1


def test_heat_maps_speak_of_the_ink(classifier: Classifier, glyphs: np.ndarray) -> None:
    for draw in (activation_map, occlusion_map):
        heat = draw(classifier, glyphs[3], 3)
        assert heat.shape == (28, 28)
        assert heat.dtype == np.float32
        assert 0 <= heat.min() <= heat.max() <= 1
        assert not heat[glyphs[3] == 0].any()


def test_damaged_models_say_so(tmp_path: Path) -> None:
    whole = Classifier().path.read_bytes()
    for name, data in (("empty", b""), ("text", b"hello"), ("half", whole[: len(whole) // 2])):
        path = tmp_path / f"{name}.onnx"
        path.write_bytes(data)
        with pytest.raises(ModelError, match=rf"{name}\.onnx"):
            Classifier(path)
    with pytest.raises(ModelError, match="no model file"):
        Classifier(tmp_path / "none.onnx")
    with pytest.raises(ModelError, match="no model file"):
        Classifier(tmp_path)


def test_another_models_format_is_refused(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    model = onnx.load(Classifier().path)
    del model.metadata_props[:]
    path = tmp_path / "other.onnx"
    onnx.save(model, path)
    with pytest.raises(ModelError, match="not a digit model of this version"):
        Classifier(path)


def test_arithmetic() -> None:
    logits = np.array([[1000.0, 999.0], [-1000.0, -1000.0]], np.float32)
    assert softmax(logits)[0] == pytest.approx([0.731, 0.269], abs=1e-3)
    assert softmax(logits)[1] == pytest.approx([0.5, 0.5])
    scored = np.concatenate((logits, np.full((2, 8), -np.inf), np.zeros((2, 1))), axis=1)
    assert digit_score(scored) == pytest.approx([1000.313, -999.307], abs=1e-2)
    assert processors() >= 1
