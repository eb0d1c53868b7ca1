"""A real PostgreSQL server for tests, started once a session (once a worker under pytest-xdist) when one is wanted."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

REQUIRED = os.environ.get("INKDIGITS_REQUIRE_POSTGRES") == "1"
USER = "ink"
STARTUP = 60.0  # seconds until the server answers
QUICK = {  # what is lost when the machine fails is no loss here
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "shared_buffers": "16MB",
    "max_connections": "60",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Address of a PostgreSQL server of our own, without the name of a database: ``postgresql+psycopg://...:port``."""
    folder = _find_programs()
    try:
        import psycopg  # noqa: F401
    except ImportError:
        _skip("psycopg is not installed: pip install 'inkdigits[postgres]'")
    place = Path(tempfile.mkdtemp(prefix="inkdigits-postgres-"))
    try:
        password = secrets.token_hex(8)
        _make(folder, place, password)
        with _running(folder, place, password) as port:
            yield f"postgresql+psycopg://{USER}:{password}@127.0.0.1:{port}"
    finally:
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Address of an empty database of a test's own, for SQLAlchemy: ``postgresql+psycopg://...:port/name``."""
    name = f"ink_{secrets.token_hex(6)}"
    _execute(postgres_server, f'CREATE DATABASE "{name}"')
    yield f"{postgres_server}/{name}"
    _execute(postgres_server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _find_programs() -> Path:
    """The folder of ``initdb`` and ``postgres``; Debian keeps them off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("postgres")
    programs = [Path(on_path)] if on_path else found[-1:]
    if not programs or not (programs[0].parent / "initdb").exists():
        _skip("no PostgreSQL server: apt-get install postgresql")
    return programs[0].parent


def _skip(reason: str) -> NoReturn:
    if REQUIRED:
        pytest.fail(f"INKDIGITS_REQUIRE_POSTGRES is set, but {reason}")
    pytest.skip(reason)


def _servant() -> dict[str, str | int]:
    """PostgreSQL refuses to run as root: as whom it runs then, for subprocess."""
    if os.geteuid() != 0:
        return {}
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    entry = pwd.getpwnam("postgres" if "postgres" in known else "nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid}


def _make(folder: Path, place: Path, password: str) -> None:
    servant = _servant()
    secret = place / "password"
    secret.write_text(password)
    if servant:
        for path in (place, secret):
            os.chown(path, int(servant["user"]), int(servant["group"]))
    command = [folder / "initdb", "--pgdata", place / "data", "--username", USER, "--pwfile", secret]
    command += ["--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale", "--no-sync", "--no-instructions"]
    made = subprocess.run(command, cwd=place, capture_output=True, text=True, **_as(servant))
    assert made.returncode == 0, made.stderr


@contextmanager
def _running(folder: Path, place: Path, password: str) -> Iterator[int]:
    port = _free_port()
    command = [folder / "postgres", "-D", place / "data", "-p", str(port)]
    command += [part for name, value in QUICK.items() for part in ("-c", f"{name}={value}")]
    with (place / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=place, stdout=log, stderr=subprocess.STDOUT, **_as(_servant()))
        try:
            _wait_until_ready(f"postgresql://{USER}:{password}@127.0.0.1:{port}", server, place / "log")
            yield port
        finally:
            server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown: clients are sent away
            server.wait(timeout=30)


def _as(servant: dict[str, str | int]) -> dict[str, object]:
    return {**servant, "extra_groups": []} if servant else {}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    import psycopg

    deadline = time.monotonic() + STARTUP
    while True:
        assert server.poll() is None, f"PostgreSQL ended:\n{log.read_text()}"
        try:
            psycopg.connect(f"{url}/postgres").close()
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, f"PostgreSQL does not answer:\n{log.read_text()}"
            time.sleep(0.05)
        else:
            return


def _execute(server: str, statement: str) -> None:
    import psycopg

    url = server.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
        connection.execute(statement)
