"""The mean of several networks' weights, which reads better than each when they were trained on from one beginning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor

Weights = Mapping[str, Tensor]


def blend(parts: Sequence[Weights], shares: Sequence[float]) -> dict[str, Tensor]:
    """Averages weights (Wortsman et al., 2022: "model soups").

    Args:
        parts: Each network's weights by name, all of the same shapes.
        shares: Share of each; scaled to a sum of 1.
    """
    total = sum(shares)
    mean = {name: value.double() * 0 for name, value in parts[0].items()}
    for weights, share in zip(parts, shares, strict=True):
        for name, value in weights.items():
            mean[name] += value.double() * (share / total)
    return {name: value.to(parts[0][name].dtype) for name, value in mean.items()}
