"""The answer to one digit, and how it came about: the widgets that every page shows."""

from inkdigits.web.answer.details import details_open, show_details, show_road
from inkdigits.web.answer.digit import show_digit

__all__ = ["details_open", "show_details", "show_digit", "show_road"]
