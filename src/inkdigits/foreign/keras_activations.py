"""Activations of Keras as ONNX nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inkdigits.errors import ModelError
from inkdigits.foreign.graph import Graph

_NODES: dict[str, tuple[str, dict[str, Any]]] = {
    "relu": ("Relu", {}),
    "sigmoid": ("Sigmoid", {}),
    "tanh": ("Tanh", {}),
    "elu": ("Elu", {"alpha": 1.0}),
    "selu": ("Selu", {"alpha": 1.6732632423543772, "gamma": 1.0507009873554805}),
    "softplus": ("Softplus", {}),
    "softsign": ("Softsign", {}),
    "softmax": ("Softmax", {"axis": -1}),
    "log_softmax": ("LogSoftmax", {"axis": -1}),
    "leaky_relu": ("LeakyRelu", {"alpha": 0.2}),
    "exponential": ("Exp", {}),
}
_SLOPES = ("negative_slope", "alpha")  # of Keras 3 and of Keras 2


def activate(graph: Graph, activation: Any, value: str) -> str:
    """Adds an activation.

    Args:
        graph: Where to.
        activation: As the file has it: a name, a description of a layer, or None.
        value: What it is of.

    Raises:
        ModelError: It is not known here.
    """
    if isinstance(activation, Mapping):
        return _layer(graph, str(activation.get("class_name")), activation.get("config"), value)
    name = activation or "linear"
    if name == "linear":
        return value
    if name in _NODES:
        kind, attributes = _NODES[name]
        return graph.add(kind, value, **attributes)
    if name in ("swish", "silu"):
        return graph.add("Mul", value, graph.add("Sigmoid", value))
    if name == "gelu":
        return _gelu(graph, value)
    if name == "relu6":
        return graph.add("Clip", value, graph.constant(0), graph.constant(6))
    raise ModelError(f"its activation {name!r} is not known here")


def _layer(graph: Graph, kind: str, config: Any, value: str) -> str:
    if not isinstance(config, Mapping):
        config = {}
    if kind == "ReLU":
        return _relu(graph, config, value)
    if kind == "LeakyReLU":
        slope = next((config[name] for name in _SLOPES if name in config), 0.3)
        return graph.add("LeakyRelu", value, alpha=float(slope))
    if kind == "ELU":
        return graph.add("Elu", value, alpha=float(config.get("alpha", 1.0)))
    if kind == "Softmax":
        return graph.add("Softmax", value, axis=int(config.get("axis", -1)))
    raise ModelError(f"its activation {kind!r} is not known here")


def _relu(graph: Graph, config: Mapping[str, Any], value: str) -> str:
    if config.get("threshold"):
        raise ModelError("its layer ReLU has a threshold, which is not known here")
    slope = float(config.get("negative_slope") or 0)
    result = graph.add("LeakyRelu", value, alpha=slope) if slope else graph.add("Relu", value)
    most = config.get("max_value")
    return result if most is None else graph.add("Min", result, graph.constant(most))


def _gelu(graph: Graph, value: str) -> str:
    half = graph.add("Mul", value, graph.constant(0.5))
    error = graph.add("Erf", graph.add("Mul", value, graph.constant(0.5**0.5)))
    return graph.add("Mul", half, graph.add("Add", error, graph.constant(1)))
