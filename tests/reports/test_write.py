"""A report appears whole or not at all, and says why when it does not."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from inkdigits import MissingExtraError, OptionError
from inkdigits.reports import FORMATS, format_of, write_report
from inkdigits.storage.record import Record
from reports.handed import number, record, records


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_is_no_report_and_leaves_no_file(form: str, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="nothing to report"):
        write_report([], tmp_path / f"report.{form}")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["report.docx", "report", ".csv"])
def test_an_unknown_format_lists_the_choices(name: str, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="csv, jsonl, parquet, xlsx, pdf"):
        write_report([record()], tmp_path / name)


def test_the_format_comes_from_the_name_or_is_told() -> None:
    assert [format_of(name) for name in ("a.PDF", "a.b.xlsx", "a.ndjson")] == ["pdf", "xlsx", "jsonl"]
    assert format_of("report.txt", "csv") == "csv"
    with pytest.raises(OptionError, match="'word'"):
        format_of("report.csv", "word")


def broken(found: Record) -> Iterator[Record]:
    yield found
    raise RuntimeError("the database is gone")


@pytest.mark.parametrize("form", FORMATS)
def test_what_breaks_off_leaves_the_file_that_was_there(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"report.{form}"
    path.write_text("before")
    with pytest.raises(RuntimeError, match="the database is gone"):
        write_report(broken(record(number("1"))), path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("form", FORMATS)
def test_an_earlier_report_is_replaced(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"report.{form}"
    path.write_text("before")
    assert write_report(records(3), path) == 3
    assert b"before" not in path.read_bytes()
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"no folder .*nowhere"):
        write_report([record()], tmp_path / "nowhere" / "report.csv")
    with pytest.raises(OptionError, match="is a folder"):
        write_report([record()], tmp_path, format="csv")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OptionError, match=r"report\.csv cannot be written"):
        write_report([record()], tmp_path / "report.csv")


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    def full() -> Iterator[Record]:
        yield record(number("1"))
        raise OSError(28, "No space left on device")

    with pytest.raises(OptionError, match="No space left"):
        write_report(full(), tmp_path / "report.csv")
    assert not list(tmp_path.iterdir())


def test_progress_counts_readings(tmp_path: Path) -> None:
    seen: list[int] = []
    assert write_report(records(4), tmp_path / "report.csv", listen=seen.append) == 4
    assert seen == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("form", "library", "extra"),
    [
        ("xlsx", "xlsxwriter", "reports"),
        *(("pdf", library, "reports") for library in ("fpdf", "uharfbuzz", "anyascii")),
        ("parquet", "pyarrow", "parquet"),
    ],
)
def test_a_missing_library_is_one_line_with_the_command(
    form: str, library: str, extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    for module in ("sheet", "runs"):
        monkeypatch.delitem(sys.modules, f"inkdigits.reports.pdf.{module}", raising=False)
    with pytest.raises(MissingExtraError, match=rf"pip install 'inkdigits\[{extra}\]'"):
        write_report([record()], tmp_path / f"report.{form}")
    assert not list(tmp_path.iterdir())
