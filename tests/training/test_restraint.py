"""An adaptation that would change old answers too much goes only a part of the way, and says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training needs the train extra")

import torch
from torch import Tensor

from inkdigits import OptionError
from inkdigits.jobs.files import read_json
from inkdigits.jobs.progress import Progress
from inkdigits.recognition import classifier
from inkdigits.training.adapt import SETTINGS as ADAPTING
from inkdigits.training.beginning import with_sizes
from inkdigits.training.card import RESTRAINT, write_page
from inkdigits.training.config import TrainConfig
from inkdigits.training.fit import fit
from inkdigits.training.mixtures import OWN
from inkdigits.training.pool import Pool, build_pool, join_pools
from inkdigits.training.pools import Pools
from inkdigits.training.restraint import Restraint, copy_weights, restrain
from inkdigits.training.tensors import open_digit

pytestmark = pytest.mark.train

MOST = 0.05


@pytest.fixture(scope="module")
def own() -> Pool:
    return replace(build_pool(None, {"vector": 10}, seed=1), names=(OWN,))


@pytest.fixture(scope="module")
def pool(own: Pool) -> Pool:
    return join_pools(build_pool(None, {"vector": 60, "scribbles": 10}, seed=2), own)


@dataclass(frozen=True)
class Adapted:
    """The shipped network after its weights went somewhere else, and what is left of that."""

    before: dict[str, Tensor]
    wanted: dict[str, Tensor]
    kept: dict[str, Tensor]
    held: Restraint


def adapted(pool: Pool, far: float) -> Adapted:
    network = open_digit(classifier.SHIPPED)
    before = copy_weights(network)
    chance = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for weights in network.parameters():
            weights += far * weights.std(unbiased=False) * torch.randn(weights.shape, generator=chance)
    wanted = copy_weights(network)
    held = restrain(network, before, pool, MOST, seed=7)
    return Adapted(before, wanted, copy_weights(network), held)


def test_a_small_change_is_kept_whole(pool: Pool) -> None:
    once = adapted(pool, 0.001)
    assert once.held.share == 1
    assert once.held.divergence == once.held.wanted <= MOST
    assert once.held.note == ""
    assert all(torch.equal(value, once.wanted[name]) for name, value in once.kept.items())
    assert any(not torch.equal(value, once.before[name]) for name, value in once.kept.items())


def test_a_large_change_goes_a_part_of_the_way_and_says_so(pool: Pool) -> None:
    once, again = adapted(pool, 0.5), adapted(pool, 0.5)
    assert once.held.divergence <= MOST < once.held.wanted
    assert 0 < once.held.share < 1
    assert f"{100 * once.held.share:.0f} % of the way only: see whether every label is right" in once.held.note
    for name, value in once.kept.items():
        if value.is_floating_point():
            assert torch.allclose(value, torch.lerp(once.before[name], once.wanted[name], once.held.share))
    assert again.held == once.held
    assert all(torch.equal(value, again.kept[name]) for name, value in once.kept.items())


@pytest.mark.parametrize(("most", "whole"), [(100.0, True), (1e-9, False)])
def test_an_adaptation_is_held_back_by_its_setting_and_leaves_a_record(
    tmp_path: Path, own: Pool, pool: Pool, most: float, whole: bool
) -> None:
    short = {"epochs": 1, "epoch_size": 192, "batch_size": 96, "learning_rate": 0.01, "restraint": most}
    config = TrainConfig.resolve(with_sizes(tmp_path, {**ADAPTING, "own": "mine", "start": "shipped", **short}))
    told: list[Progress] = []
    network = fit(tmp_path, config, Pools(pool, own), told.append)
    record = read_json(tmp_path / RESTRAINT)
    assert (record["share"] == 1) == whole == (record["wanted"] <= most)
    assert [bool(progress.note) for progress in told] == [False, not whole]
    before = open_digit(classifier.SHIPPED).state_dict()
    moved = sum(float((value - before[name]).abs().sum()) for name, value in network.state_dict().items())
    assert (moved > 0) == (record["share"] > 0)


def test_nothing_is_learned_where_nothing_says_how_far_it_goes(tmp_path: Path, own: Pool) -> None:
    others = join_pools(build_pool(None, {"scribbles": 10}, seed=2), own)
    config = TrainConfig.resolve(with_sizes(tmp_path, {**ADAPTING, "own": "mine", "start": "shipped"}))
    with pytest.raises(OptionError, match="needs drawn digits beside own pictures"):
        fit(tmp_path, config, Pools(others, own), lambda progress: None)


@pytest.mark.parametrize(("share", "says"), [(0.25, "It went 25 % of the way"), (1, ""), (None, "")])
def test_the_card_tells_of_it(tmp_path: Path, share: float | None, says: str) -> None:
    card = read_json(classifier.SHIPPED.with_suffix(".json"))
    write_page(tmp_path, {**card, "restraint": None if share is None else {"share": share}})
    page = (tmp_path / "digit.md").read_text()
    assert says in page
    assert ("of the way" in page) == bool(says)
