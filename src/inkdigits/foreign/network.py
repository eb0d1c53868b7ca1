"""``Network``: a foreign ONNX model, taken apart so far that it can be put into one of ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import onnx
from onnx import TensorProto, compose, version_converter

from inkdigits.errors import ModelError
from inkdigits.foreign.way import LAYOUTS, layouts_for
from inkdigits.recognition.scores import CLASSES

PREFIX = "foreign/"

_FLOATS = (TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.FLOAT16)
_WHOLE = (TensorProto.UINT8, TensorProto.INT8, TensorProto.INT16, TensorProto.INT32, TensorProto.INT64)
_OLDEST = 9  # with Scan over a batch as it is today
_LIFTED = 13
_NORMALIZERS = ("Softmax", "LogSoftmax")
_LOOPS = ("Loop", "Scan")


@dataclass(frozen=True, slots=True)
class Network:
    """A foreign model.

    Attributes:
        model: The model; all names in it begin with :data:`PREFIX`.
        input: Name of its only input.
        element: Type of the input's numbers, as ONNX counts them.
        sizes: Of the input; None is unknown.
        output: Name of the result that is used.
        softmax: Name of the result after the softmax at its end, where that was set aside.
    """

    model: onnx.ModelProto
    input: str
    element: int
    sizes: tuple[int | None, ...]
    output: str
    softmax: str | None = None

    @property
    def opset(self) -> int:
        """Version of the standard operators."""
        return _opset(self.model)

    @property
    def whole(self) -> bool:
        """Whether it takes whole numbers."""
        return self.element in _WHOLE

    @property
    def batch(self) -> int | None:
        """How many pictures it takes at a time, when that is fixed."""
        return self.sizes[0]

    @property
    def layouts(self) -> list[str]:
        """Layouts that fit its input."""
        return layouts_for(self.sizes)

    def before_softmax(self) -> Network | None:
        """The same without the softmax at its end; None when there is none."""
        makers = {name: node for node in self.model.graph.node for name in node.output}
        node = makers.get(self.output)
        while node is not None and node.op_type == "Identity":
            node = makers.get(node.input[0])
        if node is None or node.op_type not in _NORMALIZERS or node.input[0] not in makers:
            return None
        return replace(self, output=node.input[0], softmax=self.output)


def take_apart(model: onnx.ModelProto) -> list[Network]:
    """What a model may be used as: once for each output that can be ten classes.

    Raises:
        ModelError: It has several inputs, takes no pictures of 28x28, tells no ten classes apart, or has loops.
    """
    if any(node.op_type in _LOOPS for node in _nodes(model)):
        raise ModelError("it has loops, which are not taken from strangers: export it without")
    if _opset(model) < _OLDEST:
        model = version_converter.convert_version(model, _LIFTED)
    constants = {item.name for item in model.graph.initializer}
    inputs = [item for item in model.graph.input if item.name not in constants]
    if len(inputs) != 1:
        raise ModelError(f"it has {len(inputs)} inputs: a reader of digits has one, the picture")
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    tensor = inputs[0].type.tensor_type
    sizes = tuple(_sizes(tensor))
    if tensor.elem_type not in (*_FLOATS, *_WHOLE) or not layouts_for(sizes):
        shapes = ", ".join(str(("N", *shape)).replace("'", "") for shape in LAYOUTS.values())
        raise ModelError(f"it takes {_told(sizes)}, and not pictures of 28x28: known are {shapes}")
    outputs = _outputs(model.graph.output)
    model = compose.add_prefix(model, PREFIX)
    return [Network(model, PREFIX + inputs[0].name, tensor.elem_type, sizes, PREFIX + name) for name in outputs]


def _nodes(model: onnx.ModelProto) -> Iterator[onnx.NodeProto]:
    """All nodes, those of functions and of branches among them."""
    waiting = [*model.graph.node, *(node for function in model.functions for node in function.node)]
    while waiting:
        node = waiting.pop()
        yield node
        for attribute in node.attribute:
            for graph in (attribute.g, *attribute.graphs):
                waiting += graph.node


def _outputs(outputs: Iterable[onnx.ValueInfoProto]) -> list[str]:
    """Those that may be ten numbers for each picture."""
    found, told = [], []
    for item in outputs:
        tensor = item.type.tensor_type
        if tensor.elem_type not in _FLOATS:
            continue
        known = _sizes(tensor)[1:] if tensor.HasField("shape") else [None]
        count = 1
        for size in known:
            count *= size or 1
        if count == CLASSES or (None in known and CLASSES % count == 0):
            found.append(item.name)
        elif None not in known:
            told.append(count)
    if not found:
        what = f"it gives {told[0]} numbers" if told else "it gives no numbers"
        raise ModelError(f"{what} for each picture: a reader of digits gives {CLASSES}, one for each digit")
    return found


def _sizes(tensor: onnx.TypeProto.Tensor) -> list[int | None]:
    return [int(item.dim_value) if item.dim_value > 0 else None for item in tensor.shape.dim]


def _told(sizes: Sequence[int | None]) -> str:
    return "numbers of shape (" + ", ".join("?" if size is None else str(size) for size in sizes) + ")"


def _opset(model: onnx.ModelProto) -> int:
    return max((item.version for item in model.opset_import if item.domain in ("", "ai.onnx")), default=0)
