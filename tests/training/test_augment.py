"""Augmentation: what it leaves alone, and how its mild share differs from the rest."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="training needs the train extra")

import torch
from torch.nn import functional

from inkdigits.training.augment import _places, augment

BLANK = torch.zeros(64, 1, 28, 28)


def test_no_strength_changes_nothing() -> None:
    images = torch.rand(8, 1, 28, 28)
    assert torch.equal(augment(images, torch.Generator().manual_seed(1), 0.0), images)


def test_images_keep_shape_and_range_and_the_same_state_gives_the_same() -> None:
    images = torch.rand(32, 1, 28, 28)
    first, again = (augment(images, torch.Generator().manual_seed(1)) for _ in range(2))
    assert first.shape == images.shape
    assert first.min() >= 0
    assert first.max() <= 1
    assert torch.equal(first, again)
    assert not torch.equal(first, images)


def test_only_the_strong_part_gets_rulings_and_noise() -> None:
    changed = augment(BLANK, torch.Generator().manual_seed(2), mild=0.75).amax(dim=(1, 2, 3)) > 0
    assert not changed[:48].any()
    assert changed[48:].any()
    assert not augment(BLANK, torch.Generator().manual_seed(2), mild=1.0).any()


def test_the_grid_of_one_product_is_the_affine_grid_and_the_smooth_field() -> None:
    generator = torch.Generator().manual_seed(3)
    rows, coarse = torch.randn((4, 2, 3), generator=generator), torch.randn((4, 2, 5, 5), generator=generator)
    wanted = functional.affine_grid(rows, [4, 1, 28, 28], align_corners=False)
    wanted += functional.interpolate(coarse, (28, 28), mode="bicubic", align_corners=True).permute(0, 2, 3, 1)
    grid = torch.cat((rows, coarse.flatten(2)), dim=2).flatten(0, 1) @ _places()
    assert torch.allclose(grid.view(4, 2, 28, 28).permute(0, 2, 3, 1), wanted, atol=1e-5)
