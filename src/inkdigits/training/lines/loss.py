"""The loss: CTC (Graves et al., 2006), also for labels that say nothing about separators."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from inkdigits.training.lines.strings import ALPHABET, SEPARATORS

_SPOKEN = [index for index, sign in enumerate(ALPHABET, 1) if sign not in SEPARATORS]
_SILENT = [0, *(index for index, sign in enumerate(ALPHABET, 1) if sign in SEPARATORS)]
_PLACE = {0: 0, **{index: place for place, index in enumerate(_SPOKEN, 1)}}


def line_loss(frames: Tensor, labels: Sequence[str], silent: int = 0) -> Tensor:
    """Negative log-likelihood by character, summed over all paths.

    Args:
        frames: float32 (N, T, 19), log-probabilities.
        labels: N strings.
        silent: The first so many labels leave separators out, whether or not they stand there: for these lines a
            separator counts as a blank, which sums over all strings with the same other characters.

    Returns:
        A scalar.
    """
    total = sum(max(1, len(label)) for label in labels)
    loss = frames.new_zeros(())
    if silent:
        loss = loss + _ctc(quieted(frames[:silent]), [_spoken(label) for label in labels[:silent]])
    if silent < len(labels):
        loss = loss + _ctc(frames[silent:], [_classes(label) for label in labels[silent:]])
    return loss / total


def quieted(frames: Tensor) -> Tensor:
    """Separators added to the blank: (N, T, 12)."""
    return torch.cat([frames[..., _SILENT].logsumexp(dim=-1, keepdim=True), frames[..., _SPOKEN]], dim=-1)


def _classes(label: str) -> list[int]:
    return [ALPHABET.index(sign) + 1 for sign in label]


def _spoken(label: str) -> list[int]:
    return [_PLACE[index] for index in _classes(label) if index in _PLACE]


def _ctc(frames: Tensor, targets: Sequence[Sequence[int]]) -> Tensor:
    flat = torch.tensor([index for target in targets for index in target], dtype=torch.long, device=frames.device)
    lengths = torch.tensor([len(target) for target in targets], dtype=torch.long)
    places = torch.full((len(targets),), frames.shape[1], dtype=torch.long)
    loss: Tensor = nn.functional.ctc_loss(
        frames.transpose(0, 1), flat, places, lengths, reduction="sum", zero_infinity=True
    )
    return loss
