"""CTC decoding: from probabilities a frame to whole strings with theirs, and to where each character stands.

Connectionist temporal classification is Graves et al. (2006); the prefix beam search is that of Hannun et al. (2014),
without a language model. Probabilities are summed over all paths of a string, in plain floats: frames are few.
"""

from __future__ import annotations

import heapq
import itertools
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Frames = npt.NDArray[np.float32]

BEAM = 16
"""Prefixes that are followed at a time."""

_SURE_BLANK = 0.999  # frames with more blank than this add no character
_LEAST = 1e-4  # classes below this probability in a frame are not followed there
_MOST = 6  # classes are followed in a frame
_FAR_BEHIND = 1e-6  # of the best prefix: those further behind are given up
_TINY = 1e-200  # probabilities are scaled up before they get lost in float64


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One string and its probability, summed over all its paths that were followed."""

    text: str
    probability: float


def search(log_probabilities: Frames, alphabet: str, width: int = BEAM) -> list[Hypothesis]:
    """Finds the likeliest strings by prefix beam search.

    Args:
        log_probabilities: float32 (T, C), natural logarithms; class 0 is the CTC blank.
        alphabet: The C - 1 characters of the other classes, in order.
        width: Prefixes followed at a time.

    Returns:
        Strings, best first, at most ``width``; their probabilities sum to at most 1.
    """
    found, scale = _follow(np.exp(log_probabilities.astype(np.float64)), alphabet, width)
    return rank(found, width, scale)


def _follow(frames: npt.NDArray[np.float64], alphabet: str, width: int) -> tuple[dict[str, float], float]:
    """Probabilities of prefixes after the last frame, divided by the scale whose logarithm is the second result.

    A prefix carries two: that of paths that end in a blank, and of those that end in its last character.
    """
    beams: dict[str, tuple[float, float]] = {"": (1.0, 0.0)}
    scale = 0.0
    blanks = frames[:, 0].tolist()
    for blank, (classes, shares) in zip(blanks, _live_classes(frames), strict=True):
        if blank > _SURE_BLANK or not classes:
            beams = {prefix: ((ended + going) * blank, 0.0) for prefix, (ended, going) in beams.items()}
            continue
        signs = [(alphabet[index - 1], share) for index, share in zip(classes, shares, strict=True)]
        signs.sort(key=lambda item: -item[1])
        del signs[_MOST:]
        beams, best = _prune(_step(beams, blank, signs), width)
        if best < _TINY:
            beams = {prefix: (ended / best, going / best) for prefix, (ended, going) in beams.items()}
            scale += math.log(best)
    return {prefix: ended + going for prefix, (ended, going) in beams.items()}, scale


def _live_classes(frames: npt.NDArray[np.float64]) -> list[tuple[list[int], list[float]]]:
    """Classes worth following in each frame, with their probabilities."""
    rows, columns = np.nonzero(frames[:, 1:] > _LEAST)
    ends = np.searchsorted(rows, np.arange(len(frames) + 1)).tolist()
    classes, shares = (columns + 1).tolist(), frames[rows, columns + 1].tolist()
    return [(classes[start:end], shares[start:end]) for start, end in itertools.pairwise(ends)]


def _step(
    beams: dict[str, tuple[float, float]], blank: float, signs: list[tuple[str, float]]
) -> dict[str, tuple[float, float]]:
    ending = {prefix: (ended + going) * blank for prefix, (ended, going) in beams.items()}
    growing: dict[str, float] = {}
    least = _FAR_BEHIND * max(max(ending.values()), max(map(sum, beams.values())) * signs[0][1])
    for prefix, (ended, going) in beams.items():
        last = prefix[-1:]
        for sign, share in signs:
            if (ended + going) * share < least:
                break  # the others are less likely still
            if sign == last:  # the same stroke goes on, or, after a blank, a second one of the same kind
                growing[prefix] = growing.get(prefix, 0.0) + going * share
                arriving = ended * share
            else:
                arriving = (ended + going) * share
            if arriving > 0:
                longer = prefix + sign
                growing[longer] = growing.get(longer, 0.0) + arriving
    return {prefix: (ending.get(prefix, 0.0), growing.get(prefix, 0.0)) for prefix in ending | growing}


def _prune(beams: dict[str, tuple[float, float]], width: int) -> tuple[dict[str, tuple[float, float]], float]:
    """The best prefixes, and the probability of the very best."""
    shares = {prefix: ended + going for prefix, (ended, going) in beams.items()}
    best = max(shares.values())
    least = best * _FAR_BEHIND
    if len(shares) > width:
        least = max(least, heapq.nlargest(width, shares.values())[-1])
    return {prefix: beams[prefix] for prefix, share in shares.items() if share >= least}, best


def rank(found: dict[str, float], width: int, scale: float = 0.0) -> list[Hypothesis]:
    """The best strings first; equal ones in the order of the alphabet, so that results repeat.

    Args:
        found: Strings with their probabilities, divided by ``exp(scale)``.
        width: How many to keep.
        scale: Natural logarithm.
    """
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [Hypothesis(text, share * math.exp(scale)) for text, share in ranked[:width] if share > 0]


def merge(log_probabilities: Frames, alphabet: str, silent: str) -> tuple[Frames, str]:
    """Makes characters silent: strings that differ only in these become one, and their probabilities add up exactly.

    A silent character parts its neighbors as a blank does (``1.1`` is ``11`` without the point), so adding its
    probability to the blank's, frame by frame, sums over all strings with the same other characters.

    Args:
        log_probabilities: float32 (T, C).
        alphabet: Its C - 1 characters.
        silent: Those to merge into the blank.

    Returns:
        float32 (T, 1 + what is left), and the alphabet that is left.
    """
    left = [index for index, sign in enumerate(alphabet, 1) if sign not in silent]
    blank = [0, *(index for index, sign in enumerate(alphabet, 1) if sign in silent)]
    merged = np.empty((len(log_probabilities), 1 + len(left)), np.float32)
    merged[:, 0] = np.logaddexp.reduce(log_probabilities[:, blank], axis=1)
    merged[:, 1:] = log_probabilities[:, left]
    return merged, "".join(alphabet[index - 1] for index in left)


def score(log_probabilities: Frames, alphabet: str, text: str) -> float:
    """Logarithm of the exact probability of one string (the CTC forward algorithm); -inf when frames are too few."""
    states = _states(alphabet, text)
    frames = log_probabilities[:, states].astype(np.float64)
    skip = _may_skip(states)
    forward = np.full(len(states), -np.inf)
    forward[:2] = frames[0, :2]
    for row in frames[1:]:
        ways = np.stack([forward, _shifted(forward, 1), np.where(skip, _shifted(forward, 2), -np.inf)])
        forward = np.logaddexp.reduce(ways) + row
    return float(np.logaddexp.reduce(forward[-2:]))


def align(log_probabilities: Frames, alphabet: str, text: str) -> list[tuple[int, int]]:
    """Finds the frames of each character on the likeliest path of a string (forced alignment, Viterbi).

    Args:
        log_probabilities: float32 (T, C); class 0 is the CTC blank.
        alphabet: Its C - 1 characters.
        text: The string, possible within T frames.

    Returns:
        First frame and the one after the last, for each character, left to right.

    Raises:
        ValueError: The string does not fit into the frames.
    """
    states = _states(alphabet, text)
    frames = log_probabilities[:, states].astype(np.float64)
    skip = _may_skip(states)
    best = np.full(len(states), -np.inf)
    best[:2] = frames[0, :2]
    steps = np.zeros(frames.shape, np.intp)
    places = np.arange(len(states))
    for index, row in enumerate(frames[1:], 1):
        ways = np.stack([best, _shifted(best, 1), np.where(skip, _shifted(best, 2), -np.inf)])
        steps[index] = ways.argmax(axis=0)
        best = ways[steps[index], places] + row
    place = len(states) - 1 if best[-1] >= best[-2:][0] else len(states) - 2
    if not np.isfinite(best[place]):
        raise ValueError(f"{text!r} does not fit into {len(frames)} frames")
    spans = [[0, 0] for _ in text]
    for index in range(len(frames) - 1, -1, -1):
        if place % 2:
            span = spans[place // 2]
            span[0], span[1] = index, span[1] or index + 1
        place -= int(steps[index, place])
    return [(start, end) for start, end in spans]


def _states(alphabet: str, text: str) -> list[int]:
    """Classes along a string: its characters with a blank before, between and after them."""
    classes = [0] * (2 * len(text) + 1)
    classes[1::2] = [alphabet.index(sign) + 1 for sign in text]
    return classes


def _may_skip(states: list[int]) -> npt.NDArray[np.bool_]:
    """Where the blank before may be left out: on a character that differs from the one before."""
    classes = np.array(states)
    skip = classes > 0
    skip[2:] &= classes[2:] != classes[:-2]
    skip[:2] = False
    return skip


def _shifted(values: npt.NDArray[np.float64], by: int) -> npt.NDArray[np.float64]:
    moved = np.full_like(values, -np.inf)
    moved[by:] = values[:-by]
    return moved
