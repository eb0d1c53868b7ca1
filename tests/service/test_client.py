"""The client: the package's own readings from a real server, patience with a busy one, and problems as errors."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from handwriting import digit_picture, encode, number_picture
from inkdigits import ImageError, OptionError, Reader
from inkdigits.client import Client, ServiceError, UnreachableError
from serving import MOST, Server

SEVEN = encode(digit_picture(7))
STROKES = [[(20, 10), (80, 10), (45, 90)]]


@pytest.fixture
def remote(server: Server) -> Iterator[Client]:
    with Client(server.url) as client:
        yield client


def test_readings_are_those_of_the_library(remote: Client, reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "seven.png"
    path.write_bytes(SEVEN)
    wanted = reader.read(path, expect="digit")
    assert remote.read(path, expect="digit", glyphs=True) == wanted
    assert remote.read(SEVEN, expect="digit").text == "7"
    assert remote.read(io.BytesIO(SEVEN), expect="digit").text == "7"
    assert remote.read_strokes(STROKES).text == reader.read_strokes(STROKES).text == "7"


def test_each_of_many_has_its_result_or_problem(remote: Client) -> None:
    found = remote.read_many([SEVEN, b"no picture", encode(number_picture("4096"))], expect="number", alternatives=1)
    assert [result.reading.text for result in found if result.problem is None] == ["7", "4096"]
    assert all(result.ids[0] for result in found if result.problem is None)  # this server keeps a history
    with pytest.raises(ServiceError, match="not a picture") as told:
        _ = found[1].reading
    assert (told.value.status, told.value.type) == (422, "urn:inkdigits:problem:not-a-picture")
    (alone,) = remote.read_many([b"no picture"])
    assert alone.problem is not None
    assert alone.problem.request_id


def test_a_problem_of_the_request_is_raised(remote: Client) -> None:
    with pytest.raises(ServiceError, match="expect") as told:
        remote.read(SEVEN, expect="word")
    assert told.value.problem["errors"]
    with pytest.raises(ServiceError) as told:
        remote.read(b"x" * (MOST + 1))
    assert told.value.status == 413


def test_kept_readings_are_found_and_corrected(remote: Client) -> None:
    (name,) = remote.read_many([SEVEN], expect="number")[0].ids
    assert name
    assert name in [kept.id for kept in remote.readings(source="service", text="7", limit=1)]
    corrected = remote.correct(name, 0, "17")
    assert (corrected.id, corrected.text, corrected.corrected_text, corrected.checked) == (name, "7", "17", True)
    assert corrected.created.tzinfo
    assert [kept.id for kept in remote.readings(text="17", since=corrected.created)] == [name]
    with pytest.raises(ServiceError) as told:
        remote.correct("nothing/of that name", 0, "1")
    assert told.value.status == 404


def test_models_are_listed_and_promoted(remote: Client) -> None:
    assert {model.kind for model in remote.models() if model.active} == {"digit", "line"}
    assert remote.promote("shipped", "line").active
    with pytest.raises(ServiceError) as told:
        remote.promote("none-such")
    assert told.value.status == 404


def test_what_cannot_be_sent_is_told_before(remote: Client, tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="cannot be opened"):
        remote.read(tmp_path / "none.png")


def test_of_no_pictures_there_are_no_results_and_nothing_is_asked() -> None:
    with Client("http://127.0.0.1:9") as client:
        assert client.read_many([]) == []


def test_allowed_numbers_may_come_in_any_collection(remote: Client) -> None:
    for allowed in ({17, 7}, (n for n in ("7", "17")), "17,7"):
        assert remote.read(SEVEN, expect="number", allowed=allowed).text == "7"
    assert remote.read(SEVEN, expect="number", allowed=frozenset({1})).text != "7"


@pytest.mark.parametrize("url", ["http://ink\x00", "http://host:port"])
def test_what_is_no_address_or_key_is_told_at_once(url: str) -> None:
    with pytest.raises(OptionError, match="no address of a service"):
        Client(url)
    with pytest.raises(OptionError, match="no key of the service"):
        Client(key="ink_…")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (httpx.Response(200, text="<html>a printer</html>"), "no inkdigits service: <html>a printer"),
        (httpx.Response(200, json=[]), "no inkdigits service"),
        (httpx.Response(301, headers={"Location": "https://ink.example/v1/models"}), "https://ink.example/v1/models"),
    ],
)
def test_who_answers_and_is_no_service_is_told(answer: httpx.Response, said: str) -> None:
    with Client(transport=httpx.MockTransport(lambda _: answer)) as client, pytest.raises(ServiceError, match=said):
        client.models()


def test_nobody_there_is_one_clear_error() -> None:
    with Client("http://127.0.0.1:9", timeout=2) as client, pytest.raises(UnreachableError, match="no answer"):
        client.read(SEVEN)


def test_a_request_that_is_still_read_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("inkdigits.client.client.time.sleep", slept.append)
    empty = {"name": "picture", "readings": [], "problem": {"status": 422, "detail": "no"}, "warning": None}
    answers = [
        httpx.Response(409, headers={"Retry-After": "1"}, json={"title": "at work"}),
        httpx.Response(200, json={"results": [empty]}),
    ]
    with Client(transport=httpx.MockTransport(lambda _: answers.pop(0))) as client:
        (result,) = client.read_many([SEVEN], idempotency_key="one")
    assert (slept, result.name) == ([1.0], "picture")


def test_a_busy_service_is_asked_again_when_it_said(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("inkdigits.client.client.time.sleep", slept.append)
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["authorization"])
        if len(asked) < 3:
            return httpx.Response(429, headers={"Retry-After": "7"}, json={"title": "busy", "detail": "wait"})
        return httpx.Response(502, text="<html>a proxy</html>")

    with Client(key="ink_1", transport=httpx.MockTransport(answer), longest_wait=5) as client:
        with pytest.raises(ServiceError) as told:
            client.read(SEVEN)
        assert (told.value.status, told.value.title) == (502, "Bad Gateway")
    assert slept == [5.0, 5.0]
    assert asked == ["Bearer ink_1"] * 3
    asked.clear()
    with (
        Client(key="ink_1", transport=httpx.MockTransport(answer), retries=0) as client,
        pytest.raises(ServiceError, match="busy: wait") as told,
    ):
        client.read(SEVEN)
    assert told.value.status == 429
