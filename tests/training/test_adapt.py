"""Adapting the digit model to one hand: it learns the hand, keeps what it knew, and says what it came from."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

pytest.importorskip("torch", reason="training needs the train extra")

from handwriting import Picture, digit_picture, draw, strokes_of
from inkdigits import OptionError, Reader
from inkdigits.cli import app
from inkdigits.registry import Registry
from inkdigits.training.adapt import adapted
from inkdigits.training.config import TrainConfig
from inkdigits.training.pool import build_pool
from inkdigits.training.start import start

pytestmark = [pytest.mark.train, pytest.mark.slow]

SHORT = {
    "epoch_size": 1_920,
    "counts": {"vector": 300, "hershey": 100, "vector_letters": 100},
    "weights": {"own": 0.3, "vector": 0.4, "hershey": 0.15, "vector_letters": 0.15},
}


def odd_hand(label: int, seed: int) -> Picture:
    """A digit by somebody who leans so far back that many of them are misread."""
    lean = np.array([[1.0, 0.0], [1.25, 1.0]])
    return draw([stroke @ lean for stroke in strokes_of(label, seed)], shape=(320, 520))


@pytest.fixture(scope="module")
def adaptation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model that was adapted to 30 digits of the odd hand."""
    folder = tmp_path_factory.mktemp("odd")
    for label in range(10):
        (folder / "own" / str(label)).mkdir(parents=True)
        for seed in range(3):
            cv2.imwrite(str(folder / "own" / str(label) / f"{seed}.png"), odd_hand(label, seed))
    options = ["--finetune", str(folder / "own"), "--run", str(folder / "run")]
    options += [f"--set={name}={json.dumps(value)}" for name, value in SHORT.items()]
    result = CliRunner().invoke(app, ["train", "digit", *options], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return Path(result.stdout.strip())


def misread(reader: Reader, pictures: list[Picture], labels: list[int]) -> int:
    return sum(reader.read(one, expect="digit").text != str(label) for one, label in zip(pictures, labels, strict=True))


def test_it_learns_the_hand(adaptation: Path, reader: Reader) -> None:
    labels = [index % 10 for index in range(60)]
    others = [odd_hand(label, 100 + index) for index, label in enumerate(labels)]
    before, after = misread(reader, others, labels), misread(Reader({"model": adaptation}), others, labels)
    assert before >= 10, "the hand is odd enough to be misread"
    assert after <= 0.6 * before


def test_it_keeps_what_it_knew(adaptation: Path) -> None:
    new = Reader({"model": adaptation})
    labels = [index % 10 for index in range(50)]
    assert misread(new, [digit_picture(label, index) for index, label in enumerate(labels)], labels) <= 1
    letters = new.read_digits(build_pool(None, {"printed_letters": 60}, seed=99).glyphs)
    assert sum(digit.label is None for digit in letters) >= 48


def test_it_becomes_a_model_that_names_its_parent(adaptation: Path, tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    kept = registry.add(adaptation.parent)
    assert kept.parent == registry.get("shipped").sha256
    assert registry.promote(kept.id).id == kept.id
    assert "digit-7-200" in kept.page or registry.get("shipped").sha256 in kept.page


def test_what_it_starts_from_and_learns_can_be_chosen_too(tmp_path: Path) -> None:
    config = TrainConfig.resolve(adapted(tmp_path, "shipped"))
    assert (config.start, config.own, config.norms) == ("shipped", str(tmp_path), "fixed")
    with pytest.raises(OptionError, match="need a model to begin with"):
        TrainConfig.resolve({"distill": 0.5})
    with pytest.raises(OptionError, match="there is no model 'nobody'"):
        start("digit", tmp_path / "run", None, tmp_path, {}, lambda progress: None, begin="nobody")
    with pytest.raises(OptionError, match="there is no model 'nobody'"):  # what the command says goes before a file
        start("digit", tmp_path / "run", None, None, {"start": "shipped"}, lambda progress: None, begin="nobody")
    with pytest.raises(OptionError, match="need a model to begin with"):
        TrainConfig.resolve({"restraint": 0.1})
    assert not (tmp_path / "run").exists()
