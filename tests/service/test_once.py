"""Idempotency keys over HTTP: done once, answered the same, by two services on one database."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="the service needs the 'service' extra")

from fastapi.testclient import TestClient
from sqlalchemy import update

from handwriting import digit_picture, encode
from inkdigits.accounts.throttle import utc_now
from inkdigits.errors import StorageError
from inkdigits.service.app import create_app
from inkdigits.storage import LOCAL
from inkdigits.storage.answers import Answers
from inkdigits.storage.store import Store
from inkdigits.storage.tables import AnswerRow

SEVEN, FOUR = (encode(digit_picture(label)) for label in (7, 4))


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return {"home": tmp_path_factory.mktemp("home"), "history": True}


@pytest.fixture(scope="module")
def two(settings: dict[str, Any]) -> Iterator[list[TestClient]]:
    """Two services of one database."""
    with ExitStack() as stack:
        made = (TestClient(create_app(settings), raise_server_exceptions=False) for _ in range(2))
        yield [stack.enter_context(one) for one in made]


@pytest.fixture
def store(settings: dict[str, Any]) -> Iterator[Store]:
    """Their store, emptied."""
    store = Store.open(settings)
    store.delete_all(LOCAL)
    yield store
    store.close()


def send(service: TestClient, key: str, picture: bytes = SEVEN, boundary: str = "one") -> Any:
    """A picture in a form, whose boundary is another one whenever it is made anew."""
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n'.encode()
    body = head + picture + f"\r\n--{boundary}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Idempotency-Key": key}
    return service.post("/v1/read?expect=digit", content=body, headers=headers)


def test_request_that_is_sent_again_is_answered_again(two: list[TestClient], store: Store) -> None:
    first = send(two[0], "again")
    again = send(two[1], "again", boundary="another")
    assert (first.status_code, first.content) == (200, again.content)
    assert "Idempotency-Replayed" not in first.headers
    assert (again.headers["Idempotency-Replayed"], again.headers["Content-Type"]) == ("true", "application/json")
    assert store.count(LOCAL) == 1
    other = send(two[0], "again", FOUR)
    assert (other.status_code, other.json()["type"]) == (422, "urn:inkdigits:problem:idempotency-key-reused")
    assert send(two[0], "another").headers.get("Idempotency-Replayed") is None
    assert store.count(LOCAL) == 2


def test_of_many_at_the_same_time_one_is_read(two: list[TestClient], store: Store) -> None:
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda number: send(two[number % 2], "at once"), range(12)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len({answer.content for answer in answers if answer.status_code == 200}) == 1
    assert all(answer.headers["Retry-After"] == "1" for answer in answers if answer.status_code == 409)
    assert store.count(LOCAL) == 1


def test_what_was_kept_before_a_crash_is_not_kept_again(
    two: list[TestClient], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise StorageError("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(Answers, "keep", fail)
        assert send(two[0], "crash").status_code == 503
    assert store.count(LOCAL) == 1
    assert send(two[1], "crash").status_code == 409, "it may still be at work"
    old = update(AnswerRow).where(AnswerRow.status.is_(None)).values(until=utc_now() - timedelta(seconds=1))
    store.database.write(lambda session: session.execute(old))
    answer = send(two[1], "crash")
    [record] = store.list(LOCAL).records
    assert answer.json()["results"][0]["readings"][0]["id"] == record.id


def test_request_that_failed_may_be_sent_again(two: list[TestClient], store: Store) -> None:
    for _ in range(2):
        assert send(two[0], "failed", b"no picture").status_code == 422
    assert send(two[0], "failed", SEVEN).json()["type"] == "urn:inkdigits:problem:idempotency-key-reused"
    assert store.count(LOCAL) == 0


def test_strokes_and_corrections_are_done_once_too(two: list[TestClient], store: Store) -> None:
    seven = {"strokes": [[[20, 10], [80, 10], [45, 90]]]}
    sent = [one.post("/v1/strokes", json=seven, headers={"Idempotency-Key": "pen"}) for one in two]
    assert sent[0].content == sent[1].content
    [record] = store.list(LOCAL).records
    path, said = f"/v1/readings/{record.id}/correction", {"number": 0, "text": "1"}
    sent = [one.post(path, json=said, headers={"Idempotency-Key": "right"}) for one in two]
    assert sent[0].content == sent[1].content
    assert len(store.get(record.id, LOCAL).corrections) == 1
    wrong = two[0].post(path, json={**said, "text": "2"}, headers={"Idempotency-Key": "right"})
    assert wrong.status_code == 422


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_key_that_is_none(two: list[TestClient], key: str) -> None:
    assert send(two[0], key).status_code == 422
