"""``Database``: transactions on SQLite or PostgreSQL that are tried again when the server was away for a moment."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session

from inkdigits.errors import MissingExtraError, OptionError, StorageError
from inkdigits.settings import Settings

log = logging.getLogger(__name__)

Result = TypeVar("Result")

PAUSES = (0.1, 0.3, 1.0)
"""Seconds before each further attempt; a server that starts again is there after about one."""

_BUSY = 15  # seconds that SQLite waits for another process's transaction
_CONNECT = 5  # seconds that PostgreSQL may take to answer
_WRITES = "inkdigits_writes"
_DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class Database:
    """One engine; :meth:`read` and :meth:`write` run a piece of work in a transaction."""

    def __init__(self, settings: Settings) -> None:
        """Connects to nothing yet.

        Raises:
            OptionError: ``database_url`` is malformed, or of a database that is not known.
            MissingExtraError: The driver is not installed.
        """
        self.url = database_url(settings)
        self.engine = _make_engine(self.url)
        self._writing = self.engine.execution_options(**{_WRITES: True})

    @property
    def embedded(self) -> bool:
        """True for SQLite: the file is ours alone, and is upgraded when it is opened."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def exists(self) -> bool:
        """Whether it is there already; always true of a server, which answers for itself."""
        return not self.embedded or Path(str(self.url.database)).exists()

    @property
    def name(self) -> str:
        """Where it is, without a password."""
        return str(self.url.database) if self.embedded else self.url.render_as_string(hide_password=True)

    def read(self, work: Callable[[Session], Result]) -> Result:
        """Runs work that changes nothing.

        Raises:
            StorageError: The database cannot be reached, or is damaged.
        """
        return self._run(self.engine, work)

    def write(self, work: Callable[[Session], Result]) -> Result:
        """Runs work and commits it. It may run more than once, so it must name what it makes by ids of its own.

        Raises:
            StorageError: The database cannot be reached, or is damaged.
        """
        return self._run(self._writing, work)

    def connect(self, work: Callable[[Connection], Result]) -> Result:
        """Runs work on a connection and commits it, once; for changes of the tables themselves."""
        try:
            self._make_folder()
            with self._writing.begin() as connection:
                return work(connection)
        except SQLAlchemyError as error:
            raise self._explained(error) from error

    def forget(self) -> None:
        """Empties SQLite's log, in which what was deleted stands until it is full; a server looks after its own.

        Raises:
            StorageError: The file cannot be written.
        """
        if not self.embedded:
            return
        try:
            connection = self.engine.raw_connection()
            try:
                connection.cursor().execute("pragma wal_checkpoint(truncate)").close()
            finally:
                connection.close()
        except (sqlite3.Error, SQLAlchemyError) as error:
            raise StorageError(f"the log of the database {self.name} cannot be emptied: {error}") from error

    def close(self) -> None:
        """Closes all connections; the next work opens new ones."""
        self.engine.dispose()

    def _run(self, engine: Engine, work: Callable[[Session], Result]) -> Result:
        for pause in (*PAUSES, None):
            try:
                with Session(engine, expire_on_commit=False) as session, session.begin():
                    return work(session)
            except DBAPIError as error:
                if pause is None or not _passes(error):
                    raise self._explained(error) from error
                log.warning("%s: trying again in %.1f s", _first_line(error), pause)
                time.sleep(pause)
            except SQLAlchemyError as error:
                raise self._explained(error) from error
        raise AssertionError("the last attempt returns or raises")

    def _explained(self, error: SQLAlchemyError) -> StorageError:
        if isinstance(error, DBAPIError) and _passes(error):
            way_out = "nothing was changed; try again when it answers"
        else:
            way_out = "see docs/history.md, 'When the database complains'"
        return StorageError(f"the database {self.name} does not answer as it should ({_first_line(error)}): {way_out}")

    def _make_folder(self) -> None:
        if self.embedded and self.url.database not in (None, "", ":memory:"):
            path = Path(str(self.url.database))
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch(mode=0o600)
            except OSError as error:
                raise StorageError(f"the database {path} cannot be made: {error.strerror}") from error


def insert_into(session: Session, table: type[DeclarativeBase]) -> Any:
    """An insert that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``, in the database's own words."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def database_url(settings: Settings) -> URL:
    """The address of the database, with the driver that we use."""
    if settings.database_url is None:
        return URL.create(_DRIVERS["sqlite"], database=str(settings.home / "inkdigits.db"))
    try:
        url = make_url(settings.database_url)
    except ArgumentError as error:
        raise OptionError(
            "setting 'database_url' is no address of a database: write postgresql://user:password@host/name "
            "or sqlite:///path/to/file.db"
        ) from error
    backend = url.get_backend_name()
    if backend not in _DRIVERS:
        raise OptionError(f"setting 'database_url': {backend!r} is not known; choose from sqlite, postgresql")
    password = settings.database_password
    if password is not None and url.password is None and backend != "sqlite":
        url = url.set(password=password.get_secret_value())
    return url.set(drivername=_DRIVERS[backend])


def _make_engine(url: URL) -> Engine:
    embedded = url.get_backend_name() == "sqlite"
    options: dict[str, Any] = {"timeout": _BUSY} if embedded else {"connect_timeout": _CONNECT}
    try:
        engine = create_engine(url, connect_args=options, pool_pre_ping=not embedded)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise MissingExtraError("PostgreSQL", "postgres") from error
    if embedded:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: _begin_sqlite does
    for pragma in (
        "journal_mode = wal",
        "synchronous = full",
        "foreign_keys = on",
        "temp_store = memory",
        "secure_delete = on",  # what is deleted is overwritten
    ):
        connection.execute(f"pragma {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its place in the queue at once: one that began as a reader could not wait for it later."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("begin immediate" if writes else "begin")


def _passes(error: DBAPIError) -> bool:
    """True for what goes by: the connection broke, the server starts or stops, another process writes."""
    if error.connection_invalidated:
        return True
    original = error.orig
    if isinstance(original, sqlite3.OperationalError):
        return "locked" in str(original) or "busy" in str(original)
    state = getattr(original, "sqlstate", None)
    unreachable = state is None and type(original).__name__ == "OperationalError"
    return unreachable or (state or "")[:2] in ("08", "40", "57")  # connection, rollback, operator intervention


def _first_line(error: SQLAlchemyError) -> str:
    original = getattr(error, "orig", None) or error
    return (str(original).strip().splitlines() or [type(original).__name__])[0]
