"""Standard layers of Keras as ONNX nodes. Values stay in Keras' own order of axes; convolutions turn them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from inkdigits.errors import ModelError
from inkdigits.foreign import keras_norms as norms
from inkdigits.foreign.graph import Graph
from inkdigits.foreign.keras_activations import activate
from inkdigits.foreign.keras_layer import Layer, Value

_WIDEST = 28
_LAST, _FIRST = [0, 2, 3, 1], [0, 3, 1, 2]


def convert(graph: Graph, layer: Layer, inputs: Sequence[Value]) -> Value:
    """Adds what a layer does.

    Raises:
        ModelError: There is no such standard layer here.
        KeyError, IndexError, ValueError, TypeError: Its settings and weights do not fit together.
    """
    if layer.kind in MERGES:
        return MERGES[layer.kind](graph, layer, inputs)
    if layer.kind not in LAYERS:
        raise unknown_layer(layer.kind)
    (value,) = inputs
    _check_sizes(layer)
    return LAYERS[layer.kind](graph, layer, value)


def unknown_layer(kind: str) -> ModelError:
    """What to raise for a layer, or another class of a file, that is not known here."""
    return ModelError(
        f"its layer {kind} is not known here; known are {', '.join(sorted([*LAYERS, *MERGES]))}. "
        "Export it as ONNX (model.export('model.onnx', format='onnx')) and import that"
    )


def _check_sizes(layer: Layer) -> None:
    """Sizes that are told must be those of the weights: Keras, which is asked later, would make room for them."""
    config, shapes = layer.config, [weights.shape for weights in layer.weights]
    last = 1 if layer.kind == "SeparableConv2D" else 0
    for told, found in (
        ("units", lambda: shapes[0][1]),
        ("filters", lambda: shapes[last][3]),
        ("depth_multiplier", lambda: shapes[0][3]),
        ("kernel_size", lambda: list(shapes[0][:2])),
    ):
        if told in config and (_pair(config[told]) if told == "kernel_size" else config[told]) != found():
            raise ValueError(f"{told} is {config[told]}, which its weights are not")
    if layer.kind == "ZeroPadding2D" and max(np.ravel(config["padding"])) > _WIDEST:
        raise ValueError(f"it pads by more than {_WIDEST}")


def _same(graph: Graph, layer: Layer, value: Value) -> Value:
    return value


def _dense(graph: Graph, layer: Layer, value: Value) -> Value:
    (kernel, *_) = layer.weights
    result = graph.add("MatMul", value.name, graph.constant(kernel))
    return _finish(graph, layer, Value(result, value.rank))


def _conv(graph: Graph, layer: Layer, value: Value) -> Value:
    kernel = layer.weights[0].transpose(3, 2, 0, 1)
    groups = int(layer.config.get("groups", 1))
    return _finish(graph, layer, _convolved(graph, layer, value, kernel, groups), convolution=True)


def _depthwise(graph: Graph, layer: Layer, value: Value) -> Value:
    return _finish(graph, layer, _each_channel(graph, layer, value), convolution=True)


def _separable(graph: Graph, layer: Layer, value: Value) -> Value:
    deep = _each_channel(graph, layer, value)
    one = Layer(layer.kind, {**layer.config, "strides": 1, "dilation_rate": 1, "kernel_size": 1}, layer.weights[1:])
    return _finish(graph, one, _convolved(graph, one, deep, one.weights[0].transpose(3, 2, 0, 1), 1), convolution=True)


def _each_channel(graph: Graph, layer: Layer, value: Value) -> Value:
    height, width, channels, times = layer.weights[0].shape
    kernel = layer.weights[0].transpose(2, 3, 0, 1).reshape(channels * times, 1, height, width)
    return _convolved(graph, layer, value, kernel, channels)


def _convolved(graph: Graph, layer: Layer, value: Value, kernel: Any, groups: int) -> Value:
    size, spread = list(kernel.shape[2:]), _pair(layer.config.get("dilation_rate", 1))
    attributes: dict[str, Any] = {
        "kernel_shape": size,
        "strides": _pair(layer.config.get("strides", 1)),
        "dilations": spread,
        "group": groups,
        "auto_pad": _padding(layer),
    }
    if attributes["auto_pad"] != "VALID" and spread != [1, 1]:  # then strides are 1, and onnxruntime wants numbers
        edges = [(side - 1) * step for side, step in zip(size, spread, strict=True)]
        attributes |= {"auto_pad": "NOTSET", "pads": [*(edge // 2 for edge in edges), *(-(-e // 2) for e in edges)]}
    return _around(graph, layer, value, lambda name: graph.add("Conv", name, graph.constant(kernel), **attributes))


def _pool(kind: str) -> Converter:
    def pool(graph: Graph, layer: Layer, value: Value) -> Value:
        size = _pair(layer.config.get("pool_size", 2))
        strides = _pair(layer.config.get("strides") or size)
        attributes = {"kernel_shape": size, "strides": strides, "auto_pad": _padding(layer)}
        return _around(graph, layer, value, lambda name: graph.add(kind, name, **attributes))

    return pool


def _global_pool(kind: str) -> Converter:
    def pool(graph: Graph, layer: Layer, value: Value) -> Value:
        axes = [1, 2] if layer.turned else [2, 3]
        keep = bool(layer.config.get("keepdims"))
        result = graph.add(kind, value.name, axes=axes, keepdims=int(keep))
        return Value(result, 4 if keep else 2)

    return pool


def _flatten(graph: Graph, layer: Layer, value: Value) -> Value:
    if not layer.turned and value.rank == 4:
        value = Value(graph.add("Transpose", value.name, perm=_LAST), 4)
    return Value(graph.add("Flatten", value.name, axis=1), 2)


def _reshape(graph: Graph, layer: Layer, value: Value) -> Value:
    shape = [int(size) for size in layer.config["target_shape"]]
    return Value(graph.reshape(value.name, 0, *shape), 1 + len(shape))


def _permute(graph: Graph, layer: Layer, value: Value) -> Value:
    return Value(graph.add("Transpose", value.name, perm=[0, *layer.config["dims"]]), value.rank)


def _zero_padding(graph: Graph, layer: Layer, value: Value) -> Value:
    (top, bottom), (left, right) = _edges(layer.config["padding"])
    before, after = (
        ([0, top, left, 0], [0, bottom, right, 0])
        if layer.turned
        else (
            [0, 0, top, left],
            [0, 0, bottom, right],
        )
    )
    return Value(graph.add("Pad", value.name, graph.integers(*before, *after)), 4)


def _cropping(graph: Graph, layer: Layer, value: Value) -> Value:
    (top, bottom), (left, right) = _edges(layer.config["cropping"])
    axes = (1, 2) if layer.turned else (2, 3)
    far = 2**31
    starts, ends = graph.integers(top, left), graph.integers(-bottom or far, -right or far)
    return Value(graph.add("Slice", value.name, starts, ends, graph.integers(*axes)), 4)


def _activation(graph: Graph, layer: Layer, value: Value) -> Value:
    return Value(activate(graph, layer.config["activation"], value.name), value.rank)


def _as_activation(graph: Graph, layer: Layer, value: Value) -> Value:
    return Value(activate(graph, {"class_name": layer.kind, "config": layer.config}, value.name), value.rank)


def _merge(kind: str) -> Merge:
    def merge(graph: Graph, layer: Layer, inputs: Sequence[Value]) -> Value:
        name = inputs[0].name
        for other in inputs[1:]:
            name = graph.add(kind, name, other.name)
        if layer.kind == "Average":
            name = graph.add("Mul", name, graph.constant(1 / len(inputs)))
        return Value(name, max(value.rank for value in inputs))

    return merge


def _concatenate(graph: Graph, layer: Layer, inputs: Sequence[Value]) -> Value:
    names = [value.name for value in inputs]
    return Value(graph.add("Concat", *names, axis=int(layer.config.get("axis", -1))), inputs[0].rank)


def _around(graph: Graph, layer: Layer, value: Value, inner: Callable[[str], str]) -> Value:
    """Channels first, what is inside, and back."""
    if value.rank != 4:
        raise ValueError(f"{layer.kind} wants pictures, and gets {value.rank - 1} axes")
    if not layer.turned:
        return Value(inner(value.name), 4)
    return Value(graph.add("Transpose", inner(graph.add("Transpose", value.name, perm=_FIRST)), perm=_LAST), 4)


def _finish(graph: Graph, layer: Layer, value: Value, *, convolution: bool = False) -> Value:
    """Bias and activation."""
    name = value.name
    for bias in layer.bias:
        shape = (-1,) if layer.turned or not convolution else (-1, 1, 1)
        name = graph.add("Add", name, graph.constant(bias.reshape(shape)))
    return Value(activate(graph, layer.config.get("activation"), name), value.rank)


def _padding(layer: Layer) -> str:
    return {"same": "SAME_UPPER", "valid": "VALID"}[str(layer.config.get("padding", "valid"))]


def _pair(value: Any) -> list[int]:
    return [int(value)] * 2 if isinstance(value, int) else [int(item) for item in value]


def _edges(value: Any) -> list[list[int]]:
    return [_pair(item) for item in (_pair(value) if isinstance(value, int) else value)]


Converter = Callable[[Graph, Layer, Value], Value]
Merge = Callable[[Graph, Layer, Sequence[Value]], Value]

_IDLE = (
    *("InputLayer", "Dropout", "SpatialDropout2D", "AlphaDropout", "GaussianDropout", "GaussianNoise"),
    *("ActivityRegularization", "RandomFlip", "RandomRotation", "RandomTranslation", "RandomZoom"),
    *("RandomContrast", "RandomBrightness", "RandomShear", "RandomErasing"),
)
"""Layers that do nothing but while training."""

LAYERS: dict[str, Converter] = {
    **dict.fromkeys(_IDLE, _same),
    "Dense": _dense,
    "Conv2D": _conv,
    "DepthwiseConv2D": _depthwise,
    "SeparableConv2D": _separable,
    "MaxPooling2D": _pool("MaxPool"),
    "AveragePooling2D": _pool("AveragePool"),
    "GlobalMaxPooling2D": _global_pool("ReduceMax"),
    "GlobalAveragePooling2D": _global_pool("ReduceMean"),
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Permute": _permute,
    "BatchNormalization": norms.batch_norm,
    "LayerNormalization": norms.layer_norm,
    "Normalization": norms.normalization,
    "Rescaling": norms.rescaling,
    "ZeroPadding2D": _zero_padding,
    "Cropping2D": _cropping,
    "Activation": _activation,
    "PReLU": norms.prelu,
    **dict.fromkeys(("ReLU", "LeakyReLU", "ELU", "Softmax"), _as_activation),
}

MERGES: dict[str, Merge] = {
    "Add": _merge("Add"),
    "Subtract": _merge("Sub"),
    "Multiply": _merge("Mul"),
    "Average": _merge("Add"),
    "Maximum": _merge("Max"),
    "Minimum": _merge("Min"),
    "Concatenate": _concatenate,
}
