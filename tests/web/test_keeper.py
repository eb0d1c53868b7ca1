"""The keeper writes beside the pages: one after the other, the newest of a kind, again while the database is away."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

pytest.importorskip("streamlit", reason="the web pages need the 'app' extra")

from inkdigits.errors import OptionError, RightsError, StorageError
from inkdigits.images import Page
from inkdigits.storage import LOCAL, Actor
from inkdigits.storage.store import Store
from inkdigits.web.history import keeper as module
from inkdigits.web.history import keeping
from inkdigits.web.history.keeper import Keeper
from storage.made import picture_of, reading_of

LONG = 60.0


def test_the_newest_of_a_kind_is_kept_and_the_order_stays() -> None:
    keeper, done = Keeper(), list[str]()
    keeper.submit("drawing", lambda: done.append("7"), LONG)
    keeper.submit("page", lambda: done.append("page"), LONG)
    keeper.submit("drawing", lambda: done.append("70"), LONG)
    assert done == []
    assert keeper.wait(LONG)
    assert done == ["page", "70"]


def test_jobs_wait_while_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AGAIN", 0.01)
    keeper, done, away, tried = Keeper(), list[str](), threading.Event(), threading.Event()
    away.set()

    def first() -> None:
        if away.is_set():
            tried.set()
            raise StorageError("the database is away")
        done.append("first")

    keeper.submit("first", first)
    keeper.submit("second", lambda: done.append("second"))
    assert tried.wait(LONG)
    assert not keeper.wait(0.1)
    assert keeper.problem == "the database is away"
    away.clear()
    assert keeper.wait(LONG)
    assert (done, keeper.problem) == (["first", "second"], "")


def test_what_cannot_be_kept_is_dropped_and_told() -> None:
    keeper, done = Keeper(), list[str]()

    def refuse() -> None:
        raise OptionError("not this one")

    keeper.submit("one", refuse)
    assert keeper.wait(LONG)
    assert keeper.problem == "not this one"
    keeper.submit("two", lambda: done.append("two"))
    assert keeper.wait(LONG)
    assert (done, keeper.problem) == (["two"], "")


def test_what_somebody_may_not_keep_any_more_is_dropped_and_told_to_nobody() -> None:
    keeper, done = Keeper(), list[str]()

    def refuse() -> None:
        raise RightsError("your sign-in ended")

    keeper.submit("one", refuse)
    keeper.submit("two", lambda: done.append("two"))
    assert keeper.wait(LONG)
    assert (done, keeper.problem) == (["two"], "")


def test_sign_in_that_ended_keeps_nothing_in_the_background(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKDIGITS_HOME", str(tmp_path))
    monkeypatch.setattr(keeping, "get_keeper", lambda: keeper)
    keeper, reading = Keeper(), reading_of("4096")
    for signed_in, count in ((False, 0), (True, 1)):
        actor = Actor(5, "Uwe", "user", lambda held=signed_in: held)  # type: ignore[misc]
        monkeypatch.setattr(keeping, "current_actor", lambda actor=actor: actor)
        keeping.keep_page(Page(picture_of(reading)), reading, "upload")
        assert keeper.wait(LONG)
        assert (Store.open().count(LOCAL), keeper.problem) == (count, "")
