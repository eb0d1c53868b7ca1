"""From frames to readings: separators, what is no digit, what is legal, and a second opinion."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.recognition.decode import Frames
from inkdigits.recognition.language import make_language
from inkdigits.recognition.lone import weigh_lone_digit
from inkdigits.recognition.rescore import marginals, rescore
from inkdigits.recognition.transcript import Candidate, spell, transcribe

ALPHABET = "0123456789.,/-:$=?"


def frames_of(path: str, doubt: float = 0.02) -> Frames:
    """Frames that spell a path; ``_`` is the blank."""
    shares = np.full((len(path), len(ALPHABET) + 1), doubt / (len(ALPHABET) + 1))
    for index, sign in enumerate(path):
        shares[index, 0 if sign == "_" else ALPHABET.index(sign) + 1] += 1 - doubt
    return np.log(shares).astype(np.float32)


def noise(seed: int, length: int) -> Frames:
    logits = np.random.default_rng(seed).normal(0, 3, (length, len(ALPHABET) + 1))
    return (logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)).astype(np.float32)


def raw_of(frames: Frames, candidate: Candidate) -> str:
    return "".join(sign.sign for sign in spell(frames, ALPHABET, candidate))


def test_separators_are_no_digits_but_are_told() -> None:
    frames = frames_of("_$_22_1_.._8_5_=_")
    found = transcribe(frames, ALPHABET)
    assert found.candidates[0].text == "2185"
    assert raw_of(frames, found.candidates[0]) == "$21.85="
    spans = [(sign.sign, sign.start, sign.end) for sign in spell(frames, ALPHABET, found.candidates[0])]
    assert ("2", 3, 5) in spans
    assert (".", 8, 10) in spans


def test_what_is_no_number() -> None:
    word = transcribe(frames_of("__??__?_"), ALPHABET)
    assert word.other > 0.7
    assert word.other > word.number
    empty = transcribe(frames_of("________"), ALPHABET)
    assert empty.blank > 0.7
    assert empty.blank > empty.number


def test_words_beside_a_number_are_left_out_and_gaps_in_it_cost() -> None:
    beside = transcribe(frames_of("_??__4_2_"), ALPHABET).candidates[0]
    within = transcribe(frames_of("_4_??_2__"), ALPHABET).candidates[0]
    assert (beside.text, within.text) == ("42", "42")
    assert within.probability < 0.6 < beside.probability


@given(st.integers(0, 10**6), st.integers(8, 60))
def test_probabilities_are_shares_of_one(seed: int, length: int) -> None:
    frames = noise(seed, length)
    found = transcribe(frames, ALPHABET)
    assert found.number + found.blank + found.other <= 1 + 1e-4
    assert sum(item.probability for item in found.candidates) <= found.number + 1e-6
    for item in found.candidates[:3]:
        signs = spell(frames, ALPHABET, item)
        assert "".join(sign.sign for sign in signs if sign.sign.isdigit()) == item.text
        assert all(one.end <= two.start for one, two in itertools.pairwise(signs))


def test_a_language_finds_what_is_legal_and_tells_what_is_free() -> None:
    frames = frames_of("_4_0_9_6_", 0.2)
    found = transcribe(frames, ALPHABET, make_language(allowed=["4036", "7777"]))
    assert found.candidates[0].text == "4036"
    assert found.candidates[0].probability < 0.6
    assert found.free is not None
    assert found.free.text == "4096"
    sure = transcribe(frames, ALPHABET, make_language(pattern=r"40\d\d"))
    assert sure.candidates[0].text == "4096"
    assert sure.candidates[0].probability > transcribe(frames, ALPHABET).candidates[0].probability


def test_a_second_opinion_turns_a_close_call() -> None:
    frames = np.logaddexp(frames_of("_4_1_"), frames_of("_4_7_") - 0.1) - np.log(1 + np.exp(-0.1))
    candidates = transcribe(frames.astype(np.float32), ALPHABET).candidates
    assert candidates[0].text == "41"
    spots = spell(frames.astype(np.float32), ALPHABET, candidates[0])
    seven = np.full(10, 0.01, np.float32)
    seven[7] = 0.91
    again = rescore(candidates, spots, frames.astype(np.float32), ALPHABET, [None, seven], 1.0)
    assert again[0].text == "47"
    assert sum(item.probability for item in again) == pytest.approx(
        sum(item.probability for item in candidates), rel=0.01
    )
    assert rescore(candidates, spots, frames.astype(np.float32), ALPHABET, [None, None], 1.0) == list(candidates)
    assert marginals(again, "47")[1, 7] > 0.8


def test_a_lone_digit_is_weighed_by_both() -> None:
    three = np.full(10, 0.01, np.float32)
    three[3] = 0.91
    frames = np.logaddexp(frames_of("__5__"), frames_of("__3__") - 1) - np.log(1 + np.exp(-1))
    found = weigh_lone_digit(transcribe(frames.astype(np.float32), ALPHABET), three, 0.99, seen=True)
    assert found.candidates[0].text == "3"
    word = transcribe(frames_of("_?__?_"), ALPHABET)
    assert weigh_lone_digit(word, three, 0.2, seen=True).number < 0.5
    unseen = weigh_lone_digit(word, three, 0.99, seen=False)
    assert unseen.candidates[0].text == "3"
    assert unseen.candidates[0].probability > 0.8
    assert weigh_lone_digit(word, three, 0.99, True, make_language(allowed=["12"])) == word
