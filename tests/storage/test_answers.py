"""A request that is sent again is done once: by threads and processes, on each database."""

from __future__ import annotations

import json
import multiprocessing
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from types import ModuleType

import pytest
from sqlalchemy import func, select

from inkdigits.settings import Settings
from inkdigits.storage.answers import KEPT, LEASE, Answer, Answers
from inkdigits.storage.store import Store
from inkdigits.storage.tables import AnswerRow
from storage.asker import attempt
from storage.made import ANN, BOB

ROUNDS, EACH = 6, 4


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def answers(any_store: Store, clock: Clock) -> Answers:
    return Answers(any_store.database, clock)


def test_answer_is_given_again_for_a_day(answers: Answers, clock: Clock) -> None:
    first = answers.claim(ANN, "k", "request")
    assert (first.state, len(first.name)) == ("mine", 32)
    assert answers.claim(ANN, "k", "request").state == "at work"
    answer = Answer(200, "application/json", b'{"text": "7"}')
    answers.keep(first, answer)
    again = answers.claim(ANN, "k", "request")
    assert (again.state, again.answer) == ("answered", answer)
    assert answers.claim(ANN, "k", "another request").state == "other"
    assert answers.claim(BOB, "k", "another request").state == "mine", "keys of different people never meet"
    clock.now += KEPT + timedelta(seconds=1)
    answers.forget()
    anew = answers.claim(ANN, "k", "another request")
    assert anew.state == "mine"
    assert anew.name != first.name


def test_request_that_failed_may_be_sent_again_and_keeps_its_name(answers: Answers) -> None:
    failed = answers.claim(ANN, "k", "request")
    answers.release(failed)
    assert answers.claim(ANN, "k", "another request").state == "other"
    again = answers.claim(ANN, "k", "request")
    assert (again.state, again.name) == ("mine", failed.name)
    answers.release(failed)
    assert answers.claim(ANN, "k", "request").state == "at work", "only who has the claim releases it"


def test_attempt_of_a_killed_server_is_done_again_under_its_name(answers: Answers, clock: Clock) -> None:
    dead = answers.claim(ANN, "k", "request")
    clock.now += LEASE + timedelta(seconds=1)
    assert answers.claim(ANN, "k", "another request").state == "other"
    heir = answers.claim(ANN, "k", "request")
    assert (heir.state, heir.name) == ("mine", dead.name)
    answers.keep(dead, Answer(200, "text/plain", b"too late"))
    answers.release(dead)
    assert answers.claim(ANN, "k", "request").state == "at work"
    answers.keep(heir, Answer(200, "text/plain", b"done"))
    found = answers.claim(ANN, "k", "request").answer
    assert found is not None
    assert found.body == b"done"


def test_purging_deletes_answers_whose_day_is_over(any_store: Store, clock: Clock) -> None:
    count = select(func.count()).select_from(AnswerRow)
    old = Answers(any_store.database, clock)
    for key in ("answered", "never"):
        claim = old.claim(ANN, key, "request")
        if key == "answered":
            old.keep(claim, Answer(200, "text/plain", b"long ago"))
    Answers(any_store.database).claim(ANN, "new", "request")
    any_store.privacy.purge()
    assert any_store.database.read(lambda session: session.scalar(count)) == 1


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Iterator[ProcessPoolExecutor]:
    # Each process would begin with this one's main module, which is a page of the app where one was tested before.
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


@pytest.mark.parametrize("of", ["threads", "processes"])
def test_of_many_at_once_one_does_it(
    any_store: Store, any_settings: Settings, processes: ProcessPoolExecutor, of: str
) -> None:
    told = json.dumps({"home": str(any_settings.home), "database_url": any_settings.database_url})
    rounds = [number for number in range(ROUNDS) for _ in range(EACH)]
    with ThreadPoolExecutor(EACH) as threads:
        workers = processes if of == "processes" else threads
        states = list(workers.map(attempt, [told] * len(rounds), rounds))
    for number in range(ROUNDS):
        found = states[number * EACH : (number + 1) * EACH]
        assert found.count("mine") == 1
        assert set(found) <= {"mine", "at work", "answered"}
