"""What comes out of a batch: a row a number in three forms, what was refused beside it, and how it went in words."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from batch_sources import DIGITS, many, rows_in, scans
from handwriting import encode
from inkdigits import MissingExtraError, Reader
from inkdigits.batch import read_batch
from inkdigits.batch.row import COLUMNS
from inkdigits.cli import app
from inkdigits.jobs.progress import Progress
from inkdigits.registry import Registry


def test_every_kind_of_source_becomes_rows_in_order_and_what_is_damaged_is_told(here: Path) -> None:
    scans(here / "scans")
    summary = read_batch(["scans"], "out.csv", expect="digit")
    found = [(row["source"], row["page"], row["text"]) for row in rows_in(here / "out.csv")]
    assert found == [
        ("scans/a.png", "1", "1"),
        ("scans/z.zip!/in/4.png", "1", "4"),
        ("scans/z.zip!/in/doc.tiff", "1", "5"),
        ("scans/z.zip!/in/doc.tiff", "2", "6"),
        ("scans/b/form.pdf", "1", "8"),
        ("scans/b/form.pdf", "2", "9"),
        ("scans/b/two.PNG", "1", "2"),
        *(("scans/b/deep/pages.tif", str(page), label) for page, label in enumerate("345670", start=1)),
    ]
    refused = {row["source"]: row["reason"] for row in rows_in(here / "out.csv.errors.csv")}
    assert list(refused) == ["scans/cut.png", "scans/z.zip!/bad.png", "scans/z.zip!/nested.zip"]
    assert "damaged or cut off" in refused["scans/cut.png"]
    assert "not a picture" in refused["scans/z.zip!/bad.png"]
    assert "ZIP in a ZIP" in refused["scans/z.zip!/nested.zip"]
    assert (summary.pages, summary.numbers, summary.refused) == (13, 13, 3)
    assert summary.errors == here / "out.csv.errors.csv"
    assert sorted(path.name for path in here.iterdir()) == [
        "out.csv",
        "out.csv.errors.csv",
        "out.csv.run.json",
        "scans",
    ]


def test_rows_are_what_the_reader_reads(here: Path, reader: Reader) -> None:
    (here / "seven.png").write_bytes(DIGITS[7])
    read_batch("seven.png", "out.jsonl", expect="number", pattern=r"\d")
    row = json.loads((here / "out.jsonl").read_text())
    number = reader.read("seven.png", expect="number", pattern=r"\d").numbers[0]
    assert list(row) == list(COLUMNS)
    assert (row["text"], row["raw"], row["status"], row["reason"]) == ("7", "7", "sure", "")
    assert row["confidence"] == pytest.approx(number.confidence, abs=1e-6)
    assert number.box is not None
    assert [row[side] for side in ("left", "top", "width", "height")] == [
        number.box.left,
        number.box.top,
        number.box.width,
        number.box.height,
    ]
    line, digit = (Registry(reader.settings.home).active(kind) for kind in ("line", "digit"))
    assert row["model"] == f"{reader.models['line']} + {reader.models['digit']}"
    assert row["model_sha256"] == f"{line.sha256} + {digit.sha256}"


@pytest.mark.parametrize("expect", ["page", "number", "digit"])
def test_a_page_without_a_number_has_one_row_that_says_so(here: Path, expect: str) -> None:
    (here / "blank.png").write_bytes(encode(np.full((200, 300), 255, np.uint8)))
    summary = read_batch(["blank.png"], "out.csv", expect=expect)
    (row,) = rows_in(here / "out.csv")
    assert (row["text"], row["status"], row["left"]) == ("", "no number", "")
    assert row["reason"] in ("blank", "nothing to read")
    assert (summary.pages, summary.numbers, summary.no_number) == (1, 0, 1)


def test_the_three_forms_hold_the_same(here: Path) -> None:
    many(20, here / "digits.zip")
    for form in ("csv", "jsonl", "parquet"):
        read_batch(["digits.zip"], f"out.{form}", expect="digit")
    lines = [json.loads(line) for line in (here / "out.jsonl").read_text().splitlines()]
    table = pq.read_table(here / "out.parquet")
    assert table.to_pylist() == lines
    assert (
        [row["text"] for row in rows_in(here / "out.csv")] == [line["text"] for line in lines] == list("0123456789" * 2)
    )
    assert [str(table.schema.field(name).type) for name in ("source", "page", "confidence")] == [
        "string",
        "int32",
        "double",
    ]


def test_names_are_neutral_for_spreadsheets_and_survive_what_is_no_utf8(here: Path) -> None:
    (here / "scans").mkdir()
    (here / "scans" / "=cmd.png").write_bytes(DIGITS[1])
    os.chdir("scans")
    Path(os.fsdecode(b"caf\xe9.png")).write_bytes(DIGITS[2])
    names = ["=cmd.png", os.fsdecode(b"caf\xe9.png")]
    for form in ("csv", "jsonl", "parquet"):
        read_batch(names, here / f"out.{form}", expect="digit")
    assert [row["source"] for row in rows_in(here / "out.csv")] == ["'=cmd.png", "caf?.png"]
    lines = [json.loads(line) for line in (here / "out.jsonl").read_text().splitlines()]
    assert [line["source"] for line in lines] == names
    assert pq.read_table(here / "out.parquet")["source"].to_pylist() == ["=cmd.png", "caf?.png"]


def test_parquet_without_pyarrow_names_the_extra(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "one.png").write_bytes(DIGITS[1])
    monkeypatch.setattr("inkdigits.batch.forms.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"inkdigits\[parquet\]"):
        read_batch(["one.png"], "out.parquet")


def test_progress_counts_pages_to_the_end(here: Path) -> None:
    scans(here / "scans")
    heard: list[Progress] = []
    read_batch(["scans"], "out.csv", expect="digit", listen=heard.append)
    assert heard[0].stage == "plan"
    assert heard[-1].stage == "write"
    reads = [step for step in heard if step.stage == "read"]
    assert reads[-1].done == reads[-1].total
    assert reads[-1].metrics is not None
    assert (reads[-1].metrics["numbers"], reads[-1].metrics["refused"]) == (13, 3)


def test_the_command_tells_how_it_went(here: Path) -> None:
    scans(here / "scans")
    result = CliRunner().invoke(app, ["batch", "scans", "--out", "out.csv", "--expect", "digit"])
    assert result.exit_code == 3
    assert "13 pages, 13 numbers in out.csv" in result.output
    assert "3 pictures could not be read: out.csv.errors.csv says why" in result.output
    again = CliRunner().invoke(app, ["batch", "scans", "--out", "out.csv", "--expect", "digit", "--json"])
    assert again.exit_code == 3
    told = json.loads(again.output)
    assert (told["pages"], told["repeated"]) == (13, True)


def test_the_errors_go_when_nothing_is_wrong_any_more(here: Path) -> None:
    scans(here / "scans")
    read_batch(["scans"], "out.csv", expect="digit")
    (here / "out.csv").unlink()
    (here / "scans" / "cut.png").unlink()
    (here / "scans" / "z.zip").unlink()
    read_batch(["scans"], "out.csv", expect="digit")
    assert not (here / "out.csv.errors.csv").exists()
    with (here / "out.csv").open(encoding="utf-8-sig") as file:
        assert next(csv.reader(file)) == list(COLUMNS)
