"""The line network behind its engine: batches, order, calibration, and models that are none. With a toy network."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits import ModelError
from inkdigits.recognition import Classifier, LineReader
from inkdigits.recognition.line import LineCalibration

onnx = pytest.importorskip("onnx")

ALPHABET = "0123456789.,/-:$=?"
METADATA = {
    "format": "inkdigits-line-1",
    "name": "toy",
    "alphabet": ALPHABET,
    "stride": "4",
    "calibration": '{"temperature": 2.0}',
}


def toy_model(path: Path, **metadata: str) -> Path:
    """One convolution over four columns, then the softmax; its weights are random but fixed."""
    from onnx import TensorProto, helper, numpy_helper

    weights = np.random.default_rng(1).normal(0, 0.003, (len(ALPHABET) + 1, 1, 32, 4)).astype(np.float32)
    nodes = [
        helper.make_node("Cast", ["pixels"], ["ink"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["ink", "axis"], ["image"]),
        helper.make_node("Conv", ["image", "weights"], ["maps"], strides=[4, 4]),
        helper.make_node("Squeeze", ["maps", "height"], ["rows"]),
        helper.make_node("Transpose", ["rows"], ["logits"], perm=[0, 2, 1]),
        helper.make_node("LogSoftmax", ["logits"], ["log_probabilities"], axis=2),
    ]
    given_values = [
        numpy_helper.from_array(weights, "weights"),
        numpy_helper.from_array(np.array([1], np.int64), "axis"),
        numpy_helper.from_array(np.array([2], np.int64), "height"),
    ]
    graph = helper.make_graph(
        nodes,
        "toy",
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["n", 32, "w"])],
        [helper.make_tensor_value_info("log_probabilities", TensorProto.FLOAT, ["n", "t", len(ALPHABET) + 1])],
        given_values,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {**METADATA, **metadata})
    onnx.save(model, path)
    return path


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> LineReader:
    return LineReader(toy_model(tmp_path_factory.mktemp("models") / "toy.onnx"))


def lines(widths: list[int], seed: int = 0) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.integers(0, 256, (32, width), np.uint8) for width in widths]


@given(st.lists(st.integers(32, 400), max_size=40), st.integers(0, 99))
def test_lines_of_any_width_keep_their_order_and_frames(network: LineReader, widths: list[int], seed: int) -> None:
    given_lines = lines(widths, seed)
    together = network.frames(given_lines)
    assert [frames.shape for frames in together] == [(-(-width // 4), len(ALPHABET) + 1) for width in widths]
    for line, frames in zip(given_lines, together, strict=True):
        assert np.allclose(frames, network.frames([line])[0], atol=1e-4)
        assert np.exp(frames).sum(axis=1) == pytest.approx(1, abs=1e-4)


def test_the_temperature_softens(network: LineReader, tmp_path: Path) -> None:
    cold = LineReader(toy_model(tmp_path / "cold.onnx", calibration='{"temperature": 1.0}'))
    (line,) = lines([64])
    expected = cold.frames([line])[0] / 2
    expected -= np.logaddexp.reduce(expected, axis=1, keepdims=True)
    assert np.allclose(network.frames([line])[0], expected, atol=1e-4)


def test_many_threads_give_the_same(network: LineReader) -> None:
    given_lines = lines([40, 300, 32, 90] * 5)
    expected = network.frames(given_lines)
    with ThreadPoolExecutor(6) as pool:
        for found in pool.map(network.frames, [given_lines] * 12):
            assert all(np.array_equal(one, two) for one, two in zip(found, expected, strict=True))


def test_the_model_names_itself(network: LineReader) -> None:
    assert (network.name, network.alphabet, network.stride) == ("toy", ALPHABET, 4)
    assert network.calibration == LineCalibration(temperature=2.0)


def test_confidence_follows_the_log_odds() -> None:
    assert LineCalibration().confidence(0.3) == pytest.approx(0.3)
    assert LineCalibration(slope=0.5).confidence(0.9) == pytest.approx(0.75)
    assert LineCalibration(offset=-1).confidence(0.5) == pytest.approx(1 / (1 + np.e))
    assert 0 <= LineCalibration(slope=3).confidence(0.0) < LineCalibration(slope=3).confidence(1.0) <= 1


@pytest.mark.parametrize(
    ("metadata", "problem"),
    [
        ({"format": "inkdigits-digit-1"}, "not a line model of this version"),
        ({"stride": "four"}, "does not say how"),
        ({"calibration": json.dumps({"warmth": 1})}, "does not say how"),
    ],
)
def test_other_models_are_refused(tmp_path: Path, metadata: dict[str, str], problem: str) -> None:
    with pytest.raises(ModelError, match=problem):
        LineReader(toy_model(tmp_path / "other.onnx", **metadata))


def test_missing_and_damaged_models_say_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model file"):
        LineReader(tmp_path / "none.onnx")
    with pytest.raises(ModelError, match="not a line model"):
        LineReader(Classifier().path)
