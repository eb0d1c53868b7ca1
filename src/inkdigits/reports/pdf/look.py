"""How the PDF looks: the light theme of the app on paper. Lengths are millimeters, sizes of type are points."""

from __future__ import annotations

from inkdigits.reading import State

Color = tuple[int, int, int]

PAPER: Color = (251, 248, 241)
BAND: Color = (242, 236, 223)
LINE: Color = (207, 197, 177)
INK: Color = (22, 33, 58)
FAINT: Color = (86, 93, 110)
ACCENT: Color = (35, 72, 155)
WHITE: Color = (255, 255, 255)
STATES: dict[State, Color] = {"sure": (23, 92, 61), "look_again": (127, 73, 0), "not_a_digit": (146, 35, 54)}

WIDTH, HEIGHT = 210.0, 297.0
MARGIN = 16.0
RIGHT = WIDTH - MARGIN
TOP = 22.0
BOTTOM = HEIGHT - 20.0
