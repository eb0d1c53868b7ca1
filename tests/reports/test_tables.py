"""CSV, JSON Lines, Parquet and XLSX: opened again, they hold what was read."""

from __future__ import annotations

import csv
import json
import tracemalloc
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.reading import Reading
from inkdigits.reports import tables, workbook, write_report
from inkdigits.reports.rows import COLUMNS
from inkdigits.storage.record import Record
from reports.handed import WHEN, correction, number, record, records

Rows = list[dict[str, Any]]
NAMES = [column.name for column in COLUMNS]


def open_csv(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def open_parquet(path: Path) -> Rows:
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs PyArrow")
    found: Rows = parquet.read_table(path).to_pylist()
    return found


def open_xlsx(path: Path) -> Rows:
    openpyxl = pytest.importorskip("openpyxl")
    found: Rows = []
    for sheet in openpyxl.load_workbook(path).worksheets:
        head, *rows = sheet.iter_rows()
        assert all(cell.data_type != "f" for row in rows for cell in row)
        found += [{name.value: cell.value for name, cell in zip(head, row, strict=True)} for row in rows]
    return found


OPEN: dict[str, Callable[[Path], Rows]] = {"csv": open_csv, "parquet": open_parquet, "xlsx": open_xlsx}


def written(found: Iterable[Record], form: str, folder: Path) -> Rows:
    path = folder / f"report.{form}"
    write_report(found, path)
    return OPEN[form](path)


@pytest.fixture
def page() -> Record:
    """A page of four numbers: right, corrected, corrected but taken back, and unsure."""
    corrections = (correction(0, "0042", "0042"), correction(1, "17", "71"), correction(2, "5", "6", undone=WHEN))
    numbers = (number("0042"), number("17"), number("5", 0.7), number("88", 0.4, "unsure"))
    return record(*numbers, corrections=corrections, person="Ελένη 王小明", id="007")


@pytest.mark.parametrize("form", OPEN)
def test_each_number_is_a_row_with_what_people_said(form: str, page: Record, tmp_path: Path) -> None:
    rows = written([page], form, tmp_path)
    assert list(rows[0]) == NAMES
    assert [row["answer"] or "" for row in rows] == ["0042", "71", "5", ""]
    assert [row["read"] or "" for row in rows] == ["0042", "17", "5", ""]
    assert [bool(row["checked"]) for row in rows] == [True, True, False, False]
    assert [bool(row["corrected"]) for row in rows] == [False, True, False, False]
    assert [row["state"] for row in rows] == ["sure", "sure", "look again", "look again"]
    assert [row["reason"] or "" for row in rows] == ["", "", "", "unsure"]
    assert {row["person"] for row in rows} == {"Ελένη 王小明"}
    assert {row["reading"] for row in rows} == {"007"}
    assert rows[0]["checked_by"] == "Grace"


def test_values_have_the_types_of_their_columns(page: Record, tmp_path: Path) -> None:
    row = written([page], "parquet", tmp_path)[1]
    assert (row["created"], row["number"], row["confidence"], row["corrected"]) == (WHEN, 2, 0.98, True)
    row = written([page], "xlsx", tmp_path)[1]
    assert (row["created"], row["number"], row["confidence"], row["corrected"]) == (
        WHEN.replace(tzinfo=None),
        2,
        0.98,
        True,
    )
    row = written([page], "csv", tmp_path)[1]
    assert (row["created"], row["number"], row["confidence"]) == ("2026-03-04T05:06:07+00:00", "2", "0.98")
    assert (row["corrected"], row["left"], row["second"]) == ("yes", "1", "47")


def test_a_correction_with_separators_agrees_with_the_digits_that_were_read(tmp_path: Path) -> None:
    (row,) = written([record(number("1250"), corrections=(correction(0, "1250", "12.50"),))], "csv", tmp_path)
    assert (row["answer"], row["corrected"], row["checked"]) == ("12.50", "", "yes")


@pytest.mark.parametrize("form", OPEN)
def test_a_picture_without_numbers_is_a_row(form: str, tmp_path: Path) -> None:
    (row,) = written([record()], form, tmp_path)
    assert (row["picture"], row["number"] or None, row["state"]) == ("a.png", None, "nothing to read")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("name", ["=1+1", "+1+1", "-1-1", "@SUM(A1)", "\t=1", " =1", "＝1"])
def test_formulas_are_text(form: str, name: str, tmp_path: Path) -> None:
    (row,) = written([record(number("1"), name=name, person=name)], form, tmp_path)
    assert (row["picture"], row["person"]) == (f"'{name}", f"'{name}")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_plain_negative_numbers_stay(form: str, tmp_path: Path) -> None:
    (row,) = written([record(number("12", raw="-12"))], form, tmp_path)
    assert (row["raw"], row["read"]) == ("-12", "12")


def test_a_semicolon_in_a_name_begins_no_cell(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    write_report([record(number("1"), name="a;=1+1;b")], path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file, delimiter=";") for cell in row]
    assert "'=1+1" in cells
    assert not any(cell.startswith("=") for cell in cells)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_name_can_be_written_and_none_is_run(
    tmp_path_factory: pytest.TempPathFactory, name: str, person: str
) -> None:
    folder = tmp_path_factory.mktemp("names")
    one = record(number("1"), name=name, person=person)
    for form in ("csv", "xlsx"):
        (row,) = written([one], form, folder)
        for found in (row["picture"], row["person"]):
            assert not (found or "").startswith(("=", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    write_report([one], folder / "report.jsonl")
    told = json.loads((folder / "report.jsonl").read_text(encoding="utf-8"))
    assert (told["name"], told["person"]) == (name, person)


def test_names_that_are_no_utf_8_are_written(tmp_path: Path) -> None:
    one = record(number("1"), name="scan\udcff.png")
    for form in ("csv", "xlsx", "parquet"):
        assert written([one], form, tmp_path)[0]["picture"] == "scan?.png"
    write_report([one], tmp_path / "report.jsonl")
    assert json.loads((tmp_path / "report.jsonl").read_text(encoding="utf-8"))["name"] == "scan\udcff.png"


def test_json_lines_hold_readings_whole(page: Record, tmp_path: Path) -> None:
    path = tmp_path / "report.jsonl"
    write_report([page, record()], path)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert Reading.from_dict(lines[0]["reading"]) == page.reading
    assert [item["text"] for item in lines[0]["corrections"]] == ["0042", "71", "6"]
    assert lines[1]["reading"]["numbers"] == []


@pytest.mark.parametrize(("count", "sheets"), [(5, 1), (6, 2), (11, 3)])
def test_what_a_sheet_cannot_hold_goes_on_in_the_next(
    count: int, sheets: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    monkeypatch.setattr(workbook, "SHEET", 5)
    found = [record(number("1"), id=str(place)) for place in range(count)]
    assert [row["reading"] for row in written(found, "xlsx", tmp_path)] == [one.id for one in found]
    assert len(openpyxl.load_workbook(tmp_path / "report.xlsx").worksheets) == sheets


def peak(work: Callable[[], object]) -> int:
    """Most bytes of Python that something takes."""
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "xlsx"])
def test_memory_does_not_grow_with_the_number_of_readings(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "BATCH", 50)
    path = tmp_path / f"report.{form}"
    write_report(records(10), path)  # what is imported now is not counted below
    few, many = (peak(partial(write_report, records(count), path)) for count in (100, 500))
    assert many - few < peak(lambda: list(records(400))) / 4
