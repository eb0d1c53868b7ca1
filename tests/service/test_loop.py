"""The event loop never computes: what takes time is done in threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient

from handwriting import digit_picture, encode
from inkdigits.networks import Networks
from inkdigits.service.app import create_app
from inkdigits.service.metrics import Metrics
from inkdigits.service.routes.strokes import Drawing
from inkdigits.service.sight import OwnSight
from inkdigits.storage.answers import Answers
from inkdigits.storage.database import Database

PNG = {"Content-Type": "image/png"}
SEVEN = encode(digit_picture(7))
LONG = {"strokes": [[[20.0 + step % 60, 10.0 + step / 50] for step in range(3000)]]}


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app({"home": tmp_path, "history": True})) as client:
        yield client


def off_the_loop(kind: Any, name: str, seen: list[str]) -> Callable[..., Any]:
    """The same method, which notes that it was called and fails in an event loop."""
    plain = getattr(kind, name)

    def watched(*arguments: Any, **named: Any) -> Any:
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()
        seen.append(f"{kind.__name__}.{name}")
        return plain(*arguments, **named)

    return watched


DEAR = [
    (Networks, "current"),
    (OwnSight, "read"),
    (Metrics, "text"),
    (JSONResponse, "render"),
    (Drawing, "model_validate_json"),
    (Database, "read"),
    (Answers, "claim"),
]


def test_what_takes_time_is_done_in_threads(kept: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    for kind, name in DEAR:
        monkeypatch.setattr(kind, name, off_the_loop(kind, name, seen))
    answer = kept.post("/v1/read?expect=number", content=SEVEN, headers={**PNG, "Idempotency-Key": "one"})
    name = answer.json()["results"][0]["readings"][0]["id"]
    assert kept.post("/v1/strokes", json=LONG).status_code == 200
    for path in ("/readyz", "/metrics", "/v1/readings", f"/v1/readings/{name}", "/v1/models"):
        assert kept.get(path).status_code == 200, path
    assert kept.post(f"/v1/readings/{name}/correction", json={"number": 0, "text": "7"}).status_code == 200
    assert set(seen) >= {f"{kind.__name__}.{name}" for kind, name in DEAR}
