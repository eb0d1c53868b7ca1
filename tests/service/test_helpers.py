"""Processes that read for the service: the same readings; what breaks one is told, and breaks nothing else."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from handwriting import digit_picture, encode, number_picture, strokes_of
from inkdigits import ModelError, Reader, Reading
from inkdigits.service.app import create_app
from inkdigits.service.helpers import Helpers
from inkdigits.service.options import ReadOptions
from inkdigits.service.order import Order
from inkdigits.settings import Settings
from inkdigits.storage import LOCAL
from poison import work

PNG = {"Content-Type": "image/png"}
SEVEN = encode(digit_picture(7))


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("home"), history=True, service_workers=2, service_timeout=60)


@pytest.fixture(scope="module")
def helped(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


def workers(client: TestClient) -> list[Any]:
    """The processes of a service."""
    return [helper._process for helper in client.app.state.service._helpers._all]  # type: ignore[attr-defined]


def losses(client: TestClient) -> float:
    lines = client.get("/metrics").text.splitlines()
    return next(float(line.split()[-1]) for line in lines if line.startswith("inkdigits_losses_total"))


def test_they_read_as_the_library_does_and_it_is_kept(helped: TestClient, reader: Reader) -> None:
    pictures = [SEVEN, b"no picture", encode(number_picture("4096"))]
    files = [("files", (f"{place}.png", picture)) for place, picture in enumerate(pictures)]
    told = helped.post("/v1/read?expect=number&glyphs=true", files=files).json()["results"]
    for place in (0, 2):
        (found,) = told[place]["readings"]
        assert Reading.from_dict({**found, "source": ""}) == reader.read(pictures[place], expect="number")
        assert helped.get(f"/v1/readings/{found['id']}/picture").content.startswith(b"\x89PNG")
    assert told[1]["problem"]["type"] == "urn:inkdigits:problem:not-a-picture"
    strokes = [stroke.tolist() for stroke in strokes_of(3)]
    (drawn,) = helped.post("/v1/strokes?glyphs=true", json={"strokes": strokes}).json()["results"]
    assert Reading.from_dict(drawn["readings"][0]) == reader.read_strokes(strokes)


def test_one_that_is_killed_is_replaced(helped: TestClient) -> None:
    before, old = losses(helped), [process.pid for process in workers(helped)]
    for process in workers(helped):
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    answers = [helped.post("/v1/read?expect=digit", content=SEVEN, headers=PNG) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert not set(old) & {process.pid for process in workers(helped)}
    assert losses(helped) == before, "none of them was reading"


def order(name: str) -> Order:
    return Order(ReadOptions(expect="digit"), LOCAL, name, SEVEN)


@pytest.fixture
def poisoned(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Helpers, list[int]]]:
    """One process that the picture "poison" kills, and the one "sleep" keeps for ever; and its losses."""
    monkeypatch.setattr("inkdigits.service.helpers._work", work)
    lost: list[int] = []
    helpers = Helpers(settings, 1, lambda: lost.append(1))
    yield helpers, lost
    helpers.close()


def test_picture_that_breaks_its_process_is_told_alone(poisoned: tuple[Helpers, list[int]]) -> None:
    helpers, lost = poisoned
    good, bad, other = helpers.read([order("a"), order("poison"), order("b")])
    assert [page.reading.text for found in (good, other) for page in found] == ["7", "7"]  # type: ignore[union-attr]
    assert "Segmentation fault" in str(bad)
    assert len(lost) == 2, "together, and alone"


def test_what_nobody_waits_for_is_ended(poisoned: tuple[Helpers, list[int]]) -> None:
    helpers, lost = poisoned
    asleep = order("sleep")
    asleep.dropped = True
    (found,) = helpers.read([asleep])
    assert type(found).__name__ == "DroppedError"
    (found,) = helpers.read([order("a")])
    assert [page.reading.text for page in found] == ["7"]  # type: ignore[union-attr]
    assert not lost


def test_model_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    model = tmp_path / "line.onnx"
    model.write_bytes(b"nothing")
    helpers = Helpers(Settings(home=tmp_path, line_model=model), 1)
    with pytest.raises(ModelError, match="not a model"):
        helpers.wait()
    helpers.close()
