"""One application for tests in this process, and one real server on a real socket."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("fastapi", reason="the service needs the 'service' extra")
pytest.importorskip("httpx", reason="its client needs the 'client' extra")

from fastapi import FastAPI
from fastapi.testclient import TestClient

from inkdigits.service.app import create_app
from serving import MOST, PATIENCE, Server, start_server


@pytest.fixture(scope="session")
def service_app() -> FastAPI:
    """The service as it is without any setting."""
    return create_app()


@pytest.fixture(scope="session")
def web(service_app: FastAPI) -> Iterator[TestClient]:
    """Calls it, and takes what it raises for an answer."""
    with TestClient(service_app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def open_app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The service as ``--open`` starts it, with a home folder of its own."""
    return create_app({"home": tmp_path_factory.mktemp("open")}, open_to_all=True)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that is impatient and takes little."""
    server = start_server(
        tmp_path_factory.mktemp("served"), service_patience=PATIENCE, service_max_body=MOST, history=True
    )
    yield server
    server.stop()
