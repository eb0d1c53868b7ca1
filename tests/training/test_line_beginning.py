"""A run of the line network that goes on from the weights of an earlier one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training needs the train extra")

import numpy as np
import torch
from typer.testing import CliRunner, Result

from inkdigits import ModelError, OptionError, Reader
from inkdigits.cli import app
from inkdigits.recognition.classifier import SHIPPED
from inkdigits.training.lines.average import average_runs
from inkdigits.training.lines.beginning import Beginning
from inkdigits.training.lines.chunks import Chunk
from inkdigits.training.lines.config import LineConfig
from inkdigits.training.lines.deepen import deepen_line
from inkdigits.training.lines.export import open_exported
from inkdigits.training.lines.fit import train_line
from inkdigits.training.lines.network import shape_of
from inkdigits.training.lines.session import LineSession
from inkdigits.training.lines.validate import run_lines
from training.power import PowerCutError, cut_at

pytestmark = [pytest.mark.train, pytest.mark.slow]

LEAN = {"blank": -0.5, "one": 0.4}
BLOCKS = {"low_blocks": 1, "high_blocks": 1, "wide_blocks": 2}
CHANNELS = {"stem": 8, "low": 8, "high": 16, "wide": 16}
TINY = {"lines": 48, "chunk": 24, "validation": 40, "batch_size": 24, **CHANNELS, **BLOCKS, **LEAN}


@pytest.fixture(scope="module")
def first(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("first")
    train_line(run, TINY, data, threads=1, workers=0)
    return run


@pytest.fixture(scope="module")
def second(data: Path, first: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that began with the weights of the first."""
    run = tmp_path_factory.mktemp("second")
    train_line(run, TINY | {"seed": 8}, data, threads=1, workers=0, start=first)
    return run


def test_a_run_goes_on_from_another_and_its_card_says_so(second: Path) -> None:
    begun = Beginning.settle(second, None)
    assert begun is not None
    card = json.loads((second / "line.json").read_text())
    assert card["start"]["config"]["seed"] == 7
    assert card["start"]["sha256"] == begun.record["sha256"]
    assert begun.record["sha256"][:16] in (second / "line.md").read_text()


def test_the_first_step_has_the_other_runs_averaged_weights(first: Path, tmp_path: Path) -> None:
    begun = Beginning.settle(tmp_path, first)
    assert begun is not None
    session = LineSession(tmp_path, LineConfig.resolve(TINY), 10)
    session.begin_with(begun.network(list))
    saved = torch.load(first / "checkpoint.pt", weights_only=True)["average"]
    for name, value in session.network.state_dict().items():
        assert torch.equal(value, saved[f"module.{name}"]), name
        assert torch.equal(session.averaged.state_dict()[name], value), name


def test_a_network_of_other_sizes_is_refused(data: Path, first: Path, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="other sizes"):
        train_line(tmp_path, TINY | {"wide": 24}, data, threads=1, workers=0, start=first)


