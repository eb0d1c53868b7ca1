"""What a batch makes of what it is given: the rows, the files beside them, and errors that name a way out."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from fsspec.implementations.local import LocalFileSystem
from PIL import Image
from typer.testing import CliRunner

from batch_sources import DIGITS, Inline, document, many, rows_in, zipped
from handwriting import encode
from inkdigits import InkDigitsError, MissingExtraError, OptionError, Reader, Settings
from inkdigits.batch import BatchError, journal, read_batch, remote, run
from inkdigits.batch.row import COLUMNS
from inkdigits.cli import app
from inkdigits.jobs.progress import Progress
from inkdigits.registry import Registry
from models import make_run


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Batches are read in this process, from a folder of their own."""
    monkeypatch.setattr(run, "open_engine", lambda name, *arguments: Inline(*arguments))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def scans(folder: Path) -> Path:
    """A folder with all that can be read, and some that cannot."""
    (folder / "b" / "deep").mkdir(parents=True)
    (folder / "a.png").write_bytes(DIGITS[1])
    (folder / "b" / "two.PNG").write_bytes(DIGITS[2])
    (folder / "b" / "deep" / "pages.tif").write_bytes(document("345670", "TIFF"))
    (folder / "b" / "form.pdf").write_bytes(document("89", "PDF"))
    inner = zipped({"x.png": DIGITS[3]})
    (folder / "z.zip").write_bytes(
        zipped(
            {
                "in/4.png": DIGITS[4],
                "in/doc.tiff": document("56", "TIFF"),
                "bad.png": b"no picture",
                "nested.zip": inner,
                "notes.txt": b"",
                "__MACOSX/._4.png": b"x",
            }
        )
    )
    (folder / "cut.png").write_bytes(DIGITS[5][:200])
    (folder / "notes.txt").write_text("not looked at")
    return folder


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


def test_patterns_several_names_and_urls_each_picture_once(here: Path) -> None:
    scans(here / "scans")
    read_batch(["scans/**/*.PNG", "scans/b", (here / "scans" / "a.png").as_uri()], "out.csv", expect="digit")
    assert [row["source"] for row in rows_in(here / "out.csv")] == [
        "scans/b/two.PNG",
        "scans/b/form.pdf",
        "scans/b/form.pdf",
        *["scans/b/deep/pages.tif"] * 6,
        (here / "scans" / "a.png").as_uri(),
    ]


def test_a_folder_at_a_url_and_a_zip_in_it(here: Path) -> None:
    (here / "far").mkdir()
    (here / "far" / "a.png").write_bytes(DIGITS[1])
    (here / "far" / "b.zip").write_bytes(zipped({"4.png": DIGITS[4]}))
    (here / "far" / "c.tif").write_bytes(document("56", "TIFF"))
    read_batch([(here / "far").as_uri()], "out.csv", expect="digit")
    found = [(row["source"].rpartition("far/")[2], row["page"], row["text"]) for row in rows_in(here / "out.csv")]
    assert found == [("a.png", "1", "1"), ("b.zip!/4.png", "1", "4"), ("c.tif", "1", "5"), ("c.tif", "2", "6")]


@pytest.mark.parametrize(("failures", "read"), [(2, 2), (99, 0)])
def test_what_fails_for_the_moment_at_a_url_is_tried_again(
    here: Path, monkeypatch: pytest.MonkeyPatch, failures: int, read: int
) -> None:
    (here / "far").mkdir()
    (here / "far" / "a.png").write_bytes(DIGITS[1])
    (here / "far" / "b.zip").write_bytes(zipped({"4.png": DIGITS[4]}))
    plain, asked = LocalFileSystem.open, Counter[str]()

    def flaky(self: LocalFileSystem, path: str, *arguments: object, **options: object) -> object:
        asked[path] += 1
        planned = path.endswith(".zip") and asked[path] == 1
        if not planned and asked[path] <= failures:
            raise ConnectionResetError("gone for a moment")
        return plain(self, path, *arguments, **options)

    monkeypatch.setattr(LocalFileSystem, "open", flaky)
    monkeypatch.setattr(remote.time, "sleep", lambda seconds: None)
    summary = read_batch([(here / "far").as_uri()], "out.csv", expect="digit")
    assert summary.pages == read
    if not read:
        told = rows_in(here / "out.csv.errors.csv")
        assert len(told) == 2
        assert all("3 times: gone for a moment" in row["reason"] for row in told)


