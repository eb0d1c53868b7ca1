"""What a caller may expect of a number: patterns as Python understands them, and errors that name the place."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits import OptionError
from inkdigits.recognition.automaton import Automaton
from inkdigits.recognition.language import make_language


def language(**options: object) -> Automaton:
    made = make_language(**options)  # type: ignore[arg-type]
    assert made is not None
    return made


signs = st.sampled_from(
    [*"0123456789", r"\d", "[13-5]", "[^7]", "[0-9]", r"\.", "-", ",", "/", r"\$", "[.,]", "=", ":"]
)
counts = st.sampled_from(["", "", "?", "*", "+", "{2}", "{0,2}", "{1,}", "{,2}", "{0}"])
patterns = st.recursive(
    st.builds("{}{}".format, signs, counts),
    lambda parts: st.one_of(
        st.builds("{}{}".format, parts, parts),
        st.builds("({}|{}){}".format, parts, parts, counts),
        st.builds("({}){}".format, parts, counts),
    ),
    max_leaves=6,
)


@given(patterns, st.lists(st.text("01357.-,/$", max_size=6), min_size=1, max_size=20))
def test_patterns_mean_what_python_means(pattern: str, texts: list[str]) -> None:
    try:
        made = language(pattern=pattern)
    except OptionError:  # a pattern that no digit matches
        found = [text for text in texts if re.fullmatch(re.sub(r"\{,", "{0,", pattern), text)]
        assert not any(sign.isdigit() for text in found for sign in text)
        return
    for text in texts:
        if set(text) <= set(made.alphabet):
            assert made.allows(text) == bool(re.fullmatch(re.sub(r"\{,", "{0,", pattern), text)), text


@pytest.mark.parametrize(
    ("pattern", "place", "problem"),
    [
        (r"\d{5", 3, "give a count"),
        (r"\d{a}", 3, "give a count"),
        (r"\d{3,2}", 1, "less at its end"),
        (r"12(34", 3, "not closed"),
        (r"12)34", 3, "closes nothing"),
        (r"[12", 1, "not closed"),
        (r"[]", 1, "empty"),
        (r"[5-1]", 2, "a range"),
        (r"*1", 1, "nothing before"),
        (r"1**", 3, "one repetition after the other"),
        (r"12a", 3, "'a' is never read"),
        (r"1 2", 2, "' ' is never read"),
        (r"\w", 1, "not known"),
        ("12\\", 3, "not known"),
        (r"1.5", 2, r"write \\\."),
        (r"^12$", 1, "'\\^' is never read"),
        (r"(?:1)", 2, "plain"),
        (r"\d{1000}", 4, "largest count"),
        (r"\d{" + "9" * 5_000 + "}", 4, "largest count"),
    ],
)
def test_errors_name_the_position(pattern: str, place: int, problem: str) -> None:
    with pytest.raises(OptionError, match=f"position {place}: .*{problem}"):
        make_language(pattern=pattern)


def test_a_pattern_that_explodes_is_refused() -> None:
    for pattern in (r"((\d{99}){99}){99}", r"(\d*1\d{30})", r"((\d?){40}){40}"):
        with pytest.raises(OptionError, match="counts smaller"):
            make_language(pattern=pattern)


def test_groups_within_groups_are_counted() -> None:
    assert language(pattern="(" * 50 + "1" + ")" * 50).allows("1")
    assert language(pattern="(1)" * 80).allows("1" * 80)
    with pytest.raises(OptionError, match="position 51: more than 50"):
        make_language(pattern="(" * 249 + "1" + ")" * 249)


def test_separators_count_only_when_they_are_named() -> None:
    assert language(pattern=r"\d{5}").alphabet == "0123456789"
    assert language(pattern=r"\d{3}-\d{2}").alphabet == "0123456789.,/-:$="
    assert language(pattern=r"[1-3]{2,4}").alphabet == "0123456789"
    assert language(allowed=["12", 34]).alphabet == "0123456789"
    assert language(allowed=["1.2", 34]).alphabet == "0123456789.,/-:$="


def test_all_expectations_are_met_together() -> None:
    both = language(expect_length=3, pattern=r"1\d*")
    assert [text for text in ("1", "12", "123", "223", "1234") if both.allows(text)] == ["123"]
    some = language(expect_length=3, pattern=r"1\d*", allowed=["123", "12", "323", 145])
    assert [text for text in ("12", "123", "145", "323") if some.allows(text)] == ["123", "145"]
    dashed = language(expect_length=3, pattern=r"\d+-\d+")
    assert [text for text in ("1-2", "1-23", "12-3", "123") if dashed.allows(text)] == ["1-23", "12-3"]
    assert language(expect_length=3, allowed=["1-23", "1-2"]).allows("1-23")


@pytest.mark.parametrize(
    "options",
    [
        {"expect_length": 2, "pattern": r"\d{3}"},
        {"expect_length": 2, "allowed": ["123"]},
        {"pattern": r"\d-\d", "allowed": ["12"]},
        {"pattern": r"\d{0}"},
        {"pattern": r"(-|=)*"},
        {"pattern": "()"},
    ],
)
def test_what_nothing_can_meet_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(OptionError, match=" and ".join(options)):
        make_language(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"expect_length": 0}, "expect_length is 0"),
        ({"expect_length": 65}, "from 1 to 64"),
        ({"expect_length": True}, "expect_length"),
        ({"expect_length": "5"}, "expect_length is '5'"),
        ({"pattern": 5}, "the pattern is 5"),
        ({"pattern": ""}, "the pattern"),
        ({"allowed": "123"}, "give a list"),
        ({"allowed": 7}, "give a list"),
        ({"allowed": []}, "empty"),
        ({"allowed": ["12a"]}, "'a'"),
        ({"allowed": ["-"]}, "has no digit"),
        ({"allowed": range(100_001)}, "100,001 numbers"),
    ],
)
def test_senseless_options_say_so(options: dict[str, object], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        make_language(**options)  # type: ignore[arg-type]


def test_nothing_expected_is_no_language() -> None:
    assert make_language() is None
