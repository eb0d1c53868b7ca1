"""Off means that nothing is written; what is old goes by itself."""

from __future__ import annotations

import os
import threading
from datetime import datetime, timedelta, timezone

import pytest

from inkdigits import OptionError
from inkdigits.errors import StorageError
from inkdigits.settings import Settings
from inkdigits.storage import LOCAL
from inkdigits.storage.privacy import Choice
from inkdigits.storage.store import Store
from inkdigits.storage.upkeep import Upkeep
from storage.made import ANN, BOB, picture_of, reading_of

NOW = datetime(2026, 3, 31, tzinfo=timezone.utc)


def keep(store: Store, name: str, days: int, **known: object) -> None:
    reading = reading_of("7")
    created = NOW - timedelta(days=days)
    store.add(reading, picture_of(reading), id=name, created=created, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("setting", "chosen", "unless_told", "kept"),
    [
        (None, None, True, True),
        (None, None, False, False),
        (None, True, False, True),
        (None, False, True, False),
        (True, None, False, True),
        (True, False, True, False),
        (False, True, True, False),
    ],
)
def test_who_decides(
    sqlite_settings: Settings, setting: bool | None, chosen: bool | None, unless_told: bool, kept: bool
) -> None:
    store = Store.open(sqlite_settings.changed({"history": setting}))
    store.privacy.choose(LOCAL, Choice(chosen))
    assert store.privacy.keeps(LOCAL, unless_told) is kept
    store.close()


def test_a_store_that_is_off_takes_nothing(sqlite_settings: Settings) -> None:
    store = Store.open(sqlite_settings.changed({"history": False}))
    with pytest.raises(OptionError, match="INKDIGITS_HISTORY"):
        keep(store, "x", 0)
    assert store.count(LOCAL) == 0
    assert not (sqlite_settings.home / "blobs").exists()
    store.close()


def test_readings_go_after_the_days_of_their_owners(any_store: Store) -> None:
    for owner in (LOCAL, ANN, BOB):
        for days in (1, 10):
            keep(any_store, f"{owner.name}-{days}", days, actor=owner)
    any_store.privacy.choose(LOCAL, Choice(keep_days=5))
    any_store.privacy.choose(ANN, Choice(keep_days=30))
    assert any_store.privacy.purge(NOW) == 1
    assert {record.id for record in any_store.each(LOCAL)} == {"local-1", "Ann-1", "Ann-10", "Bob-1", "Bob-10"}


def test_the_settings_go_first(any_settings: Settings, any_store: Store) -> None:
    store = Store.open(any_settings.changed({"keep_days": 7}))
    store.privacy.choose(ANN, Choice(keep_days=30))
    keep(store, "old", 10, actor=ANN)
    keep(store, "new", 5, actor=ANN)
    assert store.privacy.purge(NOW) == 1
    assert [record.id for record in store.each(ANN)] == ["new"]
    store.close()


def test_pictures_of_programs_that_were_killed_go(store: Store, sqlite_settings: Settings) -> None:
    keep(store, "new", 0)
    (kept,) = (sqlite_settings.home / "blobs").rglob("*.png")
    folder = sqlite_settings.home / "blobs" / "00"
    folder.mkdir()
    stray, half = folder / f"{'0' * 64}.png", folder / ".part-x"
    for file in (stray, half):
        file.write_bytes(b"")
    assert store.privacy.purge() == 0
    assert stray.exists()  # perhaps somebody is just keeping it
    for file in (kept, stray, half):
        os.utime(file, (0, 0))
    store.privacy.purge()
    assert [path for path in (sqlite_settings.home / "blobs").rglob("*") if path.is_file()] == [kept]


def test_what_is_old_goes_each_day_and_again_after_a_failure() -> None:
    turns = iter((None, StorageError("the database is away"), None))
    done, failed = threading.Event(), threading.Event()

    def work() -> None:
        try:
            error = next(turns)
        except StopIteration:
            done.set()
            return
        if error is not None:
            failed.set()
            raise error

    upkeep = Upkeep(work, day=0.01, again=0.01)
    assert failed.wait(60)
    assert done.wait(60)
    upkeep.stop()
    with pytest.raises(StorageError, match="away"):
        Upkeep(lambda: (_ for _ in ()).throw(StorageError("the database is away")))


def test_days_are_days(store: Store) -> None:
    with pytest.raises(OptionError, match="1 to"):
        store.privacy.choose(LOCAL, Choice(keep_days=0))
