"""Layers of Keras that scale and shift, as ONNX nodes."""

from __future__ import annotations

from typing import Any

import numpy as np

from inkdigits.errors import ModelError
from inkdigits.foreign.graph import Graph
from inkdigits.foreign.keras_layer import Layer, Value


def batch_norm(graph: Graph, layer: Layer, value: Value) -> Value:
    """As it is after training: one factor and one term for each channel."""
    config, weights = layer.config, list(layer.weights)
    scale = weights.pop(0) if config.get("scale", True) else np.float32(1)
    shift = weights.pop(0) if config.get("center", True) else np.float32(0)
    mean, variance = weights
    scale = scale / np.sqrt(variance + config.get("epsilon", 1e-3))
    shape = _along(config.get("axis", -1), value.rank)
    scaled = graph.add("Mul", value.name, graph.constant(np.reshape(scale, shape)))
    return Value(graph.add("Add", scaled, graph.constant(np.reshape(shift - mean * scale, shape))), value.rank)


def normalization(graph: Graph, layer: Layer, value: Value) -> Value:
    """By a mean and a variance that were given or learned."""
    mean, variance = layer.config.get("mean"), layer.config.get("variance")
    if mean is None:
        mean, variance = layer.weights[:2]
    if layer.config.get("invert"):
        raise ModelError("its layer Normalization is inverted, which is not known here")
    centered = graph.add("Sub", value.name, graph.constant(mean))
    deviation = np.maximum(np.sqrt(np.asarray(variance, np.float32)), 1e-7)
    return Value(graph.add("Div", centered, graph.constant(deviation)), value.rank)


def layer_norm(graph: Graph, layer: Layer, value: Value) -> Value:
    """Over the last axis."""
    config, weights = layer.config, list(layer.weights)
    if _axis(config.get("axis", -1)) not in (-1, value.rank - 1):
        raise ModelError("its layer LayerNormalization is not over the last axis, which is not known here")
    size = weights[0].shape if weights else ()
    scale = weights.pop(0) if config.get("scale", True) else np.ones(size, np.float32)
    inputs = [value.name, graph.constant(scale), *map(graph.constant, weights)]
    return Value(graph.add("LayerNormalization", *inputs, axis=-1, epsilon=config.get("epsilon", 1e-3)), value.rank)


def rescaling(graph: Graph, layer: Layer, value: Value) -> Value:
    """A factor and a term."""
    scaled = graph.add("Mul", value.name, graph.constant(layer.config["scale"]))
    return Value(graph.add("Add", scaled, graph.constant(layer.config.get("offset", 0))), value.rank)


def prelu(graph: Graph, layer: Layer, value: Value) -> Value:
    """A slope for each place below 0."""
    return Value(graph.add("PRelu", value.name, graph.constant(layer.weights[0])), value.rank)


def _axis(value: Any) -> int:
    (axis,) = value if isinstance(value, (list, tuple)) else (value,)
    return int(axis)


def _along(axis: Any, rank: int) -> tuple[int, ...]:
    """A shape that lies along an axis of something with so many axes."""
    place = _axis(axis) % rank
    return (-1, *(1,) * (rank - 1 - place))
