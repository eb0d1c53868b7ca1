"""A trained line network becomes the ONNX file that is shipped, after both runtimes have given the same answers."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import onnx
import torch

from inkdigits.errors import ModelError
from inkdigits.recognition.engine import Engine
from inkdigits.recognition.line import FORMAT, LineCalibration
from inkdigits.segmentation.line import HEIGHT
from inkdigits.training.export import PARITY
from inkdigits.training.export import _forget_origin as forget_origin
from inkdigits.training.lines.config import STRIDE
from inkdigits.training.lines.network import ExportedLine, LineNetwork
from inkdigits.training.lines.strings import ALPHABET

_CHECKED = ((1, 32), (3, 101), (2, 254))  # lines and their width


def export_line(network: LineNetwork, calibration: LineCalibration, path: Path, name: str) -> Path:
    """Writes the model file; the number of lines and their width stay free.

    Args:
        network: Trained, on the CPU.
        calibration: Stored in the file's metadata.
        path: Where to; the file appears only when it has been checked.
        name: Name and version, shown in every reading.

    Raises:
        ModelError: onnxruntime's log-probabilities differ from PyTorch's by more than 1e-3.
    """
    exported = ExportedLine(network).eval()
    part = path.with_suffix(".part.onnx")
    torch.onnx.export(
        exported,
        (torch.zeros(2, HEIGHT, 100, dtype=torch.uint8),),
        part,
        input_names=["pixels"],
        output_names=["log_probabilities"],
        dynamic_shapes=({0: "n", 2: "width"},),
        opset_version=18,
        external_data=False,
        verbose=False,
    )
    model = onnx.load(part)
    forget_origin(model)
    metadata = {
        "format": FORMAT,
        "name": name,
        "alphabet": ALPHABET,
        "stride": str(STRIDE),
        "calibration": json.dumps(asdict(calibration)),
    }
    onnx.helper.set_model_props(model, metadata)
    onnx.save(model, part)
    _check(exported, part)
    part.replace(path)
    return path


def _check(exported: ExportedLine, path: Path) -> None:
    rng = np.random.default_rng(0)
    engine = Engine(path)
    for count, width in _CHECKED:
        pixels = rng.integers(0, 256, (count, HEIGHT, width), dtype=np.uint8)
        with torch.no_grad():
            wanted = exported(torch.from_numpy(pixels)).numpy()
        worst = float(np.abs(wanted - engine.run(pixels)[0]).max())
        if worst > PARITY:
            raise ModelError(f"the exported model differs from PyTorch by {worst:.2g} (at most {PARITY:g})")
