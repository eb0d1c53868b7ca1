"""Results: plain, frozen, and back from JSON as they were."""

from __future__ import annotations

import json
import pickle
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits import Alternative, Box, Digit, Number, Reading, Step
from inkdigits.wording import describe, percent


def digit(label: int | None = 7, confidence: float = 0.998, **other: object) -> Digit:
    rest = (1 - confidence) / 9
    shares = tuple(confidence if index == (label or 0) else rest for index in range(10))
    return Digit(label, confidence, shares, **other)  # type: ignore[arg-type]


BLANK = Digit(None, 0.0, (0.0,) * 10, 0.0, "blank")


def test_text_and_confidence_come_from_the_digits() -> None:
    reading = Reading((Number((digit(4, 0.99), digit(2, 0.7))),))
    assert reading.text == "42"
    assert reading.confidence == 0.7
    assert [item.text for item in reading.digits] == ["4", "2"]


def test_a_rejected_digit_takes_all_confidence() -> None:
    number = Number((digit(4), digit(None, 0.9, reason="unsure")))
    assert number.text == "4"
    assert number.confidence == 0


def test_nothing_read() -> None:
    assert Reading(()).text == ""
    assert Reading(()).confidence == 0
    assert Reading(()).render() == "nothing to read"
    assert Reading((Number((BLANK,)),)).text == ""


@pytest.mark.parametrize(
    ("item", "state", "line"),
    [
        (digit(7, 0.998), "sure", "7 · sure, 99.8 %"),
        (digit(7, 0.6), "look_again", "7 or 0 · look again"),
        (digit(None, 0.4, reason="unsure"), "look_again", "0 or 1 · look again"),
        (digit(None, 0.9, reason="not_a_digit"), "not_a_digit", "not a digit"),
        (BLANK, "not_a_digit", "nothing to read"),
    ],
)
def test_words(item: Digit, state: str, line: str) -> None:
    assert item.state == state
    assert describe(item) == line
    assert Reading((Number((item,)),)).render() == line


def number(text: str, probability: float, *others: str, **more: object) -> Number:
    alternatives = tuple(Alternative(other, other, 0.1) for other in others)
    return Number(tuple(digit(int(sign)) for sign in text), None, "", probability, alternatives, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("item", "state", "line", "text"),
    [
        (number("4096", 0.982), "sure", "4096 · sure, 98.2 %", "4096"),
        (number("4096", 0.8, "4036", "4996"), "look_again", "4096 or 4036 · look again", "4096"),
        (number("4096", 0.8), "look_again", "4096 · look again", "4096"),
        (number("4096", 0.3, "4096", "4036", reason="unsure"), "look_again", "4096 or 4036 · look again", ""),
        (number("", 0.0, reason="not_a_number"), "not_a_digit", "not a number", ""),
        (number("", 0.0, reason="crossed_out"), "not_a_digit", "crossed out", ""),
        (number("", 0.0, reason="blank"), "not_a_digit", "nothing to read", ""),
        (Number((digit(4), digit(2, 0.7))), "look_again", "4 · sure, 99.8 % | 2 or 0 · look again", "42"),
    ],
)
def test_words_about_numbers(item: Number, state: str, line: str, text: str) -> None:
    assert (item.state, item.render(), item.text) == (state, line, text)
    assert item.raw == text
    assert Reading((item,)).render() == line
    assert item.confidence == (0 if item.reason else item.probability or 0.7)


def test_separators_are_kept_apart_from_the_digits() -> None:
    item = Number((digit(2), digit(1)), None, "$2.1=", 0.99)
    assert (item.text, item.raw) == ("21", "$2.1=")


def test_the_weakest_number_governs() -> None:
    assert Reading((number("12", 0.99), number("34", 0.6))).confidence == 0.6
    assert Reading((number("12", 0.99), number("34", 0.6, reason="unsure"))).confidence == 0


def test_json_of_version_0_1_is_still_read() -> None:
    old = Reading((Number((digit(7),)),)).to_dict()
    for name in ("page", "pages"):
        del old[name]
    for name in ("raw", "probability", "reason", "alternatives", "free", "state"):
        del old["numbers"][0][name]
    assert Reading.from_dict(old) == Reading((Number((digit(7),)),))


def test_percent_never_promises_more() -> None:
    assert percent(0.99999) == "99.9 %"
    assert percent(1.0) == "100.0 %"
    assert percent(0.0) == "0.0 %"


def test_ranking_is_complete_and_sorted() -> None:
    ranking = digit(3, 0.5).ranking
    assert ranking[0] == (3, 0.5)
    assert sorted(label for label, _ in ranking) == list(range(10))
    assert [share for _, share in ranking] == sorted((share for _, share in ranking), reverse=True)


boxes = st.none() | st.builds(Box, *[st.integers(0, 5000)] * 4)
digits = st.builds(
    Digit,
    label=st.none() | st.integers(0, 9),
    confidence=st.floats(0, 1),
    probabilities=st.tuples(*[st.floats(0, 1)] * 10),
    digitness=st.floats(0, 1),
    reason=st.sampled_from([None, "blank", "not_a_digit", "unsure"]),
    box=boxes,
    glyph=st.none() | st.binary(min_size=784, max_size=784),
)
alternatives = st.builds(Alternative, st.text("0123456789"), st.text("0123456789.,/-:$="), st.floats(0, 1))
numbers = st.builds(
    Number,
    st.lists(digits, max_size=3).map(tuple),
    boxes,
    raw=st.text("0123456789.,/-:$="),
    probability=st.none() | st.floats(0, 1),
    alternatives=st.lists(alternatives, max_size=2).map(tuple),
    reason=st.sampled_from([None, "blank", "not_a_number", "crossed_out", "unsure"]),
    free=st.none() | alternatives,
)
readings = st.builds(
    Reading,
    numbers=st.lists(numbers, max_size=2).map(tuple),
    width=st.integers(0, 9999),
    height=st.integers(0, 9999),
    source=st.text(max_size=20),
    model=st.text(max_size=20),
    page=st.integers(0, 99),
    pages=st.integers(1, 99),
)


@given(readings)
def test_json_and_pickle_give_back_the_same(reading: Reading) -> None:
    assert Reading.from_dict(json.loads(json.dumps(reading.to_dict()))) == reading
    assert pickle.loads(pickle.dumps(reading)) == reading
    assert hash(reading) == hash(pickle.loads(pickle.dumps(reading)))


def test_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        digit().label = 3  # type: ignore[misc]


def test_without_trace() -> None:
    reading = Reading((), trace=(Step("ink", "Ink", b"png"),))
    assert reading.without_trace().trace == ()
    assert reading.without_trace() == Reading(())
