"""Pictures of the 28x28 normal form: the ink as the network got it, and the ink that decided."""

from __future__ import annotations

import base64
import html

import cv2
import numpy as np
import numpy.typing as npt

SIDE = 28
_COLD = 0.28  # inferno below this is too dark to see on black
_DIM = 0.15  # light left on ink that played no part, so that the digit stays whole


def glyph_png(glyph: bytes) -> bytes:
    """PNG of a glyph of 784 bytes, one pixel a pixel, ink white on black."""
    return _encode(np.frombuffer(glyph, np.uint8).reshape(SIDE, SIDE))


def heat_png(glyph: bytes, heat: npt.NDArray[np.float32]) -> bytes:
    """PNG of the glyph with each ink pixel colored by how much it decided.

    Args:
        glyph: 784 bytes, ink 255 on 0.
        heat: float32 (28, 28) in [0, 1].

    The palette is inferno (van der Walt & Smith, 2015): evenly spaced to the eye and readable by the color-blind.
    """
    ink = np.frombuffer(glyph, np.uint8).reshape(SIDE, SIDE).astype(np.float32) / 255
    levels = ((_COLD + (1 - _COLD) * heat) * 255).astype(np.uint8)
    colors = cv2.applyColorMap(levels, cv2.COLORMAP_INFERNO).astype(np.float32)
    light = ink * (_DIM + (1 - _DIM) * np.maximum(heat, 0.5 * ink))
    peak = float(light.max())
    share = light / peak if peak > 0 else light
    return _encode((colors * share[..., None]).astype(np.uint8))


def fit_png(png: bytes, side: int) -> bytes:
    """The same picture with no side longer than ``side`` pixels."""
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    scale = side / max(picture.shape[:2])
    if scale >= 1:
        return png
    return _encode(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def legend_css() -> str:
    """The palette as a CSS gradient, from little to much."""
    levels = np.linspace(_COLD * 255, 255, 8).astype(np.uint8)[None]
    colors = cv2.applyColorMap(levels, cv2.COLORMAP_INFERNO)[0]
    stops = ", ".join(f"rgb({red}, {green}, {blue})" for blue, green, red in colors.tolist())
    return f"linear-gradient(to right, {stops})"


def image_tag(data: bytes, alt: str, kind: str, mime: str = "image/png") -> str:
    """An ``<img>`` that carries its picture; ``kind`` is its CSS class."""
    encoded = base64.b64encode(data).decode("ascii")
    return f'<img class="{kind}" alt="{html.escape(alt, quote=True)}" src="data:{mime};base64,{encoded}">'


def _encode(picture: npt.NDArray[np.uint8]) -> bytes:
    done, data = cv2.imencode(".png", picture)
    if not done:
        raise AssertionError("OpenCV could not encode a picture")
    return bytes(data)
