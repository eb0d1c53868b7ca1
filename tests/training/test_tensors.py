"""Models for PyTorch: written only when they give the same probabilities, and never by running code."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

pytest.importorskip("torch", reason="needs the 'train' extra")

import torch
from safetensors.torch import load_file, save_file

from inkdigits import ModelError
from inkdigits.cli import app
from inkdigits.recognition import Classifier, LineReader
from inkdigits.training import tensors
from inkdigits.training.network import DigitNetwork, Exported, Shape

pytestmark = pytest.mark.train


@pytest.mark.parametrize("kind", ["digit", "line"])
def test_the_shipped_models_give_the_same_probabilities(tmp_path: Path, kind: str) -> None:
    command = ["models", "export", "shipped", str(tmp_path), "--kind", kind, "--format", "safetensors", "--json"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["difference"] <= 1e-4
    network, metadata = tensors.open_tensors(Path(told["file"]))
    assert metadata["name"] == (Classifier() if kind == "digit" else LineReader()).name
    assert not network.training


def test_pytorch_reads_as_onnxruntime_does(tmp_path: Path) -> None:
    """Measured apart from the check that the export makes."""
    file = tmp_path / "digit.safetensors"
    tensors.write_tensors(Classifier().path, file)
    network, metadata = tensors.open_tensors(file)
    glyphs = np.random.default_rng(1).integers(0, 256, (50, 28, 28), dtype=np.uint8)
    with torch.no_grad():
        logits = Exported(network)(torch.from_numpy(glyphs))[0][:, :10]
    temperature = json.loads(metadata["calibration"])["temperature"]
    shares = torch.softmax(logits / temperature, 1).numpy()
    assert np.abs(shares - Classifier().scores(glyphs, alone=True).probabilities).max() <= 1e-4


def test_networks_of_other_sizes_are_rebuilt(tmp_path: Path) -> None:
    from inkdigits.recognition.scores import Calibration
    from inkdigits.training.export import export

    torch.manual_seed(0)
    shape = Shape(stem=4, stem_blocks=1, middle=6, blocks=2, top=8, top_blocks=1, kernel_size=5)
    network = DigitNetwork(shape).train()
    network(torch.rand(64, 1, 28, 28))
    for layer in network.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):  # as after a training, where none is the identity
            torch.nn.init.uniform_(layer.weight, 0.5, 1.5)
            torch.nn.init.uniform_(layer.bias)
    model = export(network.eval(), Calibration(1.0, 0.0, 1.0, 0.4), tmp_path / "digit.onnx", "small")
    assert tensors.write_tensors(model, tmp_path / "small.safetensors") <= 1e-4
    assert json.loads(tensors.open_tensors(tmp_path / "small.safetensors")[1]["shape"]) == shape.to_dict()


def test_what_differs_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def save_bent(state: dict[str, torch.Tensor], path: Path, metadata: dict[str, str]) -> None:
        save_file({**state, "bias": state["bias"] + torch.arange(11) / 10}, path, metadata)

    monkeypatch.setattr(tensors, "save_file", save_bent)
    with pytest.raises(ModelError, match="differ by"):
        tensors.write_tensors(Classifier().path, tmp_path / "bent.safetensors")
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_such_file_says_so(tmp_path: Path) -> None:
    file = tmp_path / "digit.safetensors"
    tensors.write_tensors(Classifier().path, file)
    save_file(load_file(file), tmp_path / "bare.safetensors")
    (tmp_path / "half.safetensors").write_bytes(file.read_bytes()[:5000])
    (tmp_path / "pickle.safetensors").write_bytes(b"\x80\x04cos\nsystem\n.")
    for name in ("bare", "half", "pickle", "none"):
        with pytest.raises(ModelError, match="not a file that inkdigits wrote"):
            tensors.open_tensors(tmp_path / f"{name}.safetensors")
    (tmp_path / "text.onnx").write_bytes(b"hello")
    with pytest.raises(ModelError, match="not built as our own"):
        tensors.write_tensors(tmp_path / "text.onnx", file)
