"""Page to glyph: where the ink is, and its normal form as MNIST was made."""

from inkdigits.segmentation.glyph import Glyph, Stage, find_glyph
from inkdigits.segmentation.normalize import SIDE, normalize

__all__ = ["SIDE", "Glyph", "Stage", "find_glyph", "normalize"]
