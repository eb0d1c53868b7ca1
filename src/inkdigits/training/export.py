"""A trained network becomes the ONNX file that is shipped, after both runtimes have given the same answers."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import onnx
import torch

from inkdigits.errors import ModelError
from inkdigits.recognition.classifier import FORMAT, Calibration
from inkdigits.recognition.engine import Engine
from inkdigits.training.network import DigitNetwork, Exported

PARITY = 1e-3
"""Largest difference in a logit between PyTorch and onnxruntime."""


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
    part = path.with_suffix(".part.onnx")
    torch.onnx.export(
        exported,
        (torch.zeros(2, 28, 28, dtype=torch.uint8),),
        part,
        input_names=["glyphs"],
        output_names=["logits", "activation"],
        dynamic_shapes=({0: "n"},),
        opset_version=18,
        external_data=False,
        verbose=False,
    )
    model = onnx.load(part)
    forget_origin(model)
    metadata = {"format": FORMAT, "name": name, "calibration": json.dumps(asdict(calibration))}
    onnx.helper.set_model_props(model, metadata)
    onnx.save(model, part)
    _check(exported, part)
    part.replace(path)
    return path


def forget_origin(model: onnx.ModelProto) -> None:
    """Drops the exporter's notes of source files and lines: they are paths of the training machine."""
    graph = model.graph
    for item in (model, graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer):
        item.ClearField("doc_string")
        if hasattr(item, "metadata_props"):
            del item.metadata_props[:]


def _check(exported: Exported, path: Path) -> None:
    glyphs = np.random.default_rng(0).integers(0, 256, (64, 28, 28), dtype=np.uint8)
    with torch.no_grad():
        wanted = exported(torch.from_numpy(glyphs))[0].numpy()
    got = Engine(path).run(glyphs)[0]
    worst = float(np.abs(wanted - got).max())
    if worst > PARITY:
        raise ModelError(f"the exported model differs from PyTorch by {worst:.2g} in a logit (at most {PARITY:g})")
