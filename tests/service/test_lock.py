"""The lock: how often a key may ask, and how long whoever guesses has to wait."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="the service needs the 'service' extra")

from fastapi.testclient import TestClient
from starlette.responses import PlainTextResponse

from inkdigits.accounts.keys import Keys
from inkdigits.accounts.office import Accounts
from inkdigits.errors import StorageError
from inkdigits.service import rates
from inkdigits.service.gate import Gate
from inkdigits.service.lock import FAILURES, Lock
from inkdigits.service.rates import Buckets
from inkdigits.settings import Settings
from inkdigits.storage import LOCAL

WRONG = f"ink_{'0' * 10}_{'0' * 43}"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, service_keys=True, service_rate=60)


@pytest.fixture
def keys(settings: Settings) -> Keys:
    return Accounts.open(settings).keys


@pytest.fixture
def ask(settings: Settings, keys: Keys, clock: Clock) -> Iterator[Any]:
    """Asks a locked application that only tells who came."""

    async def told(scope: Any, receive: Any, send: Any) -> None:
        await PlainTextResponse(scope["state"]["actor"].name)(scope, receive, send)

    tried: list[str] = []
    state: Any = SimpleNamespace(settings=settings, locked=True, open_keys=lambda: Tried(keys, tried))
    metrics: Any = SimpleNamespace(count_request=lambda *_: None)
    locked = Lock(told, state, clock)
    client = TestClient(Gate(locked, settings, metrics), client=("192.0.2.1", 5))

    def request(key: str, header: str | None = None) -> Any:
        return client.get("/v1/read", headers={"Authorization": f"Bearer {key}" if header is None else header})

    request.tried = tried  # type: ignore[attr-defined]
    yield request
    client.close()


class Tried:
    """Keys, and which were looked up."""

    def __init__(self, keys: Keys, tried: list[str]) -> None:
        self.keys, self.tried = keys, tried

    def who(self, token: str) -> Any:
        self.tried.append(token)
        return self.keys.who(token)


def test_key_that_asks_too_often_waits_and_no_other(ask: Any, keys: Keys, clock: Clock) -> None:
    busy, calm = (keys.add(LOCAL, name, None) for name in ("busy", "calm"))
    assert [ask(busy).status_code for _ in range(11)] == [200] * 10 + [429]
    refused = ask(busy)
    assert (refused.headers["retry-after"], refused.json()["type"]) == ("1", "urn:inkdigits:problem:too-many")
    assert ask(calm).text == "key calm"
    clock.now += 1
    assert [ask(busy).status_code for _ in range(2)] == [200, 429]


def test_wrong_keys_have_to_wait_and_the_right_one_beside_them_has_not(ask: Any, keys: Keys, clock: Clock) -> None:
    right, late = (keys.add(LOCAL, name, None) for name in ("right", "late"))
    assert ask(right).status_code == 200
    statuses = [ask(WRONG).status_code for _ in range(100)]
    assert statuses == [401] * FAILURES + [429] * (100 - FAILURES)
    assert ask.tried.count(WRONG) == FAILURES, "a guess that must wait is not looked at"
    assert ask(WRONG).headers["retry-after"] == "10"
    assert ask(right).status_code == 200
    assert ask(late).status_code == 429, "nobody knows yet that it is no guess"
    clock.now += 10
    assert ask(late).status_code == 200


def test_key_that_was_good_is_a_guess_once_it_is_revoked(ask: Any, keys: Keys) -> None:
    token = keys.add(LOCAL, "x", None)
    assert ask(token).status_code == 200
    keys.revoke(LOCAL, token[4:14])
    assert [ask(token).status_code for _ in range(FAILURES + 1)] == [401] * FAILURES + [429]


def test_without_the_database_it_is_not_known_who_asks_and_nobody_is_to_blame(
    ask: Any, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = keys.add(LOCAL, "x", None)

    def away(*_: object) -> None:
        raise StorageError("the database is away: try again")

    with monkeypatch.context() as patch:
        patch.setattr(Tried, "who", away)
        answers = [ask(token) for _ in range(FAILURES + 1)]
    assert {answer.status_code for answer in answers} == {503}
    assert (answers[0].headers["retry-after"], answers[0].json()["detail"]) == ("5", "the database is away: try again")
    assert ask(token).status_code == 200


@pytest.mark.parametrize("header", ["", "Basic aW5rOmluaw==", "Bearer", "Bearer  ", "ink_0_0"])
def test_request_without_a_key_costs_no_look_up(ask: Any, header: str) -> None:
    answer = ask("", header)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert ask.tried == []


def test_buckets_forget_whoever_was_quiet_longest(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    monkeypatch.setattr(rates, "MOST", 3)
    buckets = Buckets(1, 0.001, clock)
    for name in "abc":
        assert buckets.take(name) == 0
    assert buckets.take("a") > 0
    assert buckets.take("d") == 0
    assert [buckets.wait(name) > 0 for name in "abcd"] == [True, False, True, True]
