"""What the service reads is kept where a history is wanted, and answered where it cannot be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from handwriting import digit_picture, encode, number_picture, strokes_of
from inkdigits.errors import StorageError
from inkdigits.service.app import create_app
from inkdigits.settings import Settings
from inkdigits.storage import LOCAL
from inkdigits.storage.privacy import Choice
from inkdigits.storage.store import Store

SEVEN = encode(digit_picture(7))
PNG = {"Content-Type": "image/png"}


@pytest.fixture
def kept(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", history=True)


@pytest.fixture
def keeping(kept: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(kept)) as client:
        yield client


@pytest.fixture
def store(kept: Settings) -> Iterator[Store]:
    store = Store.open(kept)
    yield store
    store.close()


def test_readings_are_kept_as_they_were_answered(keeping: TestClient, store: Store) -> None:
    files = [("files", ("seven.png", SEVEN)), ("files", ("n.png", encode(number_picture("4096"))))]
    results = keeping.post("/v1/read?expect=number&expect_length=1", files=files).json()["results"]
    for result in results:
        record = store.get(result["readings"][0]["id"], LOCAL)
        assert (record.source, record.name, record.text) == ("service", result["name"], result["readings"][0]["text"])
        assert (record.settings["expect"], record.settings["expect_length"]) == ("number", 1)
        assert record.duration_ms > 0
        assert store.picture(record.id, LOCAL)
    first = store.get(results[0]["readings"][0]["id"], LOCAL)
    assert first.input_sha256 == hashlib.sha256(SEVEN).hexdigest()
    assert len(first.model_sha256) >= 64


def test_a_drawing_is_kept_with_its_strokes(keeping: TestClient, store: Store) -> None:
    strokes = [stroke.tolist() for stroke in strokes_of(3)]
    (result,) = keeping.post("/v1/strokes", json={"strokes": strokes}).json()["results"]
    assert store.strokes(result["readings"][0]["id"], LOCAL)


def test_nothing_is_kept_that_was_not_to_be(keeping: TestClient, store: Store) -> None:
    (result,) = keeping.post("/v1/read?keep=false", content=SEVEN, headers=PNG).json()["results"]
    assert result["readings"][0]["id"] is None
    store.privacy.choose(LOCAL, Choice(history=False))
    (result,) = keeping.post("/v1/read", content=SEVEN, headers=PNG).json()["results"]
    assert result["readings"][0]["id"] is None
    assert store.count(LOCAL) == 0


def test_what_cannot_be_kept_is_answered_with_a_warning(keeping: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageError("the disk is full")

    monkeypatch.setattr(Store, "add", full)
    (result,) = keeping.post("/v1/read", content=SEVEN, headers=PNG).json()["results"]
    assert result["readings"][0]["text"] == "7"
    assert result["readings"][0]["id"] is None
    assert "the disk is full" in result["warning"]


def test_it_is_not_ready_without_its_database(keeping: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert keeping.get("/readyz").status_code == 200

    def gone(*_: object) -> None:
        raise StorageError("the database cannot be reached")

    monkeypatch.setattr("inkdigits.storage.database.Database.read", gone)
    answer = keeping.get("/readyz")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert keeping.get("/healthz").status_code == 200
