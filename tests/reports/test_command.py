"""``inkdigits report``, and who gets what: a report holds what its reader may see."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sqlalchemy", reason="the history needs the 'store' extra")

from typer.testing import CliRunner, Result

from inkdigits import OptionError
from inkdigits.cli import app
from inkdigits.errors import InkDigitsError
from inkdigits.reading import Reading
from inkdigits.reports import report_kept
from inkdigits.reports.selection import in_words
from inkdigits.settings import Settings
from inkdigits.storage import LOCAL, Actor
from inkdigits.storage.audit import AuditLog
from inkdigits.storage.filter import Filter
from inkdigits.storage.store import Store
from reports.handed import number

PICTURE = np.full((60, 100), 240, np.uint8)
ANN, BOB, EVE = Actor(1, "Ann", "user"), Actor(2, "Bob", "user"), Actor(3, "Eve", "reviewer")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("INKDIGITS_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    store = Store.open(Settings())
    yield store
    store.close()


def keep(store: Store, text: str, day: int = 1, actor: Actor = LOCAL, confidence: float = 0.99) -> str:
    reading = Reading((number(text, confidence),), 100, 60, model="line-1")
    created = datetime(2026, 11, day, 23, 59, tzinfo=timezone.utc)
    kept = store.add(reading, PICTURE, actor=actor, source="upload", name=f"{text}.png", created=created)
    return kept.id


def ask(*arguments: str) -> Result:
    result = CliRunner().invoke(app, ["report", *arguments])
    if isinstance(result.exception, InkDigitsError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def read_numbers(path: str | Path) -> list[str]:
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return sorted(row["read"] for row in csv.DictReader(file))


def test_days_are_whole_and_both_included(store: Store) -> None:
    for day in (1, 2, 3, 4):
        keep(store, str(day), day)
    assert "2 readings in out.csv" in ask("out.csv", "--from", "2026-11-02", "--to", "2026-11-03").stdout
    assert read_numbers("out.csv") == ["2", "3"]


def test_the_last_day_that_there_is_takes_all(store: Store) -> None:
    keep(store, "1")
    assert "1 reading in out.csv" in ask("out.csv", "--to", "9999-12-31").stdout


def test_options_narrow_the_selection(store: Store) -> None:
    keep(store, "11", confidence=0.5)
    checked = keep(store, "22")
    store.correct(checked, 0, "23", LOCAL)
    for options, found in (
        (["--min-confidence", "0.9"], ["22"]),
        (["--max-confidence", "0.9"], ["11"]),
        (["--checked"], ["22"]),
        (["--unchecked"], ["11"]),
        (["--text", "11"], ["11"]),
        (["--source", "upload", "--person", ""], ["11", "22"]),
    ):
        ask("out.csv", *options)
        assert read_numbers("out.csv") == found, options


def test_json_tells_what_was_written(store: Store) -> None:
    keep(store, "12")
    assert json.loads(ask("out.txt", "--format", "jsonl", "--json").stdout) == {
        "file": "out.txt",
        "format": "jsonl",
        "readings": 1,
    }
    assert json.loads(Path("out.txt").read_text(encoding="utf-8"))["name"] == "12.png"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["out.docx"], "csv, jsonl, parquet, xlsx, pdf"),
        (["out.pdf", "--person", "Nobody"], "nothing to report"),
        (["nowhere/out.csv"], "no folder nowhere"),
        (["out.csv", "--source", "fax"], "fax"),
    ],
)
def test_errors_say_what_to_do(store: Store, arguments: list[str], words: str) -> None:
    keep(store, "12")
    with pytest.raises(OptionError, match=words):
        ask(*arguments)
    assert not list(Path().glob("*out*"))


def test_everyone_gets_what_they_may_see(store: Store) -> None:
    keep(store, "11", actor=ANN)
    keep(store, "22", actor=BOB)
    for actor, found in ((ANN, ["11"]), (BOB, ["22"]), (EVE, ["11", "22"]), (LOCAL, ["11", "22"])):
        report_kept(store, actor, Filter(), "out.csv")
        assert read_numbers("out.csv") == found
    with pytest.raises(OptionError, match="nothing to report"):
        report_kept(store, ANN, Filter(person="Bob"), "out.csv")


def test_an_export_is_in_the_audit_log(store: Store) -> None:
    keep(store, "11", actor=ANN)
    report_kept(store, ANN, Filter(), "out.csv", address="::1")
    (entry,), count = AuditLog(store.database).entries(LOCAL, action="export")
    assert (entry.person, entry.address, entry.details, count) == ("Ann", "::1", {"readings": 1, "format": "csv"}, 1)


def test_a_filter_in_words() -> None:
    assert in_words(Filter()) == "All readings"
    day = datetime(2026, 11, 1, tzinfo=timezone.utc)
    wanted = Filter(since=day, until=day.replace(day=2), person="Ann", source="upload", lowest=0.5, checked=True)
    told = "Readings of Ann, uploaded, from 1 November 2026, to 1 November 2026, of 50 % confidence or more, checked"
    assert in_words(wanted) == told
