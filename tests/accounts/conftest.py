"""Accounts on both databases, with a clock that stands still until it is told to go on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

pytest.importorskip("pwdlib", reason="accounts need the 'app' extra")

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import event

from inkdigits.accounts import passwords
from inkdigits.accounts.office import Accounts
from inkdigits.accounts.people import Person
from inkdigits.settings import Settings
from inkdigits.storage import LOCAL, schema
from inkdigits.storage.database import Database
from inkdigits.storage.store import Store
from postgres import postgres_server, postgres_url  # noqa: F401 (fixtures)

PASSWORD = "a few plain words"


class Clock:
    """A clock for tests."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that take no time: what is tested here is not Argon2."""
    hasher = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)
    passwords._decoy.cache_clear()


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an empty database."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    return Settings.resolve({"home": tmp_path, "database_url": url, "auth": "local"})


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    database = Database(settings)
    if database.embedded:  # what is lost when the machine fails is no loss here
        event.listen(database.engine, "connect", lambda connection, _: connection.execute("pragma synchronous = off"))
    schema.upgrade(database)
    yield Store(database, settings)
    database.close()


@pytest.fixture
def accounts(store: Store, settings: Settings, clock: Clock, cheap_hashes: None) -> Accounts:
    return Accounts(store.database, settings, clock)


@pytest.fixture
def ada(accounts: Accounts) -> Person:
    accounts.people.add(LOCAL, "Ada", "admin", PASSWORD)
    return accounts.people.named(LOCAL, "ada")
