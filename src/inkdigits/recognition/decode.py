"""CTC decoding: from probabilities a frame to whole strings with theirs, and to where each character stands.

Connectionist temporal classification is Graves et al. (2006); the prefix beam search is that of Hannun et al. (2014),
without a language model. Probabilities are summed over all paths of a string, in plain floats: frames are few.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Frames = npt.NDArray[np.float32]
Beams: TypeAlias = "dict[str, tuple[float, float]]"

BEAM = 16
"""Prefixes that are followed at a time."""

_SURE_BLANK = 0.999  # frames with more blank than this add no character
_LEAST = 2e-3  # classes below this probability in a frame are not followed there
_MOST = 6  # classes are followed in a frame
_FAR_BEHIND = 1e-6  # of the best prefix: those further behind are given up
_LOWEST = -600.0  # logarithm of a probability: what is less likely is told as this likely, and can be divided by
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
    beams: Beams = {"": (1.0, 0.0)}
    scale = 0.0
    blanks = frames[:, 0].tolist()
    live = _live_classes(frames)
    here = 0
    for frame in [index for index, (classes, _) in enumerate(live) if classes and blanks[index] <= _SURE_BLANK]:
        beams = _rest(beams, blanks[here:frame])
        classes, shares = live[frame]
        signs = [(alphabet[index - 1], share) for index, share in zip(classes, shares, strict=True)]
        if len(signs) > 1:
            signs.sort(key=lambda item: -item[1])
            del signs[_MOST:]
        beams, best = _step(beams, blanks[frame], signs, width)
        if best < _TINY:
            beams = {prefix: (ended / best, going / best) for prefix, (ended, going) in beams.items()}
            scale += math.log(best)
        here = frame + 1
    beams = _rest(beams, blanks[here:])
    return {prefix: ended + going for prefix, (ended, going) in beams.items()}, scale


def _rest(beams: Beams, blanks: list[float]) -> Beams:
    """Prefixes after frames that add no character."""
    if not blanks:
        return beams
    return {prefix: (math.prod(blanks, start=ended + going), 0.0) for prefix, (ended, going) in beams.items()}


def _live_classes(frames: npt.NDArray[np.float64]) -> list[tuple[list[int], list[float]]]:
    """Classes worth following in each frame, with their probabilities."""
    rows, columns = np.nonzero(frames[:, 1:] > _LEAST)
    ends = np.searchsorted(rows, np.arange(len(frames) + 1)).tolist()
    classes, shares = (columns + 1).tolist(), frames[rows, columns + 1].tolist()
    return [(classes[start:end], shares[start:end]) for start, end in itertools.pairwise(ends)]


def _step(beams: Beams, blank: float, signs: list[tuple[str, float]], width: int) -> tuple[Beams, float]:
    """The best prefixes after one more frame, and the probability of the very best; the likeliest signs come first."""
    totals = {prefix: ended + going for prefix, (ended, going) in beams.items()}
    most = max(totals.values())
    least = _FAR_BEHIND * max(most * blank, most * signs[0][1])
    growing: dict[str, float] = {}
    for prefix, total in totals.items():
        last = prefix[-1:]
        for sign, share in signs:
            if total * share < least:
                break  # the others are less likely still
            if sign == last:  # the same stroke goes on, or, after a blank, a second one of the same kind
                ended, going = beams[prefix]
                growing[prefix] = growing.get(prefix, 0.0) + going * share
                arriving = ended * share
            else:
                arriving = total * share
            if arriving > 0:
                longer = prefix + sign
                growing[longer] = growing.get(longer, 0.0) + arriving
    grown = {prefix: (total * blank, growing.pop(prefix, 0.0)) for prefix, total in totals.items()}
    grown |= {prefix: (0.0, share) for prefix, share in growing.items()}
    return _prune(grown, width)


def _prune(beams: Beams, width: int) -> tuple[Beams, float]:
    """The best prefixes, and the probability of the very best."""
    shares = list(map(sum, beams.values()))
    best = max(shares)
    least = best * _FAR_BEHIND
    if len(shares) > width:
        least = max(least, sorted(shares, reverse=True)[width - 1])
    return {prefix: pair for (prefix, pair), share in zip(beams.items(), shares, strict=True) if share >= least}, best


def rank(found: dict[str, float], width: int, scale: float = 0.0) -> list[Hypothesis]:
    """The best strings first; equal ones in the order of the alphabet, so that results repeat.

    Args:
        found: Strings with their probabilities, divided by ``exp(scale)``.
        width: How many to keep.
        scale: Natural logarithm.

    Returns:
        Strings with their probabilities; where the best one's is below e^-600, all are told as so many times as likely.
    """
    ranked = [item for item in sorted(found.items(), key=lambda item: (-item[1], item[0]))[:width] if item[1] > 0]
    if ranked:
        scale = max(scale, _LOWEST - math.log(ranked[0][1]))
    return [Hypothesis(text, share * math.exp(scale)) for text, share in ranked]


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
    table = _table(frames, _may_skip(states), np.logaddexp)
    return float(np.logaddexp.reduce(table[-1, -2:]))


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
    table = _table(frames, skip, np.maximum).tolist()
    place = len(states) + (1 if table[-1][-1] >= table[-1][-2] else 0)
    if not math.isfinite(table[-1][place]):
        raise ValueError(f"{text!r} does not fit into {len(frames)} frames")
    leaps = [False, False, *skip.tolist()]
    spans = [[0, 0] for _ in text]
    for index in range(len(table) - 1, -1, -1):
        if place % 2:
            span = spans[place // 2 - 1]
            span[0], span[1] = index, span[1] or index + 1
        if index:
            place -= _step_back(table[index - 1], place, leaps[place])
    return [(start, end) for start, end in spans]


def _table(frames: npt.NDArray[np.float64], skip: npt.NDArray[np.bool_], join: np.ufunc) -> npt.NDArray[np.float64]:
    """All ways to each state at each frame joined, (T, 2 + S): before the states are two that are never reached."""
    table = np.full((len(frames), 2 + len(skip)), -np.inf)
    table[0, 2:4] = frames[0, :2]
    barrier = np.where(skip, 0.0, -np.inf)
    ways, leap = np.empty(len(skip)), np.empty(len(skip))
    for row, before, after in zip(frames[1:], table, table[1:, 2:], strict=False):
        join(before[2:], before[1:-1], out=ways)
        np.add(before[:-2], barrier, out=leap)
        join(ways, leap, out=ways)
        np.add(ways, row, out=after)
    return table


def _step_back(before: list[float], place: int, leaps: bool) -> int:
    """How many states back the likeliest way came from; of equal ones, the nearest."""
    back, best = 0, before[place]
    if before[place - 1] > best:
        back, best = 1, before[place - 1]
    return 2 if leaps and before[place - 2] > best else back


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
