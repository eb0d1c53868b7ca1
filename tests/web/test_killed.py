"""kill -9 of the app while it saves: its file is sound, nothing it had saved is lost, and open pages go on."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from forked import Forks, forks
from handwriting import digit_picture, encode
from inkdigits.storage import LOCAL
from inkdigits.storage.store import Store
from web.conftest import STARTUP, free_port
from web.pad_hand import SEVEN, Hand
from web.settled import settle
from web.tabs import Tabs
from web.visitor import GONE, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

TIMES = 20
LOADED = ("streamlit.web.cli", "streamlit.web.server", "pandas", "inkdigits.reader", "inkdigits.recognition.engine")
STORED = ("inkdigits.storage.store", "alembic.command", "sqlalchemy.dialects.sqlite", "pydantic_settings")


def test_an_app_that_is_killed_while_it_saves_loses_nothing_and_its_pages_go_on(tabs: Tabs, tmp_path: Path) -> None:
    home, port, places, chance = tmp_path / "home", free_port(), count(), random.Random(5)
    kept: set[str] = set()
    page = tabs.lend(own=True)
    environment = {"INKDIGITS_HOME": str(home), "OMP_NUM_THREADS": "1"}
    with forks(*LOADED, *STORED, **environment) as app, ThreadPoolExecutor(1) as visitors:
        for turn in range(TIMES):
            start(app, port)
            if turn == TIMES - 1:
                draw_on(page, port)
            visiting = visitors.submit(upload_until_it_is_gone, port, places)
            wait_until_it_saves(home, visiting, app)
            time.sleep(chance.uniform(0, 0.1))
            kept |= saved(home)
            app.kill()
            visiting.result()
            check_file(home)
        start(app, port)
        check_drawing(page)
        check_history(page, port, home, kept)
    tabs.take_back(page)


def start(app: Forks, port: int) -> None:
    """What ``make app`` starts, at a port of its own."""
    app.start("app", "--port", str(port), "--headless")
    deadline = time.monotonic() + STARTUP
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{port}/_stcore/health", timeout=STARTUP).raise_for_status()
        except httpx.TransportError:
            assert time.monotonic() < deadline, app.log
            time.sleep(0.02)
        else:
            return


def upload_until_it_is_gone(port: int, places: Iterator[int]) -> None:
    """A visitor of the Upload page; each picture is another one."""
    try:
        with visit(port, "upload") as visitor:
            for place in places:
                visitor.upload(f"{place}.png", encode(digit_picture(place % 10, seed=place)))
    except GONE:
        return


def wait_until_it_saves(home: Path, visiting: Future[None], app: Forks) -> None:
    before, deadline = saved(home), time.monotonic() + STARTUP
    while saved(home) == before:
        assert not visiting.done(), visiting.exception() or app.log
        assert time.monotonic() < deadline, app.log
        time.sleep(0.01)


def saved(home: Path) -> set[str]:
    """Ids of the readings that any other program finds in the file."""
    if not (home / "inkdigits.db").exists():
        return set()
    with closing(sqlite3.connect(home / "inkdigits.db")) as database:
        if not database.execute("select name from sqlite_master where name = 'reading'").fetchall():
            return set()
        return {name for (name,) in database.execute("select id from reading")}


def check_file(home: Path) -> None:
    with closing(sqlite3.connect(home / "inkdigits.db")) as database:
        assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert database.execute("pragma foreign_key_check").fetchall() == []


def draw_on(page: Any, port: int) -> None:
    page.goto(f"http://127.0.0.1:{port}")
    hand = Hand(page)
    hand.draw(SEVEN)
    hand.settles_on("7")


def check_drawing(page: Any) -> None:
    """A page that stayed open has its ink, and is answered by the new app."""
    hand = Hand(page)
    hand.button("Undo").click()
    hand.reads("")
    hand.button("Redo").click()
    hand.settles_on("7")


def check_history(page: Any, port: int, home: Path, kept: set[str]) -> None:
    """What was saved is there once, with its picture, and the History page counts it."""
    before = len(saved(home))
    page.goto(f"http://127.0.0.1:{port}/history")
    shown = page.get_by_role("status").filter(has_text=" readings")
    shown.wait_for()
    settle(page)
    with closing(Store.open({"home": home})) as store:
        found = [record.id for record in store.each(LOCAL)]
        assert len(kept) >= TIMES
        assert kept <= set(found)
        assert len(found) == len(set(found))
        for name in found:
            assert store.picture(name, LOCAL)
    # The page that was drawn on keeps its drawing now.
    assert before <= int(shown.inner_text().split()[-2]) <= len(found)
