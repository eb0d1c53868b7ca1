"""A real server on a real socket: who is slow, huge or malformed is cut off; who is not is served."""

from __future__ import annotations

import json
import logging
import select
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import psutil
import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from handwriting import digit_picture, encode
from inkdigits.service import protocol
from serving import MOST, PATIENCE, Server, start_server

SEVEN = encode(digit_picture(7))
POST = "POST /v1/read?expect=digit HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
BODY = f"{POST}Content-Length: {len(SEVEN)}\r\n\r\n".encode() + SEVEN


@contextmanager
def connected(server: Server) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as link:
        yield link


def rest_of(link: socket.socket) -> bytes:
    """Everything until the server closes."""
    pieces = []
    while piece := link.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)


def answer_of(link: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """The one answer that comes, with a length."""
    return next_answer(link.makefile("rb"))


def next_answer(file: IO[bytes]) -> tuple[int, dict[str, str], bytes]:
    """One of the answers that come on a connection."""
    status = int(file.readline().split()[1])
    headers = {}
    while (line := file.readline().strip()) != b"":
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    return status, headers, file.read(int(headers["content-length"]))


def is_served(server: Server) -> None:
    """The server reads, whatever happened before."""
    with connected(server) as link:
        link.sendall(BODY)
        status, _, body = answer_of(link)
        assert status == 200
        assert json.loads(body)["results"][0]["readings"][0]["text"] == "7"


def test_a_connection_is_kept_for_more(server: Server) -> None:
    with connected(server) as link:
        for _ in range(3):
            link.sendall(BODY)
            assert answer_of(link)[0] == 200
        link.sendall(BODY + BODY)  # pipelined
        answers = link.makefile("rb")
        assert [next_answer(answers)[0] for _ in range(2)] == [200, 200]


@pytest.mark.parametrize("size", [10 * 2**30, MOST + 1])
def test_a_body_that_is_declared_too_large_is_not_waited_for(server: Server, size: int) -> None:
    with connected(server) as link:
        link.sendall(f"{POST}Content-Length: {size}\r\n\r\n".encode() + b"x" * 1000)
        status, headers, body = answer_of(link)
        assert status == 413
        assert headers["connection"] == "close"
        assert f"{size:,}" in json.loads(body)["detail"]
        assert rest_of(link) == b""
    is_served(server)


def test_a_client_that_asks_first_sends_nothing_of_what_is_too_large(server: Server) -> None:
    with connected(server) as link:
        link.sendall(f"{POST}Content-Length: {2**40}\r\nExpect: 100-continue\r\n\r\n".encode())
        assert answer_of(link)[0] == 413


def test_one_that_may_come_is_asked_for(server: Server) -> None:
    with connected(server) as link:
        link.sendall(f"{POST}Content-Length: {len(SEVEN)}\r\nExpect: 100-continue\r\n\r\n".encode())
        assert link.recv(100).startswith(b"HTTP/1.1 100")
        link.sendall(SEVEN)
        assert answer_of(link)[0] == 200


@pytest.mark.parametrize("path", ["/v1/read", "/v1/strokes", "/nowhere"])
def test_a_body_without_a_length_is_counted(server: Server, path: str) -> None:
    with connected(server) as link:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        link.sendall(head.encode())
        sent = 0
        try:
            while sent < 1000 * MOST:
                link.sendall(b"2000\r\n" + b"x" * 0x2000 + b"\r\n")
                sent += 0x2000
        except OSError:
            pass
        assert sent < 1000 * MOST
    is_served(server)


def test_a_body_that_drips_is_cut_off(server: Server) -> None:
    with connected(server) as link:
        link.sendall(f"{POST}Content-Length: 1000\r\n\r\n".encode())
        link.settimeout(PATIENCE / 10)
        answer = drip(link)
        assert b" 408 " in answer
        assert b"too-slow" in answer
    is_served(server)


@pytest.mark.parametrize("begin", [b"", b"GET /healthz HTTP/1.1\r\nX-", BODY + b"POST /v1/re"])
def test_a_head_that_drips_is_cut_off(server: Server, begin: bytes) -> None:
    with connected(server) as link:
        if begin:
            link.sendall(begin)
        if begin.startswith(BODY):
            assert answer_of(link)[0] == 200
        link.settimeout(PATIENCE / 10)
        answer = drip(link) if begin else rest_after(link)
        assert b" 408 " in answer
    is_served(server)


def drip(link: socket.socket) -> bytes:
    """Sends a byte now and then until an answer is there."""
    for _ in range(600):
        try:
            if answer := link.recv(65536):
                with suppress(ConnectionResetError):  # it was closed before the last byte of ours came
                    answer += rest_after(link)
                return answer
        except TimeoutError:
            link.sendall(b"a")
    raise AssertionError("the server took a minute of drops")


def rest_after(link: socket.socket) -> bytes:
    link.settimeout(30)
    return rest_of(link)


def test_a_head_without_an_end_is_cut_off(server: Server) -> None:
    with connected(server) as link:
        link.sendall(b"GET /healthz HTTP/1.1\r\n")
        try:
            for _ in range(10_000):
                link.sendall(b"X-More: " + b"x" * 1000 + b"\r\n")
        except OSError:
            pass  # it was closed before all was sent
        else:
            assert b" 431 " in rest_of(link)
    server.logged(problem="head-too-large")
    is_served(server)


@pytest.mark.parametrize("said", [b"\x16\x03\x01\x02\x00", b"nonsense\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"])
def test_what_is_not_http_is_told_so(server: Server, said: bytes) -> None:
    with connected(server) as link:
        link.sendall(said)
        answer = rest_of(link)
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert b"urn:inkdigits:problem:malformed" in answer


def test_what_is_refused_before_it_is_a_request_is_in_the_log_all_the_same(server: Server) -> None:
    with connected(server) as link:
        link.sendall(b"nonsense\r\n\r\n")
        _, headers, body = answer_of(link)
    name = headers["x-request-id"]
    assert json.loads(body)["request_id"] == name
    line = server.logged(request_id=name)
    assert (line["event"], line["status"], line["problem"]) == ("refused", 400, "malformed")


async def long_answer(scope: Any, receive: Any, send: Any) -> None:
    """More than any buffer on the way holds."""
    await PlainTextResponse("x" * 16_000_000)(scope, receive, send)


@pytest.fixture
def talkative(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of a server with long answers, which waits a moment for whoever takes them."""
    monkeypatch.setattr(protocol, "SLOWEST", 1e9)
    config = uvicorn.Config(long_answer, http=protocol.guarded(0.2), ws="none", lifespan="off", log_config=None)
    serving = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as thread:
        done = thread.submit(serving.run, [listening])
        yield listening.getsockname()[1]
        serving.should_exit = True
        done.result(60)


def test_who_does_not_take_the_answer_is_cut_off(talkative: int, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "inkdigits.service"), socket.socket() as link:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        link.connect(("127.0.0.1", talkative))
        link.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        watch = select.poll()
        watch.register(link, select.POLLERR | select.POLLHUP)
        assert watch.poll(60_000), "the server still waits"
    assert "does not take its answer" in caplog.text


def test_who_takes_the_answer_gets_all_of_it(talkative: int) -> None:
    with socket.create_connection(("127.0.0.1", talkative), timeout=60) as link:
        link.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        status, _, body = answer_of(link)
    assert (status, len(body)) == (200, 16_000_000)


def test_who_goes_away_is_not_waited_for(server: Server) -> None:
    with connected(server) as link:
        link.sendall(BODY[:-50])
    with connected(server) as link:
        link.sendall(BODY)
    is_served(server)


@pytest.mark.parametrize("workers", [0, 1])
def test_it_ends_what_it_began_and_then_itself(tmp_path: Path, workers: int) -> None:
    server = start_server(tmp_path, service_workers=workers)
    helpers = psutil.Process(server.process.pid).children()
    assert bool(helpers) == bool(workers)
    try:
        with connected(server) as link:
            link.sendall(f"{POST}Content-Length: {len(SEVEN)}\r\nExpect: 100-continue\r\n\r\n".encode())
            assert link.recv(100).startswith(b"HTTP/1.1 100")  # it is being served
            server.process.terminate()
            server.wait_for("Shutting down")
            link.sendall(SEVEN)
            status, headers, _ = answer_of(link)
            assert (status, headers["connection"]) == (200, "close")
        assert server.process.wait(60) == 0
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port), timeout=5)
        assert psutil.wait_procs(helpers, 30)[1] == [], "no process that reads stays behind"
    finally:
        server.stop()
