"""Anything becomes an upright grey page here; the limits on size and format live here and nowhere else."""

from inkdigits.images.line_strokes import render_line
from inkdigits.images.load import Source, count_pages, load, load_pages
from inkdigits.images.page import Page
from inkdigits.images.strokes import Strokes, check_strokes, render_strokes

__all__ = [
    "Page",
    "Source",
    "Strokes",
    "check_strokes",
    "count_pages",
    "load",
    "load_pages",
    "render_line",
    "render_strokes",
]
