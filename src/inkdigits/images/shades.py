"""Grey in which ink is seen: of colors that are equally light, and of light ink on nothing."""

from __future__ import annotations

from collections.abc import Callable

import cv2

from inkdigits.images.page import Grey

_WHITE, _BLACK = 255, 0
_FLAT = 64  # grey levels from the darkest to the lightest pixel: with less, ink may be lost in its paper
_STRONGER = 2  # times the range of the luma: a channel that shows what the luma does not
_SMOOTH = (5, 5)  # pixels: ink keeps its range; noise, strong in the blue of dim or warm photos, loses most of it
_HALF = 127.5  # of 255: most of the picture is transparent


def grey_of_colors(luma: Grey, colors: Callable[[], Grey]) -> Grey:
    """The luma, or the channel that shows far more where the luma is nearly flat (red ink on blue).

    Args:
        luma: uint8 (H, W).
        colors: Makes the same picture in color, uint8 (H, W, C); called only where the luma is nearly flat.

    Returns:
        uint8 (H, W), ``luma`` itself in nearly all pictures.
    """
    seen = _contrast(luma)
    if seen >= _FLAT:
        return luma
    picture = colors()
    channels = [cv2.extractChannel(picture, index) for index in range(picture.shape[2])]
    strongest = max(channels, key=_contrast)
    return strongest if _contrast(cv2.blur(strongest, _SMOOTH)) >= max(_STRONGER * seen, 1) else luma


def grey_on_paper(luma: Callable[[int], Grey], colors: Callable[[int], Grey]) -> Grey:
    """Puts a transparent picture on white paper, or on black where only that shows its ink (white ink on nothing).

    Args:
        luma: Makes the picture on paper of a grey level, uint8 (H, W); white first, black where that is nearly flat.
        colors: Makes the same in color, uint8 (H, W, C); called only where the luma is nearly flat.

    Returns:
        uint8 (H, W), on white paper in nearly all pictures.
    """
    paper, grey = choose_paper(luma)
    return grey_of_colors(grey, lambda: colors(paper))


def choose_paper(luma: Callable[[int], Grey]) -> tuple[int, Grey]:
    """White or black as a grey level, and the transparent picture on it; see :func:`grey_on_paper`."""
    grey = luma(_WHITE)
    if (seen := _contrast(grey)) < _FLAT:
        dark = luma(_BLACK)
        if _contrast(dark) > seen and _is_mostly_paper(grey, dark):
            return _BLACK, dark
    return _WHITE, grey


def _contrast(grey: Grey) -> int:
    """Grey levels between the darkest and the lightest pixel of an (H, W) picture."""
    darkest, lightest, _, _ = cv2.minMaxLoc(grey)
    return int(lightest - darkest)


def _is_mostly_paper(on_white: Grey, on_black: Grey) -> bool:
    """Whether most is transparent; a light page with nothing but transparent corners is no ink on dark paper."""
    return cv2.mean(on_white)[0] - cv2.mean(on_black)[0] > _HALF
