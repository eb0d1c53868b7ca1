"""The service reads with what is promoted, without a restart; what is damaged never reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from handwriting import digit_picture, encode
from inkdigits import networks
from inkdigits.recognition import Classifier
from inkdigits.registry import Registry
from inkdigits.service.app import create_app
from models import make_run, weights

SEVEN = encode(digit_picture(7))


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    monkeypatch.setattr(networks, "EVERY", 0.0)
    registry = Registry(tmp_path / "home")
    for name in ("one", "two"):
        registry.add(make_run(tmp_path / name, note=name), name=name)
    return registry


@pytest.fixture
def following(registry: Registry) -> Iterator[TestClient]:
    with TestClient(create_app({"home": registry.home})) as client:
        yield client


def model_of(client: TestClient) -> str:
    answer = client.post("/v1/read?expect=digit", content=SEVEN, headers={"Content-Type": "image/png"})
    (result,) = answer.json()["results"]
    (reading,) = result["readings"]
    assert reading["text"] == "7"
    name = str(reading["model"])
    assert client.get("/readyz").json()["models"]["digit"] == name
    assert f'inkdigits_model_info{{id="{name}",kind="digit"}} 1.0' in client.get("/metrics").text
    return name


def test_a_promotion_is_followed_and_a_damaged_model_is_not(following: TestClient, registry: Registry) -> None:
    assert model_of(following) == Classifier().name
    registry.promote("one")
    assert model_of(following) == "one"
    registry.promote("two")
    registry.get("two").path.write_bytes(weights(note="another"))
    assert model_of(following) == "one"
