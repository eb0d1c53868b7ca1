"""Augmentation as tensor operations on a batch: pads, pens and cameras, in the normal form."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import torch
from torch import Tensor
from torch.nn import functional

_SIDE = 28
_COARSE = 5  # points of the elastic field along each side

Change = Callable[[Tensor, torch.Generator], Tensor]


def augment(images: Tensor, generator: torch.Generator, strength: float = 1.0, mild: float = 0.5) -> Tensor:
    """Varies a batch; its first part mildly, the rest strongly.

    Args:
        images: float32 (N, 1, 28, 28) in [0, 1], ink 1 on 0.
        generator: Source of chance.
        strength: 0 changes nothing, 1 is what the shipped weights were trained with.
        mild: Share of the batch that is varied mildly.

    Returns:
        A new tensor of the same shape.
    """
    if strength <= 0:
        return images
    half = int(len(images) * mild)
    scale = torch.full((len(images), 1), strength)
    scale[:half] *= 0.6
    images = _warp(images, scale, generator)
    strong = images[half:]
    strong = _on_some(strong, 0.22, generator, _thicken)
    strong = _on_some(strong, 0.12, generator, _thin)
    strong = _on_some(strong, 0.2, generator, _blur)
    strong = _on_some(strong, 0.25, generator, _fade)
    strong = _on_some(strong, 0.06, generator, _line)
    strong = _on_some(strong, 0.08, generator, _erase)
    strong = _on_some(strong, 0.15, generator, _noise)
    return torch.cat((images[:half], strong)).clamp_(0, 1)


def _warp(images: Tensor, scale: Tensor, generator: torch.Generator) -> Tensor:
    """Affine and elastic (Simard et al., 2003) displacement in one resampling."""
    count = len(images)

    def normal(sigma: float) -> Tensor:
        return torch.randn((count, 1), generator=generator).clamp_(-2.2, 2.2) * sigma * scale

    angle, slant = normal(0.11), normal(0.14)
    across, down = torch.exp(normal(0.075)), torch.exp(normal(0.075))
    cosine, sine = torch.cos(angle), torch.sin(angle)
    rows = torch.cat(
        (
            *(cosine * across, (slant * cosine - sine) * down, normal(0.055)),
            *(sine * across, (slant * sine + cosine) * down, normal(0.055)),
        ),
        dim=1,
    )
    coarse = torch.randn((count, 2, _COARSE**2), generator=generator) * (0.05 * scale).view(count, 1, 1)
    weights = torch.cat((rows.view(count, 2, 3), coarse), dim=2).flatten(0, 1)
    grid = (weights @ _places()).view(count, 2, _SIDE, _SIDE)
    return functional.grid_sample(images, grid.permute(0, 2, 3, 1), align_corners=False)


@cache
def _places() -> Tensor:
    """Every place of a glyph (28, 784) as a sum of what moves it: its coordinates, one, and the coarse field's points.

    Both displacements are linear in their parameters, so one product gives the whole grid: eight times as fast as an
    affine grid and a bicubic interpolation, and the same to a millionth.
    """
    still = torch.tensor([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]])
    coordinates = functional.affine_grid(still, [1, 1, _SIDE, _SIDE], align_corners=False).view(-1, 2).T
    points = torch.eye(_COARSE).view(_COARSE, 1, _COARSE, 1)
    along = functional.interpolate(points.expand(-1, 1, -1, 2), (_SIDE, 2), mode="bicubic", align_corners=True)[..., 0]
    return torch.cat((coordinates, torch.ones(1, _SIDE**2), torch.kron(along.flatten(1), along.flatten(1))))


def _on_some(images: Tensor, share: float, generator: torch.Generator, change: Change) -> Tensor:
    """Applies a change to a random share of the batch."""
    count = int(len(images) * share)
    if count == 0:
        return images
    chosen = torch.randperm(len(images), generator=generator)[:count]
    result = images.clone()
    result[chosen] = change(images[chosen], generator)
    return result


def _amount(images: Tensor, generator: torch.Generator, low: float, high: float) -> Tensor:
    return torch.rand((len(images), 1, 1, 1), generator=generator) * (high - low) + low


def _thicken(images: Tensor, generator: torch.Generator) -> Tensor:
    wide = functional.max_pool2d(images, 3, 1, 1)
    share = _amount(images, generator, 0.2, 1.0)
    return images + (wide - images) * share


def _thin(images: Tensor, generator: torch.Generator) -> Tensor:
    narrow = -functional.max_pool2d(-images, 3, 1, 1)
    share = _amount(images, generator, 0.2, 0.6)
    return (images + (narrow - images) * share) / (1 - 0.4 * share)


def _blur(images: Tensor, generator: torch.Generator) -> Tensor:
    soft = functional.avg_pool2d(images, 3, 1, 1, count_include_pad=True)
    softer = functional.avg_pool2d(soft, 3, 1, 1, count_include_pad=True)
    share = _amount(images, generator, 0.0, 1.0)
    mixed = soft + (softer - soft) * share
    return mixed / mixed.amax(dim=(1, 2, 3), keepdim=True).clamp_min(0.2)


def _fade(images: Tensor, generator: torch.Generator) -> Tensor:
    return images.clamp_min(1e-6) ** _amount(images, generator, 0.5, 1.9) * _amount(images, generator, 0.55, 1.0)


def _line(images: Tensor, generator: torch.Generator) -> Tensor:
    """A ruling through or beside the digit."""
    count = len(images)
    place = torch.randint(0, _SIDE, (count, 1, 1, 1), generator=generator)
    axis = torch.arange(_SIDE).view(1, 1, _SIDE, 1)
    line = ((axis - place).abs() < 1).float() * _amount(images, generator, 0.3, 1.0)
    flip = (torch.rand((count, 1, 1, 1), generator=generator) < 0.3).float()
    both = line * (1 - flip) + line.transpose(2, 3) * flip
    return torch.maximum(images, both)


def _erase(images: Tensor, generator: torch.Generator) -> Tensor:
    """A small gap, as a dry pen leaves."""
    count = len(images)
    y = torch.randint(4, _SIDE - 4, (count, 1, 1, 1), generator=generator)
    x = torch.randint(4, _SIDE - 4, (count, 1, 1, 1), generator=generator)
    rows = (torch.arange(_SIDE).view(1, 1, _SIDE, 1) - y).abs() <= 1
    columns = (torch.arange(_SIDE).view(1, 1, 1, _SIDE) - x).abs() <= 1
    return images * (1 - (rows & columns).float())


def _noise(images: Tensor, generator: torch.Generator) -> Tensor:
    noise = torch.randn(images.shape, generator=generator)
    return images + noise * _amount(images, generator, 0.02, 0.12)
