"""The tables go up and down on both databases with data in them, and are what the program says they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.orm import Session

from inkdigits import OptionError
from inkdigits.errors import StorageError
from inkdigits.settings import Settings
from inkdigits.storage import LOCAL, schema
from inkdigits.storage.answers import Answers
from inkdigits.storage.database import Database
from inkdigits.storage.privacy import Choice
from inkdigits.storage.store import Store
from inkdigits.storage.tables import AttemptRow, Base, KeyRow, PersonRow, SessionRow
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


def fill(store: Store) -> None:
    """Something in every table."""
    reading, now = reading_of("4096"), datetime.now(timezone.utc)
    store.add(reading, picture_of(reading), id="x")
    store.correct("x", 0, "4036", LOCAL)
    store.privacy.choose(LOCAL, Choice(keep_days=30))
    Answers(store.database).claim(LOCAL, "key", "request")

    def add(session: Session) -> None:
        session.add(PersonRow(id=1, handle="ada", name="Ada", role="admin", created=now, valid_since=now))
        session.flush()
        session.add(AttemptRow(key="someone", failures=1, last=now, until=now))
        session.add(KeyRow(id="k", digest="d", person_id=1, role="admin", name="a key", created=now))
        session.add(SessionRow(id="s", person_id=1, created=now, seen=now, until=now, address="", agent=""))

    store.database.write(add)


def rows(connection: Connection) -> dict[str, int]:
    names = tables(connection) - {"alembic_version"}
    return {name: connection.execute(text(f'select count(*) from "{name}"')).scalar_one() for name in names}


def test_up_and_down_with_data(own_store: Store) -> None:
    database = own_store.database
    assert database.connect(differences) == []
    fill(own_store)
    whole, before = database.connect(rows), own_store.get("x", LOCAL)
    assert set(whole) == set(Base.metadata.tables)
    assert all(whole.values())
    for version in VERSIONS[-2::-1]:
        schema.downgrade(database, version)
        assert schema.current(database) == version
        left = database.connect(rows)
        assert left == {name: whole[name] for name in left}
    schema.upgrade(database)
    assert own_store.get("x", LOCAL) == before
    assert database.connect(differences) == []
    fill(own_store)  # the tables that were made anew take the same as before
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
