"""``Layer`` and ``Value``: what is converted, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inkdigits.foreign.keras_source import Arrays


@dataclass(frozen=True, slots=True)
class Value:
    """A result in the graph: its name there, and how many axes it has."""

    name: str
    rank: int


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of the file: its kind, settings and weights."""

    kind: str
    config: Mapping[str, Any]
    weights: Arrays

    @property
    def turned(self) -> bool:
        """Whether channels are the last axis, which ONNX does not have."""
        return bool(self.config.get("data_format", "channels_last") == "channels_last")

    @property
    def bias(self) -> Arrays:
        """The bias as a list, empty without one."""
        return [self.weights[-1]] if self.config.get("use_bias", True) else []
