"""The drawing pad and the voice that reads answers aloud: Streamlit components without an iframe."""

from inkdigits.web.pad.component import drawing_pad, large_switch, voice
from inkdigits.web.pad.drawing import MAX_POINTS, MAX_STROKES, REACH, SIDE, Drawing, Stroke

__all__ = ["MAX_POINTS", "MAX_STROKES", "REACH", "SIDE", "Drawing", "Stroke", "drawing_pad", "large_switch", "voice"]
