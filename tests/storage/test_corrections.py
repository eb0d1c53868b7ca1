"""Corrections say who and when, can be taken back, and teach."""

from __future__ import annotations

import csv
from datetime import datetime, timezone
from pathlib import Path

import pytest
from PIL import Image

from inkdigits import OptionError
from inkdigits.storage import LOCAL, Record
from inkdigits.storage.lessons import Teaching
from inkdigits.storage.seen import Seen
from inkdigits.storage.store import Store
from storage.made import ANN, EVE, picture_of, reading_of


def keep(store: Store, *texts: str, **known: object) -> Record:
    reading = reading_of(*texts)
    return store.add(reading, picture_of(reading), **known)  # type: ignore[arg-type]


def test_corrections_are_added_and_taken_back(any_store: Store) -> None:
    before = datetime.now(timezone.utc)
    record = keep(any_store, "4096", "77", actor=ANN)
    record = any_store.correct(record.id, 0, "4036", ANN)
    record = any_store.correct(record.id, 0, " 4086 ", EVE)
    assert [(item.was, item.text, item.person) for item in record.corrections] == [
        ("4096", "4036", "Ann"),
        ("4036", "4086", "Eve"),
    ]
    assert before <= record.corrections[0].created < record.corrections[1].created
    assert (record.text, record.corrected_text, record.texts) == ("4096 77", "4086 77", ("4086", "77"))
    assert any_store.undo(record.id, ANN).corrected_text == "4036 77"
    record = any_store.undo(record.id, ANN)
    assert (record.corrected_text, record.checked) == ("4096 77", False)
    assert [item.undone_by for item in record.corrections] == ["Ann", "Ann"]
    assert any_store.get(record.id, ANN) == record
    with pytest.raises(OptionError, match="no correction"):
        any_store.undo(record.id, ANN)


def test_a_correction_of_the_same_id_is_kept_once(any_store: Store) -> None:
    record = keep(any_store, "7")
    for _ in range(2):
        any_store.correct(record.id, 0, "1", LOCAL, correction="c1")
    any_store.correct(record.id, 0, "1", LOCAL)
    assert [item.id for item in any_store.get(record.id, LOCAL).corrections] == ["c1"]
    for _ in range(2):
        any_store.undo(record.id, LOCAL, correction="c1")
    assert any_store.get(record.id, LOCAL).corrected_text == "7"


def test_right_as_read_is_a_correction_too(any_store: Store) -> None:
    record = any_store.correct(keep(any_store, "7").id, 0, "7", LOCAL)
    assert record.checked
    assert (record.corrections[0].was, record.corrections[0].text) == ("7", "7")


def test_no_number_at_all(any_store: Store) -> None:
    record = any_store.correct(keep(any_store, "7", "8").id, 0, "", LOCAL)
    assert (record.texts, record.corrected_text) == (("", "8"), "8")


def test_settling_makes_the_corrections_those_of_the_page(any_store: Store) -> None:
    record = keep(any_store, "4096", "77")
    any_store.settle(record.id, {0: "4036", 1: "71"}, LOCAL)
    record = any_store.settle(record.id, {1: "71"}, LOCAL)
    assert (record.corrected_text, len(record.corrections)) == ("4096 71", 2)
    assert any_store.settle(record.id, {}, LOCAL).corrected_text == "4096 77"


def test_a_page_takes_back_only_what_it_made(any_store: Store) -> None:
    record, seen = keep(any_store, "4096", "77", "5", actor=ANN), Seen()

    def settle(texts: dict[int, str]) -> dict[int, str]:
        nonlocal record, seen
        record = any_store.settle(record.id, texts, ANN, before=seen)
        seen = seen.then(record, texts, ANN)
        return dict(record.corrected)

    assert settle({0: "40"}) == {0: "40"}
    assert settle({0: " 4036 "}) == {0: "4036"}  # typed with a pause
    any_store.correct(record.id, 1, "71", ANN)
    any_store.correct(record.id, 2, "5", EVE)
    assert settle({0: "4036", 1: "11"}) == {0: "4036", 1: "11", 2: "5"}
    any_store.correct(record.id, 0, "4086", EVE)
    assert settle({0: "4036", 1: "11"}) == {0: "4086", 1: "11", 2: "5"}
    assert settle({}) == {0: "4086", 1: "71", 2: "5"}
    assert any_store.undo(record.id, EVE, correction=record.corrections[-1].id).corrected == {1: "71", 2: "5"}


