"""Figures of readings: counted as they pass by."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.reading import Digit, Number
from inkdigits.reports.confusion import NONE, confused
from inkdigits.reports.summary import BINS, Summary
from inkdigits.storage.record import Record
from reports.handed import WHEN, correction, number, record, records

DIGITS = st.text("0123456789", max_size=8)


def summary_of(*found: Record) -> Summary:
    summary = Summary()
    for one in found:
        summary.add(one)
    return summary


@pytest.mark.parametrize(
    ("written", "read", "pairs"),
    [
        ("1234", "1234", []),
        ("1234", "1834", [("2", "8")]),
        ("1234", "134", [("2", NONE)]),
        ("134", "1234", [(NONE, "2")]),
        ("49", "94", [("4", "9"), ("9", "4")]),
        ("", "7", [(NONE, "7")]),
    ],
)
def test_digits_are_laid_beside_each_other(written: str, read: str, pairs: list[tuple[str, str]]) -> None:
    assert sorted(confused(written, read)) == sorted(pairs)


@given(DIGITS, DIGITS)
def test_pairs_are_as_few_as_they_can_be(written: str, read: str) -> None:
    found = list(confused(written, read))
    assert all(first != second for first, second in found)
    assert abs(len(written) - len(read)) <= len(found) <= max(len(written), len(read))
    assert len(list(confused(read, written))) == len(found)
    assert (not found) == (written == read)


def test_every_number_is_counted_once() -> None:
    found = list(records(200))
    summary = summary_of(*found)
    numbers = [one for each in found for one in each.reading.numbers]
    assert summary.readings == 200
    assert summary.numbers == len(numbers) == summary.states.total()
    assert sum(summary.bins) == sum(bool(one.text) for one in numbers)
    assert sum(summary.bins) + summary.reasons.total() == len(numbers)
    assert summary.checked == sum(len(one.corrections) for one in found)
    assert 0 < summary.right < summary.checked
    assert summary.people.total() == summary.sources.total() == summary.models.total() == 200
    assert (summary.first, summary.last) == (found[-1].created, found[0].created)


def test_only_corrections_that_hold_are_counted() -> None:
    undone = correction(0, "12", "13", undone=WHEN + timedelta(hours=1))
    assert summary_of(record(number("12"), corrections=(undone,))).checked == 0


def test_refusing_what_is_no_number_is_right() -> None:
    said = correction(0, "", "")
    summary = summary_of(record(number("", 0.0, "not_a_number"), corrections=(said,)))
    assert (summary.checked, summary.right, summary.pairs) == (1, 1, {})


def test_a_refused_number_that_was_one_is_wrong_but_confuses_no_digits() -> None:
    summary = summary_of(record(number("12", 0.3, "unsure"), corrections=(correction(0, "", "12"),)))
    assert (summary.checked, summary.right, summary.pairs) == (1, 0, {})


def test_a_digit_that_was_read_alone_has_its_reason() -> None:
    digit = Digit(None, 0.5, (0.1,) * 10, 0.2, "not_a_digit")
    assert summary_of(record(Number((digit,)))).reasons == {"not a digit": 1}


@pytest.mark.parametrize(("confidence", "place"), [(0.0, 0), (0.049, 0), (0.95, BINS - 1), (1.0, BINS - 1)])
def test_bins_reach_from_nothing_to_certainty(confidence: float, place: int) -> None:
    assert summary_of(record(number("1", confidence))).bins.index(1) == place
