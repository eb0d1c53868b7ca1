"""The answer to a digit or a number, and how it came about: the widgets that every page shows."""

from inkdigits.web.answer.details import details_open, show_details, show_road
from inkdigits.web.answer.digit import show_digit, show_number

__all__ = ["details_open", "show_details", "show_digit", "show_number", "show_road"]
