"""The digit network: small enough to read 40,000 digits a second on two cores, residual enough to learn."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from inkdigits.training.sources import NON_DIGIT

CLASSES = NON_DIGIT + 1


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a :class:`DigitNetwork`.

    Attributes:
        stem: Channels after the 5x5 stem, at 14x14.
        stem_blocks: Residual blocks at 14x14.
        middle: Channels of the residual stage at 7x7.
        blocks: Residual blocks at 7x7.
        top: Channels at 4x4.
        top_blocks: Residual blocks at 4x4.
        kernel_size: Of the convolutions after the stem: 3, 5 or 7.
        dropout: Share of top channels dropped while training.
    """

    stem: int = 32
    middle: int = 48
    blocks: int = 1
    top: int = 96
    top_blocks: int = 0
    stem_blocks: int = 0
    kernel_size: int = 3
    dropout: float = 0.1

    def to_dict(self) -> dict[str, Any]:
        """For the run's record."""
        return asdict(self)


class DigitNetwork(nn.Module):
    """Glyphs in, eleven logits out: ten digits and "not a digit"; and where the evidence for each lies."""

    def __init__(self, shape: Shape | None = None) -> None:
        """Builds an untrained network of the given sizes."""
        super().__init__()
        self.shape = shape = shape or Shape()
        kernel = shape.kernel_size
        self.features = nn.Sequential(
            *_convolution(1, shape.stem, 5, 2),
            *(Residual(shape.stem, kernel) for _ in range(shape.stem_blocks)),
            *_convolution(shape.stem, shape.middle, kernel, 2),
            *(Residual(shape.middle, kernel) for _ in range(shape.blocks)),
            *_convolution(shape.middle, shape.top, kernel, 2),
            *(Residual(shape.top, kernel) for _ in range(shape.top_blocks)),
        )
        # A weight for each channel and place, then one for each channel and class: cheaper than a dense layer
        # over all places, and the sum over places stays an exact map of the evidence.
        self.places = nn.Parameter(torch.ones(shape.top, 4, 4))
        self.dropout = nn.Dropout(shape.dropout)
        self.evidence = nn.Conv2d(shape.top, CLASSES, 1, bias=False)
        self.bias = nn.Parameter(torch.zeros(CLASSES))

    def forward(self, images: Tensor) -> Tensor:
        """Logits (N, 11) of images (N, 1, 28, 28), float in [0, 1]."""
        pooled = (self.features(images) * self.places).sum(dim=(2, 3)) / 16
        logits: Tensor = nn.functional.linear(self.dropout(pooled), self.evidence.weight[:, :, 0, 0], self.bias)
        return logits


class Exported(nn.Module):
    """What is shipped: takes uint8 glyphs (N, 28, 28), gives logits (N, 11) and evidence maps (N, 10, 4, 4)."""

    def __init__(self, network: DigitNetwork) -> None:
        """Wraps a trained network."""
        super().__init__()
        self.network = network

    def forward(self, glyphs: Tensor) -> tuple[Tensor, Tensor]:
        """Scales, runs, and sums the evidence over places."""
        network = self.network
        images = glyphs.unsqueeze(1).float() / 255
        maps = network.evidence(network.features(images) * network.places)
        return maps.sum(dim=(2, 3)) / 16 + network.bias, maps[:, :NON_DIGIT]


class Residual(nn.Module):
    """Two convolutions beside the identity (He et al., 2016)."""

    def __init__(self, channels: int, kernel: int = 3) -> None:
        """Builds a block that keeps the number of channels."""
        super().__init__()
        last = nn.BatchNorm2d(channels)
        nn.init.zeros_(last.weight)
        self.body = nn.Sequential(
            *_convolution(channels, channels, kernel, 1),
            nn.Conv2d(channels, channels, kernel, padding=kernel // 2, bias=False),
            last,
        )

    def forward(self, images: Tensor) -> Tensor:
        """Same shape out as in."""
        return torch.relu(images + self.body(images))


def _convolution(inputs: int, outputs: int, kernel: int, stride: int) -> tuple[nn.Module, nn.Module, nn.Module]:
    return (
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )
