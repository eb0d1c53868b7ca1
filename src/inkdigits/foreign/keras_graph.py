"""A Keras model's description and weights as an ONNX model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import onnx
from onnx import helper

from inkdigits.errors import ModelError
from inkdigits.foreign.graph import Graph, floats
from inkdigits.foreign.keras_layer import Layer, Value
from inkdigits.foreign.keras_layers import convert
from inkdigits.foreign.keras_plain import check_plain, refuse_code
from inkdigits.foreign.keras_source import Arrays, KerasSource, place_of

OPSET = 17
_IR = 8  # of the same time
_SEQUENTIAL, _FUNCTIONAL = ("Sequential",), ("Functional", "Model")
_DEEPEST = 8

Tensors = dict[tuple[str, int], Value]
"""Results by the layer's name and by which of its uses gave them."""


def convert_keras(source: KerasSource) -> onnx.ModelProto:
    """Writes the model anew.

    Raises:
        ModelError: A layer, or any class that the file names, is not known here, or it holds code.
        KeyError, IndexError, ValueError, TypeError: The file is damaged.
    """
    refuse_code(source.model)
    graph = Graph(OPSET)
    builder = _Builder(graph, source)
    shape = _input_shape(source.model)
    outputs = builder.model(source.model, [Value("input", len(shape))], "")
    check_plain(source.model)
    ends = [graph.add("Identity", value.name) for value in outputs]
    made = helper.make_graph(
        graph.nodes,
        "keras",
        [floats("input", ["n", *shape[1:]])],
        [floats(name, ["n", *[None] * (value.rank - 1)]) for name, value in zip(ends, outputs, strict=True)],
        graph.constants,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=_IR)
    return onnx.shape_inference.infer_shapes(model)


@dataclass(frozen=True, slots=True)
class _Builder:
    """Walks through a model, and through the models in it."""

    graph: Graph
    source: KerasSource

    def model(self, described: Mapping[str, Any], inputs: list[Value], place: str) -> list[Value]:
        """Adds a model; ``place`` is where the weights of one within another are."""
        kind, config = described["class_name"], described["config"]
        if kind not in (*_SEQUENTIAL, *_FUNCTIONAL):
            raise ModelError(f"it is a class of its own ({kind}): save a Sequential or Functional model")
        if place.count("/") > _DEEPEST:
            raise ValueError("its models lie too deep in each other")
        if kind in _SEQUENTIAL:
            return self._sequential(config, inputs, place)
        return self._functional(config, inputs, place)

    def _sequential(self, config: Any, inputs: list[Value], place: str) -> list[Value]:
        used: dict[str, int] = {}
        values = inputs
        for item in config["layers"] if isinstance(config, Mapping) else config:
            values = self._layer(item, values, f"{place}layers/{place_of(item['class_name'], used)}")
        return values

    def _functional(self, config: Mapping[str, Any], inputs: list[Value], place: str) -> list[Value]:
        used: dict[str, int] = {}
        tensors: Tensors = {}
        for reference, value in zip(_references(config["input_layers"]), inputs, strict=True):
            tensors[reference[0], reference[1]] = value
        waiting = [
            (str(item.get("name") or item["config"]["name"]), use, item, where, list(_references(node)))
            for item in config["layers"]
            for where in [f"{place}layers/{place_of(item['class_name'], used)}"]
            for use, node in enumerate(item["inbound_nodes"])
        ]
        while waiting:
            later = []
            for name, use, item, where, needs in waiting:
                if all(reference in tensors for reference in needs):
                    (tensors[name, use],) = self._layer(item, [tensors[reference] for reference in needs], where)
                else:
                    later.append((name, use, item, where, needs))
            if len(later) == len(waiting):
                raise ValueError("its layers do not lead from input to output")
            waiting = later
        return [tensors[reference] for reference in _references(config["output_layers"])]

    def _layer(self, item: Mapping[str, Any], inputs: list[Value], place: str) -> list[Value]:
        kind, config = str(item["class_name"]), item["config"]
        if kind in (*_SEQUENTIAL, *_FUNCTIONAL):
            if self.source.by_name and self.source.weights.get(str(config["name"])):
                raise ModelError("it has a model with weights within a model: save it as .keras instead of .h5")
            return self.model(item, inputs, f"{place}/")
        weights = self._weights(str(config.get("name")), place)
        try:
            return [convert(self.graph, Layer(kind, config, weights), inputs)]
        except (KeyError, IndexError, ValueError, TypeError, AttributeError) as error:
            raise ValueError(f"its layer {kind} {config.get('name')!r}: {error}") from error

    def _weights(self, name: str, place: str) -> Arrays:
        return self.source.weights.get(name if self.source.by_name else place, [])


def _references(item: Any) -> Iterator[tuple[str, int]]:
    """Which results something is made of: layer and use, as Keras 2 (lists) and Keras 3 (tensors' histories) say it."""
    if isinstance(item, Mapping):
        history = item.get("config", {}).get("keras_history") if item.get("class_name") == "__keras_tensor__" else None
        for part in [history] if history else item.values():
            yield from _references(part)
    elif isinstance(item, list) and len(item) >= 2 and isinstance(item[0], str) and isinstance(item[1], int):
        yield item[0], item[1]
    elif isinstance(item, list):
        for part in item:
            yield from _references(part)


def _input_shape(described: Mapping[str, Any]) -> list[int | None]:
    """The shape of the input, without the number of pictures known."""
    config = described["config"]
    layers = config["layers"] if isinstance(config, Mapping) else config
    starts = [item for item in layers if item["class_name"] == "InputLayer"]
    if len(starts) > 1:
        raise ModelError(f"it has {len(starts)} inputs: a reader of digits has one")
    for item in (*starts, *layers[:1]):
        if item["class_name"] in (*_SEQUENTIAL, *_FUNCTIONAL):
            return _input_shape(item)
        for key in ("batch_shape", "batch_input_shape"):
            if item["config"].get(key):
                return list(item["config"][key])
    shape = (config.get("build_input_shape") if isinstance(config, Mapping) else None) or (
        described.get("build_config") or {}
    ).get("input_shape")
    if not shape:
        raise ModelError("it does not say what its input is: call it once before you save it")
    return list(shape)
