"""The application and the service as the image runs them, each started once a session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.confined import free_port, home_folder, running
from deploy.recipes import compose, last, listed, variables


@pytest.fixture(scope="session")
def app_port() -> Iterator[int]:
    """Port of the image's default command."""
    pytest.importorskip("streamlit", reason="the image has the 'app' extra")
    with _started(listed(last("CMD")), "/_stcore/health") as port:
        yield port


@pytest.fixture(scope="session")
def service_port() -> Iterator[int]:
    """Port of the service, as compose.yaml starts it, but without accounts."""
    pytest.importorskip("fastapi", reason="the image has the 'service' extra")
    command = [*compose()["services"]["service"]["command"], "--open"]
    with _started(command, "/readyz") as port:
        yield port


@pytest.fixture
def home() -> Iterator[Path]:
    """A home folder for one command."""
    with home_folder() as folder:
        yield folder


@contextmanager
def _started(command: list[str], path: str) -> Iterator[int]:
    port = free_port()
    whole = [*listed(last("ENTRYPOINT")), *command, "--port", str(port)]
    with (
        home_folder() as home,
        running(whole, home, f"http://127.0.0.1:{port}{path}", **{**variables(), "INKDIGITS_HOME": str(home)}),
    ):
        yield port