def test_a_damaged_page_is_left_out_and_those_after_it_are_read(here: Path) -> None:
    images = [Image.open(io.BytesIO(DIGITS[label])) for label in (1, 2)]
    images.insert(1, Image.new("L", (400, 400), 255))
    stream = io.BytesIO()
    images[0].save(stream, "TIFF", save_all=True, append_images=images[1:])
    (here / "three.tif").write_bytes(stream.getvalue())
    summary = read_batch(["three.tif"], "out.csv", expect="digit", settings=Settings(max_pixels=300 * 300))
    assert [(row["page"], row["text"]) for row in rows_in(here / "out.csv")] == [("1", "1"), ("3", "2")]
    (refused,) = rows_in(here / "out.csv.errors.csv")
    assert (refused["source"], refused["page"]) == ("three.tif", "2")
    assert "INKDIGITS_MAX_PIXELS" in refused["reason"]
    assert (summary.pages, summary.refused) == (2, 1)


def test_a_document_that_got_shorter_meanwhile_is_told(here: Path) -> None:
    (here / "six.tif").write_bytes(document("123456", "TIFF"))

    def shorten(step: Progress) -> None:
        if step.stage == "read" and not step.done:
            (here / "six.tif").write_bytes(document("123", "TIFF"))

    read_batch(["six.tif"], "out.csv", expect="digit", listen=shorten)
    assert [row["text"] for row in rows_in(here / "out.csv")] == ["1", "2", "3"]
    told = [(row["page"], row["reason"]) for row in rows_in(here / "out.csv.errors.csv")]
    assert told == [(page, "the document has fewer pages now than it had") for page in ("4", "5")]


def bomb() -> bytes:
    return zipped({f"{place}.bmp": bytes(2**21) for place in range(30)})


def encrypted() -> bytes:
    data = bytearray(zipped({"4.png": DIGITS[4]}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def lying() -> bytes:
    """A ZIP whose file unpacks to more than it says."""
    data = bytearray(zipped({"4.bmp": bytes(5000)}))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = (100).to_bytes(4, "little")
    return bytes(data)


def damaged() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("4.png", DIGITS[4])
    data = bytearray(stream.getvalue())
    data[200] ^= 255
    return bytes(data)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (bomb, "would unpack to"),
        (encrypted, "encrypted"),
        (lying, "in the ZIP"),
        (damaged, "damaged"),
        (lambda: b"PK no zip", "cannot be opened"),
        (lambda: zipped({"notes.txt": b"x"}), "no picture in the ZIP"),
        (lambda: zipped({"4.bmp": bytes(2**20 + 1)}), "INKDIGITS_MAX_BYTES"),
    ],
    ids=["bomb", "encrypted", "lying", "damaged", "no zip", "no picture", "large"],
)
def test_a_bad_zip_is_told_and_the_rest_is_read(here: Path, make: object, reason: str) -> None:
    (here / "bad.zip").write_bytes(make())  # type: ignore[operator]
    (here / "one.png").write_bytes(DIGITS[1])
    summary = read_batch(["bad.zip", "one.png"], "out.csv", expect="digit", settings=Settings(max_bytes=2**20))
    assert [row["text"] for row in rows_in(here / "out.csv")] == ["1"]
    assert summary.refused == 1
    assert reason in rows_in(here / "out.csv.errors.csv")[0]["reason"]


