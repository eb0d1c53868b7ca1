"""An adaptation that would change old answers too much goes only a part of the way, and says so."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="training needs the train extra")

import torch

from inkdigits.recognition import classifier
from inkdigits.training.mixtures import OWN
from inkdigits.training.pool import Pool, build_pool, join_pools
from inkdigits.training.restraint import Restraint, copy_weights, restrain
from inkdigits.training.tensors import open_digit

pytestmark = pytest.mark.train

MOST = 0.05


@pytest.fixture(scope="module")
def pool() -> Pool:
    own = Pool(
        *(getattr(build_pool(None, {"vector": 10}, seed=1), part) for part in ("glyphs", "labels", "kinds")), (OWN,)
    )
    return join_pools(build_pool(None, {"vector": 60, "scribbles": 10}, seed=2), own)


def adapted(pool: Pool, far: float) -> tuple[torch.nn.Module, dict[str, torch.Tensor], Restraint]:
    """The shipped network after its weights went somewhere else, and what is left of that."""
    network = open_digit(classifier.SHIPPED)
    before = copy_weights(network)
    chance = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for weights in network.parameters():
            weights += far * weights.std(unbiased=False) * torch.randn(weights.shape, generator=chance)
    return network, before, restrain(network, before, pool, MOST, seed=7)


def test_a_small_change_is_kept_whole(pool: Pool) -> None:
    network, before, held = adapted(pool, 0.001)
    assert held.share == 1
    assert held.divergence == held.wanted <= MOST
    assert held.note == ""
    assert any(not torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_a_large_change_goes_a_part_of_the_way_and_says_so(pool: Pool) -> None:
    network, _, held = adapted(pool, 0.5)
    assert held.divergence <= MOST < held.wanted
    assert 0 <= held.share < 1
    assert "see whether every label is right" in held.note
    once = adapted(pool, 0.5)
    assert once[2] == held
    for name, value in network.state_dict().items():
        assert torch.equal(value, once[0].state_dict()[name])
