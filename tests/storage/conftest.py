"""A store on each database: SQLite always, PostgreSQL where a server can be started."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy", reason="the history needs the 'store' extra")

from sqlalchemy import Connection, text

from inkdigits.settings import Settings
from inkdigits.storage import schema
from inkdigits.storage.database import Database
from inkdigits.storage.store import Store

DATABASES = ["sqlite", "postgres"]


@pytest.fixture
def sqlite_settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture(scope="session")
def upgraded_postgres(postgres_server: str) -> str:
    """Address of a database with its tables, for all tests that leave these as they are."""
    settings = Settings(database_url=f"{postgres_server}/postgres")
    database = Database(settings)
    schema.upgrade(database)
    database.close()
    return str(settings.database_url)


@pytest.fixture(params=DATABASES)
def any_settings(request: pytest.FixtureRequest, sqlite_settings: Settings) -> Settings:
    """Settings of an empty store on each database."""
    if request.param == "sqlite":
        return sqlite_settings
    settings = sqlite_settings.changed({"database_url": request.getfixturevalue("upgraded_postgres")})
    database = Database(settings)
    database.connect(empty)
    database.close()
    return settings


@pytest.fixture(params=DATABASES)
def own_settings(request: pytest.FixtureRequest, sqlite_settings: Settings) -> Settings:
    """Settings of a database of a test's own, whose tables it may change; it has none yet."""
    if request.param == "sqlite":
        return sqlite_settings
    return sqlite_settings.changed({"database_url": request.getfixturevalue("postgres_url")})


@pytest.fixture
def any_store(any_settings: Settings) -> Iterator[Store]:
    """A store on each database."""
    store = Store.open(any_settings)
    yield store
    store.close()


@pytest.fixture
def store(sqlite_settings: Settings) -> Iterator[Store]:
    """An embedded store."""
    store = Store.open(sqlite_settings)
    yield store
    store.close()


def empty(connection: Connection) -> None:
    """Empties the tables of readings on a server."""
    connection.execute(text("truncate reading, correction, picture, privacy, answer"))
