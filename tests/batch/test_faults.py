"""What goes wrong inside: a fault in reading one picture, a model that changes meanwhile, a full disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from batch_sources import many, rows_in
from inkdigits import InkDigitsError, Reader, Reading, Settings
from inkdigits.batch import BatchError, journal, read_batch
from inkdigits.images import Page
from inkdigits.jobs.progress import Progress
from inkdigits.registry import Registry
from models import make_run


def test_a_fault_in_reading_one_picture_leaves_the_others(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many(6, here / "digits.zip")
    plain = Reader.read_many

    def faulty(self: Reader, pages: Iterable[Page], **options: Any) -> Iterator[Reading]:
        for page in pages:
            if page.source.endswith("0003.png"):
                raise ZeroDivisionError("by three")
            yield from plain(self, [page], **options)

    monkeypatch.setattr(Reader, "read_many", faulty)
    read_batch(["digits.zip"], "out.csv", expect="digit")
    assert [row["text"] for row in rows_in(here / "out.csv")] == list("01245")
    (refused,) = rows_in(here / "out.csv.errors.csv")
    assert "ZeroDivisionError: by three" in refused["reason"]


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
