"""What a batch is given: folders, patterns, URLs and documents, also those that change or break meanwhile."""

from __future__ import annotations

import io
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fsspec.implementations.local import LocalFileSystem
from PIL import Image

from batch_sources import DIGITS, document, rows_in, scans, zipped
from inkdigits import ImageError, MissingExtraError, OptionError, Settings
from inkdigits.batch import read_batch, remote, work
from inkdigits.images import Page
from inkdigits.jobs.progress import Progress


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


def test_names_that_lead_to_a_picture_by_other_ways_are_that_picture(here: Path) -> None:
    (here / "scans").mkdir()
    (here / "scans" / "a.png").write_bytes(DIGITS[1])
    (here / "again").symlink_to("scans")
    read_batch(["scans", "scans/../scans/a.png", "again/a.png", str(here / "scans")], "out.csv", expect="digit")
    assert [row["source"] for row in rows_in(here / "out.csv")] == ["scans/a.png"]


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


def test_a_document_that_goes_after_a_damaged_page_is_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "six.tif").write_bytes(document("123456", "TIFF"))
    plain = work.load_pages

    def tear(source: Path, pages: Iterator[Page]) -> Iterator[Page]:
        yield next(pages)
        source.unlink()
        raise ImageError("the page is damaged")

    def torn(source: Path, settings: Settings, first: int, stop: int | None) -> Iterator[Page]:
        pages = plain(source, settings, first, stop)
        return tear(source, pages) if first == 0 else pages

    monkeypatch.setattr(work, "load_pages", torn)
    assert read_batch(["six.tif"], "out.csv", expect="digit").pages == 1
    told = [(row["page"], row["reason"].partition(" /")[0]) for row in rows_in(here / "out.csv.errors.csv")]
    assert told == [("2", "the page is damaged"), ("", "there is no file"), ("", "there is no file")]


@pytest.mark.parametrize(
    ("names", "out", "options", "message"),
    [
        (["nowhere"], "o.csv", {}, "there is no file or folder nowhere"),
        (["x" * 300], "o.csv", {}, "there is no file or folder xxx"),
        (["a\0b"], "o.csv", {}, "there is no file or folder"),
        ([""], "o.csv", {}, "there is no file or folder ''"),
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
    here: Path, names: list[str], out: str, options: dict[str, Any], message: str
) -> None:
    (here / "empty").mkdir()
    (here / "one.png").write_bytes(DIGITS[1])
    (here / "taken.csv").write_text("mine")
    before = sorted(here.rglob("*"))
    with pytest.raises(OptionError, match=message):
        read_batch(names, out, **options)
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


def test_links_in_a_circle_are_told_and_folders_in_one_are_gone_through_once(here: Path) -> None:
    (here / "scans").mkdir()
    (here / "scans" / "circle.png").symlink_to("circle.png")
    (here / "scans" / "itself").symlink_to(".")
    (here / "scans" / "one.png").write_bytes(DIGITS[1])
    assert read_batch(["scans"], "out.csv", expect="digit").pages == 1
    (refused,) = rows_in(here / "out.csv.errors.csv")
    assert refused["source"] == "scans/circle.png"
    assert "it cannot be opened: Too many levels of symbolic links" in refused["reason"]


def test_pipes_at_a_url_are_not_waited_for_and_links_are_what_they_lead_to(here: Path) -> None:
    (here / "far").mkdir()
    os.mkfifo(here / "far" / "pipe.png")
    (here / "far" / "link.png").symlink_to("pipe.png")
    with pytest.raises(OptionError, match="there is nothing at"):
        read_batch([(here / "far").as_uri()], "out.csv", expect="digit")
    with pytest.raises(OptionError, match="there is nothing at"):
        read_batch([(here / "far" / "pipe.png").as_uri()], "out.csv", expect="digit")
    (here / "one.png").write_bytes(DIGITS[1])
    (here / "far" / "two.png").symlink_to(here / "one.png")
    read_batch([(here / "far").as_uri()], "out.csv", expect="digit")
    assert [row["text"] for row in rows_in(here / "out.csv")] == ["1"]


@pytest.mark.usefixtures("here")
def test_urls_without_fsspec_name_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(MissingExtraError, match=r"inkdigits\[store\]"):
        read_batch(["s3://scans"], "out.csv")
