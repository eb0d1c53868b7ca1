"""An unfinished batch goes on only as it was begun, for one process at a time, and over nobody else's file."""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from batch_sources import DIGITS, Inline
from inkdigits import OptionError
from inkdigits.batch import BatchError, read_batch, run
from inkdigits.batch.lock import held
from inkdigits.batch.part import Part
from inkdigits.batch.plan import Chunk
from inkdigits.jobs.progress import Progress


def changed_picture(here: Path) -> dict[str, Any]:
    time.sleep(0.01)
    (here / "scans" / "b.png").write_bytes(DIGITS[3])
    return {}


def new_picture(here: Path) -> dict[str, Any]:
    (here / "scans" / "c.png").write_bytes(DIGITS[3])
    return {}


def gone_picture(here: Path) -> dict[str, Any]:
    (here / "scans" / "b.png").unlink()
    return {}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda here: {"expect": "number"}, "expect was 'digit'"),
        (lambda here: {"settings": {"max_pages": 7}}, "max_pages was 500"),
        (changed_picture, "scans/b.png has changed"),
        (new_picture, "scans/c.png is new"),
        (gone_picture, "scans/b.png is gone"),
    ],
)
def test_an_unfinished_batch_goes_on_only_as_it_was_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], dict[str, Any]], message: str
) -> None:
    class Stopped(Inline):
        def read(self, chunks: Iterator[Chunk]) -> Iterator[tuple[int, Part]]:
            raise KeyboardInterrupt

    monkeypatch.setattr(run, "open_engine", lambda name, *arguments: Stopped(*arguments))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scans").mkdir()
    for name in ("a", "b"):
        (tmp_path / "scans" / f"{name}.png").write_bytes(DIGITS[1])
    asked: dict[str, Any] = {"expect": "digit"}
    with pytest.raises(KeyboardInterrupt):
        read_batch(["scans"], "out.csv", **asked)
    more = change(tmp_path)
    with pytest.raises(OptionError, match=f"{message}.*ask for the same to go on, name another file, or delete"):
        read_batch(["scans"], "out.csv", **(asked | more))
    assert (tmp_path / "out.csv.journal").is_dir()


@pytest.mark.usefixtures("inline")
def test_two_at_once_do_not_write_the_same_results(digits: Path) -> None:
    heard: list[str] = []

    def again(step: Progress) -> None:
        if step.stage == "write" and not heard:
            thread = threading.Thread(target=other)
            thread.start()
            thread.join()

    def other() -> None:
        try:
            read_batch(["digits.zip"], "out.csv", expect="digit", processes=1)
        except BatchError as error:
            heard.append(str(error))

    read_batch(["digits.zip"], "out.csv", expect="digit", listen=again)
    assert len(heard) == 1
    assert "another process is at work" in heard[0]
    assert (digits / "out.csv").read_bytes() == (digits / "whole.csv").read_bytes()


@pytest.mark.usefixtures("inline")
def test_what_others_put_in_the_place_of_the_results_is_not_overwritten(digits: Path) -> None:
    def put(step: Progress) -> None:
        if step.stage == "write":
            (digits / "out.csv").write_text("mine")

    with pytest.raises(OptionError, match="this batch did not write"):
        read_batch(["digits.zip"], "out.csv", expect="digit", listen=put)
    assert (digits / "out.csv").read_text() == "mine"
    (digits / "out.csv").unlink()
    read_batch(["digits.zip"], "out.csv", expect="digit")
    assert (digits / "out.csv").read_bytes() == (digits / "whole.csv").read_bytes()


def test_a_lock_on_a_file_that_is_gone_meanwhile_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lock"
    plain = fcntl.flock

    def late(file: IO[bytes], how: int) -> None:
        path.unlink()  # as the process does that held it until now
        plain(file, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with pytest.raises(BatchError, match="until this moment: start again"), held(path, "out.csv"):
        pytest.fail("it is not held")
