"""A plain reader of digits for tests: least squares on drawn digits, asked in any way that one wishes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from inkdigits.foreign.way import LAYOUTS, Way
from inkdigits.images import render_strokes
from inkdigits.segmentation import normalize
from inkdigits.training.vector_digits import draw_digit

Weights = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]

_SHARP = 8.0  # answers of least squares are about 0 and 1; as logits they must lie further apart


@cache
def digits(count: int = 1500, seed: int = 7) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 10
    glyphs = np.stack([normalize(render_strokes(draw_digit(int(label), rng))) for label in labels])
    return glyphs, labels


@cache
def fitted() -> Weights:
    """Kernel (784, 10) and bias (10,) for bright ink in 0 to 1."""
    glyphs, labels = digits()
    inputs = np.c_[glyphs.reshape(len(glyphs), -1) / 255, np.ones(len(glyphs))]
    wanted = np.eye(10)[labels]
    solved = np.linalg.solve(inputs.T @ inputs + 10 * np.eye(785), inputs.T @ wanted) * _SHARP
    return solved[:-1].astype(np.float32), solved[-1].astype(np.float32)


def weights_for(way: Way) -> Weights:
    """The same reader for pictures that are shown in another way."""
    kernel, bias = fitted()
    gain, offset = (255 * way.gain_and_offset[0], way.gain_and_offset[1])
    if way.turned:
        kernel = kernel.reshape(28, 28, 10).transpose(1, 0, 2).reshape(784, 10)
    return kernel / np.float32(gain), bias - np.float32(offset / gain) * kernel.sum(axis=0)


def onnx_model(
    way: Way,
    batch: int | str = "n",
    element: int = TensorProto.FLOAT,
    end: str = "",
    opset: int = 13,
    classes: int = 10,
    size: int | None = None,
) -> onnx.ModelProto:
    """A model of one layer: all pixels in a row, ten answers; its batch may be fixed, as exporters leave it."""
    kernel, bias = weights_for(way)
    shape = LAYOUTS[way.layout] if size is None else (1, size, size)
    if size is not None:
        kernel = np.zeros((size * size, 10), np.float32)
    constants = {"kernel": kernel[:, np.arange(classes) % 10], "bias": bias[np.arange(classes) % 10]}
    constants["rows"] = np.array([batch if isinstance(batch, int) else -1, len(kernel)])
    nodes = [
        helper.make_node("Cast", ["x"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("Reshape", ["numbers", "rows"], ["row"]),
        helper.make_node("MatMul", ["row", "kernel"], ["product"]),
        helper.make_node("Add", ["product", "bias"], ["y" if not end else "logits"]),
    ]
    if end:
        nodes.append(helper.make_node(end, ["logits"], ["y"]))
    graph = helper.make_graph(
        nodes,
        "plain",
        [helper.make_tensor_value_info("x", element, [batch, *shape])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [batch, classes])],
        [numpy_helper.from_array(values, name) for name, values in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def keras_model(keras: Any, way: Way, activation: str = "softmax") -> Any:
    """The same in Keras, with a convolution in front that changes nothing where there are channels."""
    layers, shape = keras.layers, LAYOUTS[way.layout]
    model = keras.Sequential([keras.Input(shape)])
    if shape == (28, 28, 1):
        model.add(layers.Conv2D(1, 3, padding="same", use_bias=False))
        model.layers[0].set_weights([np.eye(9, dtype=np.float32)[4].reshape(3, 3, 1, 1)])
    if len(shape) > 1:
        model.add(layers.Flatten())
    model.add(layers.Dropout(0.5))
    dense = layers.Dense(10, activation=activation)
    model.add(dense)
    dense.set_weights(list(weights_for(way)))
    return model


def saved(keras: Any, model: Any, folder: Path, ending: str = "keras") -> bytes:
    path = folder / f"model.{ending}"
    model.save(path)
    return path.read_bytes()
