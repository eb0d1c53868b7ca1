"""Readings are kept with everything that is known of them, and found again."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from inkdigits import ImageError, OptionError
from inkdigits.errors import StorageError
from inkdigits.settings import Settings
from inkdigits.storage import LOCAL, Record
from inkdigits.storage.filter import Filter
from inkdigits.storage.store import Store
from storage.made import ANN, BOB, picture_of, reading_of

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


def keep(store: Store, *texts: str, hours: int = 0, **known: object) -> Record:
    reading = reading_of(*texts, confidence=float(str(known.pop("confidence", 0.99))))
    created = NOON + timedelta(hours=hours)
    return store.add(reading, picture_of(reading, hours), created=created, **known)  # type: ignore[arg-type]


def test_everything_comes_back(any_store: Store) -> None:
    reading = reading_of("4096", "77")
    picture = picture_of(reading)
    known = {"source": "upload", "name": "invoice.png", "settings": {"expect": "page"}, "duration_ms": 12.5}
    kept = any_store.add(reading, picture, actor=ANN, model_sha256="ab" * 32, created=NOON, id="one", **known)
    found = any_store.get("one", ANN)
    assert found == kept
    assert (found.reading, found.person, found.person_id, found.created) == (reading, "Ann", 1, NOON)
    assert {name: getattr(found, name) for name in known} == known
    assert found.input_sha256 == hashlib.sha256(picture.tobytes()).hexdigest()
    data = any_store.picture("one", ANN)
    assert data is not None
    assert (cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED) == picture).all()
    assert any_store.thumbnails(["one"], ANN)["one"][8:12] == b"WEBP"


def test_strokes_come_back_and_are_drawn_when_no_picture_shows_them(any_store: Store) -> None:
    strokes = [[(20, 10), (80, 10), (45, 90)], [(30.126, 50), (60, 50)]]
    kept = any_store.add(reading_of("7"), strokes=strokes, source="draw")
    assert any_store.strokes(kept.id, LOCAL) == [[[20, 10], [80, 10], [45, 90]], [[30.13, 50], [60, 50]]]
    data = any_store.picture(kept.id, LOCAL)
    assert data is not None
    assert np.asarray(Image.open(io.BytesIO(data))).min() == 0


def test_the_same_id_is_kept_once_and_replaced_only_when_asked(any_store: Store) -> None:
    first = keep(any_store, "4", id="x", actor=ANN)
    assert keep(any_store, "5", hours=1, id="x", actor=ANN) == first
    second = keep(any_store, "5", hours=1, id="x", actor=ANN, replace=True)
    assert (second.text, any_store.count(ANN)) == ("5", 1)
    any_store.correct("x", 0, "6", ANN)
    assert keep(any_store, "8", id="x", actor=ANN, replace=True).corrected_text == "6"
    with pytest.raises(OptionError, match="no reading"):
        keep(any_store, "9", id="x", actor=BOB, replace=True)
    assert any_store.get("x", ANN).text == "5"


def test_pages_follow_each_other_and_the_newest_comes_first(any_store: Store) -> None:
    names = [keep(any_store, str(hours % 10), hours=hours // 2, id=f"r{hours}").id for hours in range(7)]
    seen, after = [], None
    for _ in range(3):
        listing = any_store.list(LOCAL, limit=3, after=after)
        seen += [record.id for record in listing.records]
        after = listing.after
    assert seen == names[::-1]
    assert after is None
    assert [record.id for record in any_store.each(LOCAL)] == names[::-1]
    with pytest.raises(OptionError, match="no place in a listing"):
        any_store.list(LOCAL, after="yesterday")


def test_filters(any_store: Store) -> None:
    keep(any_store, "4096", id="a", source="upload", name="Invoice_7.png", actor=ANN)
    keep(any_store, "12", id="b", hours=24, source="draw", confidence=0.5, actor=BOB)
    any_store.correct("b", 0, "18", BOB)
    wanted = {
        "text": ({"text": "09"}, "a"),
        "file": ({"text": "invoice_"}, "a"),
        "wildcards are letters": ({"text": "%"}, ""),
        "corrected text": ({"text": "18"}, "b"),
        "text as read": ({"text": "12"}, "b"),
        "since": ({"since": NOON + timedelta(hours=1)}, "b"),
        "until": ({"until": NOON + timedelta(hours=24)}, "a"),
        "source": ({"source": "upload"}, "a"),
        "person": ({"person": "Bob"}, "b"),
        "lowest": ({"lowest": 0.9}, "a"),
        "highest": ({"highest": 0.9}, "b"),
        "state": ({"state": "look_again"}, "b"),
        "checked": ({"checked": True}, "b"),
        "not checked": ({"checked": False}, "a"),
        "nothing": ({}, "ba"),
    }
    for name, (fields, ids) in wanted.items():
        chosen = Filter(**fields)  # type: ignore[arg-type]
        assert "".join(record.id for record in any_store.list(LOCAL, chosen).records) == ids, name
        assert any_store.count(LOCAL, chosen) == len(ids), name
    assert any_store.people(LOCAL) == ("Ann", "Bob")


def test_a_picture_is_kept_once_and_goes_with_its_last_reading(any_store: Store, any_settings: Settings) -> None:
    reading = reading_of("7")
    for name in ("one", "two"):
        any_store.add(reading, picture_of(reading), id=name)
    assert len(pictures(any_settings)) == 1
    assert any_store.delete(["one", "nobody"], LOCAL) == 1
    assert any_store.picture("two", LOCAL)
    assert any_store.delete(["two"], LOCAL) == 1
    assert pictures(any_settings) == []


def test_nothing_of_what_is_deleted_is_left_in_the_files(store: Store, sqlite_settings: Settings) -> None:
    def told(words: bytes) -> list[str]:
        return [file.name for file in sqlite_settings.home.rglob("*") if file.is_file() and words in file.read_bytes()]

    for place in range(20):
        record = keep(store, "4096", hours=place, name=f"of-anns-illness-{place}.png", strokes=[[(7.25, 9.75)] * 2000])
    thumbnail = store.thumbnails([record.id], LOCAL)[record.id]
    store.correct(record.id, 0, "271828", LOCAL)
    words = (b"of-anns-illness", b"271828", b"7.25, 9.75", thumbnail[-64:])
    assert all(map(told, words))
    assert store.delete_all(LOCAL) == 20
    assert [told(one) for one in words] == [[]] * len(words)


def test_deleting_all_takes_what_is_wanted(store: Store, sqlite_settings: Settings) -> None:
    for hours in range(3):
        keep(store, "7", hours=hours)
    assert store.delete_all(LOCAL, Filter(since=NOON + timedelta(hours=1))) == 2
    assert (store.count(LOCAL), len(pictures(sqlite_settings))) == (1, 1)
    assert store.delete_all(LOCAL) == 1
    assert pictures(sqlite_settings) == []


def test_nothing_of_the_file_but_its_pixels_is_kept(store: Store, sqlite_settings: Settings, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCameraMaker"
    exif.get_ifd(0x8825)[2] = (47.0, 22.0, 1.0)
    photo = tmp_path / "photo.jpg"
    Image.fromarray(picture_of(reading_of("7"))).save(photo, exif=exif, comment=b"SecretComment")
    record = store.add(reading_of("7"), photo)
    assert record.input_sha256 == hashlib.sha256(photo.read_bytes()).hexdigest()
    (kept,) = pictures(sqlite_settings)
    with Image.open(kept) as picture:
        assert not picture.getexif()
        assert picture.info == {}
    store.close()
    for file in sqlite_settings.home.rglob("*"):
        assert not file.is_file() or b"Secret" not in file.read_bytes(), file


def test_files_are_for_their_owner_alone(store: Store, sqlite_settings: Settings) -> None:
    keep(store, "7")
    files = [path for path in sqlite_settings.home.rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if path.stat().st_mode & 0o077 and path.parent != sqlite_settings.home] == []
    assert (sqlite_settings.home / "inkdigits.db").stat().st_mode & 0o077 == 0


def test_large_photos_are_kept_smaller(store: Store) -> None:
    grey = np.full((2100, 2000), 200, np.uint8)
    record = store.add(reading_of("7"), grey)
    data = store.picture(record.id, LOCAL)
    assert data is not None
    assert data[:2] == b"\xff\xd8"


def test_pictures_at_an_address(sqlite_settings: Settings) -> None:
    store = Store.open(sqlite_settings.changed({"blobs": "memory://pictures"}))
    record = keep(store, "7")
    again = keep(store, "7")
    assert store.picture(record.id, LOCAL) == store.picture(again.id, LOCAL)
    assert not (sqlite_settings.home / "blobs").exists()
    store.delete([record.id, again.id], LOCAL)
    from fsspec.implementations.memory import MemoryFileSystem

    assert [name for name in MemoryFileSystem().find("/pictures") if name.endswith(".png")] == []
    store.close()


def test_a_damaged_or_missing_picture_is_an_error_that_says_so(store: Store, sqlite_settings: Settings) -> None:
    record = keep(store, "7")
    (file,) = pictures(sqlite_settings)
    file.write_bytes(b"something else")
    with pytest.raises(StorageError, match="damaged"):
        store.picture(record.id, LOCAL)
    file.unlink()
    with pytest.raises(StorageError, match="cannot be opened"):
        store.picture(record.id, LOCAL)
    assert store.get(record.id, LOCAL) == record
    assert store.delete([record.id], LOCAL) == 1


def test_export_holds_readings_and_pictures(store: Store) -> None:
    keep(store, "4096", id="a", actor=ANN)
    keep(store, "12", id="b", hours=1, actor=BOB)
    store.correct("a", 0, "4036", ANN)
    memory = io.BytesIO()
    assert store.export(ANN, memory) == 1
    with zipfile.ZipFile(memory) as archive:
        (line,) = archive.read("readings.jsonl").splitlines()
        told = json.loads(line)
        assert archive.read(told["picture"]) == store.picture("a", ANN)
    assert (told["text"], told["corrected_text"], told["corrections"][0]["was"]) == ("4096", "4036", "4096")
    with pytest.raises(OptionError, match="no reading"):
        store.export(ANN, io.BytesIO(), names=["b"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"source": "letter"}, "choose from draw"),
        ({"sauce": "draw"}, "sauce"),
    ],
)
def test_what_cannot_be_kept_is_named(store: Store, arguments: dict[str, object], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        store.add(reading_of("7"), picture_of(reading_of("7")), **arguments)  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="picture or its strokes"):
        store.add(reading_of("7"))
    with pytest.raises(ImageError):
        store.add(reading_of("7"), b"no picture")
    assert store.count(LOCAL) == 0


def pictures(settings: Settings) -> list[Path]:
    """The files of pictures in a home folder."""
    return [path for path in (settings.home / "blobs").rglob("*") if path.is_file()]
