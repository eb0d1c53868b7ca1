"""A small network in front of a larger one: what it may decide, and what the two say together."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the train extra")

import torch
from typer.testing import CliRunner

from inkdigits import ModelError, OptionError
from inkdigits.cli import app
from inkdigits.recognition import Classifier
from inkdigits.recognition.doubt import doubtful
from inkdigits.recognition.quick import BOUNDS, WEIGHTS
from inkdigits.recognition.scores import Calibration
from inkdigits.training.beginning import read_sizes
from inkdigits.training.export import export
from inkdigits.training.fit import train
from inkdigits.training.network import DigitNetwork, Shape
from inkdigits.training.pool import Pool
from inkdigits.training.quicken import LET_THROUGH, WORSE, Answers, fit_bounds, quicken

pytestmark = pytest.mark.train

SETTINGS = {"epochs": 1, "epoch_size": 256, "batch_size": 64, "base": "sample", "ema": 0.9, "start": "shipped"}
SETTINGS |= {"counts": {"vector": 300, "signs": 100}, "weights": {"vector": 1.0}, "learning_rate": 1e-3}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("trained")
    train(run, SETTINGS, threads=1)
    return run


@pytest.fixture(scope="module")
def pool(trained: Path) -> Pool:
    return Pool.open(trained / "pool.npz")


@pytest.fixture(scope="module")
def quickened(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with another in front of it: here its own like, so that it is known what it should say."""
    runs = tmp_path_factory.mktemp("quickened")
    for name in ("large", "small"):
        shutil.copytree(trained, runs / name)
    outcome = CliRunner().invoke(
        app, ["train", "digit", "--run", str(runs / "large"), "--quick", str(runs / "small")], catch_exceptions=False
    )
    assert outcome.exit_code == 0
    return runs / "large"


def test_it_says_what_the_two_say(trained: Path, quickened: Path, pool: Pool) -> None:
    before, after = Classifier(trained / "digit.onnx"), Classifier(quickened / "digit.onnx", batch_size=64)
    plain = before.scores(pool.glyphs, alone=True)
    plainly = np.setdiff1d(np.arange(len(pool.labels)), doubtful(plain))
    assert len(plainly) > len(pool.labels) / 4
    for alone, places in ((True, np.arange(len(pool.labels))), (False, plainly)):
        scores, wanted = after.scores(pool.glyphs, alone=alone).at(places), plain.at(places)
        assert np.allclose(scores.probabilities, wanted.probabilities, atol=1e-4)
        assert np.allclose(scores.digitness, wanted.digitness, atol=1e-3)
        assert np.allclose(scores.activation, wanted.activation, atol=1e-2)


def test_the_large_network_is_asked_only_about_the_doubtful(quickened: Path, pool: Pool, tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    blind = export(
        DigitNetwork(Shape(stem=2, middle=4, top=4)), Calibration(1.0, 0.0, 1.0, 0.0), tmp_path / "b.onnx", "b"
    )
    content, metadata = onnx.load(blind), Classifier(quickened / "digit.onnx")._engine.metadata
    onnx.helper.set_model_props(content, dict(metadata))
    onnx.save(content, blind)
    knows, knows_nothing = Classifier(quickened / "digit.onnx"), Classifier(blind)
    same = np.isclose(
        knows.scores(pool.glyphs).probabilities, knows_nothing.scores(pool.glyphs).probabilities, atol=1e-6
    ).all(axis=1)
    digits = pool.labels < 10
    assert same[digits].mean() == pytest.approx(
        json.loads((quickened / "digit.json").read_text())["quick"]["share"], abs=0.1
    )
    assert not same[~digits].any()
    assert not np.allclose(
        knows.scores(pool.glyphs).probabilities, knows_nothing.scores(pool.glyphs, alone=True).probabilities
    )


def test_the_card_tells_of_it_and_weights_stay(trained: Path, quickened: Path) -> None:
    assert "In front of it a quick network" in (quickened / "digit.md").read_text()
    assert "quick network" not in (trained / "digit.md").read_text()
    assert read_sizes(quickened / "digit.onnx") == read_sizes(trained / "digit.onnx")


def test_what_goes_on_from_it_leaves_the_quick_network_behind(quickened: Path, tmp_path: Path) -> None:
    model = train(tmp_path / "next", {**SETTINGS, "start": str(quickened)}, threads=1)
    assert WEIGHTS not in Classifier(model)._engine.metadata


def test_bounds_keep_what_they_promise() -> None:
    rng = np.random.default_rng(3)
    labels = np.concatenate([rng.integers(0, 10, 20_000), np.full(5_000, 10)])
    calibration = Calibration(1.0, 0.0, 1.0, 0.0)
    large, small = (Answers(_logits(labels, rng, power), calibration) for power in (9.0, 5.0))
    bounds, share = fit_bounds(small, large, labels)
    stands = bounds.hold(small.probabilities, small.score)
    digits = labels < 10
    worse = stands & digits & (small.named != labels) & (large.named == labels)
    assert share == pytest.approx(stands[digits].mean())
    assert 0.2 < share < 1
    assert worse.sum() <= WORSE * digits.sum()
    assert (stands & ~digits & ~large.passes).sum() <= LET_THROUGH * (~digits).sum()


def _logits(labels: np.ndarray, rng: np.random.Generator, power: float) -> np.ndarray:
    logits = rng.normal(0, 1.5, (len(labels), 11)).astype(np.float32)
    logits[np.arange(len(labels)), labels] += power
    return logits


def test_a_network_that_knows_nothing_is_refused(trained: Path, tmp_path: Path) -> None:
    for name in ("large", "small"):
        shutil.copytree(trained, tmp_path / name)
    torch.manual_seed(0)
    network = DigitNetwork(Shape(stem=2, middle=4, top=4)).eval()
    torch.nn.init.normal_(network.evidence.weight, 0, 9)
    export(network, Calibration(1.0, 0.0, 1.0, 0.0), tmp_path / "small" / "digit.onnx", "fool")
    before = (tmp_path / "large" / "digit.onnx").read_bytes()
    with pytest.raises(OptionError, match="sure of nothing"):
        quicken(tmp_path / "large", tmp_path / "small")
    assert (tmp_path / "large" / "digit.onnx").read_bytes() == before
    with pytest.raises(OptionError, match="no finished run"):
        quicken(tmp_path / "large", tmp_path)


def test_a_damaged_quick_network_is_refused(quickened: Path, tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    for number, change in enumerate(({WEIGHTS: "§"}, {WEIGHTS: "AAAA"}, {BOUNDS: "{}"}, {BOUNDS: "[1"})):
        content = onnx.load(quickened / "digit.onnx")
        metadata = {item.key: item.value for item in content.metadata_props}
        onnx.helper.set_model_props(content, metadata | change)
        onnx.save(content, tmp_path / f"{number}.onnx")
        with pytest.raises(ModelError, match=f"quick network in .*{number}.onnx"):
            Classifier(tmp_path / f"{number}.onnx")
