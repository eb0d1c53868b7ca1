"""Decoding against brute force: every string of every path of small pictures, free and legal ones."""

from __future__ import annotations

import itertools
import math
import re
import time
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from inkdigits.recognition.decode import Frames, align, merge, score, search
from inkdigits.recognition.language import make_language
from inkdigits.recognition.legal import search_legal

DIGITS = "0123456789"
ALPHABET = "0123456789.,/-:$=?"


def random_frames(seed: int, frames: int, classes: int, sharpness: float = 2.0) -> Frames:
    logits = np.random.default_rng(seed).normal(0, sharpness, (frames, classes))
    return (logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)).astype(np.float32)


def one_hot(path: str, alphabet: str = ALPHABET, doubt: float = 0.0) -> Frames:
    """Frames that spell a path; ``_`` is the blank."""
    classes = len(alphabet) + 1
    frames = np.full((len(path), classes), doubt / classes)
    for index, sign in enumerate(path):
        frames[index, 0 if sign == "_" else alphabet.index(sign) + 1] += 1 - doubt
    with np.errstate(divide="ignore"):
        return np.log(frames).astype(np.float32)


def collapse(path: tuple[int, ...], alphabet: str) -> str:
    return "".join(alphabet[index - 1] for index, _ in itertools.groupby(path) if index)


def brute_force(frames: Frames, alphabet: str) -> dict[str, float]:
    shares = np.exp(frames.astype(np.float64))
    found: dict[str, float] = defaultdict(float)
    for path in itertools.product(range(frames.shape[1]), repeat=len(frames)):
        found[collapse(path, alphabet)] += math.prod(shares[index, sign] for index, sign in enumerate(path))
    return found


@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(1, 3))
def test_a_wide_beam_is_exact(seed: int, frames: int, classes: int) -> None:
    alphabet = DIGITS[:classes]
    logs = random_frames(seed, frames, classes + 1, 1.0)
    expected = brute_force(logs, alphabet)
    found = search(logs, alphabet, 10_000)
    assert {item.text for item in found} == set(expected)
    for item in found:
        assert item.probability == pytest.approx(expected[item.text], rel=1e-4)
        assert score(logs, alphabet, item.text) == pytest.approx(math.log(expected[item.text]), abs=1e-4)
    assert [item.probability for item in found] == sorted((item.probability for item in found), reverse=True)


@given(st.integers(0, 10**6), st.integers(1, 80), st.integers(1, 18), st.floats(0.1, 8))
def test_probabilities_sum_to_at_most_one(seed: int, frames: int, classes: int, sharpness: float) -> None:
    found = search(random_frames(seed, frames, classes + 1, sharpness), ALPHABET[:classes])
    assert 0 < sum(item.probability for item in found) <= 1 + 1e-4


@given(st.text(ALPHABET + "_", min_size=1, max_size=60), st.sampled_from([0.0, 1e-5, 0.01]))
def test_a_path_gives_its_string(path: str, doubt: float) -> None:
    text = "".join(sign for sign, _ in itertools.groupby(path) if sign != "_")
    (best, *_) = search(one_hot(path, doubt=doubt), ALPHABET)
    assert best.text == text
    assert best.probability == pytest.approx(1, abs=len(path) * doubt + 1e-6)


@given(st.text(ALPHABET + "_", min_size=1, max_size=40))
def test_characters_stand_where_their_frames_are(path: str) -> None:
    spans = align(
        one_hot(path, doubt=1e-4), ALPHABET, collapse(tuple(("_" + ALPHABET).index(s) for s in path), ALPHABET)
    )
    expected = [(sign, len(list(group))) for sign, group in itertools.groupby(path)]
    ends = list(itertools.accumulate(length for _, length in expected))
    assert spans == [(end - length, end) for (sign, length), end in zip(expected, ends, strict=True) if sign != "_"]


def test_a_string_that_does_not_fit_is_refused() -> None:
    frames = one_hot("__", doubt=0.1)
    assert score(frames, ALPHABET, "11") == -math.inf
    with pytest.raises(ValueError, match="does not fit"):
        align(frames, ALPHABET, "123")


