"""From a line's frames to what may be written there: whole readings with probabilities, or nothing, or no number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from inkdigits.recognition.automaton import Automaton
from inkdigits.recognition.decode import BEAM, Frames, Hypothesis, align, merge, search
from inkdigits.recognition.legal import search_legal
from inkdigits.recognition.pattern import DIGITS, SEPARATORS

OTHER = "?"
"""The network's character for ink that is no digit and no separator: letters, words, what is crossed out."""

_TORN = 0.5  # what a reading is worth that leaves ink among its digits unread
_SURPRISE = 0.01  # how much likelier a legal number is than any other mark, to someone who said what is legal
_CLEAR = 0.5  # probability from which a separator is said to be read


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading: its digits, what was read with separators (None: not looked at yet), and its probability."""

    text: str
    probability: float
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """What may be written on a line.

    Attributes:
        candidates: Readings with at least one digit, best first.
        number: Probability in [0, 1] that a number is written, whatever is legal.
        blank: Probability in [0, 1] that nothing is written.
        other: Probability in [0, 1] that what is written holds no digit.
        free: With a language, the best reading without it; None when that has no digit.
        legal: Probability of all legal readings together; 1 without a language.
    """

    candidates: tuple[Candidate, ...]
    number: float
    blank: float
    other: float
    free: Candidate | None = None
    legal: float = 1.0


@dataclass(frozen=True, slots=True)
class Sign:
    """A character of a raw reading, and the frames that it stands at: first, and the one after the last."""

    sign: str
    start: int
    end: int


def transcribe(frames: Frames, alphabet: str, language: Automaton | None = None) -> Transcript:
    """Reads a line's frames.

    Args:
        frames: float32 (T, C), natural logarithms of probabilities, class 0 the CTC blank.
        alphabet: The C - 1 characters.
        language: What is legal; None for everything.
    """
    merged, left = merge(frames, alphabet, SEPARATORS)
    free = _free(search(merged, left))
    if language is None:
        return free
    found = search_legal(_for_language(frames, alphabet, language), language)
    legal = min(1.0, sum(item.probability for item in found))
    total = legal + _SURPRISE * (1 - legal)
    candidates = [
        Candidate(_digits(item.text), item.probability / total, None if language.alphabet == DIGITS else item.text)
        for item in found
        if _digits(item.text)
    ]
    best = free.candidates[0] if free.candidates else None
    return replace(free, candidates=_by_text(candidates), free=best, legal=legal)


def combine(transcripts: Sequence[Transcript]) -> Transcript:
    """Several views of one line, each as good as the other: their probabilities' means.

    Views make different mistakes and agree on what is there, as a committee of networks does.

    Args:
        transcripts: At least one, all with the same language.
    """
    count = len(transcripts)
    free: dict[str, float] = defaultdict(float)
    raws: dict[str, str | None] = {}
    for transcript in transcripts:
        if transcript.free is not None:
            free[transcript.free.text] += transcript.free.probability / count
            raws.setdefault(transcript.free.text, transcript.free.raw)
    shares = [
        replace(candidate, probability=candidate.probability / count)
        for transcript in transcripts
        for candidate in transcript.candidates
    ]
    best = max(free, key=lambda text: free[text], default=None)
    return Transcript(
        _by_text(shares)[:BEAM],
        sum(transcript.number for transcript in transcripts) / count,
        sum(transcript.blank for transcript in transcripts) / count,
        sum(transcript.other for transcript in transcripts) / count,
        None if best is None else Candidate(best, free[best], raws[best]),
        sum(transcript.legal for transcript in transcripts) / count,
    )


def _by_text(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Readings that differ in their separators alone become one, best first, with the likeliest ones' separators."""
    total: dict[str, float] = defaultdict(float)
    raws: dict[tuple[str, str | None], float] = defaultdict(float)
    for item in candidates:
        total[item.text] += item.probability
        raws[item.text, item.raw] += item.probability
    best = {text: raw for (text, raw), _ in sorted(raws.items(), key=lambda pair: (pair[1], pair[0][1] or ""))}
    ranked = sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Candidate(text, share, best[text]) for text, share in ranked)


def _free(found: list[Hypothesis]) -> Transcript:
    """Strings that differ only in what was left unread are one reading."""
    shares: dict[str, float] = defaultdict(float)
    blank = other = number = 0.0
    for item in found:
        core = item.text.strip(OTHER)
        if core:
            shares[_digits(core)] += item.probability * (_TORN if OTHER in core else 1.0)
            number += item.probability
        elif item.text:
            other += item.probability
        else:
            blank += item.probability
    ranked = sorted(shares.items(), key=lambda pair: (-pair[1], pair[0]))
    return Transcript(tuple(Candidate(text, share) for text, share in ranked), number, blank, other)


def _for_language(frames: Frames, alphabet: str, language: Automaton) -> Frames:
    silent = "".join(sign for sign in alphabet if sign not in language.alphabet)
    merged, left = merge(frames, alphabet, silent)
    return merged[:, [0, *(left.index(sign) + 1 for sign in language.alphabet)]]


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign in DIGITS)


def spell(frames: Frames, alphabet: str, candidate: Candidate) -> list[Sign]:
    """Finds where the characters of a reading stand, and the separators between its digits.

    Args:
        frames: As for :func:`transcribe`.
        alphabet: As for :func:`transcribe`.
        candidate: One of its candidates.

    Returns:
        Digits, separators and what was left unread (``"?"``), left to right.
    """
    if candidate.raw is not None:
        merged, left = merge(frames, alphabet, OTHER)
        spans = align(merged, left, candidate.raw)
        return [Sign(sign, *span) for sign, span in zip(candidate.raw, spans, strict=True)]
    merged, left = merge(frames, alphabet, SEPARATORS + OTHER)
    spans = align(merged, left, candidate.text)
    signs: list[Sign] = []
    here = 0
    for sign, (start, end) in zip(candidate.text, spans, strict=True):
        signs += [*_between(frames, alphabet, here, start), Sign(sign, start, end)]
        here = end
    return [*signs, *_between(frames, alphabet, here, len(frames))]


def _between(frames: Frames, alphabet: str, start: int, end: int) -> list[Sign]:
    """Separators and unread ink in frames without digits: the likeliest path, repeats taken together."""
    if start >= end:
        return []
    part = frames[start:end]
    best = part.argmax(axis=1)
    signs: list[Sign] = []
    last = 0
    for offset, label in enumerate(best.tolist()):
        sign = alphabet[label - 1] if label else ""
        if label and sign not in DIGITS and np.exp(part[offset, label]) >= _CLEAR:
            if signs and label == last and signs[-1].end == start + offset:
                signs[-1] = replace(signs[-1], end=start + offset + 1)
            else:
                signs.append(Sign(sign, start + offset, start + offset + 1))
        last = label
    return signs
