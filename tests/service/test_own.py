"""A service that asks for no key is its machine's: pages of other sites in a browser there may not use it."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from inkdigits.service.own import is_own

HERE = "http://127.0.0.1:8000"
BACK = "/v1/models/rollback?kind=digit"  # 422 for who may: nothing was promoted


def here(app: Any, url: str = HERE) -> TestClient:
    """Asks an application at an address of this machine."""
    return TestClient(app, base_url=url)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "localhost:8000"},
        {"Host": "[::1]:8000"},
        {"Host": "192.0.2.7:8000"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin", "Origin": HERE},
    ],
    ids=str,
)
def test_programs_of_this_machine_and_its_own_page_may(service_app: FastAPI, headers: dict[str, str]) -> None:
    assert here(service_app).post(BACK, headers=headers).status_code == 422


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, "pages of other sites"),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:9000"}, "pages of other sites"),
        ({"Origin": "https://evil.example"}, "pages of other sites"),
        ({"Origin": "null"}, "pages of other sites"),
        ({"Host": "evil.example:8000", "Origin": "http://evil.example:8000"}, "'evil.example:8000'"),
        ({"Host": "localhost.evil.example"}, "no name of it"),
        ({"Host": "["}, "no name of it"),
    ],
    ids=str,
)
@pytest.mark.parametrize(("method", "path"), [("POST", BACK), ("GET", "/v1/readings"), ("GET", "/nowhere")])
def test_pages_of_others_may_not(
    service_app: FastAPI, headers: dict[str, str], said: str, method: str, path: str
) -> None:
    answer = here(service_app).request(method, path, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:inkdigits:problem:forbidden")
    assert said in answer.json()["detail"]
    assert "--keys" in answer.json()["detail"]


def test_under_another_name_it_is_reached_where_it_listens_for_others(service_app: FastAPI) -> None:
    assert here(service_app, "http://192.0.2.7:8000").post(BACK, headers={"Host": "ink.example"}).status_code == 422


def test_health_is_for_everybody(service_app: FastAPI) -> None:
    page = {"Host": "evil.example", "Sec-Fetch-Site": "cross-site"}
    assert here(service_app).get("/healthz", headers=page).status_code == 200


def test_one_that_is_open_lets_this_machine_alone_at_its_history_and_models(open_app: FastAPI) -> None:
    mine = TestClient(open_app, base_url=HERE, client=("127.0.0.1", 5))
    assert mine.post(BACK).status_code == 422
    assert mine.get("/v1/readings").status_code == 200
    mapped = TestClient(open_app, base_url="http://192.0.2.7:8000", client=("::ffff:127.0.0.1", 5))
    assert mapped.post(BACK).status_code == 422


@pytest.mark.parametrize(
    "page", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}, {"Host": "evil.example"}], ids=str
)
def test_one_that_is_open_lets_a_page_in_a_browser_of_this_machine_read_alone(
    open_app: FastAPI, page: dict[str, str]
) -> None:
    mine = TestClient(open_app, base_url=HERE, client=("127.0.0.1", 5))
    assert mine.get("/v1/models", headers=page).status_code == 200
    for method, path in (("POST", BACK), ("POST", "/v1/models/shipped/promote"), ("GET", "/v1/readings")):
        answer = mine.request(method, path, headers=page)
        assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
        assert "--keys" in answer.json()["detail"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1", "localhost", "ink.localhost"])
def test_what_only_this_machine_reaches(host: str) -> None:
    assert is_own(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "ink.example", ""])
def test_what_others_reach(host: str) -> None:
    assert not is_own(host)
