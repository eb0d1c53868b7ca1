"""Whose a batch is decides who sees, stops, resumes and deletes it; uploads have names of files, and no more."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from inkdigits.batch import shelf as shelves
from inkdigits.batch.asked import Asked
from inkdigits.batch.background import only_below
from inkdigits.batch.item import Item
from inkdigits.batch.kept import Batch
from inkdigits.batch.shelf import AT_WORK, Shelf
from inkdigits.errors import InkDigitsError, OptionError, RightsError, StorageError
from inkdigits.jobs.standing import Standing
from inkdigits.settings import Settings
from inkdigits.storage import LOCAL, Actor

UWE, UTA = Actor(5, "Uwe", "user"), Actor(6, "Uta", "user")
RITA, ADA = Actor(7, "Rita", "reviewer"), Actor(8, "Ada", "admin")
GONE = Actor(5, "Uwe", "user", holds=lambda: False)


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The batches for which a worker would have been started."""
    folders: list[str] = []
    monkeypatch.setattr(shelves, "start_work", lambda folder: folders.append(folder.name))
    return folders


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    (tmp_path / "scans" / "monday").mkdir(parents=True)
    return Shelf(Settings(home=tmp_path / "home", batch_root=tmp_path / "scans"))


def begin(shelf: Shelf, actor: Actor, *names: str) -> Batch:
    return shelf.start_upload(actor, [(name, b"x") for name in names or ("a.png",)])


def test_each_sees_and_changes_what_is_theirs(shelf: Shelf) -> None:
    batch = begin(shelf, UWE)
    seen = {actor.name: [one.id for one in shelf.list(actor)] for actor in (UWE, UTA, RITA, ADA, LOCAL)}
    assert seen == {"Uwe": [batch.id], "Uta": [], "Rita": [batch.id], "Ada": [batch.id], "local": [batch.id]}
    for act in (shelf.get, shelf.stop, shelf.resume, shelf.delete):
        with pytest.raises(OptionError, match="there is no batch"):
            act(UTA, batch.id)
    for act in (shelf.stop, shelf.resume, shelf.delete):
        with pytest.raises(RightsError, match="belongs to Uwe"):
            act(RITA, batch.id)
    with pytest.raises(OptionError, match="there is no batch"):
        shelf.check(UTA, batch.id, {"a": "1"})
    shelf.check(UWE, batch.id, {"a": "1", "b": "2"})
    shelf.check(RITA, batch.id, {"a": "3"})
    assert batch.checks.read() == {"a": "3", "b": "2"}
    shelf.resume(UWE, batch.id)
    shelf.delete(ADA, batch.id)
    assert shelf.list(ADA) == []


@pytest.mark.parametrize(
    "act",
    [
        lambda shelf, name: shelf.list(GONE),
        lambda shelf, name: shelf.get(GONE, name),
        lambda shelf, name: shelf.stop(GONE, name),
        lambda shelf, name: shelf.resume(GONE, name),
        lambda shelf, name: shelf.delete(GONE, name),
        lambda shelf, name: shelf.check(GONE, name, {"a": "1"}),
        lambda shelf, name: shelf.start_upload(GONE, [("a.png", b"x")]),
    ],
)
def test_sign_in_that_ended_opens_nothing(shelf: Shelf, act: Callable[[Shelf, str], Any]) -> None:
    batch = begin(shelf, UWE)
    with pytest.raises(RightsError, match="sign-in ended"):
        act(shelf, batch.id)
    assert len(shelf.list(UWE)) == 1


@pytest.mark.parametrize("name", ["", ".", "..", "../scans", "/etc", "nothing"])
def test_names_that_are_no_batch_lead_nowhere(shelf: Shelf, name: str) -> None:
    begin(shelf, ADA)
    with pytest.raises(OptionError, match="there is no batch"):
        shelf.delete(ADA, name)


