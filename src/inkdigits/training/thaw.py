"""A network from a model file, fit to be trained again: its normalizations, folded into weights, are restored."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import Path

import torch
from torch import Tensor, nn

from inkdigits.training.network import DigitNetwork
from inkdigits.training.tensors import open_digit

_NORM = 3**-0.5  # of a filter, as PyTorch begins with: so that learning rates mean what they mean to a new network


def thaw(path: Path, glyphs: Tensor) -> DigitNetwork:
    """Opens a model file for training.

    The exporter folds each normalization into the convolution before it. Here the mean and the variance of what a
    convolution gives are measured again and put into its normalization, with the scale and shift that undo them: the
    answers stay the same, and while training, a batch's own mean and variance take their place without a jolt. Filters
    get a length of their own back, which a normalization makes free to choose.

    Args:
        path: An ONNX file of ours.
        glyphs: uint8 (N, 28, 28), some thousands of what it will learn from.
    """
    network = open_digit(path)
    restore_norms(network, (part.unsqueeze(1).float() / 255 for part in glyphs.split(1_000)))
    return network


def restore_norms(network: nn.Module, batches: Iterable[Tensor]) -> None:
    """Restores the normalizations of a network whose own only add the bias that was folded into a convolution.

    Args:
        network: In evaluation mode; a normalization follows the convolution that it belongs to.
        batches: What it will learn from, as it takes it.
    """
    before = _Statistics()
    pairs = _pairs(network)
    hooks = [convolution.register_forward_hook(before.note) for convolution, _ in pairs]
    with torch.no_grad():
        for batch in batches:
            network(batch)
        for hook in hooks:
            hook.remove()
        for convolution, norm in pairs:
            _restore(convolution, norm, *before.of(convolution))


class _Statistics:
    """Mean and variance of each channel of what modules give, over all that they are shown."""

    def __init__(self) -> None:
        self._sums: dict[nn.Module, Tensor] = {}

    def note(self, module: nn.Module, _: tuple[Tensor, ...], output: Tensor) -> None:
        values = output.double()
        count = torch.full((output.shape[1],), values.numel() / output.shape[1], dtype=torch.double)
        sums = torch.stack((count, values.sum(dim=(0, 2, 3)), values.square().sum(dim=(0, 2, 3))))
        self._sums[module] = self._sums[module] + sums if module in self._sums else sums

    def of(self, module: nn.Module) -> tuple[Tensor, Tensor]:
        count, total, squares = self._sums[module]
        mean = total / count
        return mean.float(), (squares / count - mean.square()).clamp_min(1e-8).float()


def _pairs(network: nn.Module) -> list[tuple[nn.Conv2d, nn.BatchNorm2d]]:
    """Each convolution, and the normalization that follows it."""
    modules = list(network.modules())
    return [
        (first, second)
        for first, second in itertools.pairwise(modules)
        if isinstance(first, nn.Conv2d) and isinstance(second, nn.BatchNorm2d)
    ]


def _restore(convolution: nn.Conv2d, norm: nn.BatchNorm2d, mean: Tensor, variance: Tensor) -> None:
    """Exact in evaluation: (s x - s m) / sqrt(s² v + e) * sqrt(s² v + e) / s + m + b is x + b."""
    scale = _NORM / convolution.weight.flatten(1).norm(dim=1).clamp_min(1e-6)
    convolution.weight.mul_(scale.view(-1, 1, 1, 1))
    assert norm.running_mean is not None
    assert norm.running_var is not None
    norm.running_mean.copy_(mean * scale)
    norm.running_var.copy_(variance * scale.square())
    norm.weight.copy_((norm.running_var + norm.eps).sqrt() / scale)
    norm.bias.add_(mean)
