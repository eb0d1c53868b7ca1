"""A model as PyTorch has it: its weights in a ``.safetensors`` file, after they have given the same probabilities."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from inkdigits.errors import ModelError
from inkdigits.images import render_strokes
from inkdigits.recognition import Classifier, LineReader, line, scores
from inkdigits.recognition.scores import softmax
from inkdigits.segmentation import normalize
from inkdigits.segmentation.line import HEIGHT
from inkdigits.training.beginning import read_sizes
from inkdigits.training.lines.export import open_exported
from inkdigits.training.lines.network import ExportedLine, LineNetwork, LineShape
from inkdigits.training.network import DigitNetwork, Exported, Shape
from inkdigits.training.vector_digits import draw_digit

PARITY = 1e-4
"""Largest difference in a probability over the digits that are tried."""

DIGITS = 1000
_A_LINE = 10  # digits

Network = DigitNetwork | LineNetwork


def write_tensors(model: Path, dest: Path) -> float:
    """Writes the weights of a model file.

    Args:
        model: An ONNX file of ours, of digits or lines.
        dest: The ``.safetensors`` file; it appears only when it has been checked.

    Returns:
        The largest difference in a probability between this file in PyTorch and the model in onnxruntime, over 1,000
        digits.

    Raises:
        ModelError: It is not a model of ours, or the difference is larger than 1e-4.
    """
    network, metadata = _open_weights(model)
    part = dest.with_name(f".{dest.name}.part")
    kept = {name: value for name, value in metadata.items() if not name.startswith("inkdigits.")}
    save_file({name: value.contiguous() for name, value in network.state_dict().items()}, part, kept)
    worst = _difference(model, part)
    if not worst <= PARITY:
        part.unlink()
        raise ModelError(f"the probabilities of {model} and of PyTorch differ by {worst:.2g} (at most {PARITY:g})")
    part.replace(dest)
    return worst


def open_tensors(path: Path) -> tuple[Network, dict[str, str]]:
    """Opens what :func:`write_tensors` wrote; no code in the file is run.

    Returns:
        The network in evaluation mode, and the file's metadata: ``format``, ``name``, ``shape``, ``calibration``.

    Raises:
        ModelError: It is not such a file.
    """
    try:
        with safe_open(path, framework="pt") as file:
            metadata = dict(file.metadata() or {})
            state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no dictionary
        shape = json.loads(metadata["shape"])
        lines = metadata["format"] == line.FORMAT
        network: Network = LineNetwork(LineShape(**shape)) if lines else DigitNetwork(Shape(**shape))
        network.load_state_dict(state)
    except Exception as error:  # safetensors raises its own type, with no common base but Exception
        raise ModelError(f"{path} is not a file that inkdigits wrote for PyTorch: {error}") from error
    return network.eval(), metadata


def open_digit(path: Path) -> DigitNetwork:
    """The network of a model file of ours, in evaluation mode. Raises ModelError when it is none, or reads lines."""
    network = _open_weights(path)[0]
    if not isinstance(network, DigitNetwork):
        raise ModelError(f"{path} reads lines: name a model that reads single digits")
    return network


def _open_weights(path: Path) -> tuple[Network, dict[str, str]]:
    try:
        model = onnx.load(path)
        metadata = {item.key: item.value for item in model.metadata_props}
        if metadata["format"] == line.FORMAT:
            return open_exported(path)[0], metadata
        shape = Shape(**read_sizes(path))
        metadata["shape"] = json.dumps(shape.to_dict())
        return _rebuild(model, shape), metadata
    except Exception as error:  # protobuf raises its own type, with no common base but Exception
        raise ModelError(f"{path} is not built as our own networks are, so PyTorch cannot have it: {error}") from error


def _rebuild(model: onnx.ModelProto, shape: Shape) -> DigitNetwork:
    """The network; its normalizations come back as the bias that the exporter folded them into."""
    network = DigitNetwork(shape)
    values = _values(model)
    state = network.state_dict()
    for name in ("places", "bias", "evidence.weight"):
        state[name] = values[f"network.{name}"]
    modules = dict(network.named_modules())
    for name, module in modules.items():
        if not isinstance(module, nn.Conv2d) or name == "evidence":
            continue
        state[f"{name}.weight"] = values[f"network.{name}.weight"]
        stem, _, place = name.rpartition(".")
        norm = f"{stem}.{int(place) + 1}"
        folded = values[f"network.{name}.weight_bias"]
        state[f"{norm}.bias"] = folded
        state[f"{norm}.weight"] = torch.full_like(folded, (1 + modules[norm].eps) ** 0.5)
    network.load_state_dict(state)
    return network.eval()


def _values(model: onnx.ModelProto) -> dict[str, Tensor]:
    return {item.name: torch.tensor(onnx.numpy_helper.to_array(item)) for item in model.graph.initializer}


def _difference(model: Path, path: Path) -> float:
    """The largest difference in a probability, by way of everything that stands between pixels and a reading."""
    network, metadata = open_tensors(path)
    glyphs = thousand_digits()
    with torch.no_grad():
        if isinstance(network, DigitNetwork):
            logits = Exported(network)(torch.from_numpy(glyphs))[0].numpy()[:, : scores.CLASSES]
            wanted = Classifier(model).scores(glyphs, alone=True).probabilities
        else:
            lines = _lines(glyphs)
            logits = ExportedLine(network)(torch.from_numpy(lines)).numpy()
            logits = logits.reshape(-1, logits.shape[2])
            wanted = np.exp(np.concatenate(LineReader(model).frames(list(lines))))
    got = softmax(logits / json.loads(metadata["calibration"])["temperature"])
    return float(np.abs(got - wanted).max())


def thousand_digits() -> npt.NDArray[np.uint8]:
    """Digits in their normal form, drawn by us, the same every time."""
    rng = np.random.default_rng(0)
    return np.stack([normalize(render_strokes(draw_digit(index % 10, rng))) for index in range(DIGITS)])


def _lines(glyphs: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The same digits, side by side on lines."""
    count, side, _ = glyphs.shape
    rows = glyphs.reshape(count // _A_LINE, _A_LINE, side, side).transpose(0, 2, 1, 3)
    rows = rows.reshape(count // _A_LINE, side, _A_LINE * side)
    edge = (HEIGHT - side) // 2
    return np.ascontiguousarray(np.pad(rows, ((0, 0), (edge, HEIGHT - side - edge), (0, 0))))
