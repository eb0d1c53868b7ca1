"""The description keeps its word: its examples run, and whatever it allows is answered without a failure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from inkdigits.service.app import create_app
from inkdigits.service.examples import SEVEN

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def bodies(operation: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every example of a body, with its media type."""
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        for example in content.get("examples", {}).values():
            yield kind, example["value"]


def send(web: TestClient, method: str, path: str, kind: str, value: Any) -> Any:
    if kind == "application/json":
        return web.request(method, path, json=value)
    if kind == "multipart/form-data":
        return web.request(method, path, files=[("files", ("seven.pbm", one)) for one in value["files"]])
    return web.request(method, path, content=value, headers={"Content-Type": kind})


def test_every_example_of_a_reading_runs(web: TestClient) -> None:
    document = web.get("/openapi.json").json()
    sent = 0
    for path in ("/v1/read", "/v1/strokes"):
        operation = document["paths"][path]["post"]
        for kind, value in bodies(operation):
            answer = send(web, "POST", path, kind, value)
            assert answer.status_code == 200, (path, kind, answer.text)
            texts = {result["readings"][0]["text"] for result in answer.json()["results"]}
            assert texts == {"7"}
            sent += 1
        for parameter in operation["parameters"]:
            for value in parameter["schema"].get("examples", ()):
                answer = web.post(
                    path,
                    params={parameter["name"]: value},
                    **({"json": {"strokes": []}} if "strokes" in path else FORM),
                )
                assert answer.status_code == 200, (path, parameter["name"], value)
                sent += 1
    assert sent >= 8


FORM: dict[str, Any] = {"files": [("files", ("seven.pbm", SEVEN.encode()))]}


def test_every_path_is_described_with_problems(web: TestClient) -> None:
    document = web.get("/openapi.json").json()
    assert "HTTPValidationError" not in document["components"]["schemas"]
    for path in document["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            for status, answer in operation["responses"].items():
                if status >= "400":
                    assert list(answer["content"]) == ["application/problem+json"]


@pytest.fixture(scope="module")
def described() -> Any:
    return openapi.from_asgi("/openapi.json", create_app())


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: str(mode.value))
def test_whatever_is_sent_is_answered_as_described(described: Any, mode: GenerationMode) -> None:
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) >= 5
    for operation in operations:
        takes = operation.body or operation.query or operation.path_parameters
        if takes or mode is GenerationMode.POSITIVE:
            send_some(operation, mode)


def send_some(operation: Any, mode: GenerationMode) -> None:
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=8, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck))
    def send(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    send()


def test_the_documents_page_needs_no_network(web: TestClient) -> None:
    page = web.get("/docs").text
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(addresses) == 3
    assert all(address.startswith("/docs/") for address in addresses)
    assert "//cdn" not in page
    for address in addresses:
        answer = web.get(address)
        assert answer.status_code == 200
        assert len(answer.content) > 1_000
    assert "/openapi.json" in page
    assert web.get("/redoc").status_code == 404
