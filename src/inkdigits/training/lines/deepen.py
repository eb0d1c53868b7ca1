"""More residual blocks for a line network that is trained already; until it learns more, it answers as before."""

from __future__ import annotations

from dataclasses import replace

from inkdigits.errors import OptionError
from inkdigits.training.lines.network import LineNetwork, LineShape

_STEM = 6  # layers of ``features`` before the blocks at 8 rows
_STEP = 3  # layers from those to the blocks at 4 rows


def deepen_line(network: LineNetwork, shape: LineShape) -> LineNetwork:
    """A network with more residual blocks after those that there are.

    A new block ends in a normalization of scale zero and follows a rectifier, so it hands on what it gets
    (Net2DeeperNet, Chen et al., 2016).

    Args:
        network: A trained one; its layers become the new one's.
        shape: What is wanted; its sizes are those of ``network`` but for the blocks, of which it has no fewer.

    Raises:
        OptionError: It has other sizes.
    """
    old = network.shape
    blocks = {"low_blocks": shape.low_blocks, "high_blocks": shape.high_blocks, "wide_blocks": shape.wide_blocks}
    fewer = any(count < getattr(old, name) for name, count in blocks.items())
    if fewer or replace(old, **blocks, dropout=shape.dropout) != shape:
        raise OptionError("the run to start from has a network of other sizes than this one: only blocks can be added")
    deeper = LineNetwork(shape)
    for place, layer in enumerate(network.features):
        moved = place
        if place >= _STEM + old.low_blocks:
            moved += shape.low_blocks - old.low_blocks
        if place >= _STEM + old.low_blocks + _STEP + old.high_blocks:
            moved += shape.high_blocks - old.high_blocks
        deeper.features[moved] = layer
    for place, layer in enumerate(network.context):
        deeper.context[place] = layer
    deeper.frames = network.frames
    return deeper
