"""A trained network becomes an ONNX file, after both runtimes have given the same answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn

from inkdigits.errors import ModelError
from inkdigits.recognition.classifier import FORMAT
from inkdigits.recognition.engine import Engine
from inkdigits.recognition.scores import Calibration
from inkdigits.training.network import DigitNetwork, Exported

PARITY = 1e-3
"""Largest difference in an output between PyTorch and onnxruntime."""


def export(network: DigitNetwork, calibration: Calibration, path: Path, name: str) -> Path:
    """Writes the model file.

    Args:
        network: Trained, on the CPU.
        calibration: Stored in the file's metadata.
        path: Where to; the file appears only when it has been checked.
        name: Name and version, shown in every reading.

    Raises:
        ModelError: onnxruntime's logits differ from PyTorch's by more than 1e-3.
    """
    exported = Exported(network).eval()
    metadata = {"format": FORMAT, "name": name, "calibration": json.dumps(asdict(calibration))}
    layout = Layout("glyphs", ("logits", "activation"), (2, 28, 28), {0: "n"})
    return write_model(exported, layout, metadata, path, [(64, 28, 28)])


@dataclass(frozen=True, slots=True)
class Layout:
    """What goes into a model and what comes out.

    Attributes:
        given: Name of the input, uint8.
        told: Names of the outputs.
        shape: An input's shape.
        free: Its dimensions that stay free, with their names.
    """

    given: str
    told: tuple[str, ...]
    shape: tuple[int, ...]
    free: dict[int, str]


def write_model(
    exported: nn.Module, layout: Layout, metadata: dict[str, str], path: Path, checked: Sequence[tuple[int, ...]]
) -> Path:
    """Writes a model file, which appears only when both runtimes give the same answers.

    Args:
        exported: From uint8 pixels to outputs, the first of which is compared; on the CPU.
        layout: Its input and outputs.
        metadata: Stored in the file beside the weights.
        path: Where to.
        checked: Shapes of inputs that are compared.

    Raises:
        ModelError: onnxruntime's output differs from PyTorch's by more than 1e-3.
    """
    part = path.with_suffix(".part.onnx")
    torch.onnx.export(
        exported,
        (torch.zeros(*layout.shape, dtype=torch.uint8),),
        part,
        input_names=[layout.given],
        output_names=list(layout.told),
        dynamic_shapes=(layout.free,),
        opset_version=18,
        external_data=False,
        verbose=False,
    )
    model = onnx.load(part)
    forget_origin(model)
    onnx.helper.set_model_props(model, metadata)
    onnx.save(model, part)
    _check(exported, part, layout.told[0], checked)
    part.replace(path)
    return path


def forget_origin(model: onnx.ModelProto) -> None:
    """Drops the exporter's notes of source files and lines: they are paths of the training machine."""
    graph = model.graph
    for item in (model, graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer):
        item.ClearField("doc_string")
        if hasattr(item, "metadata_props"):
            del item.metadata_props[:]


def _check(exported: nn.Module, path: Path, output: str, shapes: Sequence[tuple[int, ...]]) -> None:
    rng = np.random.default_rng(0)
    engine = Engine(path)
    for shape in shapes:
        pixels = rng.integers(0, 256, shape, dtype=np.uint8)
        with torch.no_grad():
            answer = exported(torch.from_numpy(pixels))
        wanted = (answer[0] if isinstance(answer, tuple) else answer).numpy()
        worst = float(np.abs(wanted - engine.run(pixels)[0]).max())
        if not worst <= PARITY:
            raise ModelError(
                f"the exported model differs from PyTorch by {worst:.2g} in its {output} (at most {PARITY:g})"
            )
