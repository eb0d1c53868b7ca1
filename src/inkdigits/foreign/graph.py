"""``Graph``: an ONNX graph in the making."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


class Graph:
    """Nodes and constants, each result with a name of its own."""

    def __init__(self, opset: int, prefix: str = "") -> None:
        """Begins an empty graph; all its names begin with the prefix."""
        self.opset = opset
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self._prefix = prefix
        self._count = 0

    def add(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Adds a node; gives the name of its result."""
        result = self._name(kind)
        self.nodes.append(helper.make_node(kind, list(inputs), [result], result, **attributes))
        return result

    def constant(self, values: Any, dtype: Any = np.float32) -> str:
        """Adds a constant; gives its name."""
        name = self._name("constant")
        self.constants.append(numpy_helper.from_array(np.array(values, dtype, order="C"), name))
        return name

    def integers(self, *values: int) -> str:
        """Adds a list of integers, such as a shape."""
        return self.constant(np.array(values, np.int64), np.int64)

    def reduce(self, kind: str, values: str, axis: int, *, keep: bool = True) -> str:
        """Adds ReduceMax, ReduceSum and the like over one axis, as the opset wants it."""
        if self.opset >= (13 if kind == "ReduceSum" else 18):
            return self.add(kind, values, self.integers(axis), keepdims=int(keep))
        return self.add(kind, values, axes=[axis], keepdims=int(keep))

    def reshape(self, values: str, *shape: int) -> str:
        """Adds a Reshape; 0 keeps a dimension, -1 is worked out."""
        return self.add("Reshape", values, self.integers(*shape))

    def _name(self, kind: str) -> str:
        self._count += 1
        return f"{self._prefix}{kind.lower()}_{self._count}"


def floats(name: str, shape: list[Any]) -> onnx.ValueInfoProto:
    """An input or output of floats."""
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
