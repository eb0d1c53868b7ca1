"""``Runs``: lines of text cut where their font or direction changes, in the order in which they are seen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Literal, NamedTuple

from anyascii import anyascii
from fpdf.bidi import BidiCharacter, BidiParagraph

LATIN, EAST = "latin", "east"
UNKNOWN = "\N{REPLACEMENT CHARACTER}"

SCRIPTS = (  # by the first sign of a block of Unicode; what is in none is Latin, or else Chinese, Japanese or Korean
    (0x0590, "hebrew"),
    (0x0600, "arabic"),
    (0x0700, ""),
    (0x0750, "arabic"),
    (0x0780, ""),
    (0x08A0, "arabic"),
    (0x0900, "devanagari"),
    (0x0980, "bengali"),
    (0x0A00, ""),
    (0x0B80, "tamil"),
    (0x0C00, "telugu"),
    (0x0C80, ""),
    (0x0E00, "thai"),
    (0x0E80, ""),
    (0xFB1D, "hebrew"),
    (0xFB50, "arabic"),
    (0xFE00, ""),
    (0xFE70, "arabic"),
    (0xFF00, ""),
)
SHAPED = tuple(sorted({script for _, script in SCRIPTS if script}))
"""Fonts of scripts whose signs change beside each other, or that are written from right to left."""

_JOINERS = "\u200c\u200d"  # they are not seen, but say how their neighbors join
_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
_BEGINS = [begin for begin, _ in SCRIPTS]


class Run(NamedTuple):
    """Signs of one font and direction, in the order in which they are written."""

    font: str
    text: str
    direction: Literal["ltr", "rtl"] = "ltr"


class Runs:
    """Cuts texts into runs.

    Attributes:
        unknown: Signs that no font has; they are written in Latin letters.
    """

    def __init__(self, has: Callable[[str, str], bool]) -> None:
        """Takes what says whether a font has a sign."""
        self.unknown: set[str] = set()
        self._has = has
        self._known = lru_cache(maxsize=8192)(self._font_of)
        self._cached = lru_cache(maxsize=1024)(lambda text: tuple(self._cut(text)))

    def __call__(self, text: str) -> tuple[Run, ...]:
        """The runs of a line, from left to right."""
        if text.isascii() and text.isprintable():
            return (Run(LATIN, text),)
        return self._cached(text)

    def _cut(self, text: str) -> Iterator[Run]:
        told = "".join(self._told(sign) for sign in text)
        if not any(self._known(sign) in SHAPED for sign in told):
            for font, signs in groupby(told, self._known):
                yield Run(font, "".join(signs))
            return
        joined = [(char.character, char.embedding_level % 2) for char in _seen(told)]
        for (font, leftwards), group in groupby(self._with_fonts(joined), key=lambda one: one[1:]):
            shown = "".join(sign for sign, _, _ in group)
            if leftwards and font in SHAPED:
                yield Run(font, shown[::-1], "rtl")
            else:
                yield Run(font, shown.translate(_MIRRORED) if leftwards else shown)

    def _with_fonts(self, signs: list[tuple[str, int]]) -> Iterator[tuple[str, str, int]]:
        """Each sign with its font; a joiner has that of its neighbor."""
        font = LATIN
        for sign, leftwards in signs:
            font = font if sign in _JOINERS else self._known(sign)
            yield sign, font, leftwards

    def _told(self, sign: str) -> str:
        """The sign, or Latin letters for one that no font has; nothing for what is not seen."""
        if not sign.isprintable():
            return sign if sign in _JOINERS else ""
        if self._known(sign):
            return sign
        self.unknown.add(sign)
        return anyascii(sign) or UNKNOWN

    def _font_of(self, sign: str) -> str:
        """The font that has a sign; ``""`` when none has."""
        place = bisect_right(_BEGINS, ord(sign)) - 1
        script = SCRIPTS[place][1] if place >= 0 else ""
        if script:
            return script if self._has(script, sign) else ""
        return next((font for font in (LATIN, EAST) if self._has(font, sign)), "")


def _seen(text: str) -> Sequence[BidiCharacter]:
    """Its signs in the order in which they are seen (Unicode Standard Annex 9)."""
    return BidiParagraph(text=text, preserve_bn_chars=True).get_reordered_characters()