def test_a_fault_in_reading_one_picture_leaves_the_others(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many(6, here / "digits.zip")
    plain = Reader.read_many

    def faulty(self: Reader, pages: object, **options: object) -> object:
        for page in pages:  # type: ignore[attr-defined]
            if page.source.endswith("0003.png"):
                raise ZeroDivisionError("by three")
            yield from plain(self, [page], **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Reader, "read_many", faulty)
    read_batch(["digits.zip"], "out.csv", expect="digit")
    assert [row["text"] for row in rows_in(here / "out.csv")] == list("01245")
    (refused,) = rows_in(here / "out.csv.errors.csv")
    assert "ZeroDivisionError: by three" in refused["reason"]


@pytest.mark.parametrize(
    ("names", "out", "options", "message"),
    [
        (["nowhere"], "o.csv", {}, "there is no file or folder nowhere"),
        (["x" * 300], "o.csv", {}, "there is no file or folder xxx"),
        (["a\0b"], "o.csv", {}, "there is no file or folder"),
        (["empty"], "o.csv", {}, "no picture in the folder empty"),
        (["*.nope"], "o.csv", {}, r"no file matches \*.nope"),
        ([], "o.csv", {}, "nothing to read"),
        (["file:///nowhere/at/all"], "o.csv", {}, "there is nothing at file:///nowhere/at/all"),
        (["nosuch://bucket/x"], "o.csv", {}, "cannot be opened"),
        (["one.png"], "o.xlsx", {}, "choose from csv, jsonl, parquet"),
        (["one.png"], "s3://bucket/o.csv", {}, "is a URL"),
        (["one.png"], "empty", {}, "is a folder"),
        (["one.png"], "lacking/o.csv", {}, "there is no folder"),
        (["."], "empty/o.csv", {}, "which is read"),
        (["one.png"], "o.csv", {"expect": "letter"}, "unknown expectation"),
        (["one.png"], "o.csv", {"pattern": "("}, "pattern"),
        (["one.png"], "taken.csv", {}, "already, of another batch"),
    ],
)
def test_what_makes_no_sense_is_said_before_anything_is_read(
    here: Path, names: list[str], out: str, options: dict[str, str], message: str
) -> None:
    (here / "empty").mkdir()
    (here / "one.png").write_bytes(DIGITS[1])
    (here / "taken.csv").write_text("mine")
    before = sorted(here.rglob("*"))
    with pytest.raises(OptionError, match=message):
        read_batch(names, out, **options)  # type: ignore[arg-type]
    assert sorted(here.rglob("*")) == before
    assert (here / "taken.csv").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_opened_is_told(here: Path) -> None:
    (here / "scans").mkdir()
    for name in ("mine.png", "theirs.png"):
        (here / "scans" / name).write_bytes(DIGITS[1])
    (here / "scans" / "theirs.png").chmod(0)
    assert read_batch(["scans"], "out.csv", expect="digit").refused == 1


def test_a_link_that_leads_nowhere_is_told(here: Path) -> None:
    (here / "scans").mkdir()
    (here / "scans" / "gone.png").symlink_to("nowhere.png")
    (here / "scans" / "one.png").write_bytes(DIGITS[1])
    assert read_batch(["scans"], "out.csv", expect="digit").refused == 1
    assert "cannot be opened" in rows_in(here / "out.csv.errors.csv")[0]["reason"]


def test_parquet_without_pyarrow_names_the_extra(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "one.png").write_bytes(DIGITS[1])
    monkeypatch.setattr("inkdigits.batch.forms.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"inkdigits\[parquet\]"):
        read_batch(["one.png"], "out.parquet")


def test_urls_without_fsspec_name_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(MissingExtraError, match=r"inkdigits\[store\]"):
        read_batch(["s3://scans"], "out.csv")


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


def test_a_model_that_is_promoted_meanwhile_does_not_read(here: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    registry = Registry(home)
    first, second = (registry.add(make_run(home / "runs" / note, note=note), name=note) for note in ("one", "two"))
    registry.promote(first.id)
    many(200, here / "digits.zip")
    turn = {"promoted": False}

    def promote(step: Progress) -> None:
        if step.stage == "read" and step.done and not turn["promoted"]:
            registry.promote(second.id)
            turn["promoted"] = True

    read_batch(["digits.zip"], "out.csv", expect="digit", settings=Settings(home=home), listen=promote)
    assert turn["promoted"]
    assert {(row["model"], row["model_sha256"]) for row in rows_in(here / "out.csv")} == {(first.id, first.sha256)}
    with pytest.raises(InkDigitsError, match="another batch"):
        read_batch(["digits.zip"], "out.csv", expect="digit", settings=Settings(home=home))


def test_a_full_disk_is_a_clear_error_and_the_same_call_goes_on(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many(200, here / "digits.zip")
    read_batch(["digits.zip"], "whole.csv", expect="digit")
    plain, calls = journal.write_bytes, {"parts": 0}

    def full(path: Path, content: bytes, **options: bool) -> None:
        calls["parts"] += path.suffix == ".part"
        if calls["parts"] == 4:
            raise OSError(28, "No space left on device")
        plain(path, content, **options)

    monkeypatch.setattr(journal, "write_bytes", full)
    with pytest.raises(BatchError, match=r"No space left on device; 3 parts are kept: mend it, then start the same"):
        read_batch(["digits.zip"], "out.csv", expect="digit")
    monkeypatch.setattr(journal, "write_bytes", plain)
    summary = read_batch(["digits.zip"], "out.csv", expect="digit")
    assert summary.kept > 0
    assert (here / "out.csv").read_bytes() == (here / "whole.csv").read_bytes()
