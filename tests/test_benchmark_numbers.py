"""The benchmark of numbers: alignment of readings with labels, coverage, and what its sets are made of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.evaluation.number_sets import cheques, only_digits, photos
from inkdigits.evaluation.numbers import Answers, align, coverage
from inkdigits.training.datasets import DataError

WORDS = st.lists(st.sampled_from(["1", "22", "333", "4"]), max_size=6)


@pytest.mark.parametrize(
    ("read", "written", "right", "extra"),
    [
        (["12", "34"], ["12", "34"], 2, 0),
        (["12", "35"], ["12", "34"], 1, 0),
        (["12", "7", "34"], ["12", "34"], 2, 1),
        (["34"], ["12", "34"], 1, 0),
        ([], ["12"], 0, 0),
        (["12"], [], 0, 1),
        (["34", "12"], ["12", "34"], 1, 1),
    ],
)
def test_readings_are_aligned_with_what_was_written(
    read: list[str], written: list[str], right: int, extra: int
) -> None:
    assert align(read, written) == (right, extra)


@given(WORDS, WORDS)
def test_an_alignment_never_counts_more_than_there_is(read: list[str], written: list[str]) -> None:
    right, extra = align(read, written)
    assert 0 <= right <= min(len(read), len(written))
    assert 0 <= extra <= len(read) - right
    assert extra >= len(read) - len(written)


@given(WORDS)
def test_reading_what_was_written_is_all_right(written: list[str]) -> None:
    assert align(written, written) == (len(written), 0)


def test_coverage_stops_where_errors_begin() -> None:
    right = Answers(("1",) * 100 + ("2",) * 100, (0.9,) * 100 + (0.5,) * 100, ("1",) * 200)
    assert coverage(right) == 0.5


def test_coverage_takes_equal_confidences_together() -> None:
    assert coverage(Answers(("1", "2"), (0.9, 0.9), ("1", "1"))) == 0
    assert coverage(Answers(("1", "1"), (0.9, 0.0), ("1", "1"))) == 0.5


def test_cheques_are_read_by_their_split(tmp_path: Path) -> None:
    folder = tmp_path / "cheques"
    folder.mkdir()
    rows = [{"file": "a.jpg", "text": "12", "split": "fit"}, {"file": "b.jpg", "text": "34", "split": "dev"}]
    (folder / "labels.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert cheques(tmp_path).texts == ["34"]
    assert cheques(tmp_path, "fit").sources == [folder / "a.jpg"]


def test_grids_are_compared_digit_by_digit(tmp_path: Path) -> None:
    folder = tmp_path / "photos_dev"
    folder.mkdir()
    labels = "file,text,kind\nsudoku_1.jpg,12|34,grid\nrow.jpg,12 34|5,table\n"
    (folder / "labels.csv").write_text(labels, encoding="utf-8")
    grid, row = photos(tmp_path)
    assert (grid.cells, grid.words) == (True, ("1", "2", "3", "4"))
    assert (row.cells, row.words) == (False, ("12", "34", "5"))


def test_missing_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"labels\.jsonl"):
        cheques(tmp_path)
    with pytest.raises(DataError, match=r"labels\.csv"):
        photos(tmp_path)


def test_separators_do_not_count() -> None:
    assert only_digits("$ 21.857=") == "21857"