def test_uploads_keep_their_names_as_far_as_these_are_names(shelf: Shelf) -> None:
    hard = [
        "../../etc/passwd",
        "C:\\scans\\a.png",
        "a.png",
        "s3://b/*.png",
        ".hidden.png",
        "..",
        "n\0\n.png",
        "é" * 150 + ".png",
    ]
    batch = begin(shelf, UWE, *hard)
    names = list(batch.asked.sources)
    assert names[:7] == ["passwd", "a.png", "2-a.png", "_.png", "hidden.png", "file", "n__.png"]
    assert names[7].endswith("é.png")
    assert len(names[7].encode()) <= 200
    assert sorted(path.name for path in (batch.folder / "input").iterdir()) == sorted(names)


def test_folders_of_the_server_are_for_admins(shelf: Shelf, started: list[str], tmp_path: Path) -> None:
    for actor in (UWE, RITA):
        with pytest.raises(RightsError, match="for admins"):
            shelf.start_folder(actor, "monday")
    with pytest.raises(OptionError):
        shelf.start_folder(ADA, "../home")
    assert started == []
    asked = shelf.start_folder(ADA, "monday").asked
    assert (asked.base, asked.sources, asked.uploaded) == (str(tmp_path / "scans"), ("monday",), False)


def test_what_does_not_start_leaves_nothing(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(folder: Path) -> None:
        raise OptionError("no more processes")

    monkeypatch.setattr(shelves, "start_work", fail)
    for act in (
        lambda: begin(shelf, UWE),
        lambda: shelf.start_folder(ADA, "monday"),
        lambda: shelf.start_upload(UWE, []),
    ):
        with pytest.raises(InkDigitsError):
            act()
    assert not list((tmp_path / "home").glob("batches/*"))


def test_only_so_many_are_at_work(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(AT_WORK):
        begin(shelf, UWE)
    monkeypatch.setattr(shelves, "read_standing", lambda folder: Standing("running", {}, ""))
    with pytest.raises(OptionError, match=f"{AT_WORK} batches are at work"):
        begin(shelf, ADA)


def test_old_batches_go_when_nothing_may_be_kept_longer(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = begin(shelf, UWE)
    later = datetime(2999, 1, 1, tzinfo=timezone.utc)
    assert shelf.purge(later) == 0
    strict = Shelf(Settings(home=tmp_path / "home", keep_days=7))
    assert strict.purge() == 0
    with monkeypatch.context() as patch:
        patch.setattr(shelves, "read_standing", lambda folder: Standing("running", {}, ""))
        assert strict.purge(later) == 0
    assert strict.purge(later) == 1
    assert not batch.folder.exists()


def aged(folder: Path, days: int) -> None:
    """Lets a batch have been started so many days ago."""
    when = datetime.now(timezone.utc) - timedelta(days=days)
    record = json.loads((folder / "asked.json").read_text())
    (folder / "asked.json").write_text(json.dumps({**record, "created": when.isoformat()}))
    for path in (folder / "asked.json", folder):
        os.utime(path, (when.timestamp(), when.timestamp()))


def test_old_batches_go_when_another_one_is_started(shelf: Shelf, tmp_path: Path) -> None:
    old, young = begin(shelf, UWE), begin(shelf, UTA)
    aged(old.folder, 8)
    aged(young.folder, 6)
    new = begin(Shelf(Settings(home=tmp_path / "home", keep_days=7)), UTA)
    assert {batch.id for batch in shelf.list(ADA)} == {young.id, new.id}


def test_a_damaged_record_keeps_nothing_longer(shelf: Shelf, tmp_path: Path) -> None:
    batch = begin(shelf, UWE)
    aged(batch.folder, 8)
    before = (batch.folder / "asked.json").stat().st_mtime
    (batch.folder / "asked.json").write_text("{}")
    os.utime(batch.folder / "asked.json", (before, before))
    assert Shelf(Settings(home=tmp_path / "home", keep_days=9)).purge() == 0
    assert Shelf(Settings(home=tmp_path / "home", keep_days=7)).purge() == 1


def test_what_a_killed_server_left_of_an_upload_goes_the_next_day(shelf: Shelf) -> None:
    half = begin(shelf, UWE).folder
    (half / "asked.json").unlink()
    assert shelf.purge() == 0
    assert shelf.purge(datetime.now(timezone.utc) + timedelta(hours=25)) == 1
    assert not half.exists()


def test_who_did_what_is_noted_without_the_names_of_files(tmp_path: Path) -> None:
    (tmp_path / "scans" / "monday").mkdir(parents=True)
    heard: list[tuple[str, str, str, dict[str, Any]]] = []
    shelf = Shelf(
        Settings(home=tmp_path / "home", batch_root=tmp_path / "scans"),
        lambda actor, action, subject, details: heard.append((actor.name, action, subject, dict(details))),
    )
    own, far = begin(shelf, UWE, "mr-smith.png", "b.png"), shelf.start_folder(ADA, "monday")
    shelf.resume(UWE, own.id)
    shelf.stop(ADA, own.id)
    own.results.write_bytes(b"rows")
    assert shelf.download(RITA, own.id, "results.csv") == b"rows"
    shelf.delete(UWE, own.id)
    subject = f"batch {own.id[:8]}"
    assert heard == [
        ("Uwe", "batch started", subject, {"files": 2}),
        ("Ada", "batch started", f"batch {far.id[:8]}", {"folder": str(tmp_path / "scans" / "monday")}),
        ("Uwe", "batch resumed", subject, {}),
        ("Ada", "batch stopped", subject, {"of": "Uwe"}),
        ("Rita", "export", subject, {"file": "results.csv", "of": "Uwe"}),
        ("Uwe", "deletion", subject, {}),
    ]


def test_what_is_refused_is_not_noted(shelf: Shelf, tmp_path: Path) -> None:
    batch = begin(shelf, UWE)
    noted: list[str] = []
    watched = Shelf(Settings(home=tmp_path / "home"), lambda actor, action, *_: noted.append(action))
    for act in (watched.stop, watched.resume, watched.delete, partial(watched.download, file="results.csv")):
        with pytest.raises(InkDigitsError):
            act(UTA, batch.id)
    for file in ("results.csv", "results.csv.errors.csv", "asked.json", "../asked.json"):
        with pytest.raises(OptionError, match="is gone: read the pictures again"):
            watched.download(UWE, batch.id, file)
    with pytest.raises(OptionError):
        watched.start_upload(UWE, [])
    assert noted == []


def test_damaged_record_is_named(shelf: Shelf) -> None:
    batch = begin(shelf, UWE)
    (batch.folder / "asked.json").write_text("{}")
    with pytest.raises(StorageError, match=r"asked\.json is damaged"):
        Asked.read(batch.folder)


@pytest.mark.parametrize("record", [b"{}", b"no JSON", b"\xff\xfe", b"[1]", "created", "naive"])
def test_damaged_record_hides_no_other_batch(shelf: Shelf, record: bytes | str) -> None:
    bad, good = begin(shelf, UWE), begin(shelf, UWE)
    file = bad.folder / "asked.json"
    if isinstance(record, str):
        created = {"created": 7, "naive": "2026-11-20T10:00:00"}.get(record, 7)
        record = json.dumps({**json.loads(file.read_text()), "created": created}).encode()
    file.write_bytes(record)
    assert [batch.id for batch in shelf.list(UWE)] == [good.id]
    assert shelf.get(UWE, good.id).id == good.id
    assert {actor.name: list(shelf.damaged(actor)) for actor in (UWE, RITA, ADA)} == {
        "Uwe": [],
        "Rita": [],
        "Ada": [bad.folder],
    }
    with pytest.raises(OptionError, match="there is no batch"):
        shelf.get(ADA, bad.id)
    assert shelf.purge() == 0
    shelf.delete(UWE, good.id)


def test_links_that_lead_out_are_refused(tmp_path: Path) -> None:
    base = tmp_path / "base"
    base.mkdir()
    (tmp_path / "secret.png").write_bytes(b"")
    (base / "in.png").write_bytes(b"")
    (base / "out.png").symlink_to(tmp_path / "secret.png")
    (base / "fine.png").symlink_to(base / "in.png")
    problems = [
        bool(only_below(Item(f"./{n}", str(base / n)), base).problem) for n in ("in.png", "out.png", "fine.png")
    ]
    assert problems == [False, True, False]
    assert only_below(Item("./in.png", str(base / "in.png")), base).source == "in.png"