def test_a_folder_without_a_run_and_a_run_that_has_begun_are_refused(first: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(OptionError, match=r"checkpoint\.pt"):
        Beginning.settle(tmp_path, tmp_path / "empty")
    with pytest.raises(OptionError, match="nothing"):
        Beginning.settle(tmp_path, "nothing")
    with pytest.raises(ModelError, match="not a line model"):
        Beginning.settle(tmp_path, SHIPPED)
    assert Beginning.settle(tmp_path, None) is None
    with pytest.raises(OptionError, match="begun already"):
        Beginning.settle(first, first)


def test_a_model_gone_on_from_answers_as_before_also_with_more_blocks(first: Path, tmp_path: Path) -> None:
    begun = Beginning.settle(tmp_path, first / "line.onnx")
    assert begun is not None
    assert begun.record["name"] == "line-7-48"
    validation = Chunk.open(first / "validation.npz")
    network = begun.network(validation.lines)
    model, _ = open_exported(first / "line.onnx")
    config = LineConfig.resolve(TINY)
    model.lean(-config.blank, -config.one)
    wanted = run_lines(model, validation.lines())
    shape = shape_of(LineConfig.resolve(TINY | {"low_blocks": 2, "high_blocks": 3, "wide_blocks": 5}))
    deeper = deepen_line(network, shape)
    assert deeper.shape == shape
    for one in (network, deeper):
        for found, expected in zip(run_lines(one, validation.lines()), wanted, strict=True):
            np.testing.assert_allclose(found, expected, atol=1e-4)
    with pytest.raises(OptionError, match="only blocks can be added"):
        deepen_line(deeper, model.shape)


def test_training_goes_on_from_a_model_with_more_blocks(data: Path, first: Path, tmp_path: Path) -> None:
    sizes = [f"--set={name}={value}" for name, value in (TINY | {"wide_blocks": 3, "seed": 8}).items()]
    fixed = ["train", "line", "--data", str(data), "--threads", "1", "--workers", "0", "--run", str(tmp_path)]
    done = CliRunner().invoke(app, [*fixed, "--start", str(first / "line.onnx"), *sizes])
    assert done.exit_code == 0, done.output
    card = (tmp_path / "line.md").read_text()
    assert "begun (`--start`) with line-7-48; SHA-256" in card
    assert json.loads((tmp_path / "line.json").read_text())["start"]["config"]["seed"] == 7
    network, _ = open_exported(tmp_path / "line.onnx")
    assert network.shape.wide_blocks == 3
    wrong = CliRunner().invoke(app, [*fixed, "--set", "colour=red"])
    assert "unknown training setting 'colour'" in str(wrong.exception)


def average(data: Path, mean: Path, *options: str) -> Result:
    fixed = ["train", "line", "--data", str(data), "--threads", "1", "--run", str(mean)]
    return CliRunner().invoke(app, [*fixed, *options])


def test_an_average_lies_between_its_runs_and_reads(data: Path, first: Path, second: Path, tmp_path: Path) -> None:
    mean = tmp_path / "mean"
    done = average(data, mean, "--average", f"{first}=1", "--average", f"{second}=3", "--set", "blank=0")
    assert done.exit_code == 0, done.output
    begun = Beginning.settle(mean, None)
    assert begun is not None
    ends = [torch.load(run / "checkpoint.pt", weights_only=True)["average"] for run in (first, second)]
    for name, value in begun.weights().items():
        if not value.is_floating_point():
            continue  # how many batches were counted
        wanted = 0.25 * ends[0][f"module.{name}"] + 0.75 * ends[1][f"module.{name}"]
        assert torch.allclose(value.double(), wanted.double(), atol=1e-5), name
    card = json.loads((mean / "line.json").read_text())
    assert [part["share"] for part in card["start"]["average"]] == [0.25, 0.75]
    assert (card["config"]["blank"], card["config"]["one"]) == (0.0, 0.4)
    assert "25 %: seed 7" in (mean / "line.md").read_text()
    reading = Reader({"line_model": mean / "line.onnx"}).read(np.full((40, 90), 255, np.uint8), expect="number")
    assert "line-8-48" in reading.model


def test_an_average_needs_runs_of_one_size_and_positive_shares(data: Path, first: Path, tmp_path: Path) -> None:
    wide = tmp_path / "wide"
    with pytest.raises(PowerCutError):
        train_line(wide, TINY | {"wide": 24}, data, cut_at("export"), threads=1, workers=0)
    with pytest.raises(OptionError, match="different sizes"):
        average_runs(tmp_path / "mean", {first: 1.0, wide: 1.0}, data)
    with pytest.raises(OptionError, match="above 0"):
        average_runs(tmp_path / "mean", {first: 1.0, wide: 0.0}, data)
    with pytest.raises(OptionError, match="not wide"):
        average_runs(tmp_path / "mean", {first: 1.0}, data, leaning={"wide": 24})
    with pytest.raises(OptionError, match="no run"):
        average_runs(tmp_path / "mean", {tmp_path / "nothing": 1.0}, data)
    with pytest.raises(OptionError, match="begun already"):
        average_runs(first, {wide: 1.0}, data)


def test_an_average_on_the_command_line_is_of_runs_alone(data: Path, first: Path, tmp_path: Path) -> None:
    for wrong in (["--average", "nothing"], ["--average", f"{first}=1", "--start", str(first)]):
        refused = average(data, tmp_path / "mean", *wrong)
        assert isinstance(refused.exception, OptionError)
        assert "--average" in str(refused.exception)