@given(st.integers(0, 10**6), st.integers(1, 5))
def test_silent_characters_sum_over_all_raw_strings(seed: int, frames: int) -> None:
    alphabet = "12.?"
    logs = random_frames(seed, frames, 5)
    digits: dict[str, float] = defaultdict(float)
    for raw, share in brute_force(logs, alphabet).items():
        digits[raw.replace(".", "").replace("?", "")] += share
    merged, left = merge(logs, alphabet, ".?")
    assert left == "12"
    for text, share in digits.items():
        assert math.exp(score(merged, left, text)) == pytest.approx(share, rel=1e-3)


PATTERNS = [
    r"\d{2}",
    r"1?2*",
    r"(12|2)+",
    r"[12]\d?",
    r"[^1]*",
    r"2{1,2}1*",
    r"(1|2|12){2}",
    "12",
    r"1+",
    r"(2?1){1,3}",
]


@given(st.integers(0, 10**6), st.integers(1, 5), st.sampled_from(PATTERNS))
def test_legal_readings_are_those_of_fullmatch(seed: int, frames: int, pattern: str) -> None:
    alphabet = "12"
    logs = random_frames(seed, frames, 3)
    language = make_language(pattern=pattern)
    assert language is not None
    wide = np.full((frames, 11), -np.inf, np.float32)
    wide[:, [0, 2, 3]] = logs
    expected = {text: share for text, share in brute_force(logs, alphabet).items() if re.fullmatch(pattern, text)}
    found = search_legal(wide, language, 10_000)
    assert {item.text: pytest.approx(item.probability, rel=1e-3) for item in found} == expected


@given(st.integers(0, 10**6), st.integers(4, 40), st.integers(1, 8))
def test_the_best_legal_reading_is_found_with_a_narrow_beam(seed: int, frames: int, length: int) -> None:
    assume(length <= frames // 2)
    logs = random_frames(seed, frames, 11, 4.0)
    language = make_language(expect_length=length, pattern=r"[0-4]*(5|6)?[0-9]*")
    assert language is not None
    narrow, wide = (search_legal(logs, language, width) for width in (24, 400))
    assert len(narrow[0].text) == length
    assert narrow[0].probability == pytest.approx(wide[0].probability, rel=0.2)
    assert narrow[0].probability == pytest.approx(math.exp(score(logs, DIGITS, narrow[0].text)), rel=0.2)


@given(st.integers(0, 10**6), st.integers(6, 20), st.sets(st.text("0123", min_size=1, max_size=5), min_size=1))
def test_a_list_is_scored_exactly(seed: int, frames: int, words: set[str]) -> None:
    logs = random_frames(seed, frames, 11)
    language = make_language(allowed=sorted(words))
    assert language is not None
    found = search_legal(logs, language, 10_000)
    possible = {word: math.exp(score(logs, DIGITS, word)) for word in words}
    assert {item.text: item.probability for item in found} == pytest.approx(
        {word: share for word, share in possible.items() if share > 0}, rel=1e-3
    )


def test_nothing_legal_fits_into_too_few_frames() -> None:
    logs = random_frames(1, 3, 11)
    for options in ({"expect_length": 5}, {"allowed": ["12345"]}, {"pattern": r"\d{4,}"}):
        language = make_language(**options)  # type: ignore[arg-type]
        assert language is not None
        assert search_legal(logs, language) == []


def test_a_long_line_does_not_underflow() -> None:
    logs = random_frames(2, 2000, 19, 0.5)
    found = search(logs, ALPHABET)
    assert found == sorted(found, key=lambda item: -item.probability)
    language = make_language(pattern=r"\d+")
    assert language is not None
    assert search_legal(random_frames(2, 2000, 11, 0.5), language)


def test_a_usual_line_takes_a_moment() -> None:
    path = "____11____22____..___33____44_______55____________66___________"
    logs = np.logaddexp(one_hot(path, doubt=1e-3), np.log(0.1) + one_hot(path[2:] + "__", doubt=1e-3)) - np.log(1.1)
    took = min(_seconds(logs.astype(np.float32)) for _ in range(20))
    assert took < 0.002 * 3  # three times the aim: other work may run beside


def _seconds(logs: Frames) -> float:
    start = time.process_time()
    search(logs, ALPHABET)
    return time.process_time() - start
