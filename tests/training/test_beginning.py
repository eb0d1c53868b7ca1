"""A run of the digit network that goes on from the weights of another model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the train extra")

import torch

from inkdigits import ModelError, OptionError
from inkdigits.recognition import Classifier, classifier, line
from inkdigits.registry import Registry
from inkdigits.training.beginning import Beginning, read_sizes, with_sizes
from inkdigits.training.deepen import deepen
from inkdigits.training.fit import train
from inkdigits.training.network import DigitNetwork, Residual, Shape
from inkdigits.training.pool import Pool, build_pool
from inkdigits.training.tensors import open_digit
from inkdigits.training.thaw import thaw
from training.power import PowerCutError, cut_at

pytestmark = pytest.mark.train

SMALL = {"epochs": 1, "epoch_size": 256, "batch_size": 64, "base": "sample", "ema": 0.9, "counts": {"vector": 300}}
SMALL |= {"weights": {"vector": 1.0}, "learning_rate": 1e-3, "start": "shipped"}


@pytest.fixture(scope="module")
def pool() -> Pool:
    return build_pool(None, {"vector": 600, "signs": 200}, seed=1)


@pytest.fixture(scope="module")
def longer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that goes on from the shipped weights."""
    run = tmp_path_factory.mktemp("longer")
    train(run, SMALL, threads=1)
    return run


def test_a_thawed_network_answers_as_the_model_file_does(pool: Pool) -> None:
    network = thaw(classifier.SHIPPED, torch.from_numpy(pool.glyphs)).eval()
    images = torch.from_numpy(pool.glyphs).unsqueeze(1).float() / 255
    with torch.no_grad():
        assert torch.allclose(network(images), open_digit(classifier.SHIPPED)(images), atol=1e-3)


def test_it_answers_alike_while_it_is_trained(pool: Pool) -> None:
    network = thaw(classifier.SHIPPED, torch.from_numpy(pool.glyphs)).train()
    network.dropout.p = 0.0
    with torch.no_grad():
        learning = network(torch.from_numpy(pool.glyphs[::2]).unsqueeze(1).float() / 255).argmax(dim=1).numpy()
    assert (learning == pool.labels[::2]).mean() > 0.97


def test_a_run_goes_on_from_a_model_and_its_card_says_so(longer: Path, pool: Pool) -> None:
    digits = pool.labels < 10
    read = Classifier(longer / "digit.onnx").scores(pool.glyphs[digits]).probabilities.argmax(axis=1)
    assert (read == pool.labels[digits]).mean() > 0.97, "four steps from the shipped weights know what those know"
    card = json.loads((longer / "digit.json").read_text())
    sizes = {name: card["config"][name] for name in ("stem", "middle", "top")}
    assert sizes == {"stem": 32, "middle": 64, "top": 128}
    assert card["start"]["sha256"] == Registry().get("shipped").sha256
    assert card["start"]["name"] in (longer / "digit.md").read_text()


def test_a_network_with_more_blocks_answers_as_it_did() -> None:
    few = DigitNetwork(Shape(stem=4, middle=8, blocks=1, top=8, top_blocks=0)).eval()
    images = torch.rand(20, 1, 28, 28)
    answers = few(images)
    many = deepen(few, Shape(stem=4, stem_blocks=1, middle=8, blocks=3, top=8, top_blocks=2)).eval()
    assert sum(isinstance(layer, Residual) for layer in many.features) == 6
    assert torch.equal(many(images), answers)
    sum_of = many(images).square().sum()
    sum_of.backward()
    assert all(weights.grad is not None for weights in many.parameters())


def test_a_run_may_have_more_blocks_than_its_beginning(tmp_path: Path) -> None:
    model = train(tmp_path / "run", {**SMALL, "start": "shipped", "stem_blocks": 2, "top_blocks": 3}, threads=1)
    assert read_sizes(model)["stem_blocks"] == 2
    assert read_sizes(model)["top_blocks"] == 3
    assert read_sizes(model)["top"] == 128


def test_the_next_run_names_both(longer: Path, tmp_path: Path) -> None:
    record = Beginning.settle(tmp_path, str(longer))
    assert record is not None
    assert record.record["config"]["epochs"] == 1
    assert record.record["start"]["sha256"] == Registry().get("shipped").sha256


def test_the_card_tells_no_paths(longer: Path, tmp_path: Path) -> None:
    train(tmp_path / "next", {**SMALL, "start": str(longer)}, threads=1)
    for name in ("digit.json", "digit.md"):
        assert str(longer.parent) not in (tmp_path / "next" / name).read_text()


def test_it_resumes_although_the_model_is_gone(longer: Path, tmp_path: Path) -> None:
    parent = tmp_path / "parent.onnx"
    shutil.copyfile(longer / "digit.onnx", parent)
    config = {**SMALL, "start": str(parent)}
    with pytest.raises(PowerCutError):
        train(tmp_path / "run", config, listen=cut_at("export"), threads=1)
    parent.unlink()
    assert train(tmp_path / "run", config, threads=1).is_file()


def test_what_cannot_be_started_from_is_refused_before_anything_is_written(longer: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    with pytest.raises(OptionError, match="there is no model 'nobody'"):
        with_sizes(run, {"start": "nobody"})
    with pytest.raises(OptionError, match="stem=32"):
        with_sizes(run, {"start": "shipped", "stem": 8})
    with pytest.raises(OptionError, match="blocks=2"):
        with_sizes(run, {"start": "shipped", "blocks": 0})
    with pytest.raises(OptionError, match="no finished digit model"):
        with_sizes(run, {"start": str(tmp_path)})
    with pytest.raises(ModelError, match="other layers"):
        with_sizes(run, {"start": str(line.SHIPPED)})
    (tmp_path / "odd.onnx").write_bytes(np.random.default_rng(0).bytes(99))
    with pytest.raises(ModelError, match="not built as our own"):
        with_sizes(run, {"start": str(tmp_path / "odd.onnx")})
    assert not run.exists()
    with pytest.raises(OptionError, match="begun already"):
        Beginning.settle(_begun(tmp_path), "shipped")


def _begun(folder: Path) -> Path:
    (folder / "checkpoint.pt").touch()
    return folder
