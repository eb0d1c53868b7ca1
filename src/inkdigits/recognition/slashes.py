"""Slashes and leaning 1s look the same: a slash where no usual number has one is likely to be a 1."""

from __future__ import annotations

import re

import numpy as np

from inkdigits.recognition.decode import Frames
from inkdigits.recognition.pattern import DIGITS
from inkdigits.recognition.transcript import spell, transcribe

_SLASH = "/"
_SEEN = np.log(0.5)  # logarithm of the probability from which a slash is read
_UNLIKELIER = 8.0
_USUAL = re.compile(
    r"\d{1,2}/\d{1,2}(/(\d{2}|\d{4}))?"  # a day, a mark, a fraction; 3/12, 3/12/26
    r"|\d{4}/\d{1,2}/\d{1,2}"
    r"|\d{1,2}/\d{4}"
    r"|\d{2,5}(/\d{2,5})+"  # groups: 17/20, 2026/27, 75/100, 12/34/56
    r"|0\d{2,5}/\d{3,8}"  # an area code and a number
)


def doubt_slashes(frames: Frames, alphabet: str) -> Frames:
    """Makes slashes less likely when what is read with them is no usual number, as in ``99/4897/4``.

    Networks tell a slash from a 1 by its shape alone, which people make alike; they know nothing of what is written.

    Args:
        frames: float32 (T, C), natural logarithms of probabilities, class 0 the CTC blank.
        alphabet: The C - 1 characters.

    Returns:
        The same frames, or others in which a slash is eight times less likely.
    """
    column = alphabet.find(_SLASH) + 1
    if not column or not (frames[:, column] >= _SEEN).any():
        return frames
    candidates = transcribe(frames, alphabet).candidates
    if not candidates or is_usual("".join(sign.sign for sign in spell(frames, alphabet, candidates[0]))):
        return frames
    doubted = frames.copy()
    doubted[:, column] -= np.log(_UNLIKELIER)
    total: Frames = doubted - np.logaddexp.reduce(doubted, axis=1, keepdims=True)
    return total


def is_usual(raw: str) -> bool:
    """True when each slash between digits stands where dates, marks, fractions, telephone numbers... have theirs.

    Args:
        raw: A reading with its separators. Slashes before the first and after the last digit may stand anywhere.
    """
    parts = re.split(rf"[^{DIGITS}{_SLASH}]", raw)
    return all(_USUAL.fullmatch(part) for part in (part.strip(_SLASH) for part in parts) if _SLASH in part)
