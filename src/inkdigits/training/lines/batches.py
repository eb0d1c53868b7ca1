"""Lines into batches: sorted by width so that little is padding, changed a little each time they come again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from inkdigits.images.page import Grey
from inkdigits.segmentation.line import HEIGHT
from inkdigits.training.lines.chunks import Chunk
from inkdigits.training.lines.config import FACTOR

_SORTED = 16  # batches that are sorted by width together


def batches(chunks: Sequence[Chunk], size: int, rng: np.random.Generator) -> Iterator[tuple[list[Grey], list[str]]]:
    """All lines once, in batches of about the same width, in random order; what does not fill a batch is left out."""
    lines = [line for chunk in chunks for line in chunk.lines()]
    labels = [str(label) for chunk in chunks for label in chunk.labels]
    widths = np.array([line.shape[1] for line in lines])
    for batch in _group(widths, size, rng):
        yield [lines[i] for i in batch], [labels[i] for i in batch]


def _group(widths: npt.NDArray[np.int64], size: int, rng: np.random.Generator) -> Iterator[npt.NDArray[np.int64]]:
    order = rng.permutation(len(widths))[: max(1, len(widths) // size) * size]
    groups: list[npt.NDArray[np.int64]] = []
    for start in range(0, len(order), size * _SORTED):
        part = order[start : start + size * _SORTED]
        part = part[np.argsort(widths[part], kind="stable")]
        groups += [part[at : at + size] for at in range(0, len(part), size)]
    for index in rng.permutation(len(groups)):
        yield groups[index]


def stack(lines: Sequence[Grey]) -> Tensor:
    """Lines side by side in a batch: float32 (N, 1, 32, W) in [0, 1], padded on the right with 0, W a multiple of 4."""
    width = -(-max(line.shape[1] for line in lines) // FACTOR) * FACTOR
    batch = np.zeros((len(lines), 1, HEIGHT, width), np.uint8)
    for row, line in zip(batch, lines, strict=True):
        row[0, :, : line.shape[1]] = line
    return torch.from_numpy(batch).float().div_(255)


def augment(lines: Tensor, generator: torch.Generator, strength: float) -> Tensor:
    """Changes shape and shade of each line; half of the batch mildly.

    Args:
        lines: float32 (N, 1, 32, W) in [0, 1].
        generator: Source of chance.
        strength: 0 leaves them as they are, 1 is what training uses.

    Returns:
        float32 (N, 1, 32, W'), W' a multiple of 4.
    """
    if strength <= 0:
        return lines
    count = len(lines)
    force = torch.where(torch.arange(count) % 2 == 0, 1.0, 0.4) * strength
    lines = _bend(lines, force, generator)
    lines = _thicken(lines, generator, strength)
    uniform = torch.rand((4, count, 1, 1, 1), generator=generator)
    force = force.reshape(-1, 1, 1, 1)
    gamma = torch.exp((uniform[0] - 0.5) * 0.9 * force)
    gain = 1 + (uniform[1] - 0.55) * 0.5 * force
    noise = torch.randn(lines.shape, generator=generator) * (uniform[2] - 0.4).clamp(min=0) * 0.14 * force
    return (lines.clamp(min=0) ** gamma * gain + noise).clamp_(0, 1)


def _bend(lines: Tensor, force: Tensor, generator: torch.Generator) -> Tensor:
    """Width, height, slant, slope and place of each line."""
    count, _, height, width = lines.shape
    drawn = (torch.rand((6, count), generator=generator) * 2 - 1) * force
    wide = torch.exp(0.2 * drawn[0])
    tall = torch.exp(0.14 * drawn[1])
    slant, slope = 0.35 * drawn[2], 2.5 * drawn[3] / width
    down, right = 2.0 * drawn[4], 3.0 * drawn[5] + 2
    padded = -(-int(width * float(wide.max()) + 6) // FACTOR) * FACTOR
    y, x = torch.meshgrid(torch.arange(height) - height / 2 + 0.5, torch.arange(padded) + 0.5, indexing="ij")
    column = (x - right.reshape(-1, 1, 1)) / wide.reshape(-1, 1, 1) + slant.reshape(-1, 1, 1) * y
    row = (y - down.reshape(-1, 1, 1)) / tall.reshape(-1, 1, 1) + slope.reshape(-1, 1, 1) * (column - width / 2)
    grid = torch.stack([column / width * 2 - 1, row / height * 2], dim=3)
    return nn.functional.grid_sample(lines, grid, align_corners=False)


def _thicken(lines: Tensor, generator: torch.Generator, strength: float) -> Tensor:
    """A sixth of the lines with a thicker pen, a sixth with a thinner one, a sixth out of focus."""
    kind = torch.rand(len(lines), generator=generator) / max(strength, 1e-6)
    share = torch.rand((len(lines), 1, 1, 1), generator=generator)
    for low, change in ((0.0, _widened), (1 / 6, _narrowed), (2 / 6, _blurred)):
        here = torch.nonzero((kind >= low) & (kind < low + 1 / 6)).flatten()
        if len(here):
            lines[here] = torch.lerp(lines[here], change(lines[here]), share[here] * 0.8)
    return lines


def _widened(lines: Tensor) -> Tensor:
    return nn.functional.max_pool2d(lines, 3, 1, 1)


def _narrowed(lines: Tensor) -> Tensor:
    return -nn.functional.max_pool2d(-lines, 3, 1, 1)


def _blurred(lines: Tensor) -> Tensor:
    return nn.functional.avg_pool2d(lines, 3, 1, 1)
