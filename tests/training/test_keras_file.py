"""Models for Keras: plain files of standard layers, written only when they give the same answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from keras_here import keras  # isort: skip - it skips the tests where Keras or PyTorch is not installed

import torch

from inkdigits import InkDigitsError, ModelError
from inkdigits.cli import app
from inkdigits.recognition import Classifier
from inkdigits.recognition.scores import Calibration
from inkdigits.training import keras_file
from inkdigits.training.export import export
from inkdigits.training.network import DigitNetwork, Shape

pytestmark = pytest.mark.train


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["models", "export", *arguments])
    if isinstance(result.exception, InkDigitsError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("name", ["digit.keras", "digit.h5"])
def test_anybody_can_load_the_shipped_model_and_it_answers_alike(tmp_path: Path, name: str) -> None:
    """Loaded as anybody would, and measured apart from the check that the export makes."""
    told = json.loads(run("shipped", str(tmp_path / name), "--json"))
    assert told["difference"] <= 1e-4
    model = keras.models.load_model(told["file"], compile=False)
    assert {type(layer).__module__.split(".")[2] for layer in model.layers} == {"layers"}
    assert "Lambda" not in {type(layer).__name__ for layer in model.layers}
    glyphs = np.random.default_rng(1).integers(0, 256, (50, 28, 28), dtype=np.uint8)
    probabilities, digitness = model.predict(glyphs[..., None].astype(np.float32), verbose=0)
    wanted = Classifier().scores(glyphs, alone=True)
    assert np.abs(probabilities - wanted.probabilities).max() <= 1e-4
    assert np.abs(digitness[:, 0] - wanted.digitness).max() <= 1e-4


def test_networks_of_other_sizes_answer_alike(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = DigitNetwork(Shape(stem=4, stem_blocks=1, middle=6, blocks=2, top=8, top_blocks=1, kernel_size=5))
    for values in network.parameters():
        if values.dim() < 4:  # normalizations, places and biases, as after a training
            torch.nn.init.uniform_(values, 0.5, 1.5)
    network.train()(torch.rand(64, 1, 28, 28))
    model = export(network.eval(), Calibration(1.7, 0.3, 0.8, 0.4), tmp_path / "digit.onnx", "small")
    assert keras_file.write_keras(model, tmp_path / "small.keras") <= 1e-4


def test_what_differs_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build = keras_file.build

    def bent(network: DigitNetwork, calibration: Calibration) -> Any:
        return build(network, Calibration(9.0, calibration.threshold, calibration.slope, calibration.unsure))

    monkeypatch.setattr(keras_file, "build", bent)
    with pytest.raises(ModelError, match="differ by"):
        keras_file.write_keras(Classifier().path, tmp_path / "bent.keras")
    assert list(tmp_path.iterdir()) == []


def test_what_keras_cannot_have_says_so(tmp_path: Path) -> None:
    with pytest.raises(InkDigitsError, match=r"ends in \.keras or \.h5"):
        run("shipped", str(tmp_path / "digit.txt"), "--format", "keras")
    with pytest.raises(InkDigitsError, match="only models of single digits"):
        run("shipped", str(tmp_path / "line.keras"), "--kind", "line")
    with pytest.raises(InkDigitsError, match="choose from onnx, safetensors, keras"):
        run("shipped", str(tmp_path / "digit"), "--format", "hdf")
    assert list(tmp_path.iterdir()) == []
