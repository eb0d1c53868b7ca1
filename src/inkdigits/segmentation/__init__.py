"""Page to fields, lines and glyphs: where the ink is, and its normal forms."""

from inkdigits.segmentation.characters import Character, cut_characters
from inkdigits.segmentation.field import Field
from inkdigits.segmentation.glyph import Glyph, Stage, find_glyph
from inkdigits.segmentation.layout import Layout, find_fields
from inkdigits.segmentation.line import Line, find_line
from inkdigits.segmentation.normalize import SIDE, normalize
from inkdigits.segmentation.squares import drop_squares
from inkdigits.segmentation.struck import is_struck

__all__ = [
    "SIDE",
    "Character",
    "Field",
    "Glyph",
    "Layout",
    "Line",
    "Stage",
    "cut_characters",
    "drop_squares",
    "find_fields",
    "find_glyph",
    "find_line",
    "is_struck",
    "normalize",
]
