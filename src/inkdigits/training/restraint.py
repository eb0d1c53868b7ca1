"""How far an adaptation goes: where it changes old answers too much, its weights are mixed with those it began with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from inkdigits.errors import OptionError
from inkdigits.training.augment import augment
from inkdigits.training.mixtures import OWN
from inkdigits.training.pool import Pool
from inkdigits.training.sources import NON_DIGIT

_SEEN, _HARD = 4_000, 1_500  # drawn digits that are varied, and those of them that the old model is least sure of
_HALVINGS = 4  # of the way: it is known to a sixteenth
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Restraint:
    """What became of an adaptation.

    Attributes:
        share: How far it went, from the old weights (0) to the new ones (1).
        wanted: How much the new weights alone would have changed the answers: the mean divergence, in nats.
        divergence: How much the mixed ones do.
    """

    share: float
    wanted: float
    divergence: float

    @property
    def note(self) -> str:
        """What to tell the user; ``""`` when nothing was held back."""
        if self.share == 1:
            return ""
        return (
            f"they pull the model far from what it knew, so it went {100 * self.share:.0f} % of the way only: "
            "see whether every label is right"
        )


def check_drawn(pool: Pool) -> None:
    """Raises OptionError when a pool has no digits but own pictures: then nothing says how far answers have moved."""
    if not _drawn(pool).any():
        raise OptionError(
            "'restraint' needs drawn digits beside own pictures: let 'counts' name some, such as vector, or set it to 0"
        )


def copy_weights(network: nn.Module) -> dict[str, Tensor]:
    """Weights and statistics as they are now, for :func:`restrain`."""
    return {name: value.detach().clone() for name, value in network.state_dict().items()}


def restrain(network: nn.Module, before: Mapping[str, Tensor], pool: Pool, most: float, seed: int) -> Restraint:
    """Mixes weights, in place, so that answers to drawn digits stay near the old ones.

    The straight way between the weights before and after a fine-tuning passes networks that are good at both (Wortsman
    et al., 2022, "Robust fine-tuning of zero-shot models"); the point on it is found by halving.

    Args:
        network: The adapted network, which gives logits (N, 11) of images (N, 1, 28, 28).
        before: The weights that it began with.
        pool: What was learned from; its digits that are not own pictures are varied and answered again. There must be
            some, see :func:`check_drawn`.
        most: The largest mean divergence (Kullback-Leibler, from the old answers, in nats) that is let pass.
        seed: Of the choice and the variation of the digits.
    """
    after = copy_weights(network)

    def mix(share: float) -> None:
        network.load_state_dict({name: _mixed(before[name], value, share) for name, value in after.items()})

    mix(0.0)
    images, answers = _hard_digits(network, pool, seed)

    def divergence(share: float) -> float:
        mix(share)
        return float((answers.exp() * (answers - _answers(network, images))).sum(dim=1).mean())

    wanted = divergence(1.0)
    if wanted <= most:
        return Restraint(1.0, wanted, wanted)
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if divergence(middle) <= most else (low, middle)
    return Restraint(low, wanted, divergence(low))


def _mixed(old: Tensor, new: Tensor, share: float) -> Tensor:
    return torch.lerp(old, new, share) if new.is_floating_point() else new


def _hard_digits(network: nn.Module, pool: Pool, seed: int) -> tuple[Tensor, Tensor]:
    """Varied digits that the network is least sure of, (N, 1, 28, 28), and its log probabilities (N, 10)."""
    drawn = np.flatnonzero(_drawn(pool))
    chosen = np.random.default_rng((seed, 91)).choice(drawn, min(_SEEN, 2 * len(drawn)))
    images = torch.from_numpy(pool.glyphs[chosen]).unsqueeze(1).float() / 255
    images = augment(images, torch.Generator().manual_seed(seed), mild=0.25)
    answers = _answers(network, images)
    hard = answers.max(dim=1).values.argsort()[:_HARD]
    return images[hard], answers[hard]


def _drawn(pool: Pool) -> npt.NDArray[np.bool_]:
    """Digits (N,) that are not own pictures."""
    return (pool.labels < NON_DIGIT) & ~pool.of_kind(OWN)


def _answers(network: nn.Module, images: Tensor) -> Tensor:
    network.eval()
    device = next(network.parameters()).device
    with torch.no_grad():
        parts = [network(part.to(device)).float().cpu() for part in images.split(_BATCH)]
    return torch.cat(parts)[:, :NON_DIGIT].log_softmax(dim=1)