def test_a_page_knows_all_that_it_was_drawn_from(any_store: Store) -> None:
    record = keep(any_store, "4096", "77", actor=ANN)
    drawn = Seen.of(any_store.correct(record.id, 0, "4036", EVE))
    any_store.correct(record.id, 1, "71", EVE)
    assert any_store.settle(record.id, {}, ANN, before=drawn).corrected == {1: "71"}


def test_a_page_is_settled_as_a_whole_or_not_at_all(any_store: Store) -> None:
    record = keep(any_store, "4096", "77")
    with pytest.raises(OptionError, match="no number 3"):
        any_store.settle(record.id, {0: "4036", 2: "1"}, LOCAL)
    assert any_store.get(record.id, LOCAL) == record


@pytest.mark.parametrize(
    ("number", "text", "words"),
    [(1, "7", "it has one number"), (-1, "7", "no number 0"), (0, "7\n8", "one line"), (0, "7" * 65, "64 characters")],
)
def test_what_is_no_correction_is_refused(store: Store, number: int, text: str, words: str) -> None:
    record = keep(store, "7")
    with pytest.raises(OptionError, match=words):
        store.correct(record.id, number, text, LOCAL)
    assert store.get(record.id, LOCAL) == record


def test_corrections_teach_both_networks(store: Store, tmp_path: Path) -> None:
    record = keep(store, "4096", "77", "5")
    store.correct(record.id, 0, "4036", LOCAL)
    store.correct(record.id, 1, "771", LOCAL)  # another length: nobody knows which digit is which
    store.correct(record.id, 2, "5", LOCAL)
    undone = keep(store, "8")
    store.correct(undone.id, 0, "3", LOCAL)
    store.undo(undone.id, LOCAL)

    assert store.export_corrections(tmp_path / "digits", LOCAL, "digit") == 5
    assert labels(tmp_path / "digits") == ["4", "0", "3", "6", "5"]
    assert size(tmp_path / "digits") == (28, 28)
    assert store.export_corrections(tmp_path / "lines", LOCAL, "line") == 3
    assert labels(tmp_path / "lines") == ["4036", "771", "5"]
    assert size(tmp_path / "lines") == (60 + 2 * 3, 20 + 2 * 3)
    with pytest.raises(OptionError, match="there already"):
        store.export_corrections(tmp_path / "lines", LOCAL, "line")

    found = store.teaching(LOCAL)
    assert (found.readings, found.numbers, found.digits.total()) == (1, 3, 5)
    assert dict(found.confusions) == {(9, 3): 1}
    assert store.teaching(LOCAL, since=datetime.now(timezone.utc)) == Teaching()


def test_the_folder_is_one_that_training_takes(store: Store, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="needs the 'train' extra")
    from inkdigits.training.lines.fields import read_fields
    from inkdigits.training.own import read_own

    for digit in range(10):
        record = keep(store, f"{digit}{9 - digit}")
        store.correct(record.id, 0, f"{digit}{9 - digit}", LOCAL)
    store.export_corrections(tmp_path / "digits", LOCAL, "digit")
    store.export_corrections(tmp_path / "lines", LOCAL, "line")
    assert sorted(read_own(tmp_path / "digits").labels.tolist()) == sorted([*range(10), *range(10)])
    assert len(read_fields(tmp_path / "lines")) == 10


def size(folder: Path) -> tuple[int, int]:
    with Image.open(folder / "000001.png") as picture:
        return picture.size


def labels(folder: Path) -> list[str]:
    with (folder / "labels.csv").open(newline="") as file:
        return [row["label"] for row in csv.DictReader(file)]
