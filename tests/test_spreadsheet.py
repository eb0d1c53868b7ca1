"""Text for spreadsheets: nothing that they would run is left, and nothing else is changed."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.spreadsheet import neutral, neutral_csv

RUN = "=+-@＝＋－＠"
UNSEEN = " \t\r\n\x00\x1f\xa0\u200b\u2028\ufeff"
NUMBER = st.from_regex(r"[+-]?[0-9]{1,9}([.,][0-9]{1,3}){0,3}", fullmatch=True)


@given(st.text(UNSEEN, max_size=3), st.sampled_from(RUN), st.text(max_size=8))
def test_what_would_be_run_begins_with_an_apostrophe(before: str, sign: str, rest: str) -> None:
    text = f"{before}{sign}{rest}"
    found = neutral(text)
    assert found == text.encode("utf-8", "replace").decode() or found[0] == "'"
    if not rest[:1].isdecimal():
        assert found[0] == "'"


@given(st.text())
def test_only_plain_numbers_begin_with_a_sign_that_is_run(text: str) -> None:
    found = neutral(text)
    if found[:1] in set(RUN) | set("\t\r\n"):
        assert found[0] in "+-"
        assert set(found[1:]) <= set(string.digits + ".,")


@given(NUMBER)
def test_plain_numbers_stay_what_they_are(text: str) -> None:
    assert neutral(text) == text


@given(st.text(string.ascii_letters + string.digits + "äΩ王", min_size=1), st.text())
def test_text_that_begins_with_a_letter_or_digit_stays(first: str, rest: str) -> None:
    text = (first + rest).encode("utf-8", "replace").decode()
    assert neutral(text) == text


@pytest.mark.parametrize("text", ["-5-3", "+1+1", "-2%", "--5", "-", "-٣", "+49 170/12", "\t1", "\n", " =1"])
def test_what_only_looks_like_a_number_is_text(text: str) -> None:
    assert neutral(text) == f"'{text}"


def test_half_of_a_surrogate_pair_can_be_written() -> None:
    assert neutral("scan\udcff.png").encode() == b"scan?.png"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a;=1;b", "a;'=1;b"),
        ("a\n=1", "a\n'=1"),
        ("\r=1", "'\r'=1"),
        ("a;-5", "a;-5"),
        ("=a;b", "'=a;b"),
        ("a=1", "a=1"),
    ],
)
def test_a_cell_of_csv_is_safe_where_semicolons_separate(text: str, told: str) -> None:
    assert neutral_csv(text) == told
