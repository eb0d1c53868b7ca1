"""Handwritten-like digits, and what is none, as pen strokes made from nothing: fixtures, samples, training strokes."""

from __future__ import annotations

from inkdigits.training.vector_clutter import NON_DIGITS, draw_non_digit
from inkdigits.training.vector_pen import STYLES, draw_digit

__all__ = ["NON_DIGITS", "STYLES", "draw_digit", "draw_non_digit"]
