"""A picture with boxes around its numbers, and the numbers beside it to check, correct and copy."""

from inkdigits.web.sheet.component import show_sheet
from inkdigits.web.sheet.view import sheet_data

__all__ = ["sheet_data", "show_sheet"]
