"""Training end to end on handwriting made here: it learns, resumes to the same weights, and ships what it trained."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the train extra")

import torch

from inkdigits import OptionError, Reader
from inkdigits.training import datasets
from inkdigits.training.fit import train
from inkdigits.training.pool import build_pool
from inkdigits.training.recipes import RECIPES
from inkdigits.training.vector_digits import draw_digit
from training.power import PowerCutError, cut_at

pytestmark = [pytest.mark.train, pytest.mark.slow]

TINY = {
    "epochs": 3,
    "epoch_size": 6_400,
    "batch_size": 128,
    "stem": 8,
    "middle": 16,
    "top": 16,
    "ema": 0.9,
    "counts": dict.fromkeys(("pens", "vector", "letters", "scribbles"), 400),
    "weights": {"mnist": 0.5, "pens": 0.1, "vector": 0.2, "letters": 0.1, "scribbles": 0.1},
}


@pytest.fixture(scope="module")
def finished(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An undisturbed run."""
    run = tmp_path_factory.mktemp("run")
    train(run, TINY, data, threads=1)
    return run


def test_a_run_leaves_a_model_that_the_reader_takes(finished: Path) -> None:
    reader = Reader({"model": finished / "digit.onnx"})
    rng = np.random.default_rng(5)
    right = 0
    for label in range(10):
        for _ in range(5):
            digit = reader.read_strokes(draw_digit(label, rng)).digits[0]
            right += digit.ranking[0][0] == label
    assert right >= 25, "three small epochs should read most of 50 digits better than chance (5)"


def test_a_run_is_recorded(finished: Path) -> None:
    metrics = [json.loads(line) for line in (finished / "metrics.jsonl").read_text().splitlines()]
    assert [line["epoch"] for line in metrics] == [1, 2, 3]
    assert metrics[-1]["loss"] < metrics[0]["loss"]
    assert (finished / "curves.png").read_bytes().startswith(b"\x89PNG")
    card = json.loads((finished / "digit.json").read_text())
    assert card["config"]["stem"] == 8
    assert set(card["data_sha256"]) >= {"strokes/pendigits.npz", "mnist/train-images-idx3-ubyte.gz"}
    assert "| mnist | 100 |" in (finished / "digit.md").read_text()


def test_a_killed_run_ends_with_the_same_weights(finished: Path, data: Path, tmp_path: Path) -> None:
    for config, moment in ((TINY, cut_at("train", 2)), (None, cut_at("export"))):
        with pytest.raises(PowerCutError):
            train(tmp_path, config, data, moment, threads=1)
    whole = torch.load(finished / "checkpoint.pt", weights_only=True)["average"]
    resumed = torch.load(tmp_path / "checkpoint.pt", weights_only=True)["average"]
    assert whole.keys() == resumed.keys()
    for name, weights in whole.items():
        assert torch.equal(weights, resumed[name]), name


def test_other_settings_in_a_started_run_are_refused(finished: Path, data: Path) -> None:
    with pytest.raises(OptionError, match="started with other settings"):
        train(finished, {**TINY, "seed": 8}, data)


def test_a_start_that_failed_at_once_binds_nobody(data: Path, tmp_path: Path) -> None:
    with pytest.raises(datasets.DataError):
        train(tmp_path, {"base": "own", "own": str(tmp_path / "no folder")}, data)
    assert (tmp_path / "config.json").exists()
    with pytest.raises(datasets.DataError, match="other folder"):
        train(tmp_path, {"base": "own", "own": str(tmp_path / "other folder")}, data)


def test_an_unknown_setting_is_named(data: Path, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="learning_rte"):
        train(tmp_path, {"learning_rte": 1}, data)


def test_missing_data_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(datasets.DataError, match="INKDIGITS_DATA"):
        build_pool(tmp_path, {"vector": 2}, seed=1)


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_repeats_itself_and_makes_ink(name: str, data: Path) -> None:
    first, second = (build_pool(data, {name: 12}, seed=3) for _ in range(2))
    assert np.array_equal(first.glyphs, second.glyphs)
    assert np.array_equal(first.labels, second.labels)
    assert first.glyphs.shape == (12, 28, 28)
    assert first.glyphs.reshape(12, -1).max(axis=1).min() > 0
