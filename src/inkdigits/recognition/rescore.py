"""A second opinion: the single-digit network on digits that stand alone changes which reading is likeliest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from inkdigits.recognition.automaton import Automaton
from inkdigits.recognition.decode import Frames
from inkdigits.recognition.pattern import DIGITS
from inkdigits.recognition.transcript import Candidate, Sign

Opinion = npt.NDArray[np.float32]

_PROPOSED = 0.02  # probability from which the second opinion brings in a reading that was not among the candidates
_FLOOR = 1e-4  # no opinion is firmer than this


def rescore(
    candidates: Sequence[Candidate],
    spots: Sequence[Sign],
    frames: Frames,
    alphabet: str,
    opinions: Sequence[Opinion | None],
    weight: float,
    language: Automaton | None = None,
) -> list[Candidate]:
    """Weighs readings of the same length by what another network says of their digits.

    How many digits there are is left to the line network: readings of each length keep the probability that they have
    together. Among them, the logarithms of both networks are added, the second one's times ``weight``.

    Args:
        candidates: Readings, best first.
        spots: The digits of the first reading, and the frames at which they stand.
        frames: float32 (T, C), the line's.
        alphabet: Its C - 1 characters.
        opinions: For each digit of the first reading ten probabilities, or None.
        weight: 0 ignores the second opinion.
        language: What is legal.

    Returns:
        Readings, best first.
    """
    if weight == 0 or all(opinion is None for opinion in opinions):
        return list(candidates)
    ours = [item for item in candidates if len(item.text) == len(spots)]
    others = [item for item in candidates if len(item.text) != len(spots)]
    mass = sum(item.probability for item in ours)
    ours += _proposals(candidates[0], ours, spots, frames, alphabet, opinions, language)
    shares = [item.probability * _agreement(item.text, opinions) ** weight for item in ours]
    total = sum(shares)
    if total == 0:  # so unlikely, all of them, that no number is left to compare
        return list(candidates)
    ours = [replace(item, probability=mass * (share / total)) for item, share in zip(ours, shares, strict=True)]
    return sorted([*ours, *others], key=lambda item: (-item.probability, item.text))


def _agreement(text: str, opinions: Sequence[Opinion | None]) -> float:
    share = 1.0
    for sign, opinion in zip(text, opinions, strict=True):
        if opinion is not None:
            share *= max(float(opinion[int(sign)]), _FLOOR)
    return share


def _proposals(
    best: Candidate,
    known: Sequence[Candidate],
    spots: Sequence[Sign],
    frames: Frames,
    alphabet: str,
    opinions: Sequence[Opinion | None],
    language: Automaton | None,
) -> list[Candidate]:
    """The best reading with one digit as the second opinion would have it, where no candidate has that."""
    texts = {item.text for item in known}
    found = []
    for index, (spot, opinion) in enumerate(zip(spots, opinions, strict=True)):
        if opinion is None:
            continue
        for digit in np.flatnonzero(opinion > _PROPOSED).tolist():
            text = best.text[:index] + str(digit) + best.text[index + 1 :]
            if text in texts or not _is_legal(text, best.raw, language):
                continue
            part = frames[spot.start : spot.end]
            one, two = (float(part[:, alphabet.index(sign) + 1].max()) for sign in (str(digit), best.text[index]))
            found.append(Candidate(text, best.probability * float(np.exp(min(one - two, 0.0))), _with(best.raw, text)))
    return found


def _is_legal(text: str, raw: str | None, language: Automaton | None) -> bool:
    return language is None or language.allows(_with(raw, text) or text)


def _with(raw: str | None, text: str) -> str | None:
    """A raw reading with other digits, as many as it has."""
    if raw is None:
        return None
    digits = iter(text)
    return "".join(next(digits) if sign in DIGITS else sign for sign in raw)


def marginals(candidates: Sequence[Candidate], text: str) -> npt.NDArray[np.float64]:
    """Probabilities of each digit at each place, float64 (len(text), 10), among readings as long as ``text``."""
    shares: dict[tuple[int, int], float] = defaultdict(float)
    for item in candidates:
        if len(item.text) == len(text):
            for place, sign in enumerate(item.text):
                shares[place, int(sign)] += item.probability
    table = np.zeros((len(text), 10))
    for (place, digit), share in shares.items():
        table[place, digit] = share
    return table / table.sum(axis=1, keepdims=True)
