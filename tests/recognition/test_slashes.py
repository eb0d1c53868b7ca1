"""Slashes and 1s that lean: which of them it is, by where it stands."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.recognition.decode import Frames
from inkdigits.recognition.line import LineReader
from inkdigits.recognition.slashes import doubt_slashes, is_usual
from inkdigits.recognition.transcript import spell, transcribe
from inkdigits.recognition.views import read_views

ALPHABET = LineReader().alphabet


def frames_of(text: str, slash: float = 0.8) -> Frames:
    """A network's say on a text: every slash might be a 1, with what ``slash`` leaves."""
    rows = []
    for sign in text:
        row = np.full(len(ALPHABET) + 1, 1e-6)
        row[ALPHABET.index(sign) + 1] = slash if sign == "/" else 0.98
        row[ALPHABET.index("1") + 1] += 0.98 - slash if sign == "/" else 0.0
        blank = np.full(len(ALPHABET) + 1, 1e-6)
        row[0], blank[0] = 0.02, 0.9999
        rows += [row, blank]
    table = np.array(rows)
    return np.log(table / table.sum(axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize(
    "raw",
    [
        *("3/12", "3/12/26", "03/12/2026", "2026/12/3", "12/2026", "17/20", "1/2", "2026/27", "12/34/56"),
        *("030/1234567", "$1.250,00/100", "8.5/10", "5025/", "/12", "5025/-", "1234", "12-34"),
    ],
)
def test_slashes_stand_in_dates_marks_fractions_telephone_numbers_and_at_the_end(raw: str) -> None:
    assert is_usual(raw)


@pytest.mark.parametrize("raw", ["99/4897/4", "501/4", "326/4/28", "21/7848349", "1/2/3/4", "$99/4897/4.50"])
def test_they_do_not_stand_elsewhere(raw: str) -> None:
    assert not is_usual(raw)


def test_a_slash_in_an_unusual_place_is_read_as_the_1_that_it_may_be() -> None:
    ((frames, transcript),) = read_views(lambda lines: [frames_of("501/4") for _ in lines], ALPHABET, [_line()])
    assert transcript.candidates[0].text == "50114"
    assert "".join(sign.sign for sign in spell(frames, ALPHABET, transcript.candidates[0])) == "50114"
    np.testing.assert_allclose(np.exp(frames).sum(axis=1), 1, rtol=1e-5)


def test_one_that_is_surely_a_slash_stays_one() -> None:
    frames = doubt_slashes(frames_of("501/4", slash=0.975), ALPHABET)
    assert transcribe(frames, ALPHABET).candidates[0].text == "5014"


@pytest.mark.parametrize("raw", ["3/12", "12345"])
def test_in_a_usual_place_nothing_changes(raw: str) -> None:
    frames = frames_of(raw)
    assert doubt_slashes(frames, ALPHABET) is frames


def test_an_alphabet_without_slashes_has_none_to_doubt() -> None:
    frames = np.log(np.full((3, 11), 1 / 11, np.float32))
    assert doubt_slashes(frames, "0123456789") is frames


def _line() -> np.ndarray:
    return np.zeros((32, 64), np.uint8)
