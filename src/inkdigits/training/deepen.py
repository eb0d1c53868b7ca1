"""More residual blocks for a network that is trained already; until it learns more, it answers as before."""

from __future__ import annotations

from inkdigits.training.network import DigitNetwork, Shape

_STEM = 6  # layers of ``features`` before the blocks at 7x7


def deepen(network: DigitNetwork, shape: Shape) -> DigitNetwork:
    """A network with more residual blocks after those that there are.

    A new block ends in a normalization of scale zero and follows a rectifier, so it hands on what it gets
    (Net2DeeperNet, Chen et al., 2016).

    Args:
        network: With any normalizations; its sizes are those of ``shape`` but for the blocks, of which it has no more.
        shape: What is wanted.
    """
    deeper = DigitNetwork(shape)
    features = deeper.features
    middle, top = network.shape.blocks, network.shape.top_blocks
    added = shape.blocks - middle
    first = _STEM + middle  # place of the first layer after the blocks at 7x7
    for place, layer in enumerate(network.features):
        features[place if place < first else place + added] = layer
    assert len(features) == len(network.features) + added + shape.top_blocks - top
    for name in ("places", "evidence", "bias"):
        setattr(deeper, name, getattr(network, name))
    return deeper
