"""One digit by itself: both networks have seen it, and together they say whether it is one, and which."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from inkdigits.recognition.automaton import Automaton
from inkdigits.recognition.transcript import Candidate, Transcript

LINE_WEIGHT = 1.0
"""Of the line network's log-odds that there is one digit, beside those of the single-digit network."""

_SUREST = 6.0  # log-odds: no network is believed more than this
_LEAST = 1e-4  # probability below which a digit is not told as an alternative


def weigh_lone_digit(
    transcript: Transcript,
    probabilities: npt.NDArray[np.float32],
    digitness: float,
    seen: bool,
    language: Automaton | None = None,
) -> Transcript:
    """Weighs the readings of one digit by what the single-digit network says of all the ink together.

    Args:
        transcript: What the line network says.
        probabilities: float32 (10,), which digit it would be.
        digitness: Probability in [0, 1] that it is one whole digit.
        seen: False when the line network has nothing to say, because no line was found.
        language: What is legal.

    Returns:
        The same readings and those of one digit, with new probabilities.
    """
    ones = {item.text: item.probability for item in transcript.candidates if len(item.text) == 1}
    before = min(sum(ones.values()), 1.0)
    odds = _odds(digitness) + (LINE_WEIGHT * _odds(before) if seen else 0.0)
    after = 1 / (1 + math.exp(-odds))
    shares = {
        str(digit): float(share) * (ones.get(str(digit), 0.0) + 0.01) for digit, share in enumerate(probabilities)
    }
    legal = {text: share for text, share in shares.items() if language is None or language.allows(text)}
    if not legal:
        return transcript
    total = sum(legal.values())
    singles = [Candidate(text, after * share / total) for text, share in legal.items() if share / total > _LEAST]
    rest = (1 - after) / max(1 - before, 1e-9)
    others = [
        replace(item, probability=item.probability * rest) for item in transcript.candidates if item.text not in ones
    ]
    return replace(
        transcript,
        candidates=tuple(sorted([*singles, *others], key=lambda item: (-item.probability, item.text))),
        number=after + max(transcript.number - before, 0.0) * rest,
        blank=transcript.blank * rest,
        other=transcript.other * rest,
    )


def _odds(probability: float) -> float:
    clipped = min(max(probability, 1e-9), 1 - 1e-9)
    return min(max(math.log(clipped / (1 - clipped)), -_SUREST), _SUREST)
