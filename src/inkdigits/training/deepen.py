"""More residual blocks for a network that is trained already; until it learns more, it answers as before."""

from __future__ import annotations

from itertools import accumulate

from inkdigits.training.network import DigitNetwork, Shape

_CONVOLUTION = 3  # layers: the convolution, its normalization, a rectifier


def deepen(network: DigitNetwork, shape: Shape) -> DigitNetwork:
    """A network with more residual blocks after those that there are.

    A new block ends in a normalization of scale zero and follows a rectifier, so it hands on what it gets
    (Net2DeeperNet, Chen et al., 2016).

    Args:
        network: With any normalizations; its sizes are those of ``shape`` but for the blocks, of which it has no more.
        shape: What is wanted.
    """
    deeper = DigitNetwork(shape)
    kept = iter(network.features)
    before = _stages(network.shape)
    for first, (old, new) in zip(_starts(shape), zip(before, _stages(shape), strict=True), strict=True):
        assert old <= new
        for place in range(_CONVOLUTION + old):
            deeper.features[first + place] = next(kept)
    for name in ("places", "evidence", "bias"):
        setattr(deeper, name, getattr(network, name))
    return deeper


def _stages(shape: Shape) -> tuple[int, int, int]:
    """Residual blocks after each of the three convolutions that halve the picture."""
    return shape.stem_blocks, shape.blocks, shape.top_blocks


def _starts(shape: Shape) -> list[int]:
    """Place of each of those convolutions among the layers."""
    return [0, *accumulate(_CONVOLUTION + blocks for blocks in _stages(shape)[:-1])]
