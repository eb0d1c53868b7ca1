"""The line network: fully convolutional, one distribution over characters every two columns (CTC)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

import torch
from torch import Tensor, nn

from inkdigits.training.lines.config import FACTOR, STRIDE, LineConfig
from inkdigits.training.lines.strings import ALPHABET
from inkdigits.training.network import Residual

CLASSES = 1 + len(ALPHABET)
"""Class 0 is the CTC blank; then the characters; ``?`` is a run of ink that is no digit and no separator."""


@dataclass(frozen=True, slots=True)
class LineShape:
    """Sizes of a :class:`LineNetwork`.

    Attributes:
        stem: Channels after the 5x5 stem, at half size.
        low: Channels of the residual blocks at a quarter of the size, 8 rows.
        low_blocks: How many of them.
        high: Channels of the residual blocks at 4 rows.
        high_blocks: How many of them.
        wide: Channels once the rows are joined.
        wide_blocks: Residual blocks along the line; each second one skips a column, for a view of several digits.
        dropout: Share of wide channels dropped while training.
    """

    stem: int = 16
    low: int = 32
    low_blocks: int = 2
    high: int = 96
    high_blocks: int = 2
    wide: int = 160
    wide_blocks: int = 3
    dropout: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """For the run's record."""
        return asdict(self)


def shape_of(config: LineConfig) -> LineShape:
    """The network that a config describes."""
    return LineShape(**{item.name: getattr(config, item.name) for item in fields(LineShape)})


class LineNetwork(nn.Module):
    """Lines in, log-probabilities of the blank and the characters out, two frames for each four columns."""

    def __init__(self, shape: LineShape | None = None) -> None:
        """Builds an untrained network of the given sizes."""
        super().__init__()
        self.shape = shape = shape or LineShape()
        self.features = nn.Sequential(
            *_convolution(1, shape.stem, 5, 2),
            *_convolution(shape.stem, shape.low, 3, 2),
            *(Residual(shape.low) for _ in range(shape.low_blocks)),
            *_convolution(shape.low, shape.high, 3, (2, 1)),
            *(Residual(shape.high) for _ in range(shape.high_blocks)),
            nn.Conv2d(shape.high, shape.wide, (4, 1), bias=False),
            nn.BatchNorm2d(shape.wide),
            nn.ReLU(inplace=True),
        )
        self.context = nn.Sequential(
            *(ResidualRow(shape.wide, 1 + index % 2, shape.dropout) for index in range(shape.wide_blocks))
        )
        self.dropout = nn.Dropout(shape.dropout)
        # Two frames a place: neighboring 1s need a blank between them within less than four columns.
        self.frames = nn.Conv2d(shape.wide, (FACTOR // STRIDE) * CLASSES, 1)

    def lean(self, blank: float, one: float) -> None:
        """Adds to the bias of the blank and of the 1, in every frame, once training is over."""
        with torch.no_grad():
            bias = self.frames.bias.view(-1, CLASSES)  # type: ignore[union-attr]  # it has one
            bias[:, 0] += blank
            bias[:, 1 + ALPHABET.index("1")] += one

    def forward(self, lines: Tensor) -> Tensor:
        """Log-probabilities (N, W / 2, 19), float32, of lines (N, 1, 32, W), float in [0, 1], W a multiple of 4."""
        maps = self.frames(self.dropout(self.context(self.features(lines))))
        logits = maps.squeeze(2).transpose(1, 2).float()
        return torch.log_softmax(logits.reshape(-1, (FACTOR // STRIDE) * logits.shape[1], CLASSES), dim=2)


class ExportedLine(nn.Module):
    """What is shipped: takes uint8 lines (N, 32, W) of any width, gives log-probabilities (N, W / 2, 19)."""

    def __init__(self, network: LineNetwork) -> None:
        """Wraps a trained network."""
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> Tensor:
        """Pads the width, scales, and runs."""
        width = pixels.shape[2]
        lines = nn.functional.pad(pixels.unsqueeze(1).float() / 255, (0, FACTOR - 1))
        lines = lines[:, :, :, : (width + FACTOR - 1) // FACTOR * FACTOR]
        output: Tensor = self.network(lines)
        return output


class ResidualRow(nn.Module):
    """Two convolutions along the line beside the identity; rows are joined already."""

    def __init__(self, channels: int, dilation: int, dropout: float) -> None:
        """Builds a block that keeps the number of channels."""
        super().__init__()
        last = nn.BatchNorm2d(channels)
        nn.init.zeros_(last.weight)
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, (1, 3), padding=(0, dilation), dilation=(1, dilation), bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(inplace=True),
            nn.Dropout(dropout),
            nn.Conv2d(channels, channels, (1, 3), padding=(0, 1), bias=False),
            last,
        )

    def forward(self, rows: Tensor) -> Tensor:
        """Same shape out as in."""
        return torch.relu(rows + self.body(rows))


def _convolution(
    inputs: int, outputs: int, kernel: int, stride: int | tuple[int, int]
) -> tuple[nn.Module, nn.Module, nn.Module]:
    return (
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )
