"""The tables' versions: which one a database has, up and down; migrations lie in the package."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, text

from inkdigits.errors import OptionError, StorageError
from inkdigits.storage.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_265_137  # any number, the same for all who upgrade one PostgreSQL database


def head() -> str:
    """The version that this program works with."""
    return str(ScriptDirectory(str(MIGRATIONS)).get_current_head())


def current(database: Database) -> str | None:
    """The version that a database has; None when it has no tables yet."""
    return database.connect(_version)


def upgrade(database: Database, version: str = "head") -> None:
    """Brings the tables to a version, in one transaction; two programs at once are one after the other.

    Raises:
        OptionError: There is no such version.
        StorageError: The database cannot be reached, or was made by a later program.
    """
    _move(database, command.upgrade, version)


def downgrade(database: Database, version: str) -> None:
    """Takes the tables back to a version; what only later ones keep is lost. Raises as :func:`upgrade` does."""
    _move(database, command.downgrade, version)


def check(database: Database) -> None:
    """Raises StorageError when the tables are not those of this program."""
    found = current(database)
    if found == head():
        return
    if found is not None and found not in _known():
        raise _too_new(database, found)
    raise StorageError(f"the tables of {database.name} are of an earlier version: run 'inkdigits db upgrade' once")


def _move(database: Database, move: Callable[[Config, str], None], version: str) -> None:
    def run(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        found = _version(connection)
        if found is not None and found not in _known():
            raise _too_new(database, found)
        if move is command.upgrade and found == head() and version == "head":
            return
        try:
            move(_config(connection), version)
        except CommandError as error:
            raise OptionError(f"the tables cannot go to {version!r}: {error}") from error

    database.connect(run)


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}


def _too_new(database: Database, found: str) -> StorageError:
    return StorageError(f"{database.name} was made by a later version of inkdigits ({found}): install that one")


def _config(connection: Connection) -> Config:
    attributes: dict[str, Any] = {"connection": connection}
    config = Config(attributes=attributes)
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
