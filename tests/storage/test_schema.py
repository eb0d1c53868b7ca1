"""The tables go up and down on both databases with data in them, and are what the program says they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from inkdigits import OptionError
from inkdigits.errors import StorageError
from inkdigits.settings import Settings
from inkdigits.storage import LOCAL, schema
from inkdigits.storage.database import Database
from inkdigits.storage.store import Store
from inkdigits.storage.tables import Base
from storage.made import picture_of, reading_of

VERSIONS = [script.revision for script in ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions()][::-1]


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


@pytest.fixture
def own_store(own_settings: Settings) -> Iterator[Store]:
    database = Database(own_settings)
    schema.upgrade(database)
    yield Store(database, own_settings)
    database.close()


def test_up_and_down_with_data(own_store: Store) -> None:
    database = own_store.database
    assert database.connect(differences) == []
    reading = reading_of("4096")
    own_store.add(reading, picture_of(reading), id="x")
    own_store.correct("x", 0, "4036", LOCAL)
    before = own_store.get("x", LOCAL)
    for version in VERSIONS[-2::-1]:
        schema.downgrade(database, version)
        assert schema.current(database) == version
    schema.upgrade(database)
    assert own_store.get("x", LOCAL) == before
    assert database.connect(differences) == []
    schema.downgrade(database, "base")
    assert database.connect(tables) == {"alembic_version"}
    schema.upgrade(database)
    assert own_store.count(LOCAL) == 0


def test_a_server_is_upgraded_by_hand_only(postgres_url: str, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url=postgres_url)
    with pytest.raises(StorageError, match="inkdigits db upgrade"):
        Store.open(settings)
    database = Database(settings)
    schema.upgrade(database)
    database.close()
    Store.open(settings).close()


def test_tables_of_a_later_program_are_left_alone(own_store: Store, own_settings: Settings) -> None:
    def pretend(connection: Connection) -> None:
        connection.execute(text("update alembic_version set version_num = '9999'"))

    own_store.database.connect(pretend)
    with pytest.raises(StorageError, match="later version"):
        Store.open(own_settings)


def test_a_version_that_is_none(store: Store) -> None:
    with pytest.raises(OptionError, match="nowhere"):
        schema.upgrade(store.database, "nowhere")


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/name"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(OptionError, match="database_url"):
        Database(Settings(database_url=url))


def test_a_database_that_is_damaged_or_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "inkdigits.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(StorageError, match="not a database"):
        Store.open(Settings(home=tmp_path))
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be made"):
        Store.open(Settings(home=tmp_path / "file" / "home"))


def test_a_server_that_is_not_there_is_an_error_without_the_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg", reason="needs the 'postgres' extra")
    settings = Settings(home=tmp_path, database_url="postgresql://ink:verysecret@127.0.0.1:1/ink")
    with pytest.raises(StorageError, match="does not answer") as caught:
        Store.open(settings)
    assert "verysecret" not in str(caught.value)
