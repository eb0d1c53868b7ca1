"""Models of others, in every way that they may want their pictures: found out, put into our format, and read with."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from keras_here import keras  # isort: skip - it skips the tests where Keras or PyTorch is not installed

from onnx import TensorProto

from foreign.plain import digits, keras_model, onnx_model, saved
from inkdigits import Reader
from inkdigits.foreign import tried
from inkdigits.foreign.adopt import adopt
from inkdigits.foreign.way import Way
from inkdigits.registry import Registry
from inkdigits.training.datasets import Pictures

pytestmark = pytest.mark.train

logging.getLogger("absl").setLevel(logging.ERROR)  # Keras advises against .h5


@pytest.mark.parametrize(
    ("way", "ending", "activation"),
    [
        (Way("NHWC", "0 to 1"), "keras", "softmax"),
        (Way("784 in a row", "0 to 255", dark=True), "h5", "linear"),
        (Way("NHW", "-1 to 1"), "h5", "softmax"),
        (Way("NHWC", "MNIST's mean and deviation", turned=True), "keras", "log_softmax"),
    ],
)
def test_keras_models(way: Way, ending: str, activation: str, tmp_path: Path) -> None:
    data = saved(keras, keras_model(keras, way, activation), tmp_path, ending)
    found = adopt(data, f"mine.{ending}").found
    assert found.way == way
    assert found.accuracy["drawn"] > 0.85
    assert found.difference is not None
    assert found.difference <= 1e-4
    assert found.answers == ("logits" if activation == "linear" else "probabilities")
    assert not found.single


@pytest.mark.parametrize(
    ("way", "options", "single"),
    [
        (Way("NCHW", "MNIST's mean and deviation"), {"batch": 1, "opset": 8}, True),
        (Way("NCHW", "0 to 1"), {"batch": 4, "end": "Softmax"}, True),
        (Way("NHWC", "0 to 255"), {"element": TensorProto.UINT8}, False),
        (Way("784 in a row", "-0.5 to 0.5", dark=True), {"element": TensorProto.DOUBLE, "end": "Sigmoid"}, False),
    ],
)
def test_onnx_models(way: Way, options: dict[str, object], single: bool) -> None:
    found = adopt(onnx_model(way, **options).SerializeToString(), "mine.onnx").found
    assert (found.way, found.single) == (way, single)
    assert found.accuracy["drawn"] > 0.85


def test_digits_of_mnist_are_tried_where_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn_instead(split: str, folder: Path | None) -> Pictures:
        assert (split, folder) == ("train", tmp_path)
        return Pictures(*digits(400, 3))

    monkeypatch.setattr(tried, "load_mnist", drawn_instead)
    (tmp_path / "mnist").mkdir()
    found = adopt(onnx_model(Way("NHW", "0 to 255")).SerializeToString(), "mine.onnx", tmp_path).found
    assert list(found.accuracy) == ["mnist", "drawn"]
    assert min(found.accuracy.values()) > 0.85


def test_an_imported_model_reads_and_shows_which_ink_decided(tmp_path: Path) -> None:
    adopted = adopt(onnx_model(Way("NCHW", "0 to 1"), batch=1).SerializeToString(), "My net.onnx")
    registry = Registry(tmp_path)
    model = registry.import_(adopted.sealed())
    assert (model.id, model.kind, model.config["layout"]) == ("my-net", "digit", "NCHW")
    assert model.metrics["val_drawn"] > 0.85
    registry.promote(model.id)
    reader = Reader({"home": tmp_path})
    assert reader.model == "my-net"
    glyphs, labels = digits(200, 11)
    read = reader.read_digits(glyphs)
    assert np.mean([digit.ranking[0][0] == label for digit, label in zip(read, labels, strict=True)]) > 0.85
    sure = np.array([digit.confidence for digit in read])
    assert abs(sure.mean() - 0.9) < 0.1  # a temperature was fitted: it is as sure as it is right
    page = np.pad(255 - np.repeat(np.repeat(glyphs[7], 8, 0), 8, 1), 40, constant_values=255)
    (digit,) = reader.read(page, expect="digit").digits
    heat = reader.explain(digit)
    assert heat.max() == 1
    assert np.array_equal(heat, reader.explain(digit, method="occlusion"))
