"""kill -9 of the app while it saves: its file is sound, nothing it had saved is lost, and open pages go on."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest

from inkdigits.storage import LOCAL
from inkdigits.storage.store import Store
from web.conftest import free_port, running
from web.pad_hand import SEVEN, Hand
from web.settled import PATIENCE, settle
from web.tabs import Tabs
from web.written import document, page_picture

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SAVED = 5  # readings that are saved before the app is killed
PAGES = 100  # many more than are read by then


@contextmanager
def app(home: Path, port: int) -> Iterator[Popen[bytes]]:
    """What ``make app`` starts, at a port of its own."""
    command = ["inkdigits", "app", "--port", str(port), "--headless"]
    with running(command, f"http://localhost:{port}", home, INKDIGITS_HOME=str(home)) as process:
        yield process


def saved(home: Path) -> set[str]:
    """Ids of the readings that any other program finds in the file."""
    if not (home / "inkdigits.db").exists():
        return set()
    with closing(sqlite3.connect(home / "inkdigits.db")) as database:
        if not database.execute("select name from sqlite_master where name = 'reading'").fetchall():
            return set()
        return {name for (name,) in database.execute("select id from reading")}


def kill_while_it_saves(process: Popen[bytes], home: Path) -> set[str]:
    """Waits until some readings are saved, kills the app among others; gives what it had saved."""
    deadline = time.monotonic() + PATIENCE / 1000
    while len(saved(home)) < SAVED:
        assert time.monotonic() < deadline, "nothing is saved"
        time.sleep(0.01)
    acknowledged = saved(home)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return acknowledged


def test_an_app_that_is_killed_while_it_saves_loses_nothing_and_its_pages_go_on(tabs: Tabs, tmp_path: Path) -> None:
    home, port = tmp_path / "home", free_port()
    home.mkdir()
    drawing, reading = tabs.lend(own=True), tabs.lend(own=True)
    with app(home, port) as process:
        drawing.goto(f"http://localhost:{port}")
        hand = Hand(drawing)
        hand.draw(SEVEN)
        hand.settles_on("7")
        bring(reading, port)
        acknowledged = kill_while_it_saves(process, home)
    with closing(sqlite3.connect(home / "inkdigits.db")) as database:
        assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert database.execute("pragma foreign_key_check").fetchall() == []
    with app(home, port):
        check_drawing(drawing)
        check_history(reading, port, home, acknowledged)
    for tab in (drawing, reading):
        tabs.take_back(tab)


def bring(page: Any, port: int) -> None:
    """A document of many pages, each of which is saved when it is read."""
    page.goto(f"http://localhost:{port}/upload")
    page.locator(".ink-empty").wait_for()
    data = document(*[page_picture([["42"]], 2)] * PAGES)
    page.locator("input[type=file]").set_input_files(
        {"name": "long.pdf", "mimeType": "application/pdf", "buffer": data}
    )


def check_drawing(page: Any) -> None:
    """A page that stayed open has its ink, and is answered by the new app."""
    hand = Hand(page)
    hand.button("Undo").click()
    hand.reads("")
    hand.button("Redo").click()
    hand.settles_on("7")


def check_history(page: Any, port: int, home: Path, acknowledged: set[str]) -> None:
    """What was saved is there, with its picture, and the History page counts it."""
    page.goto(f"http://localhost:{port}/history")
    page.get_by_role("button", name="Older").wait_for()
    settle(page)
    store = Store.open({"home": home})
    found = {record.id for record in store.each(LOCAL)}
    assert SAVED <= len(acknowledged) < PAGES
    assert acknowledged <= found
    for name in found:
        assert store.picture(name, LOCAL)
    store.close()
    page.get_by_role("status").filter(has_text=f"{len(found)} readings").wait_for()
