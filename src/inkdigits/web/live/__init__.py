"""The live camera: numbers read while they are held into the picture; needs the ``live`` extra."""

from inkdigits.web.live.steady import Held, Steady
from inkdigits.web.live.view import show_live

__all__ = ["Held", "Steady", "show_live"]
