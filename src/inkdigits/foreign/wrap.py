"""A foreign network inside a graph of our format: uint8 glyphs in; eleven logits and evidence out."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict

import numpy as np
import onnx
from onnx import TensorProto, helper

from inkdigits.foreign.graph import Graph, floats
from inkdigits.foreign.network import Network
from inkdigits.foreign.way import LAYOUTS, Way
from inkdigits.recognition.classifier import FORMAT
from inkdigits.recognition.scores import CLASSES, Calibration
from inkdigits.segmentation import SIDE

TINY = 1e-12
"""Probabilities are taken to be at least this, so that they have a logarithm."""

_GLYPHS = "glyphs"
_PICTURE = "picture"


def raw(network: Network, way: Way, *, single: bool) -> onnx.ModelProto:
    """Glyphs (N, 28, 28) in, what the network answers (N, 10) out.

    Args:
        network: The foreign network.
        way: How it wants its pictures.
        single: Show it one picture after the other, as many at a time as it wants, all the same.
    """
    graph = Graph(network.opset)
    return _model(network, graph, [_answers(graph, network, way, single)], [["n", CLASSES]])


def whole(
    network: Network, way: Way, answers: str, rejection: str, *, single: bool, name: str, calibration: Calibration
) -> onnx.ModelProto:
    """A model of our format.

    Args:
        network: The foreign network.
        way: How it wants its pictures.
        answers: One of :data:`ANSWERS`: what it answers.
        rejection: One of :data:`REJECTIONS`: what speaks for a digit.
        single: As for :func:`raw`.
        name: What to call it in readings.
        calibration: How its answers are to be read.
    """
    graph = Graph(network.opset)
    digits = ANSWERS[answers](graph, _answers(graph, network, way, single))
    logits = graph.add("Concat", digits, REJECTIONS[rejection](graph, digits), axis=1)
    # A map of one place: the logits are all the evidence there is.
    evidence = graph.reshape(digits, -1, CLASSES, 1, 1)
    model = _model(network, graph, [logits, evidence], [["n", CLASSES + 1], ["n", CLASSES, 1, 1]])
    told = {"format": FORMAT, "name": name, "calibration": json.dumps(asdict(calibration))}
    helper.set_model_props(model, told)
    return model


def _log(graph: Graph, values: str) -> str:
    return graph.add("Log", graph.add("Max", values, graph.constant(TINY)))


def _odds(graph: Graph, values: str) -> str:
    return graph.add("Sub", _log(graph, values), _log(graph, graph.add("Sub", graph.constant(1), values)))


ANSWERS: dict[str, Callable[[Graph, str], str]] = {
    "logits": lambda graph, values: values,
    "probabilities": _log,
    "ten probabilities, each for itself": _odds,
}
"""What a network may answer -> how that becomes logits."""


def _energy(graph: Graph, digits: str) -> str:
    """Nothing: the evidence for a digit is the logarithm of the sum of all powers (Liu et al., 2020)."""
    return graph.add("Mul", graph.reduce("ReduceMax", digits, 1), graph.constant(0))


def _surest(graph: Graph, digits: str) -> str:
    """As much as makes the evidence the logarithm of the largest probability (Hendrycks & Gimpel, 2017)."""
    peak = graph.reduce("ReduceMax", digits, 1)
    powers = graph.add("Exp", graph.add("Sub", digits, peak))
    rest = graph.add("Log", graph.reduce("ReduceSum", powers, 1))
    total = graph.add("Add", peak, rest)
    return graph.add("Add", total, rest)


REJECTIONS: dict[str, Callable[[Graph, str], str]] = {"energy": _energy, "largest probability": _surest}
"""What speaks for a digit -> the logit of "not a digit" that makes it so."""


def _answers(graph: Graph, network: Network, way: Way, single: bool) -> str:
    """Ten numbers for each glyph."""
    gain, offset = way.gain_and_offset
    values = graph.add("Cast", _GLYPHS, to=TensorProto.FLOAT)
    values = graph.add("Add", graph.add("Mul", values, graph.constant(gain)), graph.constant(offset))
    if way.turned:
        values = graph.add("Transpose", values, perm=[0, 2, 1])
    if single:
        return graph.add("Scan", values, body=_body(network, way), num_scan_inputs=1)
    given = _given(graph, values, network, way)
    graph.nodes.append(helper.make_node("Identity", [given], [network.input]))
    graph.nodes.extend(network.model.graph.node)
    graph.constants.extend(network.model.graph.initializer)
    return graph.reshape(graph.add("Cast", network.output, to=TensorProto.FLOAT), -1, CLASSES)


def _given(graph: Graph, values: str, network: Network, way: Way) -> str:
    """Pictures in the network's layout and type."""
    shape = LAYOUTS[way.layout]
    one = [1 if size == 3 else size for size in shape]
    given = graph.reshape(values, -1, *one)
    if way.channels > 1:
        given = graph.add("Concat", *[given] * way.channels, axis=1 + shape.index(3))
    return given if network.element == TensorProto.FLOAT else graph.add("Cast", given, to=network.element)


def _body(network: Network, way: Way) -> onnx.GraphProto:
    """What is done with one picture: it is repeated as often as the network wants, and the first answer is taken."""
    graph = Graph(network.opset, "one/")
    given = _given(graph, _PICTURE, network, way)
    times = network.batch or 1
    if times > 1:
        given = graph.add("Concat", *[given] * times, axis=0)
    graph.nodes.append(helper.make_node("Identity", [given], [network.input]))
    graph.nodes.extend(network.model.graph.node)
    graph.constants.extend(network.model.graph.initializer)
    rows = graph.reshape(graph.add("Cast", network.output, to=TensorProto.FLOAT), times, CLASSES)
    first = graph.add("Gather", rows, graph.constant(0, np.int64), axis=0)
    return helper.make_graph(
        graph.nodes, "one", [floats(_PICTURE, [SIDE, SIDE])], [floats(first, [CLASSES])], graph.constants
    )


def _model(
    network: Network, graph: Graph, outputs: Sequence[str], shapes: Sequence[list[str | int]]
) -> onnx.ModelProto:
    made = helper.make_graph(
        graph.nodes,
        "inkdigits",
        [helper.make_tensor_value_info(_GLYPHS, TensorProto.UINT8, ["n", SIDE, SIDE])],
        [floats(name, shape) for name, shape in zip(outputs, shapes, strict=True)],
        graph.constants,
    )
    return helper.make_model(
        made,
        opset_imports=list(network.model.opset_import),
        functions=list(network.model.functions),
        ir_version=max(4, network.model.ir_version),
        producer_name="inkdigits",
    )
