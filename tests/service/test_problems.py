"""Every error is a problem: a type, a status, what happened and what to do; and the log knows it by its request."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from fastapi.testclient import TestClient

from handwriting import digit_picture, encode
from inkdigits.service import problems
from inkdigits.service.log import JsonLines
from inkdigits.service.work import Clerk

SEVEN = encode(digit_picture(7))
PNG = {"Content-Type": "image/png"}
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "multipart/form-data; boundary=edge"}
CUT = b'--edge\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n' + SEVEN
MANY = dict.fromkeys(map(str, range(70)), "")
NAMELESS = b"--edge\r\nContent-Type: image/png\r\n\r\n" + SEVEN + b"\r\n--edge--\r\n"


def problem_of(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == problems.MEDIA_TYPE
    told = dict(response.json())
    assert told["status"] == status
    assert told["type"].startswith(problems.URN)
    assert told["request_id"] == response.headers["x-request-id"]
    assert told["title"]
    assert told["detail"]
    return told


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "said"),
    [
        ("GET", "/nowhere", {}, 404, "/docs"),
        ("GET", "/v1/read", {}, 405, "Allow"),
        ("POST", "/v1/readings/x/correction", {"content": b"{}", "headers": PNG}, 415, "application/json"),
        ("POST", "/v1/readings/x/correction", {"content": b"{}"}, 415, "no Content-Type"),
        ("POST", "/v1/read", {"content": b"", "headers": PNG}, 422, "empty"),
        ("POST", "/v1/read", {"content": b"nothing", "headers": PNG}, 422, "not a picture"),
        ("POST", "/v1/read", {"content": SEVEN[:200], "headers": PNG}, 422, "damaged"),
        ("POST", "/v1/read", {"json": {}}, 415, "multipart/form-data"),
        ("POST", "/v1/read", {"data": {"expect": "digit"}}, 415, "multipart/form-data"),
        ("POST", "/v1/read", {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 422, "boundary"),
        ("POST", "/v1/read", {"content": CUT, "headers": FORM}, 422, "cut off"),
        ("POST", "/v1/read", {"content": NAMELESS, "headers": FORM}, 422, "no name"),
        ("POST", "/v1/read", {"files": {"files": SEVEN}, "data": {"pattern": "7" * 70_000}}, 422, "65,536 bytes"),
        (
            "POST",
            "/v1/read",
            {"files": {"files": SEVEN}, "data": dict.fromkeys(map(str, range(70)), "")},
            422,
            "64 fields",
        ),
        ("POST", "/v1/read?expect=word", {"content": SEVEN, "headers": PNG}, 422, "expect"),
        ("POST", "/v1/read?expekt=digit", {"content": SEVEN, "headers": PNG}, 422, "expekt"),
        ("POST", "/v1/read?expect=number&pattern=[", {"content": SEVEN, "headers": PNG}, 422, "["),
        ("POST", "/v1/read?expect=digit&pattern=7", {"content": SEVEN, "headers": PNG}, 422, "expect='number'"),
        ("POST", "/v1/read", {"files": {"other": SEVEN}}, 422, "'other'"),
        ("POST", "/v1/read", {"files": {"files": SEVEN}, "data": {"alternatives": "99"}}, 422, "alternatives"),
        ("POST", "/v1/read", {"files": [("files", SEVEN)] * 101}, 422, "more than 100"),
        ("POST", "/v1/strokes", {"content": b"{", "headers": JSON}, 422, "JSON"),
        ("POST", "/v1/strokes", {"json": {"strokes": [[[1]]]}}, 422, "strokes"),
        ("POST", "/v1/strokes", {"json": {"strokes": [], "colour": "red"}}, 422, "colour"),
        ("POST", "/v1/strokes", {"content": SEVEN, "headers": PNG}, 415, "application/json"),
        ("POST", "/v1/strokes", {"content": b" " * 13_000_000, "headers": JSON}, 413, "200,000 points"),
        ("POST", "/v1/strokes", {"json": {"strokes": [[[1e300, 1]]]}}, 422, "not finite"),
        ("POST", "/v1/strokes?expect=page", {"json": {"strokes": []}}, 422, "expect"),
    ],
)
def test_what_is_wrong_is_told(
    web: TestClient, method: str, path: str, options: dict[str, Any], status: int, said: str
) -> None:
    assert said in problem_of(web.request(method, path, **options), status)["detail"]


def test_a_kind_of_problem_has_one_title(web: TestClient) -> None:
    path, model = web.get("/nowhere").json(), web.post("/v1/models/none-such/promote").json()
    assert path["detail"] != model["detail"]
    assert [path[name] for name in ("type", "title")] == [model[name] for name in ("type", "title")]


@pytest.mark.parametrize("path", ["/healthz", "/docs", "/docs/swagger-ui.css", "/v1/models", "/nowhere"])
def test_head_is_answered_as_get_is_without_the_body(web: TestClient, path: str) -> None:
    known, asked = web.get(path), web.head(path)
    assert (asked.status_code, asked.content) == (known.status_code, b"")
    for name in ("content-type", "content-length"):
        assert asked.headers[name] == known.headers[name]


def test_a_path_that_takes_another_method_says_which(web: TestClient) -> None:
    assert web.delete("/v1/models").headers["allow"] == "GET, HEAD"
    assert web.head("/v1/read").headers["allow"] == "POST"


def test_a_picture_of_too_many_pixels_is_too_large(web: TestClient) -> None:
    header = b"P5\n60000 60000\n255\n"
    assert problem_of(web.post("/v1/read", content=header, headers=PNG), 413)["type"].endswith("too-large")


def test_a_failure_of_ours_says_so_and_nothing_else(
    web: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(Clerk, "_answer", fail)
    told = problem_of(web.post("/v1/read", content=SEVEN, headers=PNG), 500)
    assert "secret" not in str(told)
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert told["request_id"] in record.getMessage()
    assert "secret of the house" in str(record.exc_info)
    assert web.post("/v1/strokes", json={"strokes": []}).status_code == 500  # it goes on, and fails again


def test_the_log_and_the_figures_name_the_documents(web: TestClient) -> None:
    assert web.get("/openapi.json").status_code == 200
    assert 'route="/openapi.json",status="200"' in web.get("/metrics").text


@pytest.mark.parametrize("given", ["abc-1.2:3", "a" * 64])
def test_a_request_keeps_the_id_that_it_came_with(web: TestClient, given: str) -> None:
    assert web.get("/healthz", headers={"X-Request-Id": given}).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "a" * 65, "two words", 'quo"te', "<b>"])
def test_an_id_that_could_be_anything_is_replaced(web: TestClient, given: str) -> None:
    found = web.get("/healthz", headers={"X-Request-Id": given}).headers["x-request-id"]
    assert found != given
    assert len(found) == 32


def test_the_log_has_a_line_for_each_request_and_nothing_of_its_picture(
    web: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "inkdigits.service"):
        web.post("/v1/read?pattern=4711", files={"files": ("diary.png", SEVEN)}, headers={"X-Request-Id": "me"})
    (record,) = [record for record in caplog.records if record.name == "inkdigits.service"]
    line = JsonLines().format(record)
    assert vars(record)["request_id"] == "me"
    assert (vars(record)["route"], vars(record)["status"]) == ("/v1/read", 200)
    assert vars(record)["bytes_in"] > len(SEVEN)
    assert vars(record)["ms"] > 0
    for word in ("diary", "4711", "text", "label"):
        assert word not in line
