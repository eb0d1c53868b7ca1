"""kill -9 of the service while it saves: its file is sound, and nothing that it acknowledged is lost."""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Semaphore
from typing import Any

import httpx
import pytest

from forked import Forks, forks
from handwriting import digit_picture, encode
from inkdigits.storage import LOCAL
from inkdigits.storage.store import Store

TIMES = 20
CLIENTS = 3  # that send at the same time
PICTURES = [encode(digit_picture(place % 10, seed=place)) for place in range(100)]
LOADED = ("inkdigits.service.launch", "inkdigits.reader", "inkdigits.recognition.engine", "pydantic_settings")
STORED = ("inkdigits.storage.store", "alembic.command", "sqlalchemy.dialects.sqlite")


@dataclass
class Acknowledged:
    """What the service answered, to all clients in all its lives."""

    read: dict[str, str] = field(default_factory=dict)
    corrected: list[str] = field(default_factory=list)
    answers: Semaphore = field(default_factory=lambda: Semaphore(0))


@pytest.mark.slow
def test_a_service_that_is_killed_while_it_saves_loses_nothing(tmp_path: Path) -> None:
    chance, places, told = random.Random(5), count(), Acknowledged()
    home = tmp_path / "home"
    environment = {"INKDIGITS_HOME": str(home), "INKDIGITS_HISTORY": "1", "OMP_NUM_THREADS": "1"}
    with forks(*LOADED, *STORED, **environment) as service, ThreadPoolExecutor(CLIENTS) as clients:
        for _ in range(TIMES):
            told.answers = Semaphore(0)
            service.start("serve", "--port", "0")
            port = port_of(service)
            sending = [clients.submit(send, port, lambda: next(places), told) for _ in range(CLIENTS)]
            for _ in range(chance.randint(1, 8)):
                assert told.answers.acquire(timeout=120), service.log
            time.sleep(chance.uniform(0, 0.02))
            service.kill()
            for one in sending:
                one.result()
            check_file(home / "inkdigits.db")
    check_history(home, told)


def port_of(service: Forks) -> int:
    """Where it listens, which its log says."""
    deadline = time.monotonic() + 120
    while True:
        said = [line for line in service.log.splitlines() if '"listening"' in line and line.endswith("}")]
        if said:
            return int(json.loads(said[-1])["port"])
        assert time.monotonic() < deadline, f"it does not listen: {service.log}"
        time.sleep(0.01)


def send(port: int, next_place: Callable[[], int], told: Acknowledged) -> None:
    """Sends pictures, and corrects what was read, until nobody answers any more."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
        while True:
            try:
                picture = PICTURES[next_place() % len(PICTURES)]
                answer = client.post("/v1/read?expect=digit", content=picture, headers={"Content-Type": "image/png"})
                reading = only(answer)
                assert reading["id"] not in told.read
                told.read[reading["id"]] = reading["text"]
                told.answers.release()
                answer = client.post(f"/v1/readings/{reading['id']}/correction", json={"number": 0, "text": "40"})
                assert answer.status_code == 200, answer.text
                told.corrected.append(reading["id"])
                told.answers.release()
            except httpx.TransportError:
                return


def only(answer: httpx.Response) -> Any:
    """The one reading of an answer, which is kept."""
    assert answer.status_code == 200, answer.text
    (result,) = answer.json()["results"]
    (reading,) = result["readings"]
    assert reading["id"], result
    return reading


def check_file(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert database.execute("pragma foreign_key_check").fetchall() == []


def check_history(home: Path, told: Acknowledged) -> None:
    """Everything acknowledged is there once, with its picture."""
    assert len(told.read) >= TIMES
    assert told.corrected
    with closing(Store.open({"home": home})) as store:
        found = list(store.each(LOCAL))
        assert max(Counter(record.id for record in found).values()) == 1
        assert set(told.read) <= {record.id for record in found}
        for record in found:
            assert store.picture(record.id, LOCAL)
            assert record.text == told.read.get(record.id, record.text)
            times = len(record.corrections)
            assert times == 1 if record.id in told.corrected else times <= 1
            assert record.corrected_text == ("40" if times else record.text)
