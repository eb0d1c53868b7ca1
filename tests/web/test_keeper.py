"""The keeper writes beside the pages: one after the other, the newest of a kind, again while the database is away."""

from __future__ import annotations

import threading
import time
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


class Away:
    """A database that is away until it is over; ``tried`` once somebody wanted to write."""

    def __init__(self) -> None:
        self.over, self.tried = threading.Event(), threading.Event()

    def keeps(self, done: list[str], name: str) -> None:
        if not self.over.is_set():
            self.tried.set()
            raise StorageError("the database is away")
        done.append(name)


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
    keeper, done, away = Keeper(), list[str](), Away()
    keeper.submit("first", lambda: away.keeps(done, "first"), whose=1)
    keeper.submit("second", lambda: done.append("second"), whose=1)
    keeper.submit("third", lambda: done.append("third"), whose=2, noun="correction")
    assert away.tried.wait(LONG)
    assert not keeper.wait(0.1)
    assert keeper.away == "the database is away"
    assert (keeper.waiting(1), keeper.waiting(2), keeper.waiting(None)) == ({"reading": 2}, {"correction": 1}, {})
    away.over.set()
    assert keeper.wait(LONG)
    assert (done, keeper.away) == (["first", "second", "third"], "")
    assert keeper.waiting(1) == keeper.dropped(1) == {}


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OptionError("not this one"), "not this one"),
        (RightsError("your sign-in ended"), "your sign-in ended"),
        (ZeroDivisionError(), "an error that is none of yours; the server's log has it"),
    ],
)
def test_what_cannot_be_kept_is_dropped_and_told_those_whose_it_was(error: Exception, words: str) -> None:
    keeper, done = Keeper(), list[str]()

    def refuse() -> None:
        raise error

    keeper.submit("one", refuse, whose=1)
    keeper.submit("two", lambda: done.append("two"), whose=1)
    assert keeper.wait(LONG)
    assert (done, keeper.away, keeper.dropped(2)) == (["two"], "", {})
    seen = keeper.dropped(1)
    assert seen == {"reading": (1, words)}
    keeper.submit("three", refuse, whose=1)
    assert keeper.wait(LONG)
    keeper.forget(1, seen)
    assert keeper.dropped(1) == {"reading": (2, words)}  # another one since: it is not seen yet
    keeper.forget(1, keeper.dropped(1))
    assert keeper.dropped(1) == {}


def test_only_what_is_theirs_runs_before_its_time() -> None:
    keeper, done = Keeper(), list[str]()
    keeper.submit("anns", lambda: done.append("anns"), LONG, whose=1)
    keeper.submit("bobs", lambda: done.append("bobs"), LONG, whose=2)
    assert keeper.wait(LONG, 2)
    assert (done, keeper.waiting(1)) == (["bobs"], {"reading": 1})
    assert keeper.wait(LONG)


def test_a_job_is_withdrawn_as_long_as_its_time_has_not_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AGAIN", 0.01)
    keeper, done, away = Keeper(), list[str](), Away()
    keeper.withdraw("nothing")
    keeper.submit("drawing", lambda: done.append("7"), LONG)
    keeper.withdraw("drawing")
    assert keeper.wait(LONG)
    keeper.submit("other", lambda: away.keeps(done, "other"))
    keeper.submit("drawing", lambda: done.append("rested"))
    assert away.tried.wait(LONG)
    keeper.submit("drawing", lambda: done.append("going on"), LONG)
    keeper.withdraw("drawing")  # what had rested before is kept, although the database was away
    keeper.withdraw("other")
    away.over.set()
    assert keeper.wait(LONG)
    assert sorted(done) == ["other", "rested"]


def test_what_failed_while_a_newer_one_came_is_kept_when_that_is_withdrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AGAIN", 0.01)
    keeper, done, away, newer = Keeper(), list[str](), Away(), threading.Event()

    def rested() -> None:
        assert newer.wait(LONG)
        away.keeps(done, "rested")

    keeper.submit("drawing", rested)
    while not keeper._running:
        time.sleep(0.001)
    keeper.submit("drawing", lambda: done.append("going on"), LONG)
    newer.set()
    assert away.tried.wait(LONG)
    away.over.set()
    while keeper._running:
        time.sleep(0.001)
    keeper.withdraw("drawing")
    assert keeper.wait(LONG)
    assert done == ["rested"]


def test_sign_in_that_ended_keeps_nothing_in_the_background(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKDIGITS_HOME", str(tmp_path))
    monkeypatch.setattr(keeping, "get_keeper", lambda: keeper)
    keeper, reading = Keeper(), reading_of("4096")
    for signed_in, count in ((False, 0), (True, 1)):
        actor = Actor(5, "Uwe", "user", lambda held=signed_in: held)  # type: ignore[misc]
        monkeypatch.setattr(keeping, "current_actor", lambda actor=actor: actor)
        keeping.keep_page(Page(picture_of(reading)), reading, "upload")
        assert keeper.wait(LONG)
        assert (Store.open().count(LOCAL), keeper.away) == (count, "")
    count, why = keeper.dropped(5)["reading"]
    assert (count, why[:18]) == (1, "Your sign-in ended")
