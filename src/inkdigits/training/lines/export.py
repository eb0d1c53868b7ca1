"""A trained line network becomes the ONNX file that is shipped, after both runtimes have given the same answers."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import onnx
import torch
from torch import nn

from inkdigits.errors import ModelError
from inkdigits.recognition.line import FORMAT, LineCalibration
from inkdigits.segmentation.line import HEIGHT
from inkdigits.training.export import Layout, write_model
from inkdigits.training.lines.config import STRIDE
from inkdigits.training.lines.network import ExportedLine, LineNetwork, LineShape
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
    metadata = {
        "format": FORMAT,
        "name": name,
        "alphabet": ALPHABET,
        "stride": str(STRIDE),
        "shape": json.dumps(network.shape.to_dict()),
        "calibration": json.dumps(asdict(calibration)),
    }
    layout = Layout("pixels", ("log_probabilities",), (2, HEIGHT, 100), {0: "n", 2: "width"})
    shapes = [(count, HEIGHT, width) for count, width in _CHECKED]
    return write_model(exported, layout, metadata, path, shapes)


def open_exported(path: Path) -> tuple[LineNetwork, str]:
    """Rebuilds the network of a model file, for fine-tuning.

    The exporter folds normalization into the convolution before it, so what comes back is a normalization that
    only adds the folded bias; it must stay frozen.

    Returns:
        The network and its name.

    Raises:
        ModelError: The file is missing, or not a line model of this version.
    """
    if not path.is_file():
        raise ModelError(f"there is no model file {path}")
    model = onnx.load(path)
    metadata = {item.key: item.value for item in model.metadata_props}
    if metadata.get("format") != FORMAT or "shape" not in metadata:
        raise ModelError(f"{path} is not a line model of this version (wants format {FORMAT!r})")
    network = LineNetwork(LineShape(**json.loads(metadata["shape"])))
    values = {item.name: torch.tensor(onnx.numpy_helper.to_array(item)) for item in model.graph.initializer}
    state = network.state_dict()
    modules = dict(network.named_modules())
    for name, module in modules.items():
        if isinstance(module, nn.Conv2d):
            state[f"{name}.weight"] = values[f"network.{name}.weight"]
            folded = values.get(f"network.{name}.weight_bias")
            if folded is None:
                state[f"{name}.bias"] = values[f"network.{name}.bias"]
                continue
            stem, _, place = name.rpartition(".")
            norm = f"{stem}.{int(place) + 1}"
            state[f"{norm}.bias"] = folded
            state[f"{norm}.weight"] = torch.full_like(folded, (1 + modules[norm].eps) ** 0.5)
    network.load_state_dict(state)
    return network.eval(), metadata["name"]
