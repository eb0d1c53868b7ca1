"""The Batch page without a browser, for tests: in a home of its own, opened by somebody, seen to a batch's end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import inkdigits
from inkdigits.storage import Actor
from inkdigits.web.accounts import identity
from inkdigits.web.accounts.identity import Visitor

PAGE = Path(inkdigits.__file__).parent / "web" / "views" / "batch.py"
LONG = 120.0  # seconds that a small batch may take on a busy machine


def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder in which the page keeps its batches; for a fixture to yield from."""
    monkeypatch.setenv("INKDIGITS_HOME", str(home))
    monkeypatch.delenv("INKDIGITS_BATCH_ROOT", raising=False)
    identity.get_settings.cache_clear()
    identity.get_accounts.cache_clear()
    yield home
    identity.get_settings.cache_clear()
    identity.get_accounts.cache_clear()


def run(monkeypatch: pytest.MonkeyPatch | None = None, actor: Actor | None = None) -> Any:
    """The page, opened by somebody; without one, by the one person of an app without accounts."""
    testing = pytest.importorskip("streamlit.testing.v1", reason="the web pages need the 'app' extra")
    if monkeypatch is not None and actor is not None:
        monkeypatch.setattr(identity, "get_visitor", lambda: Visitor(actor))
    app = testing.AppTest.from_file(str(PAGE), default_timeout=150).run()
    assert not app.exception
    return app


def texts(app: Any) -> str:
    """All HTML on it."""
    return " ".join(element.proto.body for element in app.get("html"))


def until_finished(app: Any) -> None:
    """Draws the page again until the batch has come to its end."""
    for _ in range(int(LONG * 2)):
        app.run()
        assert not app.exception
        if not any(header.value.endswith("at work") for header in app.subheader):
            return
        time.sleep(0.5)
